/* SPDX-License-Identifier: ISC */
/* Who a client is: its hardware address and its client identifier. */
#ifndef DHCPD_CLIENT_H
#define DHCPD_CLIENT_H

#include "daemon/lease.h"

struct client {
	uint8_t hwtype;
	uint8_t hwlen;
	uint8_t hw[LEASE_HW_MAX];
	uint16_t idlen; /* 0: none was sent, or it does not count */
	uint8_t id[LEASE_ID_MAX];
};

#define CLIENT_TEXT (3 + 3 * LEASE_HW_MAX)

bool client_same_hw(const struct client *, const struct lease *);
bool client_same_id(const struct client *, const struct lease *);

/*
 * Whether a lease is this client's: by identifier where both have one, else
 * by hardware address.
 */
bool client_owns(const struct client *, const struct lease *);

/* Whether client_key() would say the same of both. */
bool client_equal(const struct client *, const struct client *);

void client_of_lease(struct client *, const struct lease *);
void client_to_lease(const struct client *, struct lease *);

/* "9e:42:87:f7:29:92", with "06-" before it for types but Ethernet. */
const char *client_text(const struct client *, char dst[CLIENT_TEXT]);

#endif
