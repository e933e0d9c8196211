/* SPDX-License-Identifier: ISC */
/* What a channel holds back for a slow reader. */
#include <unistd.h>

#include "daemon/clock.h"
#include "tests/unit/chan_owner.h"

#define QUEUE_MAX 262144 /* as in chan.c: messages that may wait */

static void
number_send(uint32_t id)
{
	uint8_t body[4] = { 0, 0, 0, 1 };
	struct writer w = { body, 4, 4, false };

	ck_assert_int_eq(chan_send(left, MSG_COMMIT, id, &w, -1), 0);
}

/* Sends until n messages wait. */
static void
fill_queue(size_t n)
{
	uint32_t id;

	for (id = 1; chan_queued(left) < n; id++)
		number_send(id);
}

/* Whatever a slow reader finds: all of it, in order. */
START_TEST(queue_keeps_order)
{
	struct seen other = { .in_order = true };
	struct chan *reader;
	uint32_t id;

	for (id = 1; id <= 5000; id++)
		number_send(id);
	ck_assert_uint_gt(chan_queued(left), 0);
	spin(3);
	ck_assert_int_eq(got.drained, 0);
	reader = chan_new(base, right, ROLE_TFTPD, ROLE_PRIV, &ops, &other);
	chan_set_phase(reader, PHASE_RUN);
	right = -1;
	spin(500);
	ck_assert_int_eq(other.messages, 5000);
	ck_assert(other.in_order);
	ck_assert_uint_eq(chan_queued(left), 0);
	ck_assert_int_eq(got.drained, 1);
	number_send(5001);
	spin(2);
	ck_assert_int_eq(other.messages, 5001);
	ck_assert_int_eq(got.drained, 1);
	chan_free(reader);
}
END_TEST

/* Queued descriptors arrive as well, or are closed with the channel. */
START_TEST(queue_owns_descriptors)
{
	uint8_t body[8] = { 0 };
	struct writer w = { body, 8, 8, false };
	int before = fds_open(), i;

	fill_queue(1);
	for (i = 0; i < 50; i++)
		ck_assert_int_eq(
		    chan_send(left, MSG_SOCKET_GIVE, 1, &w, dup(0)), 0);
	ck_assert_int_eq(fds_open(), before + 50);
	chan_free(left);
	left = NULL;
	ck_assert_int_eq(fds_open(), before - 1);
}
END_TEST

START_TEST(queue_overflow)
{
	uint8_t body[4] = { 0 };
	struct writer w = { body, 4, 4, false };
	uint32_t i;
	int r = 0;

	for (i = 0; i < QUEUE_MAX + 10000 && r == 0; i++)
		r = chan_send(left, MSG_COMMIT, 0, &w, -1);
	ck_assert_int_eq(r, -1);
	ck_assert_uint_ge(i, QUEUE_MAX);
	/* Not from below the sender's feet. */
	ck_assert_int_eq(got.closed, 0);
	ck_assert_int_eq(chan_send(left, MSG_COMMIT, 0, &w, -1), -1);
	spin(2);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_ne(got.why, "");
	ck_assert_uint_eq(chan_queued(left), 0);
	ck_assert_int_eq(chan_send(left, MSG_COMMIT, 0, &w, -1), -1);
	spin(2);
	ck_assert_int_eq(got.closed, 1);
}
END_TEST

/* At most 64 messages a turn, so that others get theirs. */
START_TEST(turn_is_bounded)
{
	uint32_t id;

	for (id = 1; id <= 100; id++)
		ready_send(id, 1);
	spin(1);
	ck_assert_int_eq(got.messages, 64);
	spin(1);
	ck_assert_int_eq(got.messages, 100);
	ck_assert(got.in_order);
}
END_TEST

START_TEST(flush_has_a_limit)
{
	uint8_t buf[MSG_SIZE_MAX];
	uint64_t start_ms;
	size_t n;

	fill_queue(100);
	n = chan_queued(left);
	start_ms = clock_mono_ms();
	chan_flush(left, 50);
	ck_assert_uint_ge(clock_mono_ms() - start_ms, 49);
	ck_assert_uint_eq(chan_queued(left), n);
	while (recv(right, buf, sizeof(buf), 0) > 0)
		continue;
	chan_flush(left, 1000);
	ck_assert_uint_lt(chan_queued(left), n);
}
END_TEST

Suite *suite_chan_queue(void);

Suite *
suite_chan_queue(void)
{
	Suite *s = suite_create("chan_queue");
	TCase *tc = tcase_create("queue");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, queue_keeps_order);
	tcase_add_test(tc, queue_owns_descriptors);
	tcase_add_test(tc, queue_overflow);
	tcase_add_test(tc, turn_is_bounded);
	tcase_add_test(tc, flush_has_a_limit);
	suite_add_tcase(s, tc);
	return s;
}

/* Descriptors are counted by /proc, and the other end is read. */
UNIT_MAIN_ALSO(suite_chan_queue, SCMP_SYS(openat), SCMP_SYS(recvfrom),
    SCMP_SYS(newfstatat), SCMP_SYS(getdents64), SCMP_SYS(dup))
