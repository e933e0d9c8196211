/* SPDX-License-Identifier: ISC */
/* The transfer state machine, step by step. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/packet.h"
#include "tftpd/transfer.h"

static struct transfer_actions
step(struct transfer *t, enum transfer_event_kind kind, uint16_t v,
    uint64_t now_ms)
{
	struct transfer_event ev = {
		.kind = (uint8_t)kind, .block = v, .code = v, .end = (uint8_t)v
	};

	return transfer_step(t, &ev, now_ms);
}

static void
make(struct transfer *t, uint64_t size, uint16_t blksize, uint16_t window,
    bool oack)
{
	struct transfer_terms terms = {
		.size = size, .blksize = blksize, .window = window, .oack = oack
	};

	transfer_init(t, &terms);
}

static void
expect_blocks(const struct transfer_actions *a, uint64_t first, uint32_t count)
{
	ck_assert_uint_eq(a->count, count);
	if (count > 0)
		ck_assert_uint_eq(a->first, first);
	ck_assert(!a->oack);
	ck_assert_int_eq(a->end, TRANSFER_RUNNING);
}

START_TEST(block_counts)
{
	static const struct {
		uint64_t size, last;
		uint32_t len;
	} t[] = { { 0, 1, 0 }, { 1, 1, 1 }, { 511, 1, 511 }, { 512, 2, 0 },
		{ 513, 2, 1 }, { 1024, 3, 0 }, { 5368709120ULL, 10485761, 0 } };
	struct transfer x;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		make(&x, t[i].size, 512, 1, false);
		ck_assert_uint_eq(x.last, t[i].last);
		ck_assert_uint_eq(transfer_block_len(&x, x.last), t[i].len);
	}
}
END_TEST

START_TEST(wire_numbers)
{
	ck_assert_uint_eq(transfer_wire(65535, 0), 65535);
	ck_assert_uint_eq(transfer_wire(65536, 0), 0);
	ck_assert_uint_eq(transfer_wire(131072, 0), 0);
	ck_assert_uint_eq(transfer_wire(131073, 0), 1);
	ck_assert_uint_eq(transfer_wire(65535, 1), 65535);
	ck_assert_uint_eq(transfer_wire(65536, 1), 1);
	ck_assert_uint_eq(transfer_wire(131070, 1), 65535);
	ck_assert_uint_eq(transfer_wire(131071, 1), 1);
	ck_assert_uint_eq(transfer_wire(0, 1), 0);
}
END_TEST

START_TEST(lockstep)
{
	struct transfer_actions a;
	struct transfer t;

	make(&t, 1000, 512, 1, true);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	ck_assert(a.oack);
	ck_assert_uint_eq(a.count, 0);
	ck_assert_uint_eq(a.timer_ms, TRANSFER_RETRY_MS);
	/* Only block 0 acknowledges an OACK. */
	a = step(&t, TRANSFER_EV_ACK, 1, 1);
	expect_blocks(&a, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 0, 2);
	expect_blocks(&a, 1, 1);
	a = step(&t, TRANSFER_EV_ACK, 1, 3);
	expect_blocks(&a, 2, 1);
	a = step(&t, TRANSFER_EV_ACK, 2, 4);
	ck_assert_int_eq(a.end, TRANSFER_SENT);
	ck_assert_uint_eq(transfer_bytes(&t), 1000);
	ck_assert_uint_eq(t.resent, 0);
	/* Nothing happens after the end. */
	a = step(&t, TRANSFER_EV_ACK, 1, 5);
	ck_assert_uint_eq(a.count, 0);
	ck_assert_uint_eq(a.timer_ms, 0);
}
END_TEST

START_TEST(no_apprentice)
{
	struct transfer_actions a;
	struct transfer t;
	int i;

	make(&t, 5000, 512, 1, false);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 1, 1);
	expect_blocks(&a, 2, 1);
	for (i = 0; i < 5; i++) {
		a = step(&t, TRANSFER_EV_ACK, 1, 2);
		expect_blocks(&a, 0, 0);
		a = step(&t, TRANSFER_EV_ACK, 0, 2); /* older still */
		expect_blocks(&a, 0, 0);
		a = step(&t, TRANSFER_EV_ACK, 3, 2); /* not yet sent */
		expect_blocks(&a, 0, 0);
	}
	a = step(&t, TRANSFER_EV_ACK, 2, 3);
	expect_blocks(&a, 3, 1);
}
END_TEST

