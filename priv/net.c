/* SPDX-License-Identifier: ISC */
/* Lists the host's interfaces and watches them for changes. */
#include "priv/net.h"
#include "priv/net_select.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/timeval.h"
#include "priv/net_dump.h"

#define WATCH_SETTLE_MS 300 /* changes come in bursts */
#define WATCH_BUSY_MAX 4 /* the wait doubles at most this many times */
#define WATCH_QUIET_MS 10000 /* without a change: the wait is short again */
#define WATCH_READS_MAX 1000 /* in one turn of the event loop */

static void
iface_add_addr6(struct iface *i, const struct iface_addr6 *a)
{
	if (i->naddrs6 >= IFACE_ADDRS6_MAX)
		i->more6 = true;
	else
		i->addr6[i->naddrs6++] = *a;
}

static void
iface_add_addr4(struct iface *i, const struct iface_addr *a)
{
	if (i->naddrs >= IFACE_ADDRS_MAX)
		i->more4 = true;
	else
		i->addr[i->naddrs++] = *a;
}

/* Moves the interfaces that are served to the front, in their order. */
static void
ifaces_choose(struct conf *c)
{
	size_t i;

	c->nfound = c->nifaces;
	c->nifaces = 0;
	for (i = 0; i < c->nfound; i++) {
		struct iface *to = &c->ifaces[c->nifaces], tmp;

		(void)net_select(c, &c->ifaces[i]);
		if (!c->ifaces[i].dhcp && !c->ifaces[i].tftp &&
		    !c->ifaces[i].http)
			continue;
		tmp = *to;
		*to = c->ifaces[i];
		c->ifaces[i] = tmp;
		c->nifaces++;
	}
}

/* The configuration to fill, and the link of the last address. */
struct finding {
	struct conf *c;
	size_t last;
};

/*
 * The kernel lists addresses in the order of links, so the search begins at
 * the link of the last address.
 */
static void
iface_take_addr(const struct net_addr *a, void *arg)
{
	struct finding *f = arg;
	size_t n;

	for (n = 0; n < f->c->nifaces; n++) {
		size_t k = (f->last + n) % f->c->nifaces;
		struct iface *i = &f->c->ifaces[k];

		if (i->index != a->ifindex)
			continue;
		f->last = k;
		if (a->family == 4)
			iface_add_addr4(i, &a->addr4);
		else
			iface_add_addr6(i, &a->addr6);
		return;
	}
}

int
net_find(struct conf *c)
{
	struct finding f = { c, 0 };

	free(c->ifaces);
	c->ifaces = NULL;
	c->nifaces = c->nfound = 0;
	if (net_dump_links(&c->ifaces, &c->nifaces) == -1 ||
	    net_dump_addrs(iface_take_addr, &f) == -1) {
		log_warn("cannot list the interfaces");
		return -1;
	}
	ifaces_choose(c);
	return 0;
}

static struct {
	void (*changed)(void);
	struct event *settle;
	unsigned int busy; /* calls within WATCH_QUIET_MS of each other */
	uint64_t called_ms;
} watch;

static void
watch_settled(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	watch.called_ms = clock_mono_ms();
	if (watch.busy < WATCH_BUSY_MAX)
		watch.busy++;
	watch.changed();
}

/*
 * The content of the event does not matter, because all interfaces are listed
 * again.  Later events do not postpone that: a host on the link can cause
 * any number of them, for instance by router advertisements.
 */
static void
watch_readable(evutil_socket_t fd, short what, void *arg)
{
	struct timeval tv;
	char buf[16384];
	int n;

	(void)what;
	(void)arg;
	for (n = 0; n < WATCH_READS_MAX; n++)
		if (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) <= 0 &&
		    errno != ENOBUFS)
			break;
	if (evtimer_pending(watch.settle, NULL))
		return;
	if (clock_mono_ms() - watch.called_ms >= WATCH_QUIET_MS)
		watch.busy = 0;
	tv = timeval_ms((uint64_t)WATCH_SETTLE_MS << watch.busy);
	event_add(watch.settle, &tv);
}

int
net_watch(struct event_base *base, void (*changed)(void))
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
