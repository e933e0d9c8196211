/* SPDX-License-Identifier: ISC */
/* Bindings: look-up, choice of addresses, offers, expiry, limits. */
#include <unistd.h>

#include "dhcpd/pool.h"
#include "tests/unit/dhcp_fixture.h"

static struct packet p;
static struct request rq;
static struct pool *pool;

#define SIZE (LAST - FIRST + 1)

static void
ready(void)
{
	case_ready(&k);
	pool = k.e->pool;
}

static struct client
client(uint32_t n)
{
	struct client c;

	memset(&c, 0, sizeof(c));
	c.hwtype = 1;
	c.hwlen = 6;
	case_mac(n, c.hw);
	return c;
}

/* What the pool chooses for client n. */
static uint32_t
choose(uint32_t n)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, n, 1);
	ck_assert_int_eq(packet_parse(&p, m.buf, m.w.len), PACKET_OK);
	rq.p = &p;
	rq.iface = conf_iface_find(k.e->conf, CASE_IFINDEX);
	rq.nnets = conf_nets_find(k.e->conf, rq.iface, 0, 0, 0, &rq.nets);
	classify(k.e->conf, &rq);
	return pool_choose(pool, &rq);
}

static struct binding *
bind_to(uint32_t addr, uint32_t n, uint64_t expiry_s)
{
	struct lease l;
	struct client c = client(n);
	struct binding *b = pool_get(pool, addr);

	ck_assert_ptr_nonnull(b);
	memset(&l, 0, sizeof(l));
	l.addr = addr;
	l.expiry_s = expiry_s;
	client_to_lease(&c, &l);
	pool_store(pool, b, &l);
	return b;
}

START_TEST(hash_start)
{
	uint8_t mac[6];
	uint32_t n, h, i;

	/* As dnsmasq: sdbm over the hardware address, modulo the range. */
	ready();
	for (n = 0; n < 500; n++) {
		case_mac(n, mac);
		for (h = 0, i = 0; i < 6; i++)
			h = mac[i] + h * 65599;
		ck_assert_uint_eq(choose(n), FIRST + h % SIZE);
	}
}
END_TEST

START_TEST(walk_upwards)
{
	uint32_t at, i;

	ready();
	at = choose(7);
	for (i = 0; i < SIZE; i++) {
		ck_assert_uint_eq(choose(7), at);
		bind_to(at, 1000 + i, LEASE_NEVER);
		at = at == LAST ? FIRST : at + 1;
	}
	ck_assert_uint_eq(choose(7), 0);
}
END_TEST

START_TEST(skips_fixed)
{
	struct record h = case_host(NULL, FIRST + 1, "pc");
	uint32_t i;

	case_add(&k, &h);
	case_iface(&k, "x", 9, FIRST + 3, 0xffffffff);
	ready();
	for (i = 0; i < SIZE - 2; i++) {
		uint32_t at = choose(i);

		ck_assert(at != FIRST + 1 && at != FIRST + 3);
		ck_assert(at >= FIRST && at <= LAST);
		bind_to(at, i, LEASE_NEVER);
	}
	ck_assert_uint_eq(choose(i), 0);
}
END_TEST

START_TEST(sequential)
{
	struct record rec;
	uint32_t i;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_DHCP;
	rec.u.dhcp.sequential = true;
	rec.u.dhcp.lease_max = 1000;
	case_add(&k, &rec);
	ready();
	for (i = 0; i < 20; i++) {
		ck_assert_uint_eq(choose(i), FIRST + i);
		bind_to(FIRST + i, i, LEASE_NEVER);
	}
}
END_TEST

START_TEST(longest_idle)
{
	uint32_t i;

	ready();
	for (i = 0; i < SIZE; i++)
		pool_idle(pool, bind_to(FIRST + (i * 7) % SIZE, i, i + 1));
	ck_assert_uint_eq(choose(5000), FIRST);
	pool_idle(pool, bind_to(FIRST, 5000, 1));
	ck_assert_uint_eq(choose(5001), FIRST + 7);
	/* What is bound again does not count any longer. */
	bind_to(FIRST + 7, 5001, LEASE_NEVER);
	ck_assert_uint_eq(choose(5002), FIRST + 14);
}
END_TEST

