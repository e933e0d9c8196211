/* SPDX-License-Identifier: ISC */
/* A configuration of httpd that is being received from the parent. */
#ifndef HTTPD_HTTP_CONF_H
#define HTTPD_HTTP_CONF_H

#include "daemon/iface.h"
#include "daemon/role.h"
#include "daemon/tls_file.h"
#include "httpd/accept.h"
#include "httpd/identity.h"
#include "httpd/state.h"

/* The records, interfaces and sockets received so far. */
struct http_conf {
	struct server_conf server;
	struct accept_set listen;
	struct identity identity;
	bool refused; /* the certificate was; see why */
	char why[ROLE_WHY_MAX];
};

/* Frees and closes everything, and zeroes the struct. */
void http_conf_clear(struct http_conf *);

/* As in struct role_ops; -1 with the reason in why. */
int http_conf_record(struct http_conf *, const struct record *, char *why);
int http_conf_iface(struct http_conf *, const struct iface *, char *why);
int http_conf_socket(
    struct http_conf *, enum socket_use, uint32_t ifindex, int fd, char *why);

/* A file of CONF_TLS; takes over fd.  -1: httpd must not get this file. */
int http_conf_tls(struct http_conf *, enum tls_file, const char *path, int fd);

/*
 * Called at the end of the configuration: sets the root of each listener, and
 * limits the connections to the available descriptors.
 */
int http_conf_finish(struct http_conf *, uint32_t max_fds, char *why);

#endif
