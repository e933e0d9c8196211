/* SPDX-License-Identifier: ISC */
/*
 * No ACK without a durable lease, whatever the store does: it is late, it
 * refuses, it dies with proposals that it has or has not written; dhcpd dies
 * too; and clients repeat themselves.
 */
#include "tests/unit/dhcp_case.h"
#include "tests/unit/unit.h"

#define FIRST IP(10, 0, 0, 1)
#define ADDRS 1200
#define QUEUE_MAX 8192

static struct dhcp_case k;

/* A proposal on its way to the store. */
struct put {
	uint32_t id;
	struct lease l;
};

/* A store that writes in batches, and what is on its disk. */
static struct {
	struct put queue[QUEUE_MAX];
	size_t n;
	struct lease disk[ADDRS + 2]; /* by address; addr 0: no row */
	bool up;
} store;

/* What a client believes. */
struct sim_client {
	uint32_t addr; /* acknowledged, or 0 */
	uint64_t until_s;
	uint32_t offered;
	uint32_t xid; /* of its newest REQUEST */
	uint64_t asked_s; /* when it sent that */
};

static struct sim_client clients[ADDRS];
static size_t nclients;
static unsigned int acks;

static uint32_t
slot(uint32_t addr)
{
	ck_assert(addr >= FIRST && addr <= FIRST + ADDRS);
	return addr - FIRST;
}

static uint32_t
client_of(const uint8_t hw[6])
{
	return (uint32_t)hw[2] << 24 | (uint32_t)hw[3] << 16 |
	       (uint32_t)hw[4] << 8 | hw[5];
}

static void
server_start(void)
{
	struct engine_time now = k.now;

	memset(&k, 0, sizeof(k));
	k.now = now;
	k.conf = dhcp_conf_new();
	ck_assert_ptr_nonnull(k.conf);
	case_iface(&k, "br0", CASE_IFINDEX, IP(10, 0, 255, 1), 0xffff0000);
	case_dhcp(&k, ADDRS, false);
	case_range(&k, FIRST, FIRST + (uint32_t)nclients - 1, "", "");
	ck_assert_int_eq(case_use(&k), 0);
}

static void
check_ack(const struct packet *p)
{
	uint32_t n = client_of(p->hw), lease_s = 0, i;
	struct sim_client *c = &clients[n];
	const struct lease *row = &store.disk[slot(p->yiaddr)];

	acks++;
	ck_assert(packet_u32(p, OPT_LEASE_TIME, &lease_s));
	ck_assert_uint_eq(p->xid, c->xid); /* the newest is answered */
	/* It is on the disk, for this client, for as long as it was told. */
	ck_assert_uint_eq(lease_ip4(row), p->yiaddr);
	ck_assert_uint_eq(row->state, LEASE_BOUND);
	ck_assert_uint_eq(client_of(row->hw), n);
	ck_assert_uint_le(c->asked_s + lease_s, row->expiry_s);
	/* Nobody else was told so. */
	for (i = 0; i < nclients; i++)
		ck_assert(i == n || clients[i].addr != p->yiaddr ||
			  clients[i].until_s <= k.now.wall_s);
	c->addr = p->yiaddr;
	c->until_s = c->asked_s + lease_s;
}

/*
 * The replies and proposals of one step.  Neighbour entries are set at once;
 * no step of this test leads to two.
 */
static void
take(const struct actions *a)
{
	static struct packet p;
	uint32_t neigh = 0;
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct action *s = &a->v[i];

		if (s->kind == ACTION_STORE) {
			ck_assert(store.up);
			ck_assert_uint_lt(store.n, QUEUE_MAX);
			store.queue[store.n].id = s->id;
			store.queue[store.n++].l = *s->lease;
		} else if (s->kind == ACTION_SEND) {
			ck_assert(reply_parse(&p, s->data, s->len));
			if (p.type == PACKET_OFFER)
				clients[client_of(p.hw)].offered = p.yiaddr;
			else if (p.type == PACKET_ACK)
				check_ack(&p);
			else if (p.type == PACKET_NAK)
				clients[client_of(p.hw)].offered = 0;
		} else if (s->kind == ACTION_NEIGH) {
			ck_assert_uint_eq(neigh, 0);
			neigh = s->id;
		}
	}
	if (neigh != 0)
		take(case_outcome(&k, ENGINE_NEIGH_DONE, neigh));
}

