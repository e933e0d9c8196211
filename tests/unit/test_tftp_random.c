/* SPDX-License-Identifier: ISC */
/* Whole transfers in any weather, with clients of every kind. */
#include "tests/unit/tftp_sim.h"

/* A number of blocks that has something to it. */
static uint64_t
some_size(uint64_t r, uint16_t blksize)
{
	static const uint64_t blocks[] = { 0, 1, 2, 3, 7, 64, 100, 255 };
	uint64_t n = blocks[r % 8] * blksize;

	switch (r / 8 % 4) {
	case 0:
		return n;
	case 1:
		return n + 1;
	case 2:
		return n == 0 ? 0 : n - 1;
	default:
		return n + r / 32 % blksize;
	}
}

START_TEST(storm)
{
	static const uint16_t windows[] = { 1, 1, 2, 3, 4, 8, 16, 64, 500 };
	const char *base = getenv("PXEGUARD_SEED");
	uint64_t seed, total = 0, sent = 0, runs = 0, r;

	/* PXEGUARD_SEED=n starts elsewhere, or just there where it failed. */
	seed = base == NULL ? 1 : strtoull(base, NULL, 10);
	for (; total < 6000000; seed++, runs++) {
		struct transfer_terms terms;
		struct weather w;

		sim.rng = seed * 0xda942042e4dd58b5ULL | 1;
		r = rnd(&sim);
		terms.blksize = r & 1 ? 512 : (uint16_t)(8 + r / 2 % 1400);
		terms.window = windows[rnd(&sim) % 9];
		terms.size = some_size(rnd(&sim), terms.blksize);
		terms.timeout_ms =
		    rnd(&sim) % 4 == 0 ? (uint32_t)(10 + rnd(&sim) % 20000) : 0;
		terms.open_end = terms.window == 1 && rnd(&sim) % 4 == 0;
		terms.oack = terms.window > 1 || terms.timeout_ms != 0 ||
			     rnd(&sim) % 2 == 0;
		terms.rollover = (uint16_t)(rnd(&sim) % 2);
		w.loss = (unsigned int)(rnd(&sim) % 4 == 0 ? rnd(&sim) % 301
							   : rnd(&sim) % 30);
		w.dup = (unsigned int)(rnd(&sim) % 100);
		w.reorder = (unsigned int)(rnd(&sim) % 200);
		w.full = (unsigned int)(rnd(&sim) % 2 * 50);
		w.held = (unsigned int)(rnd(&sim) % 2 * 300);
		w.repeat = (unsigned int)(rnd(&sim) % 4 * 100);
		w.delay_us =
		    rnd(&sim) % 2 == 0 ? rnd(&sim) % 200 : rnd(&sim) % 200000;
		w.block_us = rnd(&sim) % 4 == 0 ? 1 + rnd(&sim) % 2000 : 0;
		w.queue = 4 + rnd(&sim) % 100;
		w.police = rnd(&sim) % 2;
		w.gone_ms = rnd(&sim) % 50 == 0 ? 1000 + rnd(&sim) % 500 : 0;
		sim_run(seed, &terms, &w, UINT64_MAX);
		total += sim.packets;
		sent += sim.end == TRANSFER_SENT;
		/* With little loss there is no excuse. */
		if (w.loss <= 30 && w.gone_ms == 0)
			ck_assert_msg(sim.end == TRANSFER_SENT,
			    "seed %" PRIu64 " failed: %u", seed, sim.end);
	}
	printf("storm: %" PRIu64 " packets, %" PRIu64 " of %" PRIu64
	       " transfers sent\n",
	    total, sent, runs);
	ck_assert_uint_gt(sent * 100, runs * 90);
}
END_TEST