START_TEST(tagged_first)
{
	uint32_t i;

	case_range(&k, IP(192, 168, 1, 200), IP(192, 168, 1, 203), "", "br0");
	case_range(&k, IP(192, 168, 1, 210), IP(192, 168, 1, 213), "", "no");
	ready();
	for (i = 0; i < 4; i++) {
		ck_assert_uint_ge(choose(i), IP(192, 168, 1, 200));
		ck_assert_uint_le(choose(i), IP(192, 168, 1, 203));
		bind_to(choose(i), i, LEASE_NEVER);
	}
	ck_assert_uint_le(choose(5), LAST);
}
END_TEST

START_TEST(router_skipped)
{
	struct conf_net net;
	uint32_t at;

	/* The relay's address is not in any table; it is never chosen. */
	ready();
	at = choose(1);
	net = rq.nets[0];
	net.router = at;
	rq.nets = &net;
	ck_assert_uint_ne(pool_choose(pool, &rq), at);
	ck_assert_ptr_null(pool_net_dynamic(k.e->conf, &rq, at));
}
END_TEST

START_TEST(found_by)
{
	struct client a = client(1), b = client(1), c = client(2);
	struct binding *x, *y;

	ready();
	b.idlen = 3;
	memcpy(b.id, "abc", 3);
	ck_assert_ptr_null(pool_of(pool, &a));
	x = bind_to(FIRST, 1, CASE_WALL + 9);
	ck_assert_ptr_eq(pool_at(pool, FIRST), x);
	ck_assert_ptr_eq(pool_of(pool, &a), x);
	/* One side without an identifier: the hardware address decides. */
	ck_assert_ptr_eq(pool_of(pool, &b), x);
	ck_assert_ptr_null(pool_of(pool, &c));
	y = pool_get(pool, FIRST + 1);
	pool_offer(pool, y, &b, 0);
	ck_assert_ptr_eq(pool_of(pool, &b), y);
	/* The identifier counts, also on other hardware. */
	c.idlen = 3;
	memcpy(c.id, "abc", 3);
	ck_assert_ptr_eq(pool_of(pool, &c), y);
	ck_assert_ptr_eq(pool_of(pool, &a), x); /* bound before offered */
	pool_forget(pool, x);
	ck_assert_ptr_eq(pool_of(pool, &a), y);
	ck_assert_ptr_null(pool_at(pool, FIRST));
}
END_TEST

START_TEST(two_ids_two_leases)
{
	struct client rom = client(1), os = client(1);
	struct binding *b;

	ready();
	rom.idlen = os.idlen = 1;
	rom.id[0] = 'r';
	os.id[0] = 'o';
	b = pool_get(pool, FIRST);
	pool_offer(pool, b, &rom, 0);
	ck_assert_ptr_null(pool_of(pool, &os));
	ck_assert_ptr_eq(pool_of(pool, &rom), b);
}
END_TEST

START_TEST(offers_lapse)
{
	struct client c = client(1), d = client(2);
	struct binding *b, *x;

	ready();
	b = pool_get(pool, FIRST);
	pool_offer(pool, b, &c, 1000);
	x = bind_to(FIRST + 1, 2, CASE_WALL);
	pool_idle(pool, x);
	pool_offer(pool, x, &d, 1500);
	ck_assert(pool_taken(b, CASE_WALL));
	pool_tick(pool, CASE_WALL, 1000 + POOL_OFFER_MS - 1);
	ck_assert(pool_taken(b, CASE_WALL));
	pool_tick(pool, CASE_WALL, 1000 + POOL_OFFER_MS);
	ck_assert_ptr_null(pool_at(pool, FIRST)); /* nothing to remember */
	ck_assert_uint_eq(x->state, BINDING_OFFERED);
	pool_tick(pool, CASE_WALL, 1500 + POOL_OFFER_MS);
	ck_assert_uint_eq(x->state, BINDING_IDLE); /* as before the offer */
	ck_assert_ptr_eq(pool_of(pool, &d), x);
}
END_TEST

