/* SPDX-License-Identifier: ISC */
/* A lease as it is stored, and as dhcpd and leased speak of it. */
#ifndef DAEMON_LEASE_H
#define DAEMON_LEASE_H

#include "daemon/buf.h"

#define LEASE_HW_MAX 16
#define LEASE_ID_MAX 255
#define LEASE_NAME_MAX 256 /* with its NUL */
#define LEASE_ENCODED_MAX                                      \
	(1 + 4 + 1 + 2 + LEASE_HW_MAX + 2 + LEASE_ID_MAX + 2 + \
	    LEASE_NAME_MAX + 8 + 8)
#define LEASE_ROWS_MAX 16384 /* bytes of leases in one LEASE_ROW */
#define LEASE_NEVER UINT64_MAX /* expiry of an infinite lease */

/* Why leased refuses a lease of an address that somebody else has. */
#define LEASE_TAKEN "another client holds this address"

enum lease_state {
	LEASE_BOUND,
	LEASE_RELEASED, /* free; kept so that its client gets it back */
	LEASE_DECLINED, /* in use by a stranger, until its expiry */
	LEASE_STATE_MAX
};

/* There is at most one for an address. */
struct lease {
	uint8_t state; /* enum lease_state */
	uint32_t addr; /* IPv4, host order; never 0 */
	uint8_t hwtype;
	uint8_t hwlen;
	uint8_t hw[LEASE_HW_MAX];
	uint16_t idlen; /* client identifier (option 61); 0: none sent */
	uint8_t id[LEASE_ID_MAX];
	char name[LEASE_NAME_MAX]; /* host name, checked; "": none */
	uint64_t start_s; /* wall clock, when it was last granted */
	uint64_t expiry_s; /* wall clock, or LEASE_NEVER */
};

void lease_encode(const struct lease *, struct writer *);

/* Fails on an unknown state, address 0 and anything over its limit. */
void lease_decode(struct reader *, struct lease *);

#endif
