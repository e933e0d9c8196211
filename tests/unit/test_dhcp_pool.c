/* SPDX-License-Identifier: ISC */
/* Bindings: offers, expiry, limits, reloads. */
#include "tests/unit/pool_case.h"

START_TEST(offers_lapse)
{
	struct client c = client(1), d = client(2);
	struct binding *b, *x;

	ready();
	b = pool_get(pool, FIRST);
	pool_offer(pool, b, &c, 1000);
	x = bind_to(FIRST + 1, 2, CASE_WALL);
	pool_lapse(pool, x);
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
	const struct client had = client(1), declined = client(2);
	struct binding *b, *d;
	struct lease l;

	ready();
	b = bind_to(FIRST, 1, CASE_WALL + 10);
	d = bind_to(FIRST + 1, 2, CASE_WALL + 10);
	binding_lease(d, &l);
	l.state = LEASE_DECLINED;
	pool_store(pool, d, &l);
	(void)bind_to(FIRST + 2, 3, LEASE_NEVER);
	ck_assert_uint_eq(pool->nbound, 2);
	/* What a client declined is not its own. */
	ck_assert_ptr_eq(pool_of(pool, &had), b);
	ck_assert_ptr_null(pool_of(pool, &declined));
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
	n = pool->slab.capacity;
	for (i = 0; i < n * 3; i++) {
		struct binding *b = bind_to(
		    IP(10, 0, 0, 0) + (uint32_t)i + 1, (uint32_t)i, i + 1);

		pool_lapse(pool, b);
	}
	ck_assert_uint_eq(pool->slab.capacity, n);
	/* The oldest made way. */
	ck_assert_ptr_null(pool_at(pool, IP(10, 0, 0, 1)));
	ck_assert_ptr_nonnull(pool_at(pool, IP(10, 0, 0, 0) + (uint32_t)i));
	/* What is bound never does. */
	for (i = 0; i < n; i++)
		bind_to(IP(10, 1, 0, 0) + (uint32_t)i + 1, 1, LEASE_NEVER);
	ck_assert_ptr_null(pool_get(pool, IP(10, 2, 0, 1)));
}
END_TEST

/* Of all the ranges, and of addresses in none, the oldest goes first. */
START_TEST(oldest_makes_way)
{
	const uint32_t at[] = { IP(192, 168, 1, 200), IP(10, 9, 0, 1), FIRST };
	static const uint64_t expiry_s[] = { 5, 7, 9 };
	size_t i, n;

	case_range(&k, IP(192, 168, 1, 200), IP(192, 168, 1, 210), "", "");
	ready();
	n = pool->slab.capacity;
	for (i = 3; i < n; i++)
		(void)bind_to(
		    IP(10, 0, 0, 0) + (uint32_t)i, (uint32_t)i, LEASE_NEVER);
	for (i = 3; i-- > 0;)
		pool_lapse(pool, bind_to(at[i], (uint32_t)i, expiry_s[i]));
	for (i = 0; i < 3; i++) {
		ck_assert_ptr_nonnull(pool_at(pool, at[i]));
		(void)bind_to(IP(10, 9, 0, 9) + (uint32_t)i, 9, LEASE_NEVER);
		ck_assert_ptr_null(pool_at(pool, at[i]));
	}
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
		l.addr = addr_from_ip4(IP(10, 0, 0, 0) + 1 + (i * 1009) % 3001);
		l.expiry_s = CASE_WALL - 1000 + i % 1100;
		case_mac(i, l.hw);
		ck_assert_int_eq(pool_load(pool, &l), 0);
	}
	for (i = 0; i < SIZE; i++) {
		l.addr = addr_from_ip4(FIRST + i);
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
	pool_lapse(pool, bind_to(FIRST + 1, 2, 5));
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

/* A random life, compared with what must always hold. */
static void
check_all(void)
{
	struct slab_place at = { 0, 0 };
	struct binding *b;
	size_t i, bound = 0, used = 0;
	const struct conf_range *g = &k.e->conf->ranges.v[0];

	while ((b = slab_next(&pool->slab, &at)) != NULL) {
		if (b->state == BINDING_UNUSED)
			continue;
		bound += b->state == BINDING_BOUND ? 1 : 0;
		ck_assert_ptr_eq(pool_at(pool, b->addr), b);
		if (b->addr >= FIRST && b->addr <= LAST)
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
			pool_lapse(pool, b);
			break;
		case 3:
			case_forget(&k, b);
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
		l.addr = addr_from_ip4(IP(10, 0, 0, 1) + i * 7919 % MANY);
		l.expiry_s = i % 2 == 0 ? now_s - 1 - i : now_s + 1 + i;
		if (pool_load(pool, &l) == -1)
			ck_abort_msg("no memory");
	}
	ck_assert_int_eq(pool_loaded(pool, now_s), 0);
	ck_assert_uint_eq(pool->nbound, MANY / 2);
	/* That which expired first is the first that is given up. */
	b = TAILQ_FIRST(&pool->idle[pool->nidle - 1]);
	ck_assert_uint_eq(b->expiry_s, now_s - 1 - (MANY - 2));
	for (i = 0; i < MANY; i++) {
		c = client(i + 1);
		b = pool_of(pool, &c);
		if (b == NULL || b->addr != IP(10, 0, 0, 1) + i * 7919 % MANY)
			ck_abort_msg("client %u is not found", i);
	}
	/* All the others expire, a share of them in each tick. */
	for (i = 0; pool->nbound > 0; i++) {
		ck_assert_uint_lt(i, 1000);
		pool_tick(pool, now_s + 2 * MANY, 1000 * i);
	}
}
END_TEST

Suite *suite_dhcp_pool(void);

Suite *
suite_dhcp_pool(void)
{
	const TTest *const tests[] = { offers_lapse, leases_expire,
		memory_is_reused, oldest_makes_way, rows, reload_keeps,
		random_life, many_rows };

	return suite_of("dhcp_pool", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_pool)