START_TEST(leases_expire)
{
	struct binding *b, *d;
	struct lease l;

	ready();
	b = bind_to(FIRST, 1, CASE_WALL + 10);
	d = bind_to(FIRST + 1, 2, CASE_WALL + 10);
	l = d->l;
	l.state = LEASE_DECLINED;
	pool_store(pool, d, &l);
	(void)bind_to(FIRST + 2, 3, LEASE_NEVER);
	ck_assert_uint_eq(pool->nbound, 2);
	ck_assert(pool_taken(b, CASE_WALL + 9));
	ck_assert(pool_taken(d, CASE_WALL + 9));
	ck_assert(!pool_taken(b, CASE_WALL + 10)); /* before any tick */
	pool_tick(pool, CASE_WALL + 9, 0);
	ck_assert_uint_eq(pool->nbound, 2);
	pool_tick(pool, CASE_WALL + 10, 0);
	ck_assert_uint_eq(pool->nbound, 1);
	ck_assert_uint_eq(b->state, BINDING_IDLE);
	ck_assert_ptr_null(pool_at(pool, FIRST + 1));
	pool_tick(pool, UINT64_MAX - 1, 0);
	ck_assert_uint_eq(pool->nbound, 1); /* never means never */
}
END_TEST

START_TEST(memory_is_reused)
{
	size_t i, n;

	ready();
	n = pool->capacity;
	for (i = 0; i < n * 3; i++) {
		struct binding *b = bind_to(
		    IP(10, 0, 0, 0) + (uint32_t)i + 1, (uint32_t)i, i + 1);

		pool_idle(pool, b);
	}
	ck_assert_uint_eq(pool->capacity, n);
	/* The oldest made way. */
	ck_assert_ptr_null(pool_at(pool, IP(10, 0, 0, 1)));
	ck_assert_ptr_nonnull(pool_at(pool, IP(10, 0, 0, 0) + (uint32_t)i));
	/* What is bound never does. */
	for (i = 0; i < n; i++)
		bind_to(IP(10, 1, 0, 0) + (uint32_t)i + 1, 1, LEASE_NEVER);
	ck_assert_ptr_null(pool_get(pool, IP(10, 2, 0, 1)));
}
END_TEST

START_TEST(rows)
{
	struct lease l;
	uint32_t i;

	ready();
	memset(&l, 0, sizeof(l));
	l.hwtype = 1;
	l.hwlen = 6;
	/* More rows than there is room, in no order, most of them lapsed. */
	for (i = 0; i < 3000; i++) {
		l.addr = IP(10, 0, 0, 0) + 1 + (i * 1009) % 3001;
		l.expiry_s = CASE_WALL - 1000 + i % 1100;
		case_mac(i, l.hw);
		ck_assert_int_eq(pool_load(pool, &l), 0);
	}
	for (i = 0; i < SIZE; i++) {
		l.addr = FIRST + i;
		l.expiry_s = CASE_WALL - 1 - i;
		case_mac(9000 + i, l.hw);
		ck_assert_int_eq(pool_load(pool, &l), 0);
	}
	ck_assert_int_eq(pool_loaded(pool, CASE_WALL), 0);
	/* A row again: the later one counts. */
	ck_assert_int_eq(pool_load(pool, &l), 0);
	ck_assert_uint_eq(choose(1), LAST - 1);
	ck_assert_uint_eq(choose(9001), LAST - 1);
}
END_TEST

