/* SPDX-License-Identifier: ISC */
/* What losses cost, with small windows and with large ones. */
#include "tests/unit/tftp_sim.h"

/* How long a file of that many blocks takes, in the mean of some seeds. */
static uint64_t
takes_ms(uint16_t window, uint64_t blocks, const struct weather *w)
{
	struct transfer_terms terms = { .size = 1000 * blocks,
		.blksize = 1000,
		.window = window,
		.oack = true };
	uint64_t sum = 0, i;

	/* Clients that drop, as the RFC has it. */
	for (i = 1; i <= 8; i++) {
		sim_run(i * KINDS + DROPS, &terms, w, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
		sum += sim.ended_ms - 1000;
	}
	return sum / 8;
}

static void
no_slower(const struct weather *w, uint64_t blocks, const char *where)
{
	uint64_t small = takes_ms(8, blocks, w);
	uint64_t large = takes_ms(64, blocks, w);

	printf("%s: window 8 %" PRIu64 " ms, window 64 %" PRIu64 " ms\n", where,
	    small, large);
	ck_assert_msg(large * 10 <= small * 12 + 100,
	    "%s: window 64 takes %" PRIu64 " ms, window 8 %" PRIu64, where,
	    large, small);
}

/* A switch with short queues before a slow port. */
START_TEST(narrow_queue)
{
	struct weather w = { .delay_us = 200, .block_us = 120, .queue = 16 };

	no_slower(&w, 20000, "queue of 16 at 100 Mbit/s");
	w.block_us = 1000;
	no_slower(&w, 5000, "queue of 16 at 8 Mbit/s");
	w.delay_us = 5000;
	no_slower(&w, 5000, "the same, far away");
}
END_TEST

START_TEST(policer)
{
	struct weather w = {
		.delay_us = 200, .block_us = 1000, .queue = 20, .police = true
	};

	no_slower(&w, 5000, "policer of 1,000 a second, burst 20");
	w.block_us = 100;
	no_slower(&w, 20000, "policer of 10,000 a second, burst 20");
}
END_TEST

START_TEST(random_loss)
{
	struct weather w = { .loss = 20, .delay_us = 50 };

	no_slower(&w, 20000, "2 % lost, fast");
	w.loss = 50;
	no_slower(&w, 20000, "5 % lost, fast");
	w.loss = 20;
	w.delay_us = 5000;
	no_slower(&w, 5000, "2 % lost, far away");
	w.delay_us = 500;
	w.block_us = 120;
	w.queue = 1000;
	no_slower(&w, 10000, "2 % lost, 100 Mbit/s");
}
END_TEST

/* A gap costs what was lost and what the client drops behind it. */
START_TEST(gaps_cost_little)
{
	static const struct weather w = { .loss = 20, .delay_us = 50 };
	struct transfer_terms terms = { .size = 1000 * 20000ULL,
		.blksize = 1000,
		.window = 16,
		.oack = true };
	uint64_t kind;

	for (kind = 0; kind < KINDS; kind++) {
		sim_run(4 * KINDS + kind, &terms, &w, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
		printf("2 %% lost, kind %u: %" PRIu64 " of 20000 sent again\n",
		    sim.kind, sim.t.resent);
		/*
		 * Of 16, the mean of those at and behind a loss is 8.5.  What
		 * EARLY tells looks like a gap: it pays with up to half a
		 * window.
		 */
		ck_assert_uint_lt(
		    sim.t.resent, kind == EARLY ? 20000 : 20000 * 2 / 100 * 17);
	}
}
END_TEST

/* Lone losses are no full queue: a window is not spread for them. */
START_TEST(chance_is_no_queue)
{
	static const struct weather w = { .loss = 50, .delay_us = 50 };

	ck_assert_uint_lt(takes_ms(8, 20000, &w), 25000);
}
END_TEST

/* Each gap sends at once, but never more than the spreading lets go. */
START_TEST(gaps_keep_the_pace)
{
	struct transfer_terms terms = {
		.size = 512 * 1000, .blksize = 512, .window = 64, .oack = true
	};
	struct transfer_event ev = { .kind = TRANSFER_EV_START };
	uint64_t now = 0, blocks = 0;
	struct transfer_actions a;
	struct transfer t;

	transfer_init(&t, &terms);
	(void)transfer_step(&t, &ev, now);
	t.pace.spread_us = 64000; /* a block each millisecond */
	ev.kind = TRANSFER_EV_ACK;
	a = transfer_step(&t, &ev, now);
	for (; ev.block < 40; now++) {
		blocks += a.count;
		/* One got through, and one behind a gap. */
		if (t.next > t.acked + 2)
			ev.block++;
		ev.kind = TRANSFER_EV_ACK;
		a = transfer_step(&t, &ev, now);
		blocks += a.count;
		ev.kind = TRANSFER_EV_TIMER;
		a = transfer_step(&t, &ev, now);
	}
	ck_assert_uint_gt(now, 20);
	/* It may end up a little faster, as nothing seems to be lost. */
	ck_assert_uint_le(blocks, now * 3 / 2 + 4);
}
END_TEST

Suite *suite_tftp_pace(void);

Suite *
suite_tftp_pace(void)
{
	Suite *s = suite_create("tftp_pace");
	TCase *tc = tcase_create("simulation");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, gaps_cost_little);
	tcase_add_test(tc, narrow_queue);
	tcase_add_test(tc, policer);
	tcase_add_test(tc, random_loss);
	tcase_add_test(tc, chance_is_no_queue);
	tcase_add_test(tc, gaps_keep_the_pace);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_pace)
