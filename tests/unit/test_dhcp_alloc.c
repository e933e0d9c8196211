/* SPDX-License-Identifier: ISC */
/* Which address a client is given. */
#include "tests/unit/pool_case.h"

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

/* The identifier, if there is no hardware address of any length. */
START_TEST(hash_of_identifier)
{
	struct request rq;

	ready();
	(void)choose_for(&rq, 1);
	memset(&rq.client, 0, sizeof(rq.client));
	rq.client.idlen = 2;
	memcpy(rq.client.id, "\1\2", 2);
	ck_assert_uint_eq(alloc_addr(pool, &rq), FIRST + (2 + 65599) % SIZE);
	rq.client.hwlen = 1;
	rq.client.hw[0] = 9;
	ck_assert_uint_eq(alloc_addr(pool, &rq), FIRST + 9);
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
	struct record rec = { .kind = RECORD_DHCP };
	uint32_t i;

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
		pool_lapse(pool, bind_to(FIRST + (i * 7) % SIZE, i, i + 1));
	ck_assert_uint_eq(choose(5000), FIRST);
	pool_lapse(pool, bind_to(FIRST, 5000, 1));
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
	struct request rq;
	struct conf_net net;
	uint32_t at;

	/* The relay's address is not in any table; it is never chosen. */
	ready();
	at = choose_for(&rq, 1);
	net = rq.nets[0];
	net.router = at;
	rq.nets = &net;
	ck_assert_uint_ne(alloc_addr(pool, &rq), at);
	ck_assert_ptr_null(subnet_of_dynamic(k.e->conf, &rq, at));
}
END_TEST

Suite *suite_dhcp_alloc(void);

Suite *
suite_dhcp_alloc(void)
{
	const TTest *const tests[] = { hash_start, hash_of_identifier,
		walk_upwards, skips_fixed, sequential, longest_idle,
		tagged_first, router_skipped };

	return suite_of("dhcp_alloc", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_alloc)
