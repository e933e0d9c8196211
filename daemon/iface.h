/* SPDX-License-Identifier: ISC */
/* A network interface of the host, as the parent describes it to roles. */
#ifndef DAEMON_IFACE_H
#define DAEMON_IFACE_H

#include <net/if.h>

#include "daemon/buf.h"

#define IFACE_ADDRS_MAX 64
#define IFACE_ADDRS6_MAX 32
#define IFACE_ENCODED_MAX \
	(2 + IFNAMSIZ + 14 + IFACE_ADDRS_MAX * 12 + IFACE_ADDRS6_MAX * 17)
#define IFACE_NO_ROOT 255

struct iface_addr {
	uint32_t addr; /* IPv4, host order */
	uint32_t mask;
	uint32_t broadcast; /* 0: none */
};

struct iface_addr6 {
	uint8_t addr[16];
	uint8_t prefix; /* bits */
};

struct iface {
	char name[IFNAMSIZ];
	uint32_t index;
	uint32_t mtu;
	/* The next three are not encoded; only the parent uses them. */
	bool loopback;
	bool more4; /* it has more IPv4 addresses than fit */
	bool more6;
	bool dhcp; /* DHCP is served here */
	bool tftp;
	bool http;
	/*
	 * The tftp-root: 0 is that for all interfaces, n the nth of those for
	 * one interface; IFACE_NO_ROOT if neither tftp nor http is set.
	 */
	uint8_t root;
	uint8_t naddrs;
	struct iface_addr addr[IFACE_ADDRS_MAX];
	uint8_t naddrs6;
	struct iface_addr6 addr6[IFACE_ADDRS6_MAX];
};

/*
 * The use of a socket of CONF_SOCKET.  An interface may have two for TFTP and
 * two each for HTTP and HTTPS, one for each family; the source address of a
 * packet shows the family.
 */
enum socket_use {
	SOCKET_DHCP,
	SOCKET_TFTP,
	SOCKET_PXE,
	SOCKET_HTTP,
	SOCKET_HTTPS,
	SOCKET_USE_MAX
};

void iface_encode(const struct iface *, struct writer *);
void iface_decode(struct reader *, struct iface *);

/* Whether it has this address: IPv4 in host order, IPv6 in network order. */
bool iface_has4(const struct iface *, uint32_t addr);
bool iface_has6(const struct iface *, const uint8_t addr[16]);

#endif