static void
outcome(enum engine_input_kind kind, uint32_t id)
{
	take(case_outcome(&k, kind, id));
}

/* The store decides the oldest n proposals. */
static void
store_decide(size_t n, int refuse_percent)
{
	size_t i;

	n = n > store.n ? store.n : n;
	for (i = 0; i < n; i++) {
		struct put put = store.queue[i];

		if (random() % 100 < refuse_percent) {
			outcome(ENGINE_REFUSED, put.id);
			continue;
		}
		store.disk[slot(lease_ip4(&put.l))] = put.l;
		outcome(ENGINE_DURABLE, put.id);
	}
	/* What came in meanwhile stands behind them. */
	memmove(store.queue, store.queue + n,
	    (store.n - n) * sizeof(store.queue[0]));
	store.n -= n;
}

/* It dies; some of what it had is on the disk, and nobody was told. */
static void
store_die(void)
{
	size_t i, n = store.n == 0 ? 0 : (size_t)random() % (store.n + 1);

	for (i = 0; i < n; i++)
		store.disk[slot(lease_ip4(&store.queue[i].l))] =
		    store.queue[i].l;
	store.n = 0;
	store.up = false;
	outcome(ENGINE_STORE_DOWN, 0);
}

static void
store_rise(void)
{
	store.up = true;
	outcome(ENGINE_STORE_UP, 0);
}

/* dhcpd dies, comes back, and reads the rows. */
static void
server_die(void)
{
	size_t i;

	store_decide(0, 0);
	/* What it had sent is still written; the outcomes go nowhere. */
	for (i = 0; i < store.n; i++)
		store.disk[slot(lease_ip4(&store.queue[i].l))] =
		    store.queue[i].l;
	store.n = 0;
	case_end(&k);
	server_start();
	for (i = 0; i < ADDRS; i++)
		if (store.disk[i].addr.family != 0)
			ck_assert_int_eq(
			    pool_load(k.e->pool, &store.disk[i]), 0);
	ck_assert_int_eq(pool_loaded(k.e->pool, k.now.wall_s), 0);
	store_rise();
}

static void
say(struct dhcp_msg *m)
{
	msg_broadcast(m); /* no neighbour entries here */
	take(msg_step(&k, m));
}

static void
say_discover(uint32_t n)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, n, (uint32_t)random());
	say(&m);
}

/* A REQUEST for the offer, or a renewal of the lease. */
static void
say_request(uint32_t n)
{
	struct sim_client *c = &clients[n];
	struct dhcp_msg m;

	c->xid = (uint32_t)random();
	c->asked_s = k.now.wall_s;
	msg_begin(&m, PACKET_REQUEST, n, c->xid);
	if (c->addr != 0 && c->until_s > k.now.wall_s) {
		msg_field(&m, MSG_CIADDR, c->addr);
		m.unicast = true;
	} else {
		msg_opt32(&m, OPT_REQUESTED_IP, c->offered);
		msg_opt32(&m, OPT_SERVER_ID, IP(10, 0, 255, 1));
	}
	say(&m);
}

static void
say_release(uint32_t n)
{
	struct sim_client *c = &clients[n];
	struct dhcp_msg m;

	msg_begin(&m, PACKET_RELEASE, n, 1);
	msg_field(&m, MSG_CIADDR, c->addr);
	msg_opt32(&m, OPT_SERVER_ID, IP(10, 0, 255, 1));
	c->addr = c->offered = 0;
	say(&m);
}

/* At most one undecided grant for an address, and for a client. */
static void
check_undecided(void)
{
	const struct pending *h, *o;

	TAILQ_FOREACH(h, &k.e->pending.store, entry)
		for (o = TAILQ_NEXT(h, entry); o != NULL;
		     o = TAILQ_NEXT(o, entry)) {
			ck_assert_uint_ne(
			    lease_ip4(&h->lease), lease_ip4(&o->lease));
			if (h->kind == PENDING_GRANT &&
			    o->kind == PENDING_GRANT)
				ck_assert(
				    memcmp(h->lease.hw, o->lease.hw, 6) != 0);
		}
}

static void
client_moves(void)
{
	uint32_t n = (uint32_t)random() % (uint32_t)nclients;
	struct sim_client *c = &clients[n];

	if (c->addr != 0 && c->until_s > k.now.wall_s) {
		if (random() % 4 == 0)
			say_release(n);
		else
			say_request(n);
	} else if (c->offered != 0 && random() % 4 != 0) {
		say_request(n); /* and again, if no answer came */
	} else {
		say_discover(n);
	}
}