START_TEST(reload_keeps)
{
	struct client c = client(1);
	struct binding *b;

	ready();
	b = bind_to(FIRST, 1, LEASE_NEVER);
	pool_idle(pool, bind_to(FIRST + 1, 2, 5));
	/* The range moves; bindings outside it stay. */
	case_conf(&k);
	case_range(&k, FIRST + 1, FIRST + 2, "", "");
	ck_assert_int_eq(case_use(&k), 0);
	ck_assert_ptr_eq(pool_at(pool, FIRST), b);
	ck_assert_ptr_eq(pool_of(pool, &c), b);
	ck_assert_uint_eq(pool->nbound, 1);
	ck_assert_uint_eq(choose(3), FIRST + 2);
	(void)bind_to(FIRST + 2, 3, LEASE_NEVER);
	ck_assert_uint_eq(choose(4), FIRST + 1);
	(void)bind_to(FIRST + 1, 4, LEASE_NEVER);
	ck_assert_uint_eq(choose(5), 0);
}
END_TEST

/* KiB of memory that are in use by this process. */
static size_t
resident_kib(void)
{
	size_t pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%*u %zu", &pages), 1);
	(void)fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}

/* Room for a million leases is no memory until they are there. */
START_TEST(room_costs_nothing)
{
	struct pool *large = pool_new(7);
	size_t before = resident_kib(), i;
	struct binding_queue *lists;

	ck_assert_ptr_nonnull(large);
	case_ready(&k);
	ck_assert_int_eq(pool_reserve(large, 1000000), 0);
	ck_assert_int_eq(pool_prepare(large, k.conf, &lists), 0);
	pool_use(large, k.conf, lists);
	ck_assert_int_eq(pool_loaded(large, CASE_WALL), 0);
	for (i = 0; i < 500; i++)
		pool_tick(large, CASE_WALL, i * 1000);
	ck_assert_uint_lt(resident_kib() - before,
	    1000000 / 1024 * sizeof(struct binding) / 4);
	/* All of it can be had. */
	for (i = 0; i < 200000; i++)
		ck_assert_ptr_nonnull(
		    pool_get(large, IP(10, 0, 0, 0) + (uint32_t)i));
	for (i = 0; i < 200000; i++)
		ck_assert_uint_eq(
		    pool_at(large, IP(10, 0, 0, 0) + (uint32_t)i)->l.addr,
		    IP(10, 0, 0, 0) + i);
	pool_free(large);
}
END_TEST

/* A random life, compared with what must always hold. */
static void
check_all(void)
{
	size_t i, j, bound = 0, used = 0;
	const struct conf_range *g = &k.e->conf->ranges.v[0];

	for (i = 0; i < pool->nchunks; i++)
		for (j = 0; j < pool->chunk[i].n; j++) {
			struct binding *b = &pool->chunk[i].v[j];

			if (b->state == BINDING_UNUSED)
				continue;
			bound += b->state == BINDING_BOUND ? 1 : 0;
			ck_assert_ptr_eq(pool_at(pool, b->l.addr), b);
			if (b->l.addr >= FIRST && b->l.addr <= LAST)
				used++;
		}
	ck_assert_uint_eq(bound, pool->nbound);
	for (i = 0; i < SIZE; i++)
		used -= g->used[i / 64] >> (i % 64) & 1;
	ck_assert_uint_eq(used, 0);
}

START_TEST(random_life)
{
	uint64_t now = CASE_WALL;
	uint32_t round;

	ready();
	srandom(3);
	for (round = 0; round < 50000; round++) {
		uint32_t n = (uint32_t)random() % 200;
		uint32_t addr = FIRST - 5 + (uint32_t)random() % (SIZE + 10);
		struct client c = client(n);
		struct binding *b = pool_get(pool, addr);

		now += (uint64_t)random() % 3;
		c.idlen = (uint16_t)(n % 3);
		c.id[0] = c.id[1] = (uint8_t)n;
		switch (random() % 5) {
		case 0:
			pool_offer(pool, b, &c, now * 1000);
			break;
		case 1:
			(void)bind_to(addr, n, now + (uint64_t)random() % 50);
			break;
		case 2:
			pool_idle(pool, b);
			break;
		case 3:
			pool_forget(pool, b);
			break;
		default:
			pool_tick(pool, now, now * 1000);
			break;
		}
		addr = choose(n);
		b = addr == 0 ? NULL : pool_at(pool, addr);
		ck_assert(b == NULL || b->state == BINDING_IDLE);
		if (round % 500 == 0)
			check_all();
	}
}
END_TEST