START_TEST(wraps)
{
	static const struct weather calm = { .loss = 0, .delay_us = 100 };
	static const struct weather rain = {
		.loss = 3, .dup = 5, .reorder = 5, .delay_us = 100
	};
	struct transfer_terms terms = { .blksize = 8, .oack = true };
	static const uint16_t rollovers[] = { 0, 1, 2, 9999, 32767 };
	size_t i;

	for (i = 0; i < sizeof(rollovers) / sizeof(rollovers[0]); i++) {
		terms.rollover = rollovers[i];
		terms.window = 1;
		terms.size = 8 * 200000ULL; /* three wraps, exact multiple */
		sim_run(1, &terms, &calm, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
		ck_assert_uint_eq(sim.t.resent, 0);
		terms.window = 64;
		terms.size = 8 * 200000ULL + 3;
		sim_run(2, &terms, &calm, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
		ck_assert_uint_eq(sim.t.resent, 0);
		sim_run(3, &terms, &rain, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
	}
}
END_TEST

/* Doubled packets alone must never multiply the traffic. */
START_TEST(echoes_die_out)
{
	static const struct weather echo = {
		.dup = 300, .reorder = 20, .delay_us = 1000
	};
	struct transfer_terms terms = {
		.size = 512 * 20000ULL, .blksize = 512, .oack = true
	};
	static const uint16_t windows[] = { 1, 4, 64 };
	size_t i;

	for (i = 0; i < 3; i++) {
		terms.window = windows[i];
		sim_run(7 + i, &terms, &echo, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
		/* Data and ACKs, each at most a few times. */
		printf("echoes: window %u, %" PRIu64 " packets\n", terms.window,
		    sim.packets);
		ck_assert_uint_lt(sim.packets, 20000 * 6);
	}
}
END_TEST

START_TEST(dying_clients)
{
	static const struct weather calm = { .loss = 10, .delay_us = 500 };
	struct transfer_terms terms = {
		.size = 512 * 50ULL, .blksize = 512, .window = 4, .oack = true
	};
	uint64_t seed;

	for (seed = 1; seed < 200; seed++) {
		sim_run(seed, &terms, &calm, 1 + seed % 51);
		ck_assert_int_ne(sim.end, TRANSFER_SENT);
		/* A dead client costs a bounded number of packets. */
		ck_assert_uint_lt(sim.packets, 400);
	}
}
END_TEST

/* Events in any order and with any value break no invariant. */
START_TEST(nonsense)
{
	uint64_t seed, i;

	for (seed = 1; seed < 400; seed++) {
		struct transfer_terms terms = { .blksize = 512 };
		struct transfer t;
		uint64_t now = 1000;

		sim.rng = seed * 0x9e3779b97f4a7c15ULL | 1;
		terms.size = rnd(&sim) % 100000000;
		terms.window = (uint16_t)(1 + rnd(&sim) % 65534);
		terms.oack = seed % 2;
		terms.rollover = seed / 2 % 2;
		transfer_init(&t, &terms);
		for (i = 0; i < 1000; i++) {
			struct transfer_event ev = {
				.kind =
				    (uint8_t)(rnd(&sim) %
					      (TRANSFER_EV_FAIL + (i > 900))),
				.end = TRANSFER_STOPPED,
				.block = (uint16_t)rnd(&sim),
				.code = (uint16_t)rnd(&sim),
				.unsent = rnd(&sim) % 200000
			};
			struct transfer_actions a;
			bool proves;

			if (ev.kind == TRANSFER_EV_ERROR && i < 900)
				continue;
			proves = t.proven || (ev.kind == TRANSFER_EV_ACK &&
						 transfer_proves(&t, ev.block));
			a = transfer_step(&t, &ev, now);
			must(t.proven == proves, "proven as was told");
			now += rnd(&sim) % 50;
			if (a.count > 0) {
				must(a.first >= 1, "a block that exists");
				must(a.first + a.count - 1 <= t.last,
				    "a block that exists");
				must(a.count <= terms.window, "one window");
			}
			must(t.acked <= t.last, "acknowledged");
			must(t.high <= t.last, "highest");
			must(t.resent < UINT64_MAX / 2, "resent");
		}
	}
}
END_TEST

Suite *suite_tftp_random(void);

Suite *
suite_tftp_random(void)
{
	Suite *s = suite_create("tftp_random");
	TCase *tc = tcase_create("simulation");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, nonsense);
	tcase_add_test(tc, storm);
	tcase_add_test(tc, wraps);
	tcase_add_test(tc, echoes_die_out);
	tcase_add_test(tc, dying_clients);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_random)
