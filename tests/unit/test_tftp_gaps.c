/* SPDX-License-Identifier: ISC */
/* Gaps that a client reports, duplicate ACKs, and ends of windows lost. */
#include "tests/unit/transfer_case.h"

/* A transfer whose client has taken the OACK at `now_ms`. */
static struct transfer_actions
begin(struct transfer *t, uint64_t blocks, uint16_t window, uint64_t now_ms)
{
	make(t, blocks * 512 - 1, 512, window, true);
	(void)step(t, TRANSFER_EV_START, 0, 0);
	return step(t, TRANSFER_EV_ACK, 0, now_ms);
}

/* More than a window of 1: the blocks that follow were lost (RFC 7440 4). */
START_TEST(duplicate_ack)
{
	struct transfer_actions a;
	struct transfer t;

	(void)begin(&t, 3, 2, 1);
	a = step(&t, TRANSFER_EV_ACK, 2, 2);
	expect_blocks(&a, 3, 1);
	a = step(&t, TRANSFER_EV_ACK, 2, 3);
	expect_blocks(&a, 3, 1);
	(void)begin(&t, 9, 2, 1);
	a = step(&t, TRANSFER_EV_ACK, 2, 2);
	expect_blocks(&a, 3, 2);
	a = step(&t, TRANSFER_EV_ACK, 2, 3);
	expect_blocks(&a, 3, 2);
}
END_TEST

/* Nothing is on its way that could have been lost: the socket is full. */
START_TEST(duplicate_ack_of_all)
{
	struct transfer_event ev = { .kind = TRANSFER_EV_PARTIAL, .unsent = 9 };
	struct transfer_actions a;
	struct transfer t;

	(void)begin(&t, 100, 8, 1);
	(void)step(&t, TRANSFER_EV_ACK, 8, 2);
	(void)transfer_step(&t, &ev, 2);
	a = step(&t, TRANSFER_EV_ACK, 8, 3);
	expect_blocks(&a, 0, 0);
	ck_assert_uint_eq(a.timer_ms, 0);
}
END_TEST

/* Two round trips, and a little, are waited for the ACK that closes a gap. */
START_TEST(doubtful_gap)
{
	struct transfer_actions a;
	struct transfer t;

	(void)begin(&t, 100, 8, 80);
	a = step(&t, TRANSFER_EV_ACK, 4, 160);
	expect_blocks(&a, 5, 8);
	a = step(&t, TRANSFER_EV_ACK, 4, 170);
	expect_blocks(&a, 0, 0);
	ck_assert_uint_eq(a.timer_ms, 170 + 2 * 80 + TRANSFER_GAP_MS);
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 5, 8);
	ck_assert_uint_eq(t.gaps_confirmed, 1);
	/* An ACK of what was only sent once closes it. */
	(void)step(&t, TRANSFER_EV_ACK, 4, 340);
	ck_assert(t.gap_pending);
	a = step(&t, TRANSFER_EV_ACK, 12, 350);
	expect_blocks(&a, 13, 8);
	ck_assert(!t.gap_pending);
	ck_assert_uint_eq(t.gaps_confirmed, 0);
}
END_TEST

/* A probe that tells of more than one lost block: the queue was full. */
START_TEST(end_of_window_lost)
{
	static const struct {
		uint16_t window, acked;
		bool lost;
	} x[] = { { 16, 13, false }, { 16, 12, true }, { 8, 6, false },
		{ 8, 5, true }, { 8, 0, true }, { 4, 3, false }, { 4, 2, true },
		{ 1, 0, false } };
	struct transfer_actions a;
	struct transfer t;
	size_t i;

	for (i = 0; i < sizeof(x) / sizeof(x[0]); i++) {
		a = begin(&t, 100, x[i].window, 10);
		a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
		expect_blocks(&a, x[i].window, 1);
		(void)step(&t, TRANSFER_EV_ACK, x[i].acked, a.timer_ms - 1);
		ck_assert_msg((t.pace.silent != 0) == x[i].lost,
		    "window %u, ACK %u", x[i].window, x[i].acked);
	}
}
END_TEST

/*
 * A window that was answered after a probe only was not answered in time, and
 * one that grew on its way tells nothing of the time that a window takes.
 */
START_TEST(not_measured)
{
	struct transfer_actions a;
	struct transfer t;

	a = begin(&t, 100, 8, 10);
	t.pace.silent = 160;
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 8, 1);
	(void)step(&t, TRANSFER_EV_ACK, 8, a.timer_ms - 1);
	ck_assert_uint_eq(t.pace.silent, 160);
	ck_assert_uint_eq(t.pace.got8, 0);
	(void)step(&t, TRANSFER_EV_ACK, 16, a.timer_ms);
	ck_assert_uint_eq(t.pace.silent, 150);
	ck_assert_uint_eq(t.pace.got8, 8);
	(void)begin(&t, 100, 8, 80);
	(void)step(&t, TRANSFER_EV_ACK, 4, 160);
	(void)step(&t, TRANSFER_EV_ACK, 4, 170);
	ck_assert_uint_eq(t.pace.got8, 4);
	a = step(&t, TRANSFER_EV_ACK, 6, 180);
	expect_blocks(&a, 13, 2);
	ck_assert_uint_eq(t.pace.got8, 4);
}
END_TEST

