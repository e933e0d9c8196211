/* SPDX-License-Identifier: ISC */
/*
 * The identity of a client: hardware address and client identifier (RFC 2131
 * 4.2, RFC 2132 9.14).
 */
#ifndef DHCPD_CLIENT_H
#define DHCPD_CLIENT_H

#include "daemon/lease.h"

struct client {
	uint8_t hwtype;
	uint8_t hwlen;
	uint8_t hw[LEASE_HW_MAX];
	uint16_t idlen; /* 0: not sent, or ignored by "id:*" */
	uint8_t id[LEASE_ID_MAX];
};

#define CLIENT_TEXT (3 + 3 * LEASE_HW_MAX)

/*
 * Whether a lease belongs to this client: by identifier where both have one,
 * else by hardware address.
 */
bool client_owns(const struct client *, const struct lease *);

/* Whether both hardware address and identifier are the same. */
bool client_equal(const struct client *, const struct client *);

void client_of_lease(struct client *, const struct lease *);
void client_to_lease(const struct client *, struct lease *);

/* "9e:42:87:f7:29:92"; "06-9e:..." for a type other than Ethernet. */
const char *client_text(const struct client *, char dst[CLIENT_TEXT]);

#endif
