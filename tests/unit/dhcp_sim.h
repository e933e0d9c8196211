/* SPDX-License-Identifier: ISC */
/* Clients and a lease store that behave badly in random order. */
#ifndef TESTS_UNIT_DHCP_SIM_H
#define TESTS_UNIT_DHCP_SIM_H

#include "leased/store.h"
#include "tests/unit/dhcp_case.h"
#include "tests/unit/unit.h"

#define FIRST IP(192, 168, 1, 50)
#define ADDRS 24
#define CLIENTS 16
#define QUEUE 4096
#define STEPS 6000

/* A client as it sees itself. */
struct sim_client {
	uint32_t xid;
	uint32_t offered; /* the address of the newest offer */
	uint32_t addr; /* what it may use until end_s; 0: nothing */
	uint64_t end_s;
	uint64_t asked_s; /* when its newest REQUEST left */
	bool asking; /* a REQUEST of this xid has no answer yet */
};

struct sim_put {
	uint32_t id;
	struct lease l;
};

static struct sim {
	struct dhcp_case k;
	uint64_t rnd;
	struct sim_client c[CLIENTS];
	struct lease row[ADDRS]; /* the store; addr 0: no row */
	struct sim_put put[QUEUE]; /* on its way to the store */
	size_t nput;
	uint32_t neigh[QUEUE];
	size_t nneigh;
	struct lease told[ADDRS]; /* the newest that was said to be durable */
	bool unheard[ADDRS]; /* the store died between commit and answer */
	bool up;
	bool full; /* the store refuses all */
	bool flaky; /* it refuses some */
	uint8_t delay_s; /* dhcp-reply-delay */
	bool cards; /* CARD and CARD + 1 are cards of one machine */
	uint64_t acks, naks, refused, died;
} s;

#define CARD (CLIENTS - 2)
#define CARD_ADDR (FIRST + 5)

/* Two cards of one machine take its address over from each other. */
static inline bool
sim_same_machine(uint32_t a, uint32_t b)
{
	return s.cards && a >= CARD && b >= CARD;
}

static inline uint32_t
sim_rand(uint32_t n)
{
	s.rnd ^= s.rnd << 13;
	s.rnd ^= s.rnd >> 7;
	s.rnd ^= s.rnd << 17;
	return (uint32_t)(s.rnd >> 20) % n;
}

static inline bool
lease_is(const struct lease *l, uint32_t client)
{
	uint8_t mac[6];

	case_mac(client, mac);
	return lease_ip4(l) != 0 && l->hwlen == 6 && memcmp(l->hw, mac, 6) == 0;
}

static inline void
sim_ack(struct sim_client *c, uint32_t n, const struct packet *p)
{
	const struct lease *l = &s.told[p->yiaddr - FIRST];
	uint32_t lease_s, i;

	ck_assert_uint_ge(p->yiaddr, FIRST);
	ck_assert_uint_lt(p->yiaddr, FIRST + ADDRS);
	ck_assert(packet_u32(p, OPT_LEASE_TIME, &lease_s));
	if (p->xid != c->xid || !c->asking)
		return; /* the client has started again since */
	/* The other card took it over while the answer was on its way. */
	if (sim_same_machine(n, n) &&
	    (!lease_is(l, n) || l->state != LEASE_BOUND))
		return;
	/* What it is told is in the store, and for at least as long. */
	ck_assert(lease_is(l, n));
	ck_assert_int_eq(l->state, LEASE_BOUND);
	ck_assert_uint_ge(l->expiry_s, c->asked_s + lease_s);
	for (i = 0; i < CLIENTS; i++) {
		if (i != n && sim_same_machine(i, n))
			s.c[i].addr = 0;
		ck_assert(i == n || s.c[i].addr != p->yiaddr ||
			  s.c[i].end_s <= s.k.now.wall_s);
	}
	c->addr = p->yiaddr;
	c->end_s = c->asked_s + lease_s;
	c->asking = false;
	c->offered = 0;
	s.acks++;
}

static inline void
sim_receive(const struct action *a)
{
	struct packet p;
	struct sim_client *c;
	uint32_t n;

	ck_assert(reply_parse(&p, a->data, a->len));
	n = p.hw[5];
	ck_assert_uint_lt(n, CLIENTS);
	c = &s.c[n];
	if (p.type == PACKET_ACK) {
		sim_ack(c, n, &p);
	} else if (p.xid != c->xid) {
		return;
	} else if (p.type == PACKET_OFFER) {
		c->offered = p.yiaddr;
	} else {
		ck_assert_int_eq(p.type, PACKET_NAK);
		s.naks++;
		c->asking = false;
		c->addr = c->offered = 0;
		c->xid += 256;
	}
}

