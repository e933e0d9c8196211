/* SPDX-License-Identifier: ISC */
/* The sockets on the well-known ports. */
#include "priv/bind.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/endpoint.h"
#include "daemon/http.h"
#include "daemon/log.h"
#include "daemon/tftp.h"
#include "priv/port_owner.h"
#include "priv/service.h"

#define LISTEN_BACKLOG 1024 /* capped by the kernel's somaxconn */
/* For a rack that is switched on, and for replies that wait for ARP. */
#define LISTENER_BUF (4 * 1024 * 1024)

/* tftp-single-port was set at least once, so transfers may hold port 69. */
static bool port69_was_shared;

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
	const struct endpoint any = { .addr.family = family == AF_INET ? 4 : 6,
		.port = port };

	return endpoint_to_sockaddr(&any, ss);
}

static int
listener_options(int fd, const struct service *s)
{
	size_t n;

	for (n = 0; n < SERVICE_OPTIONS_MAX && s->options[n].name != 0; n++)
		if (option_set(fd, s->options[n].level, s->options[n].name) ==
		    -1)
			return -1;
	return 0;
}

/*
 * Capped by the kernel's rmem_max and wmem_max unless we may exceed them.
 * Connections inherit a size, which the kernel then no longer adapts.
 */
static void
listener_buffers(int fd, const struct service *s)
{
	const int size = LISTENER_BUF;

	if (s->type != SOCK_DGRAM)
		return;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ==
	    -1)
		(void)setsockopt(
		    fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) ==
	    -1)
		(void)setsockopt(
		    fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/*
 * Returns the socket, or -1 with errno.  shared: sets SO_REUSEADDR, without
 * which bind(2) fails while transfers use port 69 (tftp-single-port).
 */
static int
listener_open(const struct conf_listener *l, bool shared)
{
	const struct service *s = l->service;
	struct sockaddr_storage ss;
	socklen_t len = any_address(s->family, l->port, &ss);
	int fd, saved;

	fd = socket(s->family, s->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	listener_buffers(fd, s);
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, l->ifname,
		(socklen_t)strlen(l->ifname) + 1) == 0 &&
	    listener_options(fd, s) == 0 &&
	    (!shared || option_set(fd, SOL_SOCKET, SO_REUSEADDR) == 0) &&
	    bind(fd, (struct sockaddr *)&ss, len) == 0 &&
	    (s->type != SOCK_STREAM || listen(fd, LISTEN_BACKLOG) == 0))
		return fd;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

/*
 * The kernel binds a socket to the index of a device (SO_BINDTODEVICE), so it
 * stays bound when the device gets another name.
 */
static struct conf_listener *
listener_find(const struct conf *c, const struct conf_listener *l)
{
	size_t n;

	for (n = 0; c != NULL && n < c->nlisteners; n++)
		if (c->listeners[n].service == l->service &&
		    c->listeners[n].port == l->port &&
		    c->listeners[n].ifindex == l->ifindex)
			return &c->listeners[n];
	return NULL;
}

/*
 * Binds without SO_REUSEADDR first: if both servers set it, the kernel lets
 * them have the same port, and the other server would not be noticed.
 */
static int
listener_bind(const struct conf_listener *l)
{
	int fd = listener_open(l, false);

	if (fd == -1 && errno == EADDRINUSE &&
	    l->service->shared_with_transfers && port69_was_shared)
		fd = listener_open(l, true);
	return fd;
}

/*
 * Logs why a port cannot be bound, and who has it, and returns -1; 0 if that is
 * no fault: with --test, or of the dnsmasq that is to be replaced.
 */
static int
listener_failed(const struct conf *c, const struct conf_listener *l)
{
	const struct service *s = l->service;
	struct port_owner o;
	int error = errno;

	/* A missing capability was reported. */
	if (c->test && (error == EACCES || error == EPERM))
		return 0;
	if (error != EADDRINUSE) {
		log_err("%s port %u on %s: %s", s->name, l->port, l->ifname,
		    strerror(error));
		return -1;
	}
	if (!port_owner_find(s->family, s->type, l->port, l->ifindex, &o)) {
		/* It may be the daemon that --test is to leave alone. */
		if (c->test && o.uid == 0)
			return 0;
		log_err(
		    "%s port %u on %s: in use by another server; find it with 'ss -l%cnp' and stop it",
		    s->name, l->port, l->ifname,
		    s->type == SOCK_STREAM ? 't' : 'u');
	} else if (c->replaces != NULL && c->replaces(o.pid, l->port)) {
		return 0;
	} else if (!proc_name_is_pxeguard(o.name) || !proc_is_root(o.pid)) {
		log_err("%s port %u on %s: in use by process %d (%s); stop it",
		    s->name, l->port, l->ifname, o.pid, o.name);
	} else if (c->test) {
		return 0;
	} else {
		log_err(
		    "%s port %u on %s: in use by process %d (%s); stop that pxeguard, or reload it with 'pxeguard --reload=%d'",
		    s->name, l->port, l->ifname, o.pid, o.name, o.pid);
	}
	return -1;
}

/*
 * tftpd has room for TFTP_SOCKETS_MAX, httpd for HTTP_SOCKETS_MAX.  If one had
 * to refuse more, the process that serves would be killed, as would each new
 * one.
 */
static bool
service_full(const struct conf *c, const struct service *s)
{
	size_t n, same = 0, max;

	if (s->use == SOCKET_TFTP)
		max = TFTP_SOCKETS_MAX;
	else if (s->use == SOCKET_HTTP)
		max = HTTP_SOCKETS_MAX;
	else
		return false;
	for (n = 0; n < c->nlisteners; n++)
		if (c->listeners[n].service->use == s->use)
			same++;
	if (same < max)
		return false;
	log_err(
	    "%s is enabled on more than %zu sockets; name the interfaces that need it: interface=NAME,... or enable-%s=NAME,...",
	    s->name, max, s->use == SOCKET_TFTP ? "tftp" : "http");
	return true;
}

static int
listener_add(struct conf *c, const struct conf *before, const struct service *s,
    const struct iface *i)
{
	struct conf_listener *grown, *old;

	if (service_full(c, s))
		return -1;
	grown = reallocarray(c->listeners, c->nlisteners + 1, sizeof(*grown));
	if (grown == NULL) {
		log_warn("cannot create the listeners");
		return -1;
	}
	c->listeners = grown;
	grown += c->nlisteners;
	memset(grown, 0, sizeof(*grown));
	grown->service = s;
	grown->port = service_port(s, c);
	grown->ifindex = i->index;
	memcpy(grown->ifname, i->name, sizeof(grown->ifname));
	if ((old = listener_find(before, grown)) != NULL) {
		grown->fd = old->fd;
		grown->shared = true;
	} else if ((grown->fd = listener_bind(grown)) == -1 &&
		   listener_failed(c, grown) == -1) {
		return -1;
	}
	c->nlisteners++;
	return 0;
}

/* Interfaces can have IPv6 addresses where IPv6 sockets are unavailable. */
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
		log_warnx(
		    "IPv6 is not available; serving boot files over IPv4 only");
	told = true;
	return true;
}