START_TEST(back_off)
{
	struct transfer_actions a;
	uint64_t now = 0, waits[5];
	struct transfer t;
	int i;

	make(&t, 5000, 512, 1, true);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	for (i = 0; i < 4; i++) {
		waits[i] = a.timer_ms - now;
		now = a.timer_ms;
		/* A timer that fires too soon is set again. */
		a = step(&t, TRANSFER_EV_TIMER, 0, now - 1);
		ck_assert_uint_eq(a.timer_ms, now);
		a = step(&t, TRANSFER_EV_TIMER, 0, now);
		ck_assert(a.oack);
	}
	ck_assert_uint_eq(waits[0], 1000);
	ck_assert_uint_eq(waits[1], 2000);
	ck_assert_uint_eq(waits[2], 4000);
	ck_assert_uint_eq(waits[3], 8000);
	/* An address that never answered gets no more than five. */
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	ck_assert_int_eq(a.end, TRANSFER_NO_ANSWER);
}
END_TEST

/* Runs timers until the transfer ends; returns when that was. */
static uint64_t
starve(struct transfer *t, uint64_t now, uint8_t *end, unsigned int *sends)
{
	struct transfer_actions a;

	a = step(t, TRANSFER_EV_TIMER, 0, now);
	for (*sends = 0; a.end == TRANSFER_RUNNING; (*sends)++) {
		ck_assert_uint_gt(a.timer_ms, now);
		ck_assert_uint_lt(*sends, 100);
		now = a.timer_ms;
		a = step(t, TRANSFER_EV_TIMER, 0, now);
	}
	*end = a.end;
	return now;
}

START_TEST(silent_client)
{
	struct transfer t;
	unsigned int sends;
	uint64_t at;
	uint8_t end;

	make(&t, 5000, 512, 1, false);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	(void)step(&t, TRANSFER_EV_ACK, 1, 100);
	at = starve(&t, 100, &end, &sends);
	ck_assert_int_eq(end, TRANSFER_SILENT);
	ck_assert_uint_ge(at, 100 + TRANSFER_SILENCE_MS);
	ck_assert_uint_le(
	    at, 100 + TRANSFER_SILENCE_MS + TRANSFER_RETRY_MAX_MS);
}
END_TEST

START_TEST(negotiated_timeout)
{
	struct transfer_terms terms = { .size = 5000,
		.blksize = 512,
		.window = 1,
		.timeout_ms = 30000,
		.oack = true };
	struct transfer_actions a;
	struct transfer t;
	unsigned int sends;
	uint64_t at;
	uint8_t end;

	transfer_init(&t, &terms);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	/* Not in force before the client has taken it. */
	ck_assert_uint_eq(a.timer_ms, TRANSFER_RETRY_MS);
	a = step(&t, TRANSFER_EV_ACK, 0, 10);
	ck_assert_uint_eq(a.timer_ms, 10 + 30000);
	at = starve(&t, 10, &end, &sends);
	ck_assert_int_eq(end, TRANSFER_SILENT);
	ck_assert_uint_ge(at, 120000);
	ck_assert_uint_le(at, 120010 + 30000);
}
END_TEST

START_TEST(client_errors)
{
	static const struct {
		bool oack, acked;
		uint16_t code;
		enum transfer_end end;
	} x[] = {
		{ true, false, TFTP_EOPTION, TRANSFER_PROBE },
		{ true, false, TFTP_EUNDEF, TRANSFER_PROBE },
		{ true, false, TFTP_EFULL, TRANSFER_ABORTED },
		{ true, true, TFTP_EOPTION, TRANSFER_ABORTED },
		{ false, false, TFTP_EUNDEF, TRANSFER_ABORTED },
	};
	struct transfer_actions a;
	struct transfer t;
	size_t i;

	for (i = 0; i < sizeof(x) / sizeof(x[0]); i++) {
		make(&t, 5000, 512, 1, x[i].oack);
		(void)step(&t, TRANSFER_EV_START, 0, 0);
		if (x[i].acked)
			(void)step(&t, TRANSFER_EV_ACK, 0, 1);
		a = step(&t, TRANSFER_EV_ERROR, x[i].code, 2);
		ck_assert_int_eq(a.end, x[i].end);
	}
}
END_TEST

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
	ck_assert_uint_eq(t.probes, 3);
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
		ck_assert_uint_le(t.probes, 8);
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
	ck_assert_uint_eq(t.probes, 0);
	ck_assert_uint_eq(t.sends, 1);
}
END_TEST