/* Undecided: one for a client, one for an address. */
static inline void
sim_undecided(void)
{
	const struct pending *h, *o;
	size_t fresh = 0;

	TAILQ_FOREACH(h, &s.k.e->pending.store, entry) {
		fresh += h->fresh ? 1 : 0;
		ck_assert(h->binding == NULL || h->binding->pending == h);
		for (o = TAILQ_NEXT(h, entry); o != NULL;
		     o = TAILQ_NEXT(o, entry)) {
			/* A lease ends before another card takes it over. */
			ck_assert(
			    lease_ip4(&o->lease) != lease_ip4(&h->lease) ||
			    (s.cards && h->binding == NULL));
			ck_assert(h->kind != PENDING_GRANT ||
				  o->kind != PENDING_GRANT ||
				  memcmp(h->lease.hw, o->lease.hw, 6) != 0);
		}
	}
	ck_assert_uint_eq(fresh, s.k.e->nfresh);
}

static inline void
sim_actions(const struct actions *out, bool packet)
{
	/* The engine reuses its memory with the next step; none is run here. */
	size_t i;

	for (i = 0; i < out->n; i++) {
		const struct action *a = &out->v[i];

		switch (a->kind) {
		case ACTION_SEND:
			if (packet)
				ck_assert_int_ne(
				    ((const uint8_t *)a->data)[242],
				    PACKET_ACK);
			sim_receive(a);
			break;
		case ACTION_STORE:
			ck_assert(s.up);
			ck_assert_uint_lt(s.nput, QUEUE);
			s.put[s.nput].id = a->id;
			s.put[s.nput++].l = *a->lease;
			break;
		case ACTION_NEIGH:
			ck_assert_uint_lt(s.nneigh, QUEUE);
			s.neigh[s.nneigh++] = a->id;
			break;
		case ACTION_BOOTING:
		case ACTION_NOTE:
			break;
		}
	}
	sim_undecided();
}

/* The store takes the first in its queue; heard: and lives to tell. */
static inline void
sim_commit(bool heard)
{
	struct engine_input in = { .kind = ENGINE_DURABLE };
	struct sim_put put = s.put[0];
	struct lease *row = &s.row[lease_ip4(&put.l) - FIRST];

	ck_assert_uint_ge(lease_ip4(&put.l), FIRST);
	ck_assert_uint_lt(lease_ip4(&put.l), FIRST + ADDRS);
	s.nput--;
	memmove(s.put, s.put + 1, s.nput * sizeof(s.put[0]));
	in.id = put.id;
	if (s.full || (s.flaky && sim_rand(3) == 0) ||
	    (row->addr.family != 0 && store_taken(row, &put.l))) {
		in.kind = ENGINE_REFUSED;
		in.reason = row->addr.family != 0 && store_taken(row, &put.l)
				? LEASE_TAKEN
				: "disk full";
		s.refused++;
	} else {
		*row = put.l;
		s.unheard[lease_ip4(&put.l) - FIRST] = !heard;
		if (heard)
			s.told[lease_ip4(&put.l) - FIRST] = put.l;
	}
	if (heard)
		sim_actions(engine_step(s.k.e, &in, &s.k.now), false);
}

static inline void
sim_store(void)
{
	struct engine_input in = { .kind = ENGINE_STORE_UP };

	switch (sim_rand(12)) {
	case 0: /* it dies, and some of what it had is stored */
		while (s.nput > 0 && sim_rand(2) == 0)
			sim_commit(false);
		s.nput = 0;
		s.up = false;
		s.died++;
		in.kind = ENGINE_STORE_DOWN;
		sim_actions(engine_step(s.k.e, &in, &s.k.now), false);
		break;
	case 1:
	case 2:
		if (s.up)
			break;
		s.up = true;
		sim_actions(engine_step(s.k.e, &in, &s.k.now), false);
		break;
	case 3:
		s.full = !s.full && sim_rand(4) == 0;
		break;
	default:
		while (s.up && s.nput > 0 && sim_rand(4) != 0)
			sim_commit(true);
		break;
	}
}

static inline void
sim_neigh(void)
{
	struct engine_input in = { .kind = ENGINE_NEIGH_DONE };
	uint32_t n;

	if (s.nneigh == 0)
		return;
	n = sim_rand((uint32_t)s.nneigh);
	in.id = s.neigh[n];
	in.error = sim_rand(8) == 0 ? 1 : 0;
	s.neigh[n] = s.neigh[--s.nneigh];
	/* An answer may get lost. */
	if (sim_rand(16) != 0)
		sim_actions(engine_step(s.k.e, &in, &s.k.now), false);
}

