/* SPDX-License-Identifier: ISC */
/*
 * Clients and a lease store that behave badly in random order: whatever
 * happens, no ACK precedes its lease, and no two clients have one address.
 */
#include "tests/unit/dhcp_sim.h"

#ifndef INVARIANTS /* how many of each; more when looking for trouble */
#define INVARIANTS 24
#define RECOVERS 24
#endif

/* A store that refuses parts of a takeover leaves no trace in memory. */
START_TEST(cards)
{
	uint32_t i;

	sim_begin((uint64_t)_i + 200, true);
	s.cards = true;
	sim_reload(true);
	for (i = 0; i < 60; i++) {
		s.flaky = i % 2 == 0;
		sim_steps((uint64_t)_i, 100);
	}
	ck_assert_uint_gt(s.acks, 0);
	case_end(&s.k);
}
END_TEST

START_TEST(invariants)
{
	sim_run((uint64_t)_i + 1, STEPS);
	ck_assert_uint_gt(s.acks, 0);
	ck_assert_uint_gt(s.refused, 0);
	ck_assert_uint_gt(s.died, 0);
	case_end(&s.k);
}
END_TEST

/* Once leased works, each client is served, however bad it was before. */
START_TEST(recovers)
{
	uint32_t n, turn;

	sim_run((uint64_t)_i + 100, 1500);
	for (n = 0; n < CLIENTS; n++) {
		struct sim_client *c = &s.c[n];

		c->addr = 0;
		for (turn = 0; turn < 6 && c->addr == 0; turn++) {
			sim_discover(c, n);
			sim_settle();
			if (c->offered == 0)
				continue;
			sim_request(c, n);
			sim_settle();
		}
		ck_assert_uint_ne(c->addr, 0);
	}
	sim_compare();
	case_end(&s.k);
}
END_TEST

Suite *suite_dhcp_random(void);

Suite *
suite_dhcp_random(void)
{
	Suite *su = suite_create("dhcp_random");
	TCase *tc = tcase_create("random");

	tcase_add_loop_test(tc, invariants, 0, INVARIANTS);
	tcase_add_loop_test(tc, recovers, 0, RECOVERS);
	tcase_add_loop_test(tc, cards, 0, RECOVERS);
	tcase_set_timeout(tc, 120);
	suite_add_tcase(su, tc);
	return su;
}

UNIT_MAIN(suite_dhcp_random)