/* Each window is measured, but not by the answer to a retransmission. */
START_TEST(round_trips)
{
	struct transfer_actions a;
	struct transfer t;

	(void)begin(&t, 100, 8, 10);
	ck_assert_uint_eq(t.pace.srtt8, 8 * 10);
	(void)step(&t, TRANSFER_EV_ACK, 8, 10 + 90);
	ck_assert_uint_eq(t.pace.srtt8, 8 * 10 - 10 + 90);
	/* The last block of the window is timed, not one before. */
	(void)step(&t, TRANSFER_EV_ACK, 12, 100 + 5);
	ck_assert_uint_eq(t.pace.srtt8, 160);
	a = step(&t, TRANSFER_EV_ACK, 16, 100 + 20);
	ck_assert_uint_eq(t.pace.srtt8, 160);
	a = step(&t, TRANSFER_EV_ACK, 20, 120 + 20);
	expect_blocks(&a, 21, 8);
	a = step(&t, TRANSFER_EV_ACK, 28, 140 + 20);
	ck_assert_uint_eq(t.pace.srtt8, 160);
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 36, 1);
	(void)step(&t, TRANSFER_EV_ACK, 36, a.timer_ms - 1);
	ck_assert_uint_eq(t.pace.srtt8, 160);
}
END_TEST

/* No answer at all: three probes, then the window; each wait is longer. */
START_TEST(longer_waits)
{
	static const uint32_t waits[] = { 140, 280, 560, 1120, 2240 };
	struct transfer_actions a;
	struct transfer t;
	uint64_t now;
	size_t i;

	a = begin(&t, 100, 8, 10);
	/* Two round trips and their variation, at first 2 * 10. */
	ck_assert_uint_eq(a.timer_ms, 10 + 40);
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		now = a.timer_ms;
		a = step(&t, TRANSFER_EV_TIMER, 0, now);
		expect_blocks(&a, i < 3 ? 8 : 1, i < 3 ? 1 : 8);
		ck_assert_uint_eq(a.timer_ms - now, waits[i]);
	}
	ck_assert_uint_eq(t.timeouts, 5);
	ck_assert_uint_eq(t.resent, 3 + 2 * 8);
}
END_TEST

/* A window that is spread: a part of it every PACE_MS, whatever comes. */
START_TEST(spread)
{
	struct transfer_actions a;
	struct transfer t;

	(void)begin(&t, 200, 16, 10);
	t.pace.spread_us = 8 * PACE_MS * 1000;
	a = step(&t, TRANSFER_EV_ACK, 16, 20);
	expect_blocks(&a, 17, 3);
	ck_assert_uint_eq(a.timer_ms, 20 + PACE_MS);
	a = step(&t, TRANSFER_EV_ACK, 18, 20 + PACE_MS - 1);
	expect_blocks(&a, 0, 0);
	ck_assert_uint_eq(a.timer_ms, 20 + PACE_MS);
	a = step(&t, TRANSFER_EV_TIMER, 0, 20 + PACE_MS);
	expect_blocks(&a, 19, 3);
	ck_assert_uint_eq(a.timer_ms, 20 + 2 * PACE_MS);
}
END_TEST

/* Of the same block, without a probe: that is one gap, and no silence. */
START_TEST(gap_is_no_silence)
{
	struct transfer t;

	(void)begin(&t, 100, 16, 10);
	(void)step(&t, TRANSFER_EV_ACK, 0, 11);
	(void)step(&t, TRANSFER_EV_ACK, 2, 12);
	ck_assert_uint_eq(t.pace.silent, 0);
	ck_assert(t.lossy);
}
END_TEST

/*
 * A window of which a part was sent counts as sent, and one of which nothing
 * was sent does not: an address that has not answered gets a few only.
 */
START_TEST(partial_sends)
{
	struct transfer_event ev = { .kind = TRANSFER_EV_PARTIAL };
	struct transfer_actions a;
	struct transfer t;

	make(&t, 100 * 512, 512, 8, false);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	expect_blocks(&a, 1, 8);
	ev.unsent = 2;
	(void)transfer_step(&t, &ev, 0);
	ck_assert_uint_eq(t.sends, 1);
	a = step(&t, TRANSFER_EV_TIMER, 0, TRANSFER_PARTIAL_MS);
	expect_blocks(&a, 2, 7);
	ev.unsent = 2;
	(void)transfer_step(&t, &ev, TRANSFER_PARTIAL_MS);
	ck_assert_uint_eq(t.sends, 1);
	/* What was not sent is not taken back. */
	ev.unsent = 9;
	(void)transfer_step(&t, &ev, TRANSFER_PARTIAL_MS);
	ck_assert_uint_eq(t.next, 2);
	ck_assert_uint_eq(t.high, 1);
}
END_TEST

/* Only an ACK of something that was sent proves that an address is real. */
START_TEST(proof)
{
	struct transfer t;

	make(&t, 5000, 512, 1, true);
	ck_assert(!transfer_proves(&t, 0));
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	ck_assert(!transfer_proves(&t, 1));
	ck_assert(transfer_proves(&t, 0));
	(void)step(&t, TRANSFER_EV_ACK, 0, 1);
	ck_assert(!transfer_proves(&t, 1));
	make(&t, 5000, 512, 1, false);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	ck_assert(!transfer_proves(&t, 0));
	ck_assert(!transfer_proves(&t, 2));
	ck_assert(transfer_proves(&t, 1));
	ck_assert_uint_eq(transfer_bytes(&t), 0);
}
END_TEST

static Suite *
suite_tftp_gaps(void)
{
	Suite *s = suite_create("tftp_gaps");
	TCase *tc = tcase_create("gaps");

	tcase_add_test(tc, duplicate_ack);
	tcase_add_test(tc, duplicate_ack_of_all);
	tcase_add_test(tc, doubtful_gap);
	tcase_add_test(tc, end_of_window_lost);
	tcase_add_test(tc, not_measured);
	tcase_add_test(tc, round_trips);
	tcase_add_test(tc, longer_waits);
	tcase_add_test(tc, spread);
	tcase_add_test(tc, gap_is_no_silence);
	tcase_add_test(tc, partial_sends);
	tcase_add_test(tc, proof);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_gaps)