static inline void
sim_time(uint32_t most_s)
{
	struct engine_input in = { .kind = ENGINE_TICK };
	uint64_t d = sim_rand(most_s) + 1;
	uint32_t i;

	s.k.now.wall_s += d;
	s.k.now.mono_ms += d * 1000;
	for (i = 0; i < CLIENTS; i++)
		if (s.c[i].end_s <= s.k.now.wall_s)
			s.c[i].addr = 0;
	sim_actions(engine_step(s.k.e, &in, &s.k.now), false);
	in.kind = ENGINE_DUE;
	sim_actions(engine_step(s.k.e, &in, &s.k.now), false);
}

/* A reply to this client waits for its neighbour entry. */
static inline bool
sim_on_its_way(uint32_t client)
{
	const struct pending *h;
	uint8_t mac[6];

	case_mac(client, mac);
	TAILQ_FOREACH(h, &s.k.e->pending.neigh, entry)
		if (memcmp(h->dest.hw, mac, 6) == 0)
			return true;
	return false;
}

/* REQUEST: of the offer, of the lease in use, or of one from before. */
static inline void
sim_request(struct sim_client *c, uint32_t n)
{
	struct dhcp_msg m;

	/* That an answer crosses a retransmission is beyond any server. */
	if (c->asking && sim_on_its_way(n))
		return;
	if (!c->asking)
		c->xid += 256;
	msg_begin(&m, PACKET_REQUEST, n, c->xid);
	if (c->offered != 0) {
		msg_opt32(&m, OPT_REQUESTED_IP, c->offered);
		msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
		c->addr = 0;
	} else if (c->addr != 0 && sim_rand(2) == 0) {
		msg_field(&m, MSG_CIADDR, c->addr);
		m.from = c->addr;
		m.unicast = sim_rand(2) == 0;
	} else {
		msg_opt32(&m, OPT_REQUESTED_IP,
		    c->addr != 0 ? c->addr : FIRST + sim_rand(ADDRS));
	}
	if (sim_rand(4) == 0)
		msg_opt32(&m, OPT_LEASE_TIME, 120 + sim_rand(400));
	c->asking = true;
	c->asked_s = s.k.now.wall_s;
	sim_actions(msg_step(&s.k, &m), true);
}

/* From here on the client does not use the address, come what may. */
static inline void
sim_give_up(struct sim_client *c, uint32_t n, uint8_t type)
{
	struct dhcp_msg m;

	if (c->addr == 0)
		return;
	c->xid += 256;
	msg_begin(&m, type, n, c->xid);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	if (type == PACKET_DECLINE)
		msg_opt32(&m, OPT_REQUESTED_IP, c->addr);
	else
		msg_field(&m, MSG_CIADDR, c->addr);
	c->addr = c->offered = 0;
	c->asking = false;
	sim_actions(msg_step(&s.k, &m), true);
}

static inline void
sim_discover(struct sim_client *c, uint32_t n)
{
	struct dhcp_msg m;

	c->xid += 256;
	c->asking = false;
	c->addr = c->offered = 0;
	msg_begin(&m, PACKET_DISCOVER, n, c->xid);
	if (sim_rand(4) == 0)
		msg_opt32(&m, OPT_REQUESTED_IP, FIRST + sim_rand(ADDRS));
	if (sim_rand(2) == 0)
		msg_broadcast(&m);
	sim_actions(msg_step(&s.k, &m), true);
}

static inline void
sim_act(void)
{
	uint32_t n = sim_rand(CLIENTS), what = sim_rand(32);
	struct sim_client *c = &s.c[n];

	if (what == 0)
		sim_give_up(c, n, PACKET_RELEASE);
	else if (what == 1)
		sim_give_up(c, n, PACKET_DECLINE);
	else if (what < 24 && (c->offered != 0 || c->addr != 0 || what < 4))
		sim_request(c, n);
	else
		sim_discover(c, n);
}

/* One dhcp-host line with two cards. */
static inline void
sim_machine(void)
{
	struct record rec;
	uint8_t mac[6];

	case_mac(CARD, mac);
	rec = case_host(mac, CARD_ADDR, "pc");
	rec.u.host.mac[1] = rec.u.host.mac[0];
	case_mac(CARD + 1, rec.u.host.mac[1].addr);
	rec.u.host.nmac = 2;
	case_add(&s.k, &rec);
}

