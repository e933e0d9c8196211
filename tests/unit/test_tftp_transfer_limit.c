/* SPDX-License-Identifier: ISC */
/* A transfer ends in its time, whatever client, socket and disk do. */
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/transfer.h"

#define STEPS_MAX 2000000

static struct transfer_actions
step(struct transfer *t, enum transfer_event_kind kind, uint16_t block,
    uint64_t now_ms)
{
	struct transfer_event ev = { .kind = (uint8_t)kind, .block = block };

	return transfer_step(t, &ev, now_ms);
}

/* A transfer whose client has taken the OACK, and what it does then. */
static struct transfer_actions
make(struct transfer *t, uint16_t window, uint32_t timeout_ms)
{
	struct transfer_terms terms = { .size = 512 * 1000,
		.blksize = 512,
		.window = window,
		.timeout_ms = timeout_ms,
		.oack = true };

	transfer_init(t, &terms);
	(void)step(t, TRANSFER_EV_START, 0, 0);
	return step(t, TRANSFER_EV_ACK, 0, 1);
}

/* The client says without end that it has nothing, every few milliseconds. */
START_TEST(same_ack_for_ever)
{
	static const uint16_t windows[] = { 1, 2, 16, 64 };
	uint64_t now, timer, every;
	struct transfer_actions a;
	struct transfer t;
	size_t i;

	for (i = 0; i < 4; i++) {
		for (every = 1; every < 200; every = every * 3 + 1) {
			a = make(&t, windows[i], 0);
			timer = a.timer_ms;
			for (now = 2; now < 2 * TRANSFER_SILENCE_MS; now++) {
				if (now % every == 0)
					a = step(&t, TRANSFER_EV_ACK, 0, now);
				if (a.timer_ms != 0)
					timer = a.timer_ms;
				if (a.end != TRANSFER_RUNNING)
					break;
				a.timer_ms = 0;
				if (now >= timer)
					a = step(&t, TRANSFER_EV_TIMER, 0, now);
				if (a.timer_ms != 0)
					timer = a.timer_ms;
				if (a.end != TRANSFER_RUNNING)
					break;
				a.timer_ms = 0;
			}
			ck_assert_int_eq(a.end, TRANSFER_SILENT);
			ck_assert_uint_le(now,
			    1 + TRANSFER_SILENCE_MS + TRANSFER_RETRY_MAX_MS);
		}
	}
}
END_TEST

/*
 * The client is gone; each time that something is due the sender holds it
 * back for so long first.  When has it ended?
 */
static uint64_t
held_back(uint32_t wait_ms, bool always, uint16_t window)
{
	struct transfer_event ev = { .kind = TRANSFER_EV_PARTIAL,
		.wait_ms = wait_ms };
	struct transfer_actions a;
	struct transfer t;
	bool held = false;
	uint64_t now = 1;
	unsigned int n;

	a = make(&t, window, 0);
	for (n = 0; a.end == TRANSFER_RUNNING; n++) {
		ck_assert_uint_lt(n, STEPS_MAX);
		held = a.count > 0 && (always || !held);
		if (held) {
			ev.unsent = a.first;
			a = transfer_step(&t, &ev, now);
			ck_assert_int_eq(a.end, TRANSFER_RUNNING);
		}
		ck_assert_uint_gt(a.timer_ms, now);
		now = a.timer_ms;
		a = step(&t, TRANSFER_EV_TIMER, 0, now);
	}
	return now;
}

/* How often a window goes to a client that is gone. */
static unsigned int
windows_in_vain(uint32_t timeout_ms)
{
	struct transfer_actions a;
	struct transfer t;
	unsigned int n;

	a = make(&t, 64, timeout_ms);
	for (n = 0; a.end == TRANSFER_RUNNING; n++) {
		ck_assert_uint_lt(n, STEPS_MAX);
		a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	}
	return n;
}

/* A time that was negotiated holds, but a very short one not for ever. */
START_TEST(short_times)
{
	ck_assert_uint_eq(windows_in_vain(2000), TRANSFER_SILENCE_MS / 2000);
	ck_assert_uint_eq(windows_in_vain(1000), TRANSFER_SILENCE_MS / 1000);
	/* Eight times 10 ms, then 20, 40 ... 640, and then each second. */
	ck_assert_uint_le(windows_in_vain(10), TRANSFER_SILENCE_MS / 1000 + 16);
}
END_TEST

/* A limit on the rate that holds each block back a while, and lets it go. */
START_TEST(rate_limited)
{
	ck_assert_uint_le(held_back(50, false, 1), 2 * TRANSFER_SILENCE_MS);
	ck_assert_uint_le(held_back(50, false, 16), 2 * TRANSFER_SILENCE_MS);
	ck_assert_uint_le(held_back(500, false, 16), 2 * TRANSFER_SILENCE_MS);
}
END_TEST

/* A socket that takes nothing any more. */
START_TEST(socket_stuck)
{
	ck_assert_uint_le(held_back(0, true, 1), 2 * TRANSFER_SILENCE_MS);
	ck_assert_uint_le(held_back(0, true, 16), 2 * TRANSFER_SILENCE_MS);
}
END_TEST

/* A negotiated time is kept: neither longer nor shorter (RFC 2349). */
START_TEST(negotiated_is_exact)
{
	static const uint32_t times[] = { 10, 100, 1000, 3000, 20000 };
	struct transfer_actions a;
	uint64_t now = 1;
	struct transfer t;
	size_t i;
	int n;

	for (i = 0; i < 5; i++) {
		now = 1;
		a = make(&t, 4, times[i]);
		for (n = 0; n < 3; n++) {
			ck_assert_uint_eq(a.timer_ms - now, times[i]);
			now = a.timer_ms;
			a = step(&t, TRANSFER_EV_TIMER, 0, now);
			ck_assert_uint_eq(a.first, 1);
			ck_assert_uint_eq(a.count, 4);
		}
	}
}
END_TEST

Suite *suite_tftp_transfer_limit(void);

Suite *
suite_tftp_transfer_limit(void)
{
	Suite *s = suite_create("tftp_transfer_limit");
	TCase *tc = tcase_create("limits");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, same_ack_for_ever);
	tcase_add_test(tc, short_times);
	tcase_add_test(tc, rate_limited);
	tcase_add_test(tc, socket_stuck);
	tcase_add_test(tc, negotiated_is_exact);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_transfer_limit)
