/* SPDX-License-Identifier: ISC */
/* The socket of one transfer. */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/tftp.h"
#include "priv/bind_transfer.h"
#include "priv/broker.h"

#define PORT_TRIES 1024 /* of a range, so that no request takes long */

/* The path MTU known to the kernel; usually that of the route. */
static int
path_mtu(int fd, int family, uint32_t *mtu)
{
	socklen_t len = sizeof(int);
	int got = 0;

	if ((family == AF_INET
		    ? getsockopt(fd, IPPROTO_IP, IP_MTU, &got, &len)
		    : getsockopt(fd, IPPROTO_IPV6, IPV6_MTU, &got, &len)) == -1)
		return -1;
	*mtu = (uint32_t)got;
	return 0;
}

static int
bind_port(int fd, const struct endpoint *local, uint16_t port)
{
	struct endpoint e = *local;
	struct sockaddr_storage ss;
	socklen_t len;

	e.port = port;
	len = endpoint_to_sockaddr(&e, &ss);
	return bind(fd, (struct sockaddr *)&ss, len);
}

/*
 * Binds a free port of tftp-port-range.  The search continues after the last
 * port tried, since recently bound ports are likely still in use.
 */
static int
bind_range(int fd, const struct endpoint *local, uint16_t low, uint16_t high)
{
	static uint32_t next;
	uint32_t count = (uint32_t)high - low + 1, tries;

	for (tries = 0; tries < count && tries < PORT_TRIES; tries++) {
		uint16_t port = (uint16_t)(low + next++ % count);

		if (bind_port(fd, local, port) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -1;
	}
	return -1;
}

/*
 * Port 69, with SO_REUSEADDR.  Until connect(2), requests of other clients may
 * arrive on any interface; PKTINFO tells the reader which one.
 */
static int
bind_single(int fd, const struct endpoint *local)
{
	const int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    (local->addr.family == 4
		    ? setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on))
		    : setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on,
			  sizeof(on))) == -1)
		return -1;
	return bind_port(fd, local, TFTP_PORT);
}

static int
bind_local(int fd, const struct record_tftp *how, const struct endpoint *local)
{
	if (how->single_port)
		return bind_single(fd, local);
	if (how->port_low != 0 && how->port_low <= how->port_high)
		return bind_range(fd, local, how->port_low, how->port_high);
	return bind_port(fd, local, 0);
}

/*
 * Binding fails with EADDRNOTAVAIL unless the address is one of this host.
 * With ip_nonlocal_bind every bind succeeds, and transfers to such ports are
 * refused.  Returns 0, or -1 with errno.
 */
static int
refuse_own_service(const struct endpoint *remote)
{
	int fd, error;

	fd = socket(remote->addr.family == 4 ? AF_INET : AF_INET6,
	    SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	error = bind_port(fd, remote, 0) == 0 ? EACCES : errno;
	(void)close(fd);
	if (error == EADDRNOTAVAIL)
		return 0;
	errno = error;
	return -1;
}

int
bind_transfer(const struct record_tftp *how, const struct record_dhcp *dhcp,
    const struct endpoint *local, const struct endpoint *remote, uint32_t *mtu)
{
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(remote, &ss);
	int fd, saved;

	if (!broker_port_of_client(dhcp, remote->port) &&
	    refuse_own_service(remote) == -1)
		return -1;
	fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (bind_local(fd, how, local) == 0 &&
	    connect(fd, (struct sockaddr *)&ss, len) == 0 &&
	    path_mtu(fd, ss.ss_family, mtu) == 0)
		return fd;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}
