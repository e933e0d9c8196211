/* SPDX-License-Identifier: ISC */
/* One end of a UDP conversation, of either family. */
#ifndef DAEMON_ENDPOINT_H
#define DAEMON_ENDPOINT_H

#include <sys/socket.h>

#include "daemon/buf.h"

#define ENDPOINT_ENCODED (1 + 16 + 2 + 4)
#define ENDPOINT_TEXT 72 /* room for "[address%4294967295]:port" */

struct endpoint {
	uint8_t family; /* 4, 6, or 0 for none */
	uint8_t addr[16]; /* network order; IPv4 in the first four */
	uint16_t port; /* host order */
	uint32_t scope; /* interface index of an IPv6 link-local address */
};

void endpoint_encode(const struct endpoint *, struct writer *);

/* A family other than 4 and 6, or bytes that must be zero and are not, fail. */
void endpoint_decode(struct reader *, struct endpoint *);

/* -1 for a family that is neither AF_INET nor AF_INET6. */
int endpoint_from_sockaddr(struct endpoint *, const struct sockaddr *);

/* Returns the length of the filled address, 0 for family 0. */
socklen_t
endpoint_to_sockaddr(const struct endpoint *, struct sockaddr_storage *);

bool endpoint_equal(const struct endpoint *, const struct endpoint *);

/*
 * Hash of the address, its scope and the port; with a random seed nobody
 * knows which endpoints collide.  One hash may be the seed of another.
 */
uint64_t endpoint_hash(const struct endpoint *, uint64_t seed);

/* "192.168.1.50:2070"; returns dst. */
const char *endpoint_text(const struct endpoint *, char dst[ENDPOINT_TEXT]);

/* "192.168.1.50" or "2001:db8::50", without port and scope; returns dst. */
const char *
endpoint_address_text(const struct endpoint *, char dst[ENDPOINT_TEXT]);

/* "192.168.1.50" of an IPv4 address in host order; returns dst. */
const char *ip4_text(uint32_t addr, char dst[16]);

#endif