#define MANY 100000

/*
 * As many rows as a large network leaves in years, half of them expired.
 * What takes a step for each pair of them does not end in time.
 */
START_TEST(many_rows)
{
	uint64_t now_s = k.now.wall_s;
	struct binding *b;
	struct client c;
	struct lease l;
	uint32_t i;

	ready();
	memset(&l, 0, sizeof(l));
	for (i = 0; i < MANY; i++) {
		c = client(i + 1);
		client_to_lease(&c, &l);
		l.addr = IP(10, 0, 0, 1) + i * 7919 % MANY;
		l.expiry_s = i % 2 == 0 ? now_s - 1 - i : now_s + 1 + i;
		if (pool_load(pool, &l) == -1)
			ck_abort_msg("no memory");
	}
	ck_assert_int_eq(pool_loaded(pool, now_s), 0);
	ck_assert_uint_eq(pool->nbound, MANY / 2);
	/* That which expired first is the first that is given up. */
	b = TAILQ_FIRST(&pool->idle[pool->nidle - 1]);
	ck_assert_uint_eq(b->l.expiry_s, now_s - 1 - (MANY - 2));
	for (i = 0; i < MANY; i++) {
		c = client(i + 1);
		b = pool_of(pool, &c);
		if (b == NULL || b->l.addr != IP(10, 0, 0, 1) + i * 7919 % MANY)
			ck_abort_msg("client %u is not found", i);
	}
	/* All the others expire, a share of them in each tick. */
	for (i = 0; pool->nbound > 0; i++) {
		ck_assert_uint_lt(i, 1000);
		pool_tick(pool, now_s + 2 * MANY, 1000 * i);
	}
}
END_TEST

/* One hardware address, and another identifier each time. */
START_TEST(same_hardware_address)
{
	struct client c = client(1);
	struct binding *b;
	struct lease l;
	uint32_t i;

	ready();
	memset(&l, 0, sizeof(l));
	l.expiry_s = k.now.wall_s + 1000;
	c.idlen = 4;
	for (i = 0; i < MANY; i++) {
		memcpy(c.id, &i, sizeof(i));
		client_to_lease(&c, &l);
		l.addr = IP(10, 0, 0, 1) + i;
		if (pool_load(pool, &l) == -1)
			ck_abort_msg("no memory");
	}
	for (i = 0; i < MANY; i++) {
		memcpy(c.id, &i, sizeof(i));
		b = pool_of(pool, &c);
		if (b == NULL || b->l.addr != IP(10, 0, 0, 1) + i)
			ck_abort_msg("client %u is not found", i);
	}
	/* Those that have no binding cost as little. */
	for (i = MANY; i < 2 * MANY; i++) {
		memcpy(c.id, &i, sizeof(i));
		if (pool_of(pool, &c) != NULL)
			ck_abort_msg("client %u has no binding", i);
	}
	c.idlen = 0;
	for (i = 0; i < MANY; i++)
		if (pool_of(pool, &c) == NULL ||
		    pool_bound_of(pool, &c, 1) != NULL)
			ck_abort_msg("client without identifier");
}
END_TEST

Suite *suite_dhcp_pool(void);

Suite *
suite_dhcp_pool(void)
{
	const TTest *const tests[] = { hash_start, walk_upwards, skips_fixed,
		sequential, longest_idle, tagged_first, router_skipped,
		found_by, two_ids_two_leases, offers_lapse, leases_expire,
		memory_is_reused, rows, reload_keeps, room_costs_nothing,
		random_life, many_rows, same_hardware_address };
	Suite *s = suite_create("dhcp_pool");
	TCase *t = tcase_create("pool");
	size_t i;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	return s;
}

/* Memory is measured by /proc. */
UNIT_MAIN_ALSO(
    suite_dhcp_pool, SCMP_SYS(openat), SCMP_SYS(read), SCMP_SYS(newfstatat))
