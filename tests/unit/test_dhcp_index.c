/* SPDX-License-Identifier: ISC */
/* Finding bindings by address and by client. */
#include "tests/unit/pool_case.h"

/* However many bindings a client has left behind, few are looked at. */
START_TEST(many_of_one_identifier)
{
	struct client c = client(1);
	struct binding *first = NULL, *b = NULL;
	struct lease l;
	uint32_t i;

	case_range(&k, IP(10, 0, 0, 1), IP(10, 0, 4, 0), "", "");
	ready();
	c.idlen = 8;
	memcpy(c.id, "identity", 8);
	for (i = 0; i < 300; i++) {
		memset(&l, 0, sizeof(l));
		l.addr = addr_from_ip4(IP(10, 0, 0, 1) + i);
		l.expiry_s = LEASE_NEVER;
		client_to_lease(&c, &l);
		b = pool_get(pool, IP(10, 0, 0, 1) + i);
		ck_assert_ptr_nonnull(b);
		pool_store(pool, b, &l);
		if (i == 0)
			first = b;
		else
			pool_lapse(pool, b);
	}
	ck_assert_ptr_nonnull(pool_of(pool, &c));
	ck_assert_ptr_ne(pool_of(pool, &c), first);
	ck_assert_ptr_null(index_bound_of(&pool->index, &c, b->addr));
	pool_store(pool, b, &l);
	ck_assert_ptr_eq(pool_of(pool, &c), b);
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
	case_forget(&k, x);
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

#define MANY 100000

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
		l.addr = addr_from_ip4(IP(10, 0, 0, 1) + i);
		if (pool_load(pool, &l) == -1)
			ck_abort_msg("no memory");
	}
	for (i = 0; i < MANY; i++) {
		memcpy(c.id, &i, sizeof(i));
		b = pool_of(pool, &c);
		if (b == NULL || b->addr != IP(10, 0, 0, 1) + i)
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
		    index_bound_of(&pool->index, &c, 1) != NULL)
			ck_abort_msg("client without identifier");
}
END_TEST

Suite *suite_dhcp_index(void);

Suite *
suite_dhcp_index(void)
{
	const TTest *const tests[] = { many_of_one_identifier, found_by,
		two_ids_two_leases, same_hardware_address };

	return suite_of("dhcp_index", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_index)
