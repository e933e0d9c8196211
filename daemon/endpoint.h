/* SPDX-License-Identifier: ISC */
/* An address and port of UDP, IPv4 or IPv6. */
#ifndef DAEMON_ENDPOINT_H
#define DAEMON_ENDPOINT_H

#include <sys/socket.h>

#include "daemon/addr.h"

#define ENDPOINT_ENCODED_MIN (ADDR_ENCODED_MIN + 2 + 4)
#define ENDPOINT_ENCODED_MAX (ADDR_ENCODED_MAX + 2 + 4)
#define ENDPOINT_TEXT 72 /* room for "[address%4294967295]:port" */

struct endpoint {
	struct addr addr;
	uint16_t port; /* host order */
	uint32_t scope; /* interface index of an IPv6 link-local address */
};

void endpoint_encode(const struct endpoint *, struct writer *);

/* A family other than 4 and 6, or IPv4 with a scope, fails the reader. */
void endpoint_decode(struct reader *, struct endpoint *);

/* -1 for a family that is neither AF_INET nor AF_INET6. */
int endpoint_from_sockaddr(struct endpoint *, const struct sockaddr *);

/* Returns the length of the address; 0 for family 0. */
socklen_t
endpoint_to_sockaddr(const struct endpoint *, struct sockaddr_storage *);

bool endpoint_equal(const struct endpoint *, const struct endpoint *);

/*
 * A hash of address, scope and port.  With a random seed, clients cannot choose
 * endpoints that collide.  A hash can be the seed of another hash.
 */
uint32_t endpoint_hash(const struct endpoint *, uint64_t seed);

/* "192.168.1.50:2070"; returns dst. */
const char *endpoint_text(const struct endpoint *, char dst[ENDPOINT_TEXT]);

#endif
