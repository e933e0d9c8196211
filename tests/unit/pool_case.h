/* SPDX-License-Identifier: ISC */
/* The pool of a DHCP server, its clients and their leases. */
#ifndef TESTS_UNIT_POOL_CASE_H
#define TESTS_UNIT_POOL_CASE_H

#include "dhcpd/alloc.h"
#include "dhcpd/pool.h"
#include "tests/unit/dhcp_fixture.h"

static struct pool *pool;

#define SIZE (LAST - FIRST + 1)

static inline void
ready(void)
{
	case_ready(&k);
	pool = k.e->pool;
}

static inline struct client
client(uint32_t n)
{
	struct client c;

	memset(&c, 0, sizeof(c));
	c.hwtype = 1;
	c.hwlen = 6;
	case_mac(n, c.hw);
	return c;
}

/* What the pool chooses for client n, by its request in *rq. */
static inline uint32_t
choose_for(struct request *rq, uint32_t n)
{
	static struct packet p;
	const struct subnet_where here = { .giaddr = 0 };
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, n, 1);
	ck_assert_int_eq(packet_parse(&p, m.buf, m.w.len), PACKET_OK);
	memset(rq, 0, sizeof(*rq));
	rq->p = &p;
	rq->iface = dhcp_conf_find_iface(k.e->conf, CASE_IFINDEX);
	rq->nnets = subnet_find(k.e->conf, rq->iface, &here, &rq->nets);
	classify(k.e->conf, rq);
	return alloc_addr(pool, rq);
}

static inline uint32_t
choose(uint32_t n)
{
	struct request rq;

	return choose_for(&rq, n);
}

static inline struct binding *
bind_to(uint32_t addr, uint32_t n, uint64_t expiry_s)
{
	struct lease l;
	struct client c = client(n);
	struct binding *b = pool_get(pool, addr);

	ck_assert_ptr_nonnull(b);
	memset(&l, 0, sizeof(l));
	l.addr = addr_from_ip4(addr);
	l.expiry_s = expiry_s;
	client_to_lease(&c, &l);
	pool_store(pool, b, &l);
	return b;
}

#endif