/* The end of a translated file is known when it is read. */
START_TEST(open_end)
{
	struct transfer_terms terms = {
		.blksize = 512, .window = 1, .open_end = true
	};
	struct transfer_actions a;
	struct transfer t;

	transfer_init(&t, &terms);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	expect_blocks(&a, 1, 1);
	ck_assert_uint_eq(transfer_block_len(&t, 1), 512);
	a = step(&t, TRANSFER_EV_ACK, 1, 1);
	expect_blocks(&a, 2, 1);
	ck_assert_uint_eq(transfer_bytes(&t), 512);
	transfer_end_at(&t, 2, 100);
	ck_assert_uint_eq(transfer_block_len(&t, 2), 100);
	a = step(&t, TRANSFER_EV_ACK, 2, 2);
	ck_assert_int_eq(a.end, TRANSFER_SENT);
	ck_assert_uint_eq(transfer_bytes(&t), 612);
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

START_TEST(repeated_request)
{
	struct transfer_actions a;
	struct transfer t;
	int i;

	make(&t, 5000, 512, 1, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	for (i = 1; i < TRANSFER_UNPROVEN_MAX; i++) {
		a = step(&t, TRANSFER_EV_REPEAT, 0, 1);
		ck_assert(a.oack);
	}
	a = step(&t, TRANSFER_EV_REPEAT, 0, 1);
	ck_assert(!a.oack);
	(void)step(&t, TRANSFER_EV_ACK, 0, 2);
	a = step(&t, TRANSFER_EV_REPEAT, 0, 3);
	ck_assert(!a.oack);
	ck_assert_uint_eq(a.count, 0);
}
END_TEST

START_TEST(failures)
{
	struct transfer_actions a;
	struct transfer t;

	make(&t, 500, 512, 1, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	(void)step(&t, TRANSFER_EV_ACK, 0, 1);
	/* Everything is sent: the client has closed without its last ACK. */
	a = transfer_step(&t,
	    &(struct transfer_event){
		.kind = TRANSFER_EV_FAIL, .end = TRANSFER_UNREACHABLE },
	    2);
	ck_assert_int_eq(a.end, TRANSFER_UNCONFIRMED);

	make(&t, 5000, 512, 1, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = transfer_step(&t,
	    &(struct transfer_event){
		.kind = TRANSFER_EV_FAIL, .end = TRANSFER_UNREACHABLE },
	    2);
	ck_assert_int_eq(a.end, TRANSFER_UNREACHABLE);
	/* Nor is it for who has never answered: the only block is out. */
	make(&t, 10, 512, 1, false);
	a = step(&t, TRANSFER_EV_START, 0, 1);
	expect_blocks(&a, 1, 1);
	a = step(&t, TRANSFER_EV_FAIL, TRANSFER_UNREACHABLE, 2);
	ck_assert_int_eq(a.end, TRANSFER_UNREACHABLE);
}
END_TEST

Suite *suite_tftp_transfer(void);

Suite *
suite_tftp_transfer(void)
{
	Suite *s = suite_create("tftp_transfer");
	TCase *tc = tcase_create("steps");

	tcase_add_test(tc, block_counts);
	tcase_add_test(tc, wire_numbers);
	tcase_add_test(tc, lockstep);
	tcase_add_test(tc, no_apprentice);
	tcase_add_test(tc, back_off);
	tcase_add_test(tc, silent_client);
	tcase_add_test(tc, negotiated_timeout);
	tcase_add_test(tc, client_errors);
	tcase_add_test(tc, windowed);
	tcase_add_test(tc, probes);
	tcase_add_test(tc, no_apprentice_by_probe);
	tcase_add_test(tc, slow_client);
	tcase_add_test(tc, own_pauses);
	tcase_add_test(tc, open_end);
	tcase_add_test(tc, partial_window);
	tcase_add_test(tc, repeated_request);
	tcase_add_test(tc, failures);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_transfer)
