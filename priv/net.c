/* SPDX-License-Identifier: ISC */
/* Finding the host's interfaces and watching them change. */
#include "priv/net.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"

#define WATCH_SETTLE_MS 300 /* changes come in bursts */
#define WATCH_BUSY_MAX 4 /* so often the wait doubles */
#define WATCH_QUIET_MS 10000 /* then the next one is a burst of its own */

/* The next entry; net_find() has counted the links. */
static struct iface *
ifaces_new(struct conf *c, const char *name)
{
	struct iface *i = &c->ifaces[c->nifaces++];

	(void)snprintf(i->name, sizeof(i->name), "%s", name);
	return i;
}

static bool
is_link(const struct ifaddrs *ifa)
{
	return ifa->ifa_addr != NULL && ifa->ifa_addr->sa_family == AF_PACKET;
}

/* Room for as many interfaces as there are links. */
static int
ifaces_alloc(struct conf *c, const struct ifaddrs *list)
{
	const struct ifaddrs *ifa;
	size_t n = 0;

	for (ifa = list; ifa != NULL; ifa = ifa->ifa_next)
		n += is_link(ifa) ? 1 : 0;
	free(c->ifaces);
	c->nifaces = c->nfound = 0;
	c->ifaces = calloc(n + 1, sizeof(*c->ifaces));
	return c->ifaces == NULL ? -1 : 0;
}

