/* SPDX-License-Identifier: ISC */
/* The sockets on the well-known ports. */
#include "priv/bind.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/tftp.h"

#define DHCP_SERVER_PORT 67 /* RFC 2131 4.1 */
#define LISTENER_RCVBUF (4 * 1024 * 1024) /* a rack that is switched on */

/* Transfers may have port 69, if only since it was shared once. */
static bool transfers_share;

static const struct {
	uint16_t port;
	const char *name;
} uses[SOCKET_USE_MAX] = {
	[SOCKET_DHCP] = { DHCP_SERVER_PORT, "DHCP" },
	[SOCKET_PXE] = { 4011, "PXE" },
	[SOCKET_TFTP] = { TFTP_PORT, "TFTP" },
};

static int
option_set(int fd, int level, int name)
{
	const int on = 1;

	return setsockopt(fd, level, name, &on, sizeof(on));
}

/* All addresses of a family, at a port. */
static socklen_t
any_address(int family, uint16_t port, struct sockaddr_storage *ss)
{
	const struct endpoint any = { .family = family == AF_INET ? 4 : 6,
		.port = port };

	return endpoint_to_sockaddr(&any, ss);
}

/* Has the address told that a packet came to, and what else each needs. */
static int
listener_options(int fd, enum socket_use use, int family)
{
	if (family == AF_INET6)
		return option_set(fd, IPPROTO_IPV6, IPV6_V6ONLY) == -1 ||
			       option_set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO) ==
				   -1
			   ? -1
			   : 0;
	if (option_set(fd, IPPROTO_IP, IP_PKTINFO) == -1)
		return -1;
	return use == SOCKET_TFTP ? 0
				  : option_set(fd, SOL_SOCKET, SO_BROADCAST);
}

/*
 * The socket, or -1 with errno.  Shared: where transfers have port 69 already
 * (tftp-single-port), it can be had only by those who share.
 */
static int
listener_open(enum socket_use use, int family, const char *ifname, bool shared)
{
	struct sockaddr_storage ss;
	socklen_t len = any_address(family, uses[use].port, &ss);
	const int rcvbuf = LISTENER_RCVBUF;
	int fd, saved;

	fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	/* Capped by the kernel's rmem_max unless we may exceed it. */
	if (setsockopt(
		fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf, sizeof(rcvbuf)) == -1)
		(void)setsockopt(
		    fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, ifname,
		(socklen_t)strlen(ifname) + 1) == 0 &&
	    listener_options(fd, use, family) == 0 &&
	    (!shared || option_set(fd, SOL_SOCKET, SO_REUSEADDR) == 0) &&
	    bind(fd, (struct sockaddr *)&ss, len) == 0)
		return fd;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

static struct conf_listener *
listener_find(const struct conf *c, const struct conf_listener *l)
{
	size_t n;

	for (n = 0; c != NULL && n < c->nlisteners; n++)
		if (c->listeners[n].use == l->use &&
		    c->listeners[n].family == l->family &&
		    c->listeners[n].ifindex == l->ifindex &&
		    strcmp(c->listeners[n].ifname, l->ifname) == 0)
			return &c->listeners[n];
	return NULL;
}

/*
 * Alone at first: the kernel lets two servers have one port if both share it,
 * and the other one shall be noticed.
 */
static int
listener_bind(const struct conf_listener *l)
{
	int fd = listener_open(l->use, l->family, l->ifname, false);

	if (fd == -1 && errno == EADDRINUSE && l->use == SOCKET_TFTP &&
	    transfers_share)
		fd = listener_open(l->use, l->family, l->ifname, true);
	return fd;
}

static int
listener_failed(enum socket_use use, const char *ifname)
{
	log_err("%s port %u on %s: %s%s", uses[use].name, uses[use].port,
	    ifname, strerror(errno),
	    errno == EADDRINUSE ? "; another server has it: find it with "
				  "'ss -lunp' and stop it"
				: "");
	return -1;
}

static int
listener_add(struct conf *c, const struct conf *before, enum socket_use use,
    int family, const struct iface *i)
{
	struct conf_listener *grown, *old;

	grown = reallocarray(c->listeners, c->nlisteners + 1, sizeof(*grown));
	if (grown == NULL) {
		log_warn("listeners");
		return -1;
	}
	c->listeners = grown;
	grown += c->nlisteners;
	memset(grown, 0, sizeof(*grown));
	grown->use = use;
	grown->family = family;
	grown->ifindex = i->index;
	memcpy(grown->ifname, i->name, sizeof(grown->ifname));
	if ((old = listener_find(before, grown)) != NULL) {
		grown->fd = old->fd;
		grown->shared = true;
	} else if ((grown->fd = listener_bind(grown)) == -1) {
		return listener_failed(use, i->name);
	}
	c->nlisteners++;
	return 0;
}

/* A system may refuse IPv6 although its interfaces have addresses of it. */
static bool
ipv6_refused(void)
{
	static bool told;
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd != -1)
		(void)close(fd);
	if (fd != -1 || errno != EAFNOSUPPORT)
		return false;
	if (!told)
		log_warnx("this system has no IPv6; TFTP is served over IPv4 "
			  "alone");
	told = true;
	return true;
}

static int
listeners_tftp(struct conf *c, const struct conf *before, const struct iface *i)
{
	if (!i->tftp || !c->tftp.enabled)
		return 0;
	if (i->naddrs > 0 &&
	    listener_add(c, before, SOCKET_TFTP, AF_INET, i) == -1)
		return -1;
	if (i->naddrs6 > 0 && !ipv6_refused() &&
	    listener_add(c, before, SOCKET_TFTP, AF_INET6, i) == -1)
		return -1;
	return 0;
}

int
bind_listeners(struct conf *c, const struct conf *before)
{
	size_t n;

	for (n = 0; n < c->nifaces; n++) {
		const struct iface *i = &c->ifaces[n];

		if (i->dhcp &&
		    listener_add(c, before, SOCKET_DHCP, AF_INET, i) == -1)
			return -1;
		if (listeners_tftp(c, before, i) == -1)
			return -1;
	}
	return 0;
}

void
bind_hand_over(struct conf *from, struct conf *to)
{
	size_t a, b;

	for (a = 0; a < from->nlisteners; a++)
		for (b = 0; b < to->nlisteners; b++)
			if (from->listeners[a].fd == to->listeners[b].fd) {
				from->listeners[a].shared = true;
				to->listeners[b].shared = false;
			}
}

void
bind_apply(const struct conf *c)
{
	const int share = c->tftp.single_port ? 1 : 0;
	size_t n;

	if (c->tftp.single_port)
		transfers_share = true;
	for (n = 0; n < c->nlisteners; n++)
		if (c->listeners[n].use == SOCKET_TFTP &&
		    setsockopt(c->listeners[n].fd, SOL_SOCKET, SO_REUSEADDR,
			&share, sizeof(share)) == -1)
			log_warn("port %u on %s cannot be %s "
				 "(tftp-single-port); stop and start pxeguard",
			    TFTP_PORT, c->listeners[n].ifname,
			    share ? "shared" : "taken back");
}
