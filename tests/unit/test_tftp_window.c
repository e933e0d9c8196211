/* SPDX-License-Identifier: ISC */
/* Windows of a transfer: gaps, probes, slow clients, pauses. */
#include "tests/unit/transfer_case.h"

START_TEST(windowed)
{
	struct transfer_actions a;
	struct transfer t;

	make(&t, 100 * 512 + 5, 512, 8, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 0, 1);
	expect_blocks(&a, 1, 8);
	a = step(&t, TRANSFER_EV_ACK, 8, 2);
	expect_blocks(&a, 9, 8);
	/* A gap after 12: go on from 13. */
	a = step(&t, TRANSFER_EV_ACK, 12, 3);
	expect_blocks(&a, 13, 8);
	ck_assert_uint_eq(t.resent, 4);
	/* While those are under way, the same ACK may be an echo. */
	a = step(&t, TRANSFER_EV_ACK, 12, 4);
	expect_blocks(&a, 0, 0);
	ck_assert_uint_le(a.timer_ms, 4 + 10);
	a = step(&t, TRANSFER_EV_ACK, 12, 5);
	expect_blocks(&a, 0, 0);
	ck_assert_uint_eq(a.timer_ms, 0);
	/* What the client does get makes the window slide. */
	a = step(&t, TRANSFER_EV_ACK, 14, 5);
	expect_blocks(&a, 21, 2);
	/* A gap that stays is believed. */
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 15, 8);
	/* So is one further on than anything that was sent twice. */
	a = step(&t, TRANSFER_EV_ACK, 22, 106);
	ck_assert_uint_eq(t.high, 30);
	a = step(&t, TRANSFER_EV_ACK, 30, 107);
	expect_blocks(&a, 31, 8);
	a = step(&t, TRANSFER_EV_ACK, 12, 108);
	expect_blocks(&a, 0, 0);
	/* An ACK that comes twice looks like a loss of the first block. */
	a = step(&t, TRANSFER_EV_ACK, 30, 109);
	expect_blocks(&a, 31, 8);
	/* The last window is short. */
	a = step(&t, TRANSFER_EV_ACK, 38, 111);
	for (uint16_t b = 46; b <= 94; b += 8)
		a = step(&t, TRANSFER_EV_ACK, b, 112);
	expect_blocks(&a, 95, 7);
	a = step(&t, TRANSFER_EV_ACK, 101, 114);
	ck_assert_int_eq(a.end, TRANSFER_SENT);
}
END_TEST

/*
 * No answer to a window: its last block asks, soon; then the whole goes out
 * again, later and later.
 */
START_TEST(probes)
{
	struct transfer_actions a;
	uint64_t now = 10, first;
	struct transfer t;

	make(&t, 100 * 512, 512, 8, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 0, now);
	expect_blocks(&a, 1, 8);
	first = a.timer_ms - now;
	ck_assert_uint_ge(first, PACE_PROBE_MIN_MS);
	ck_assert_uint_le(first, 100);
	now = a.timer_ms;
	a = step(&t, TRANSFER_EV_TIMER, 0, now);
	expect_blocks(&a, 8, 1);
	ck_assert_uint_eq(t.resent, 1);
	/* The client had lost 4 and what followed. */
	a = step(&t, TRANSFER_EV_ACK, 3, now + 1);
	expect_blocks(&a, 4, 8);
	now = a.timer_ms;
	a = step(&t, TRANSFER_EV_TIMER, 0, now);
	expect_blocks(&a, 11, 1);
	ck_assert_uint_ge(a.timer_ms - now, 2 * PACE_PROBE_LOCKSTEP_MS);
	now = a.timer_ms;
	a = step(&t, TRANSFER_EV_TIMER, 0, now);
	expect_blocks(&a, 4, 8);
	ck_assert_uint_ge(a.timer_ms - now, 2 * 2 * PACE_PROBE_LOCKSTEP_MS);
	ck_assert_uint_eq(t.timeouts, 3);
}
END_TEST

/*
 * A client that stood still answers both the window and the probe: the second
 * ACK is an echo, and to take it for a gap would double each window from then
 * on.
 */