static uint32_t
in_addr_of(const struct sockaddr *sa)
{
	struct sockaddr_in in;

	if (sa == NULL || sa->sa_family != AF_INET)
		return 0;
	memcpy(&in, sa, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

/* Set bits of a mask, which has no holes. */
static uint8_t
prefix_of(const struct sockaddr *sa)
{
	struct sockaddr_in6 in6;
	uint8_t n = 0;

	if (sa == NULL)
		return 128;
	memcpy(&in6, sa, sizeof(in6));
	while (n < 128 && (in6.sin6_addr.s6_addr[n / 8] & (0x80 >> n % 8)) != 0)
		n++;
	return n;
}

static void
iface_add_addr6(struct iface *i, const struct ifaddrs *ifa)
{
	struct iface_addr6 *a;
	struct sockaddr_in6 in6;

	if (i->naddrs6 >= IFACE_ADDRS6_MAX) {
		i->more6 = true;
		return;
	}
	memcpy(&in6, ifa->ifa_addr, sizeof(in6));
	a = &i->addr6[i->naddrs6++];
	memcpy(a->addr, &in6.sin6_addr, sizeof(a->addr));
	a->prefix = prefix_of(ifa->ifa_netmask);
}

static void
iface_add_addr4(struct iface *i, const struct ifaddrs *ifa)
{
	struct iface_addr *a;

	if (i->naddrs >= IFACE_ADDRS_MAX) {
		i->more4 = true;
		return;
	}
	a = &i->addr[i->naddrs++];
	a->addr = in_addr_of(ifa->ifa_addr);
	a->mask = in_addr_of(ifa->ifa_netmask);
	/* Without one of its own, an interface shows its address here. */
	a->broadcast = (ifa->ifa_flags & IFF_BROADCAST) != 0
			   ? in_addr_of(ifa->ifa_broadaddr)
			   : 0;
	if (a->broadcast == a->addr)
		a->broadcast = 0;
}

static void
iface_add_addr(struct iface *i, const struct ifaddrs *ifa)
{
	if (in_addr_of(ifa->ifa_addr) != 0)
		iface_add_addr4(i, ifa);
	else if (ifa->ifa_addr != NULL && ifa->ifa_addr->sa_family == AF_INET6)
		iface_add_addr6(i, ifa);
}

static uint32_t
iface_mtu(const char *name)
{
	struct ifreq ifr = { 0 };
	int mtu = 1500, s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (s == -1)
		return 1500;
	memcpy(ifr.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	if (ioctl(s, SIOCGIFMTU, &ifr) == 0)
		mtu = ifr.ifr_mtu;
	(void)close(s);
	return (uint32_t)mtu;
}

/* Those that are served come first; their order stays. */
static void
ifaces_choose(struct conf *c)
{
	size_t i;

	c->nfound = c->nifaces;
	c->nifaces = 0;
	for (i = 0; i < c->nfound; i++) {
		struct iface *to = &c->ifaces[c->nifaces], tmp;

		(void)net_select(c, &c->ifaces[i]);
		if (!c->ifaces[i].dhcp && !c->ifaces[i].tftp)
			continue;
		tmp = *to;
		*to = c->ifaces[i];
		c->ifaces[i] = tmp;
		c->nifaces++;
	}
}

/* Of addresses of IPv4 that have one, the label comes instead: "eth0:1". */
static bool
name_is_of(const char *name, const char *link)
{
	size_t n = strcspn(name, ":");

	return strlen(link) == n && memcmp(name, link, n) == 0;
}

/*
 * The link of an address.  The kernel lists addresses in the order of links,
 * so the search begins where the last one has ended.
 */
static struct iface *
iface_find(struct conf *c, const char *name, size_t *last)
{
	size_t n;

	for (n = 0; n < c->nifaces; n++) {
		size_t k = (*last + n) % c->nifaces;

		if (!name_is_of(name, c->ifaces[k].name))
			continue;
		*last = k;
		return &c->ifaces[k];
	}
	return NULL;
}

int
net_find(struct conf *c)
{
	struct ifaddrs *list, *ifa;
	size_t last = 0;

	if (getifaddrs(&list) == -1) {
		log_warn("cannot list the interfaces");
		return -1;
	}
	if (ifaces_alloc(c, list) == -1) {
		log_warn("cannot list the interfaces");
		freeifaddrs(list);
		return -1;
	}
	for (ifa = list; ifa != NULL; ifa = ifa->ifa_next) {
		struct sockaddr_ll ll;
		struct iface *i;

		if (!is_link(ifa))
			continue;
		i = ifaces_new(c, ifa->ifa_name);
		memcpy(&ll, ifa->ifa_addr, sizeof(ll));
		i->index = (uint32_t)ll.sll_ifindex;
		i->mtu = iface_mtu(i->name);
		i->loopback = (ifa->ifa_flags & IFF_LOOPBACK) != 0;
	}
	for (ifa = list; ifa != NULL; ifa = ifa->ifa_next) {
		struct iface *i;

		if (!is_link(ifa) &&
		    (i = iface_find(c, ifa->ifa_name, &last)) != NULL)
			iface_add_addr(i, ifa);
	}
	freeifaddrs(list);
	ifaces_choose(c);
	return 0;
}

static struct {
	void (*changed)(void *);
	void *arg;
	struct event *settle;
	unsigned int busy; /* looks, one soon after the other */
	uint64_t looked_ms;
} watch;

static void
watch_settled(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	watch.looked_ms = clock_mono_ms();
	if (watch.busy < WATCH_BUSY_MAX)
		watch.busy++;
	watch.changed(watch.arg);
}

/*
 * What exactly changed does not matter: all is looked at afresh.  Later events
 * do not put that off, since a host of the link may cause them without end:
 * a router's advertisement is one.
 */
static void
watch_readable(evutil_socket_t fd, short what, void *arg)
{
	struct timeval tv = { 0 };
	uint64_t wait_ms;
	char buf[16384];

	(void)what;
	(void)arg;
	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0 || errno == ENOBUFS)
		errno = 0;
	if (evtimer_pending(watch.settle, NULL))
		return;
	if (clock_mono_ms() - watch.looked_ms >= WATCH_QUIET_MS)
		watch.busy = 0;
	wait_ms = (uint64_t)WATCH_SETTLE_MS << watch.busy;
	tv.tv_sec = (time_t)(wait_ms / 1000);
	tv.tv_usec = (suseconds_t)(wait_ms % 1000 * 1000);
	event_add(watch.settle, &tv);
}

int
net_watch(struct event_base *base, void (*changed)(void *), void *arg)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK,
		.nl_groups =
		    RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR };
	struct event *ev;
	int s;

	s = socket(
	    AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (s == -1)
		return -1;
	if (bind(s, (struct sockaddr *)&nl, sizeof(nl)) == -1) {
		(void)close(s);
		return -1;
	}
	watch.changed = changed;
	watch.arg = arg;
	watch.settle = evtimer_new(base, watch_settled, NULL);
	ev = event_new(base, s, EV_READ | EV_PERSIST, watch_readable, NULL);
	if (watch.settle == NULL || ev == NULL) {
		(void)close(s);
		errno = ENOMEM;
		return -1;
	}
	event_add(ev, NULL);
	return 0;
}
