/* SPDX-License-Identifier: ISC */
/* A network interface of the host, as roles without a network are told. */
#ifndef DAEMON_IFACE_H
#define DAEMON_IFACE_H

#include <net/if.h>

#include "daemon/buf.h"

#define IFACE_ADDRS_MAX 64
#define IFACE_ENCODED_MAX (2 + IFNAMSIZ + 11 + IFACE_ADDRS_MAX * 12)

struct iface_addr {
	uint32_t addr; /* IPv4, host order */
	uint32_t mask;
	uint32_t broadcast; /* 0: none */
};

struct iface {
	char name[IFNAMSIZ];
	uint32_t index;
	uint32_t mtu;
	bool loopback; /* known to the parent alone; not encoded */
	bool dhcp; /* DHCP is served here */
	bool tftp;
	uint8_t naddrs;
	struct iface_addr addr[IFACE_ADDRS_MAX];
};

/* What a socket handed down by CONF_SOCKET is for. */
enum socket_use { SOCKET_DHCP, SOCKET_PXE, SOCKET_TFTP, SOCKET_USE_MAX };

void iface_encode(const struct iface *, struct writer *);
void iface_decode(struct reader *, struct iface *);

#endif
