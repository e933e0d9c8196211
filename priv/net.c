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

#include "daemon/endpoint.h"
#include "daemon/log.h"

#define WATCH_SETTLE_MS 300 /* changes come in bursts */

static bool
name_matches(const struct record_interface *r, const char *name)
{
	if (r->prefix)
		return strncmp(r->name, name, strlen(r->name)) == 0;
	return strcmp(r->name, name) == 0;
}

static bool
iface_has(const struct iface *i, uint32_t addr)
{
	uint8_t n;

	for (n = 0; n < i->naddrs; n++)
		if (i->addr[n].addr == addr)
			return true;
	return false;
}

void
net_select(const struct conf *c, struct iface *i)
{
	bool listed = false, serve = false, tftp_listed = false, tftp = false;
	bool no_dhcp = false, except = false;
	size_t n;

	for (n = 0; n < c->ninterfaces; n++) {
		const struct record_interface *r = &c->interfaces[n];
		bool hit = r->use == RECORD_IF_ADDRESS
			       ? iface_has(i, r->addr)
			       : name_matches(r, i->name);

		switch (r->use) {
		case RECORD_IF_SERVE:
		case RECORD_IF_ADDRESS:
			listed = true;
			serve = serve || hit;
			break;
		case RECORD_IF_EXCEPT:
			except = except || hit;
			break;
		case RECORD_IF_NO_DHCP:
			no_dhcp = no_dhcp || hit;
			break;
		case RECORD_IF_TFTP:
			tftp_listed = true;
			tftp = tftp || hit;
			break;
		default:
			break;
		}
	}
	/* The loopback belongs to every list, as in dnsmasq. */
	serve = (serve || !listed || i->loopback) && !except && !no_dhcp;
	i->dhcp = c->dhcp.enabled && serve && !i->loopback;
	i->tftp = c->tftp.enabled &&
		  (tftp_listed ? tftp && !except && !no_dhcp : serve);
}

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
	c->nifaces = 0;
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

static void
iface_add_addr(struct iface *i, const struct ifaddrs *ifa)
{
	struct iface_addr *a;

	if (i->naddrs >= IFACE_ADDRS_MAX) {
		log_warnx("%s has more than %d addresses; the rest is not "
			  "served",
		    i->name, IFACE_ADDRS_MAX);
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

/* Leaves only what is served, and says which names led nowhere. */
static void
ifaces_choose(struct conf *c)
{
	size_t i, n, kept = 0;

	for (n = 0; n < c->ninterfaces; n++) {
		const struct record_interface *r = &c->interfaces[n];
		char ip[16];
		bool found = false;

		if (r->use != RECORD_IF_SERVE && r->use != RECORD_IF_ADDRESS)
			continue;
		for (i = 0; i < c->nifaces && !found; i++)
			found = r->use == RECORD_IF_ADDRESS
				    ? iface_has(&c->ifaces[i], r->addr)
				    : name_matches(r, c->ifaces[i].name);
		if (!found && r->use == RECORD_IF_ADDRESS)
			log_warnx("listen-address %s: no interface has it; "
				  "it is served when one gets it",
			    ip4_text(r->addr, ip));
		else if (!found)
			log_warnx("interface %s does not exist; it is served "
				  "when it appears",
			    r->name);
	}
	for (i = 0; i < c->nifaces; i++) {
		net_select(c, &c->ifaces[i]);
		if ((c->ifaces[i].dhcp || c->ifaces[i].tftp) &&
		    c->ifaces[i].naddrs > 0)
			c->ifaces[kept++] = c->ifaces[i];
	}
	c->nifaces = kept;
}

int
net_find(struct conf *c)
{
	struct ifaddrs *list, *ifa;
	size_t n;

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
	for (ifa = list; ifa != NULL; ifa = ifa->ifa_next)
		for (n = 0; n < c->nifaces && in_addr_of(ifa->ifa_addr) != 0;
		     n++)
			if (strcmp(c->ifaces[n].name, ifa->ifa_name) == 0)
				iface_add_addr(&c->ifaces[n], ifa);
	freeifaddrs(list);
	ifaces_choose(c);
	return 0;
}

bool
net_same(const struct conf *a, const struct conf *b)
{
	return a->nifaces == b->nifaces &&
	       (a->nifaces == 0 || memcmp(a->ifaces, b->ifaces,
				       a->nifaces * sizeof(*a->ifaces)) == 0);
}

static struct {
	void (*changed)(void *);
	void *arg;
	struct event *settle;
} watch;

static void
watch_settled(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	watch.changed(watch.arg);
}

/* What exactly changed does not matter: all is looked at afresh. */
static void
watch_readable(evutil_socket_t fd, short what, void *arg)
{
	const struct timeval tv = { 0, WATCH_SETTLE_MS * 1000 };
	char buf[16384];

	(void)what;
	(void)arg;
	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0 || errno == ENOBUFS)
		errno = 0;
	event_add(watch.settle, &tv);
}

int
net_watch(struct event_base *base, void (*changed)(void *), void *arg)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR };
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