/* OFFERs come late, some after the next DISCOVER of their client. */
static inline void
sim_delay(void)
{
	struct record rec = { .kind = RECORD_REPLY_DELAY };

	rec.u.reply_delay.seconds = s.delay_s;
	case_add(&s.k, &rec);
}

/* A new process is told all rows that the store has. */
static inline void
sim_reload(bool authoritative)
{
	struct engine_input in = { .kind = ENGINE_STORE_UP };
	struct engine_time now = s.k.now;
	size_t i;

	case_end(&s.k);
	case_begin(&s.k);
	s.k.now = now;
	dhcp_conf_free(s.k.conf);
	case_conf(&s.k);
	case_dhcp(&s.k, 1000, authoritative);
	case_range(&s.k, FIRST, FIRST + ADDRS - 1, "", "");
	if (s.cards)
		sim_machine();
	if (s.delay_s > 0)
		sim_delay();
	ck_assert_int_eq(case_use(&s.k), 0);
	for (i = 0; i < ADDRS; i++)
		if (s.row[i].addr.family != 0)
			ck_assert_int_eq(pool_load(s.k.e->pool, &s.row[i]), 0);
	ck_assert_int_eq(pool_loaded(s.k.e->pool, now.wall_s), 0);
	s.nput = s.nneigh = 0;
	s.up = true;
	sim_actions(engine_step(s.k.e, &in, &s.k.now), false);
}

static inline void
sim_begin(uint64_t seed, bool authoritative)
{
	uint32_t i;

	memset(&s, 0, sizeof(s));
	s.rnd = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	s.k.now.wall_s = CASE_WALL;
	s.k.now.mono_ms = 1000;
	s.delay_s = (uint8_t)(seed % 3);
	for (i = 0; i < CLIENTS; i++)
		s.c[i].xid = 1000 + i;
	sim_reload(authoritative);
}

/* All that is under way comes to its end. */
static inline void
sim_settle(void)
{
	struct engine_input in = { .kind = ENGINE_STORE_UP };

	s.full = s.flaky = false;
	if (!s.up) {
		s.up = true;
		sim_actions(engine_step(s.k.e, &in, &s.k.now), false);
	}
	while (s.nput > 0)
		sim_commit(true);
	do {
		sim_time(1);
	} while (engine_due_ms(s.k.e) != 0);
	while (s.nneigh > 0)
		sim_neigh();
	ck_assert(TAILQ_EMPTY(&s.k.e->pending.store));
	ck_assert_uint_eq(s.k.e->nfresh, 0);
}

/* Whoever holds a lease by the memory holds it by the store. */
static inline void
sim_compare(void)
{
	uint64_t now = s.k.now.wall_s;
	uint32_t i;

	for (i = 0; i < ADDRS; i++) {
		const struct binding *b = pool_at(s.k.e->pool, FIRST + i);
		const struct lease *l = &s.row[i];
		bool row = lease_ip4(l) != 0 && l->state == LEASE_BOUND &&
			   l->expiry_s > now;
		bool mem =
		    b != NULL && b->state == BINDING_BOUND && b->expiry_s > now;

		if (mem && !s.unheard[i])
			ck_assert(row && l->expiry_s == b->expiry_s &&
				  memcmp(l->hw, b->hw, 6) == 0);
		/* A refused DECLINE leaves its lease in the store. */
		if (row && !mem)
			ck_assert(b == NULL || b->state != BINDING_BOUND);
	}
}

/* As many leases are counted as there are. */
static inline void
sim_count(void)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < ADDRS; i++) {
		const struct binding *b = pool_at(s.k.e->pool, FIRST + i);

		n += b != NULL && b->state == BINDING_BOUND ? 1 : 0;
	}
	ck_assert_uint_eq(n, s.k.e->pool->nbound);
}

static inline void
sim_steps(uint64_t seed, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint32_t what = sim_rand(64);

		if (what < 28)
			sim_act();
		else if (what < 50)
			sim_store();
		else if (what < 58)
			sim_neigh();
		else if (what < 63)
			sim_time(what < 62 ? 5 : CASE_LEASE_S / 8);
		else if (sim_rand(16) == 0)
			sim_reload((seed & 1) != 0);
	}
	sim_settle();
	sim_compare();
	sim_count();
}

static inline void
sim_run(uint64_t seed, uint32_t n)
{
	sim_begin(seed, (seed & 1) != 0);
	sim_steps(seed, n);
}

#endif
