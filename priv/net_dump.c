/* SPDX-License-Identifier: ISC */
/*
 * Listing links and addresses through rtnetlink.  getifaddrs(3) does the
 * same, but waits for the kernel's answer without end.
 *
 * The lists may change while they are read (NLM_F_DUMP_INTR).  That does not
 * matter: the kernel reports each change, and all is then read again.
 */
#include "priv/net_dump.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/grow.h"

bool
net_link_parse(const struct netlink_msg *m, struct iface *i)
{
	struct reader r = m->body, value;
	struct ifinfomsg info;
	uint16_t type;

	memset(i, 0, sizeof(*i));
	reader_copy(&r, &info, sizeof(info));
	if (m->type != RTM_NEWLINK || !reader_ok(&r) || info.ifi_index <= 0)
		return false;
	i->index = (uint32_t)info.ifi_index;
	i->loopback = (info.ifi_flags & IFF_LOOPBACK) != 0;
	while (netlink_attr(&r, &type, &value))
		if (type == IFLA_MTU)
			i->mtu = netlink_u32(&value);
		else if (type == IFLA_IFNAME && value.left <= sizeof(i->name))
			reader_copy(&value, i->name, value.left);
	/* The kernel's names end in a NUL. */
	return reader_ok(&r) && i->name[0] != '\0' &&
	       i->name[sizeof(i->name) - 1] == '\0';
}

/* A prefix above 32 is refused by the caller. */
static uint32_t
mask4(uint8_t prefix)
{
	return prefix == 0 || prefix > 32 ? 0 : UINT32_MAX << (32 - prefix);
}

/* Each attribute that may be an address of IPv4, in host order. */
struct addrs4 {
	uint32_t address, local, broadcast;
};

static void
addr4_attr(struct addrs4 *a, uint16_t type, struct reader value)
{
	uint32_t v;

	if (value.left != sizeof(v))
		return;
	v = reader_u32(&value);
	if (type == IFA_ADDRESS)
		a->address = v;
	else if (type == IFA_LOCAL)
		a->local = v;
	else if (type == IFA_BROADCAST)
		a->broadcast = v;
}

static bool
addr4_parse(struct reader *r, uint8_t prefix, struct iface_addr *out)
{
	struct addrs4 a = { 0 };
	struct reader value;
	uint16_t type;

	while (netlink_attr(r, &type, &value))
		addr4_attr(&a, type, value);
	/* Where both are there, ADDRESS is that of the other end. */
	out->addr = a.local != 0 ? a.local : a.address;
	out->mask = mask4(prefix);
	out->broadcast = a.broadcast == out->addr ? 0 : a.broadcast;
	return reader_ok(r) && prefix <= 32 && out->addr != 0;
}

static bool
addr6_parse(struct reader *r, uint8_t prefix, struct iface_addr6 *out)
{
	bool local = false, any = false;
	struct reader value;
	uint16_t type;

	while (netlink_attr(r, &type, &value)) {
		if (value.left != sizeof(out->addr) ||
		    (type != IFA_LOCAL && (type != IFA_ADDRESS || local)))
			continue;
		local = type == IFA_LOCAL;
		any = true;
		reader_copy(&value, out->addr, sizeof(out->addr));
	}
	out->prefix = prefix;
	return reader_ok(r) && prefix <= 128 && any;
}

bool
net_addr_parse(const struct netlink_msg *m, struct net_addr *a)
{
	struct reader r = m->body;
	struct ifaddrmsg msg;

	memset(a, 0, sizeof(*a));
	reader_copy(&r, &msg, sizeof(msg));
	if (m->type != RTM_NEWADDR || !reader_ok(&r))
		return false;
	a->ifindex = msg.ifa_index;
	if (msg.ifa_family == AF_INET) {
		a->family = 4;
		return addr4_parse(&r, msg.ifa_prefixlen, &a->addr4);
	}
	a->family = 6;
	return msg.ifa_family == AF_INET6 &&
	       addr6_parse(&r, msg.ifa_prefixlen, &a->addr6);
}

struct links {
	struct iface *list;
	size_t n, cap;
	int error;
};

static void
link_take(const struct netlink_msg *m, void *arg)
{
	struct links *l = arg;
	struct iface i;

	if (!net_link_parse(m, &i))
		return;
	if (grow_array(&l->list, &l->cap, l->n + 1, sizeof(i)) == -1)
		l->error = ENOMEM;
	else
		l->list[l->n++] = i;
}

int
net_dump_links(struct iface **ifaces, size_t *n)
{
	const struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
	struct netlink_request req;
	struct links l = { 0 };

	netlink_begin(&req, RTM_GETLINK, NLM_F_DUMP, &info, sizeof(info));
	if (netlink_ask(&req, link_take, &l) == -1)
		l.error = errno;
	if (l.error != 0) {
		free(l.list);
		errno = l.error;
		return -1;
	}
	*ifaces = l.list;
	*n = l.n;
	return 0;
}

struct addr_taker {
	void (*take)(const struct net_addr *, void *);
	void *arg;
};

static void
addr_take(const struct netlink_msg *m, void *arg)
{
	const struct addr_taker *t = arg;
	struct net_addr a;

	if (net_addr_parse(m, &a))
		t->take(&a, t->arg);
}

int
net_dump_addrs(void (*take)(const struct net_addr *, void *), void *arg)
{
	const struct ifaddrmsg msg = { .ifa_family = AF_UNSPEC };
	struct addr_taker t = { take, arg };
	struct netlink_request req;

	netlink_begin(&req, RTM_GETADDR, NLM_F_DUMP, &msg, sizeof(msg));
	return netlink_ask(&req, addr_take, &t);
}