static void
sim(unsigned int seed, size_t n, int refuse_percent, int chaos)
{
	int i;

	srandom(seed);
	memset(&store, 0, sizeof(store));
	memset(clients, 0, sizeof(clients));
	memset(&k, 0, sizeof(k));
	k.now.wall_s = CASE_WALL;
	k.now.mono_ms = 1000;
	nclients = n;
	acks = 0;
	server_start();
	store_rise();
	for (i = 0; i < 6000; i++) {
		int dice = (int)(random() % 1000);

		client_moves();
		if (store.up && dice < 400)
			store_decide((size_t)random() % 20, refuse_percent);
		if (dice < chaos && store.up)
			store_die();
		else if (dice < 50 && !store.up)
			store_rise();
		else if (dice >= 1000 - chaos / 4 && store.up)
			server_die();
		if (dice % 97 == 0)
			case_pass(&k, 1 + (uint64_t)random() % 90);
		if (dice % 499 == 0)
			case_pass(&k, CASE_LEASE_S);
		if (i % 50 == 0)
			check_undecided();
	}
}

/* In the end everything settles: whoever asks gets an answer. */
static void
settle(void)
{
	uint32_t n;
	int i;

	if (!store.up)
		store_rise();
	store_decide(QUEUE_MAX, 0);
	store_decide(QUEUE_MAX, 0);
	for (i = 0; i < 3; i++)
		for (n = 0; n < nclients; n++) {
			if (clients[n].addr != 0 &&
			    clients[n].until_s > k.now.wall_s)
				continue;
			say_discover(n);
			say_request(n);
			store_decide(QUEUE_MAX, 0);
		}
	ck_assert_uint_eq(k.e->pending.nstore, 0);
	ck_assert_uint_eq(k.e->nfresh, 0);
	for (n = 0; n < nclients; n++)
		ck_assert(
		    clients[n].addr != 0 && clients[n].until_s > k.now.wall_s);
}

START_TEST(late)
{
	sim((unsigned int)_i, 40, 0, 0);
	settle();
	ck_assert_uint_gt(acks, 500);
	case_end(&k);
}
END_TEST

START_TEST(refusing)
{
	sim((unsigned int)_i, 40, 30, 0);
	settle();
	ck_assert_uint_gt(acks, 300);
	case_end(&k);
}
END_TEST

START_TEST(dying)
{
	sim((unsigned int)_i, 40, 10, 30);
	settle();
	ck_assert_uint_gt(acks, 100);
	case_end(&k);
}
END_TEST

START_TEST(crowd)
{
	sim((unsigned int)_i, 500, 10, 10);
	settle();
	case_end(&k);
}
END_TEST

START_TEST(nothing_before_durable)
{
	struct pending *h;
	size_t i;

	sim(1, 10, 0, 0);
	settle();
	acks = 0;
	store_die();
	for (i = 0; i < 200; i++)
		say_request((uint32_t)(i % 10));
	ck_assert_uint_eq(acks, 0);
	ck_assert_uint_eq(k.e->pending.nstore, 10); /* they joined */
	store_rise();
	ck_assert_uint_eq(acks, 0);
	ck_assert_uint_eq(store.n, 10);
	/* Sent again in the order in which they were made. */
	i = 0;
	TAILQ_FOREACH(h, &k.e->pending.store, entry)
		ck_assert_uint_eq(store.queue[i++].id, h->id);
	store_decide(QUEUE_MAX, 0);
	ck_assert_uint_eq(acks, 10);
	case_end(&k);
}
END_TEST

START_TEST(refused_rolls_back)
{
	struct lease before, after;

	sim(1, 10, 0, 0);
	settle();
	binding_lease(pool_at(k.e->pool, clients[3].addr), &before);
	case_pass(&k, 60);
	acks = 0;
	say_request(3);
	store_decide(QUEUE_MAX, 100);
	ck_assert_uint_eq(acks, 0);
	binding_lease(pool_at(k.e->pool, clients[3].addr), &after);
	ck_assert_mem_eq(&after, &before, sizeof(before));
	/* It asks again, and is served. */
	say_request(3);
	store_decide(QUEUE_MAX, 0);
	ck_assert_uint_eq(acks, 1);
	ck_assert_uint_gt(
	    pool_at(k.e->pool, clients[3].addr)->expiry_s, before.expiry_s);
	case_end(&k);
}
END_TEST