static bool
listener_wanted(
    const struct conf *c, const struct service *s, const struct iface *i)
{
	return service_wanted(s, c, i) &&
	       !(s->family == AF_INET6 && ipv6_refused());
}

/* The sockets of one interface. */
static int
listeners_add(struct conf *c, const struct conf *before, const struct iface *i)
{
	const struct service *s;

	for (s = services; s < services + nservices; s++)
		if (listener_wanted(c, s, i) &&
		    listener_add(c, before, s, i) == -1)
			return -1;
	return 0;
}

int
bind_listeners(struct conf *c, const struct conf *before)
{
	size_t n;

	for (n = 0; n < c->nifaces; n++)
		if (listeners_add(c, before, &c->ifaces[n]) == -1)
			return -1;
	return 0;
}

int
bind_test(struct conf *c)
{
	const struct service *s;
	int r = 0;
	size_t n;

	for (n = 0; n < c->nifaces; n++)
		for (s = services; s < services + nservices; s++)
			if (listener_wanted(c, s, &c->ifaces[n]) &&
			    listener_add(c, NULL, s, &c->ifaces[n]) == -1)
				r = -1;
	for (n = 0; n < c->nlisteners; n++)
		if (c->listeners[n].fd != -1)
			(void)close(c->listeners[n].fd);
	c->nlisteners = 0;
	return r;
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

static bool
listener_listens(const struct conf_listener *l)
{
	socklen_t len = sizeof(int);
	int on = 0;

	return getsockopt(l->fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 &&
	       on != 0;
}

static void
listener_repair(const struct conf_listener *l)
{
	/* Ends what shutdown(2) has left, and connections that wait. */
	const struct sockaddr none = { .sa_family = AF_UNSPEC };

	if (connect(l->fd, &none, sizeof(none)) == -1 ||
	    listen(l->fd, LISTEN_BACKLOG) == -1)
		log_warn("%s port %u on %s: cannot listen again",
		    l->service->name, l->port, l->ifname);
}

void
bind_repair(const struct conf *c, enum role role)
{
	/*
	 * The process that has done this may have another one of its kind
	 * beside it, which interferes with the repair.  So all are repaired
	 * from then on.
	 */
	static bool seen;
	const struct conf_listener *l;
	const int off = 0;
	size_t n;

	for (n = 0; c != NULL && n < c->nlisteners; n++) {
		l = &c->listeners[n];
		if (l->service->role != role || l->service->type != SOCK_STREAM)
			continue;
		/* Connections inherit it, and would be slow. */
		(void)setsockopt(l->fd, SOL_TCP, TCP_CORK, &off, sizeof(off));
		if (!listener_listens(l)) {
			log_warnx(
			    "%s port %u on %s: %s has shut the socket down; listening again",
			    l->service->name, l->port, l->ifname,
			    role_name(role));
			seen = true;
		}
		if (seen)
			listener_repair(l);
	}
}

void
bind_apply(const struct conf *c)
{
	const int share = c->tftp.single_port ? 1 : 0;
	size_t n;

	if (c->tftp.single_port)
		port69_was_shared = true;
	for (n = 0; n < c->nlisteners; n++)
		if (c->listeners[n].service->shared_with_transfers &&
		    setsockopt(c->listeners[n].fd, SOL_SOCKET, SO_REUSEADDR,
			&share, sizeof(share)) == -1)
			log_warnx(
			    "port %u on %s: cannot change SO_REUSEADDR for tftp-single-port: %s; restart pxeguard",
			    TFTP_PORT, c->listeners[n].ifname, strerror(errno));
}
