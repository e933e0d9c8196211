/* SPDX-License-Identifier: ISC */
/* The services: sockets on well-known ports that roles get from the parent. */
#ifndef PRIV_SERVICE_H
#define PRIV_SERVICE_H

#include "daemon/iface.h"
#include "daemon/msg.h"

#define SERVICE_OPTIONS_MAX 4

struct conf;

/* A socket option that is set to 1; name 0 ends the list. */
struct service_option {
	int level;
	int name;
};

/* One socket for each interface that is served. */
struct service {
	const char *name; /* for the log */
	enum socket_use use; /* for the role */
	enum role role; /* that gets the socket */
	int family; /* AF_INET, AF_INET6 */
	int type; /* SOCK_DGRAM, SOCK_STREAM */
	uint16_t port; /* the usual one: see service_port() */
	/* With tftp-single-port, transfers use the same port. */
	bool shared_with_transfers;
	/* See service_wanted(); apart from the family of addresses. */
	bool (*serves)(const struct conf *, const struct iface *);
	struct service_option options[SERVICE_OPTIONS_MAX];
};

/* Those of one name follow each other. */
extern const struct service services[];
extern const size_t nservices;

/* Whether an interface has the service in a configuration. */
bool service_wanted(
    const struct service *, const struct conf *, const struct iface *);

/*
 * The port of a service in a configuration: dhcp-alternate-port, http-port and
 * https-port change it.
 */
uint16_t service_port(const struct service *, const struct conf *);

#endif
