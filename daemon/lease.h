/* SPDX-License-Identifier: ISC */
/* A lease, as it is stored and as dhcpd and leased exchange it. */
#ifndef DAEMON_LEASE_H
#define DAEMON_LEASE_H

#include "daemon/addr.h"

#define LEASE_HW_MAX 16
#define LEASE_ID_MAX 255
#define LEASE_NAME_MAX 256 /* with its NUL */
#define LEASE_ENCODED_MAX                                                     \
	(1 + ADDR_ENCODED_MAX + 1 + 2 + LEASE_HW_MAX + 2 + LEASE_ID_MAX + 2 + \
	    LEASE_NAME_MAX + 8 + 8 + ADDR_ENCODED_MAX)
#define LEASE_ROWS_MAX 16384 /* bytes of leases in one LEASE_ROW */
#define LEASES_MAX 1000000 /* that leased stores, and dhcpd loads */
#define LEASE_NEVER UINT64_MAX /* expiry of an infinite lease */

/* The reason of a rejected lease whose address another client holds. */
#define LEASE_TAKEN "another client holds this address"

enum lease_state {
	LEASE_BOUND,
	LEASE_RELEASED, /* free; kept so that its client gets it again */
	LEASE_DECLINED, /* used by another machine; withheld until expiry */
	LEASE_STATE_MAX
};

/* There is at most one lease for an address. */
struct lease {
	uint8_t state; /* enum lease_state */
	struct addr addr; /* neither 0.0.0.0 nor "::" */
	uint8_t hwtype;
	uint8_t hwlen;
	uint8_t hw[LEASE_HW_MAX];
	uint16_t idlen; /* client identifier (option 61); 0: none sent */
	uint8_t id[LEASE_ID_MAX];
	char name[LEASE_NAME_MAX]; /* host name, checked; "": none */
	uint64_t start_s; /* wall clock, time of the last grant */
	uint64_t expiry_s; /* wall clock, or LEASE_NEVER */
	/*
	 * The relay agent that the client has as its router, or none.  A
	 * renewal does not pass through the relay, and its ACK must name the
	 * same router (RFC 2131 4.3.1).
	 */
	struct addr relay;
};

/* The address in host order; 0 if it is no IPv4 address. */
static inline uint32_t
lease_ip4(const struct lease *l)
{
	uint32_t host;

	(void)addr_to_ip4(&l->addr, &host);
	return host;
}

void lease_encode(const struct lease *, struct writer *);

/* An unknown state, no address, or a field over its limit fails the reader. */
void lease_decode(struct reader *, struct lease *);

#endif
