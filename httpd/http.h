/* SPDX-License-Identifier: ISC */
/*
 * The HTTP library (libmicrohttpd) between the sockets and the server.  It has
 * an epoll descriptor of its own, which the event loop watches.  A connection
 * is suspended while imaged opens its file.
 */
#ifndef HTTPD_HTTP_H
#define HTTPD_HTTP_H

#include <sys/socket.h>

#include "daemon/role.h"
#include "httpd/state.h"

struct event_base;
struct listener;

/* Ends the process if the library cannot be started. */
void http_start(struct server *, struct event_base *);

/* A new connection; takes over fd. */
void http_accept(
    const struct listener *, int fd, const struct sockaddr *, socklen_t len);

/* Resumes the connection of a request that has waited and is ready now. */
void http_ready(struct request *);

/* Closes connections that were idle too long; called every second. */
void http_tick(uint64_t now_ms);

/* Runs the library; returns what the event loop does next. */
enum role_turn http_turn(void);

/* Ends all connections. */
void http_stop(void);

#endif
