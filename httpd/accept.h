/* SPDX-License-Identifier: ISC */
/* The sockets that accept connections. */
#ifndef HTTPD_ACCEPT_H
#define HTTPD_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "daemon/http.h"

struct event_base;
struct event;

struct listener {
	int fd;
	uint32_t ifindex;
	bool tls; /* its connections are HTTPS */
	uint8_t root; /* index of the tftp-root of the interface */
	struct event *readable; /* NULL until accept_start() */
};

struct accept_set {
	uint32_t n;
	struct listener l[HTTP_SOCKETS_MAX];
};

/* Called for each new connection; takes over fd. */
typedef void
accept_fn(const struct listener *, int fd, const struct sockaddr *, socklen_t);

/* Adds a listening socket; takes over fd.  -1: too many, and fd is closed. */
int accept_add(struct accept_set *, int fd, uint32_t ifindex);

/*
 * Begins to accept connections; the set must not be moved in memory.  -1: out
 * of memory.  accept_pause() stops accepting until accept_resume(), which may
 * also be called without a pause.
 */
int accept_start(struct accept_set *, struct event_base *, accept_fn *);
void accept_pause(struct accept_set *);
void accept_resume(struct accept_set *);

/* Closes all sockets. */
void accept_clear(struct accept_set *);

#endif