START_TEST(no_apprentice_by_probe)
{
	struct transfer_actions a;
	struct transfer t;
	uint64_t now = 10;

	make(&t, 100 * 512, 512, 4, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 0, now);
	now = a.timer_ms;
	a = step(&t, TRANSFER_EV_TIMER, 0, now);
	expect_blocks(&a, 4, 1);
	a = step(&t, TRANSFER_EV_ACK, 4, now + 5);
	expect_blocks(&a, 5, 4);
	a = step(&t, TRANSFER_EV_ACK, 4, now + 5);
	expect_blocks(&a, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 8, now + 6);
	expect_blocks(&a, 9, 4);
	ck_assert_uint_eq(t.resent, 1);
	/* The same after the whole window went out again. */
	do {
		now = t.retry_at_ms;
		a = step(&t, TRANSFER_EV_TIMER, 0, now);
	} while (a.count == 1);
	expect_blocks(&a, 9, 4);
	a = step(&t, TRANSFER_EV_ACK, 12, now);
	expect_blocks(&a, 13, 4);
	for (int i = 0; i < 4; i++) {
		a = step(&t, TRANSFER_EV_ACK, 12, now);
		expect_blocks(&a, 0, 0);
	}
	a = step(&t, TRANSFER_EV_ACK, 16, now + 1);
	expect_blocks(&a, 17, 4);
}
END_TEST

/*
 * A client that takes its time for each window, but did not for the OACK, is
 * learnt: it does not get each window twice.
 */
START_TEST(slow_client)
{
	static const uint16_t windows[] = { 1, 8 };
	struct transfer_actions a;
	struct transfer t;
	uint64_t now, due;
	uint16_t k, acked;

	for (k = 0; k < 2; k++) {
		now = 10;
		acked = 0;
		make(&t, 400 * 512, 512, windows[k], true);
		(void)step(&t, TRANSFER_EV_START, 0, 0);
		a = step(&t, TRANSFER_EV_ACK, 0, now);
		while (acked < 400 / windows[k] * windows[k]) {
			due = now + 300;
			while (t.retry_at_ms < due) {
				now = t.retry_at_ms;
				(void)step(&t, TRANSFER_EV_TIMER, 0, now);
			}
			now = due;
			acked = (uint16_t)(acked + windows[k]);
			(void)step(&t, TRANSFER_EV_ACK, acked, now);
		}
		ck_assert_uint_le(t.resent, 20);
		ck_assert_uint_le(t.timeouts, 8);
	}
	(void)a;
}
END_TEST

/* The server's own pauses are neither loss nor the client's silence. */
START_TEST(own_pauses)
{
	struct transfer_event ev = {
		.kind = TRANSFER_EV_PARTIAL, .unsent = 1, .wait_ms = 500
	};
	struct transfer_actions a;
	uint64_t now = 1;
	struct transfer t;
	int i;

	make(&t, 100 * 512, 512, 8, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	(void)step(&t, TRANSFER_EV_ACK, 0, now);
	for (i = 0; i < 1000; i++) {
		a = transfer_step(&t, &ev, now);
		ck_assert_uint_eq(a.timer_ms, now + 500);
		now = a.timer_ms;
		a = step(&t, TRANSFER_EV_TIMER, 0, now);
		expect_blocks(&a, 1, 8);
	}
	ck_assert_uint_eq(t.resent, 0);
	ck_assert_uint_eq(t.timeouts, 0);
	ck_assert_uint_eq(t.sends, 1);
}
END_TEST

START_TEST(partial_window)
{
	struct transfer_event ev = { .kind = TRANSFER_EV_PARTIAL };
	struct transfer_actions a;
	struct transfer t;
	int i;

	make(&t, 100 * 512, 512, 8, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	(void)step(&t, TRANSFER_EV_ACK, 0, 1);
	ev.unsent = 4;
	a = transfer_step(&t, &ev, 1);
	ck_assert_uint_eq(a.timer_ms, 1 + TRANSFER_PARTIAL_MS);
	ck_assert_uint_eq(t.high, 3);
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 4, 5);
	ck_assert_uint_eq(t.resent, 0);
	/* The same while sending again: only what left counts. */
	for (i = 0; i < 3; i++) {
		a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
		expect_blocks(&a, 8, 1); /* probes */
	}
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 1, 8);
	ck_assert_uint_eq(t.resent, 11);
	ev.unsent = 3;
	a = transfer_step(&t, &ev, 2000);
	ck_assert_uint_eq(t.resent, 5);
	ck_assert_uint_eq(t.high, 8);
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 3, 6);
	ck_assert_uint_eq(t.resent, 11);
}
END_TEST

Suite *suite_tftp_window(void);

Suite *
suite_tftp_window(void)
{
	Suite *s = suite_create("tftp_window");
	TCase *tc = tcase_create("windows");

	tcase_add_test(tc, windowed);
	tcase_add_test(tc, probes);
	tcase_add_test(tc, no_apprentice_by_probe);
	tcase_add_test(tc, slow_client);
	tcase_add_test(tc, own_pauses);
	tcase_add_test(tc, partial_window);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_window)
