/* SPDX-License-Identifier: ISC */
/* What the kernel knows of a connection. */
#ifndef HTTPD_TCP_H
#define HTTPD_TCP_H

#include <stdbool.h>
#include <stdint.h>

/* Counted from the start of the connection; all zero if they are unknown. */
struct tcp_facts {
	uint64_t acked; /* bytes that the client has acknowledged */
	uint64_t received; /* bytes from the client */
	uint64_t segments; /* sent */
	uint32_t resent; /* segments */
	bool drained; /* the client has acknowledged all that was sent */
};

void tcp_facts_get(int sock, struct tcp_facts *);

#endif
