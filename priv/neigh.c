/* SPDX-License-Identifier: ISC */
/* Reading and setting neighbour entries through rtnetlink. */
#include "priv/neigh.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#define ARP_TABLE "arp_cache" /* the kernel's name for that of IPv4 */

bool
neigh_entry_parse(const struct netlink_msg *m, struct neigh_entry *e)
{
	struct reader r = m->body, value;
	struct ndmsg nd;
	uint16_t type;

	memset(e, 0, sizeof(*e));
	reader_copy(&r, &nd, sizeof(nd));
	if (m->type != RTM_NEWNEIGH || !reader_ok(&r) ||
	    nd.ndm_family != AF_INET)
		return false;
	e->state = nd.ndm_state;
	e->flags = nd.ndm_flags;
	while (netlink_attr(&r, &type, &value)) {
		if (type != NDA_LLADDR || value.left > sizeof(e->hw))
			continue;
		e->hwlen = value.left;
		reader_copy(&value, e->hw, value.left);
	}
	return reader_ok(&r);
}

struct found {
	struct neigh_entry *entry;
	bool any;
};

static void
entry_take(const struct netlink_msg *m, void *arg)
{
	struct found *f = arg;

	f->any = neigh_entry_parse(m, f->entry);
}

int
neigh_get(uint32_t ifindex, uint32_t addr, struct neigh_entry *e)
{
	const struct ndmsg nd = { .ndm_family = AF_INET,
		.ndm_ifindex = (int)ifindex };
	struct found f = { e, false };
	struct netlink_request req;
	uint32_t ip = htonl(addr);

	netlink_begin(&req, RTM_GETNEIGH, 0, &nd, sizeof(nd));
	netlink_add(&req, NDA_DST, &ip, sizeof(ip));
	if (netlink_ask(&req, entry_take, &f) == -1)
		return -1;
	errno = EBADMSG;
	return f.any ? 0 : -1;
}

int
neigh_set(uint32_t ifindex, uint32_t addr, const uint8_t *hw, size_t hwlen,
    bool replace)
{
	const struct ndmsg nd = { .ndm_family = AF_INET,
		.ndm_ifindex = (int)ifindex,
		.ndm_state = NUD_REACHABLE };
	struct netlink_request req;
	uint32_t ip = htonl(addr);

	if (hwlen > NEIGH_HW_MAX) {
		errno = EINVAL;
		return -1;
	}
	netlink_begin(&req, RTM_NEWNEIGH,
	    NLM_F_ACK | (replace ? NLM_F_REPLACE : NLM_F_CREATE | NLM_F_EXCL),
	    &nd, sizeof(nd));
	netlink_add(&req, NDA_DST, &ip, sizeof(ip));
	netlink_add(&req, NDA_LLADDR, hw, hwlen);
	return netlink_ask(&req, NULL, NULL);
}

/* Older kernels have a shorter structure, without the last member. */
static void
table_stats(struct reader value, struct neigh_table *t)
{
	struct ndt_stats s = { 0 };

	if (value.left < sizeof(s))
		return;
	reader_copy(&value, &s, sizeof(s));
	t->overflows = s.ndts_table_fulls;
}

bool
neigh_table_parse(const struct netlink_msg *m, struct neigh_table *t)
{
	struct reader r = m->body, value;
	bool arp = false;
	uint16_t type;

	memset(t, 0, sizeof(*t));
	reader_skip(&r, NLMSG_ALIGN(sizeof(struct ndtmsg)));
	if (m->type != RTM_NEWNEIGHTBL)
		return false;
	while (netlink_attr(&r, &type, &value))
		switch (type) {
		case NDTA_NAME:
			arp = value.left == sizeof(ARP_TABLE) &&
			      memcmp(value.p, ARP_TABLE, value.left) == 0;
			break;
		case NDTA_THRESH3:
			t->max = netlink_u32(&value);
			break;
		case NDTA_STATS:
			table_stats(value, t);
			break;
		default:
			break;
		}
	return reader_ok(&r) && arp;
}

/* The table and those of its interfaces come under the same name. */
static void
table_take(const struct netlink_msg *m, void *arg)
{
	struct neigh_table t, *found = arg;

	if (neigh_table_parse(m, &t) && t.max != 0)
		*found = t;
}

int
neigh_table_read(struct neigh_table *t)
{
	const struct ndtmsg head = { .ndtm_family = AF_INET };
	struct netlink_request req;

	memset(t, 0, sizeof(*t));
	netlink_begin(&req, RTM_GETNEIGHTBL, NLM_F_DUMP, &head, sizeof(head));
	return netlink_ask(&req, table_take, t);
}
