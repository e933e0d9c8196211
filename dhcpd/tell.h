/* SPDX-License-Identifier: ISC */
/*
 * What tftpd is told of who has which address.  A binding whose client
 * changes waits in a list of the pool until it is told, with what holds then:
 * however slowly tftpd reads, that takes no memory, and nobody waits for it.
 * The newest change is told first, since that client is about to boot.
 *
 * Should tftpd not read for so long that the binding is needed for another
 * address, the end of its lease is not told.
 */
#ifndef DHCPD_TELL_H
#define DHCPD_TELL_H

#include "daemon/record.h"
#include "dhcpd/pool.h"

#define TELL_ENCODED_MAX (4 + 1 + 2 + LEASE_HW_MAX + 2 + LEASE_NAME_MAX - 1)

_Static_assert(LEASE_HW_MAX <= RECORD_HW_MAX, "tftpd takes any address");

/* For the pool: a binding has been bound or is no more; it is forgotten. */
void tell_mark(struct pool *, struct binding *);
void tell_drop(struct pool *, struct binding *);

/* All that are bound are to be told, and nothing else: to a new tftpd. */
void tell_all(struct pool *);

/* Whether something is to be told. */
bool tell_waiting(const struct pool *);

/*
 * Writes the next CLIENT message, which then counts as told: who has the
 * address, or that nobody has it any more.  False when there is none.
 */
bool tell_next(struct pool *, uint64_t now_s, struct writer *);

#endif
