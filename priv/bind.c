/* SPDX-License-Identifier: ISC */
/* Binding of sockets. */
#include "priv/bind.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/log.h"

#define DHCP_SERVER_PORT 67 /* RFC 2131 4.1 */
#define TFTP_PORT 69 /* RFC 1350 4 */
#define LISTENER_RCVBUF (4 * 1024 * 1024) /* a rack that is switched on */

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

/* The socket, or -1 with errno. */
static int
listener_open(enum socket_use use, const char *ifname)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	const int rcvbuf = LISTENER_RCVBUF;
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	in.sin_port = htons(uses[use].port);
	/* Capped by the kernel's rmem_max unless we may exceed it. */
	if (setsockopt(
		fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf, sizeof(rcvbuf)) == -1)
		(void)setsockopt(
		    fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, ifname,
		(socklen_t)strlen(ifname) + 1) == -1 ||
	    option_set(fd, IPPROTO_IP, IP_PKTINFO) == -1 ||
	    (use != SOCKET_TFTP &&
		option_set(fd, SOL_SOCKET, SO_BROADCAST) == -1) ||
	    bind(fd, (struct sockaddr *)&in, sizeof(in)) == -1) {
		int saved = errno;

		(void)close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static struct conf_listener *
listener_find(struct conf_listener *l, size_t n, enum socket_use use,
    const struct iface *i)
{
	for (; n > 0; n--, l++)
		if (l->use == use && l->ifindex == i->index &&
		    strcmp(l->ifname, i->name) == 0)
			return l;
	return NULL;
}

static int
listener_add(struct conf *c, const struct conf *before, enum socket_use use,
    const struct iface *i)
{
	struct conf_listener *grown, *old = NULL;

	grown = reallocarray(c->listeners, c->nlisteners + 1, sizeof(*grown));
	if (grown == NULL) {
		log_warn("listeners");
		return -1;
	}
	c->listeners = grown;
	grown += c->nlisteners;
	memset(grown, 0, sizeof(*grown));
	if (before != NULL)
		old = listener_find(
		    before->listeners, before->nlisteners, use, i);
	if (old != NULL) {
		*grown = *old;
		grown->shared = true;
		c->nlisteners++;
		return 0;
	}
	grown->use = use;
	grown->ifindex = i->index;
	memcpy(grown->ifname, i->name, sizeof(grown->ifname));
	if ((grown->fd = listener_open(use, i->name)) == -1) {
		log_err("%s port %u on %s: %s%s", uses[use].name,
		    uses[use].port, i->name, strerror(errno),
		    errno == EADDRINUSE
			? "; another server has it: find it with "
			  "'ss -lunp' and stop it"
			: "");
		return -1;
	}
	c->nlisteners++;
	return 0;
}

int
bind_listeners(struct conf *c, const struct conf *before)
{
	size_t n;

	for (n = 0; n < c->nifaces; n++) {
		const struct iface *i = &c->ifaces[n];

		if (i->dhcp && listener_add(c, before, SOCKET_DHCP, i) == -1)
			return -1;
		if (i->tftp && listener_add(c, before, SOCKET_TFTP, i) == -1)
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

int
bind_transfer(const struct endpoint *local, const struct endpoint *remote)
{
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(local, &ss);
	int fd, saved;

	fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (bind(fd, (struct sockaddr *)&ss, len) == 0) {
		len = endpoint_to_sockaddr(remote, &ss);
		if (connect(fd, (struct sockaddr *)&ss, len) == 0)
			return fd;
	}
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}