START_TEST(too_late)
{
	uint32_t id;

	/* An outcome after the end of the lease grants nothing. */
	sim(1, 10, 0, 0);
	settle();
	acks = 0;
	say_request(3);
	id = store.queue[0].id;
	k.now.wall_s += 2 * CASE_LEASE_S;
	store.disk[slot(clients[3].addr)] = store.queue[0].l;
	store.n = 0;
	outcome(ENGINE_DURABLE, id);
	ck_assert_uint_eq(acks, 0);
	/* Nor does one that was there before, or never. */
	outcome(ENGINE_DURABLE, id);
	outcome(ENGINE_REFUSED, id);
	outcome(ENGINE_DURABLE, 0);
	outcome(ENGINE_DURABLE, UINT32_MAX);
	ck_assert_uint_eq(acks, 0);
	case_end(&k);
}
END_TEST

/* A REQUEST in SELECTING for any address. */
static void
say_select(uint32_t n, uint32_t addr)
{
	clients[n].addr = 0;
	clients[n].offered = addr;
	say_request(n);
}

START_TEST(one_at_a_time)
{
	uint64_t busy;
	uint32_t had;

	/* Two addresses for one client: the second waits for the first. */
	sim(1, 10, 0, 0);
	settle();
	had = clients[3].addr;
	case_pass(&k, 2 * CASE_LEASE_S);
	say_select(3, had);
	ck_assert_uint_eq(store.n, 1);
	busy = k.e->count.dropped[DROP_BUSY];
	say_select(3, had == FIRST ? FIRST + 1 : FIRST);
	ck_assert_uint_eq(store.n, 1);
	ck_assert_uint_eq(k.e->count.dropped[DROP_BUSY], busy + 1);
	case_end(&k);
}
END_TEST

START_TEST(old_outcome)
{
	uint32_t id;

	/* Each use of a place has an id of its own. */
	sim(1, 10, 0, 0);
	settle();
	acks = 0;
	say_request(3);
	id = store.queue[0].id;
	store_decide(QUEUE_MAX, 100);
	do {
		store_decide(QUEUE_MAX, 100);
		say_request(3);
		ck_assert_uint_eq(store.n, 1);
		ck_assert_uint_ne(store.queue[0].id, id);
	} while (store.queue[0].id % PENDING_MAX != id % PENDING_MAX);
	outcome(ENGINE_DURABLE, id);
	ck_assert_uint_eq(acks, 0);
	ck_assert_uint_eq(k.e->pending.nstore, 1);
	case_end(&k);
}
END_TEST

START_TEST(thousand)
{
	uint32_t n, addr[1000];
	static bool seen[ADDRS];

	sim(1, 1000, 0, 0);
	settle();
	for (n = 0; n < 1000; n++) {
		addr[n] = clients[n].addr;
		ck_assert(!seen[slot(addr[n])]);
		seen[slot(addr[n])] = true;
	}
	/* The same again from the rows, also if all leases are over. */
	k.now.wall_s += 2 * CASE_LEASE_S;
	server_die();
	for (n = 0; n < 1000; n++) {
		say_discover(999 - n);
		ck_assert_uint_eq(clients[999 - n].offered, addr[999 - n]);
		say_request(999 - n);
	}
	store_decide(QUEUE_MAX, 0);
	for (n = 0; n < 1000; n++)
		ck_assert(clients[n].addr == addr[n] &&
			  clients[n].until_s > k.now.wall_s);
	case_end(&k);
}
END_TEST

Suite *suite_dhcp_durable(void);

Suite *
suite_dhcp_durable(void)
{
	Suite *s = suite_create("dhcp_durable");
	TCase *t = tcase_create("durable");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, late, 1, 4);
	tcase_add_loop_test(t, refusing, 1, 4);
	tcase_add_loop_test(t, dying, 1, 9);
	tcase_add_loop_test(t, crowd, 1, 2);
	tcase_add_test(t, nothing_before_durable);
	tcase_add_test(t, refused_rolls_back);
	tcase_add_test(t, too_late);
	tcase_add_test(t, one_at_a_time);
	tcase_add_test(t, old_outcome);
	tcase_add_test(t, thousand);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_durable)
