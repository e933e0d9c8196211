/* SPDX-License-Identifier: ISC */
/*
 * Tells tftpd which client has which address.  A binding whose client changes
 * waits in a list of the pool.  The message is written when tftpd reads, with
 * the state of that moment.  So a slow tftpd takes no memory and delays
 * nothing.  The newest change is sent first, since that client is about to
 * boot.
 *
 * If tftpd does not read for so long that the binding is needed for another
 * address, tftpd does not learn that the lease has ended.
 */
#ifndef DHCPD_TELL_H
#define DHCPD_TELL_H

#include "daemon/record.h"
#include "dhcpd/slab.h"

#define TELL_ENCODED_MAX \
	(ADDR_ENCODED_MAX + 1 + 2 + LEASE_HW_MAX + 2 + LEASE_NAME_MAX - 1)

_Static_assert(LEASE_HW_MAX <= RECORD_HW_MAX, "tftpd takes any address");

/*
 * For the pool.  tell_mark(): a lease began or ended.  tell_drop(): the binding
 * is freed, so there is nothing to tell of it.
 */
void tell_mark(struct binding_queue *, struct binding *);
void tell_drop(struct binding_queue *, struct binding *);

/* For a new tftpd or httpd: enters exactly the bound bindings. */
void tell_all(struct binding_queue *, const struct slab *);

/* Whether there is a message to write. */
bool tell_waiting(const struct binding_queue *);

/*
 * Writes the next CLIENT message: the client of an address, or that it has
 * none any more.  False when there is no message to write.
 */
bool tell_next(struct binding_queue *, uint64_t now_s, struct writer *);

#endif
