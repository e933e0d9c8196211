/* SPDX-License-Identifier: ISC */
/* What a channel holds back for a slow reader. */
#include <errno.h>
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

/* The limit is of bytes that wait, not of those that were ever sent. */
START_TEST(limit_of_bytes)
{
	uint8_t body[4] = { 0 }, buf[MSG_SIZE_MAX];
	struct writer w = { body, 4, 4, false };
	size_t n;

	chan_limit_queue(left, 20000);
	fill_queue(100);
	while (recv(right, buf, sizeof(buf), 0) > 0)
		continue;
	spin(3);
	ck_assert_uint_eq(chan_queued(left), 0);
	fill_queue(1);
	for (n = 1; chan_send(left, MSG_COMMIT, 0, &w, -1) == 0; n++)
		continue;
	ck_assert_uint_gt(n, 100);
	ck_assert_uint_lt(n * (MSG_HEADER + 4), 20000);
	ck_assert_int_eq(got.closed, 0);
	spin(2);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "messages are not read");
}
END_TEST

/* One of descriptors; other messages may still wait. */
START_TEST(limit_of_descriptors)
{
	uint8_t body[8] = { 0 };
	struct writer w = { body, 8, 8, false };
	int before = fds_open(), i;

	chan_limit_fds(left, 3);
	fill_queue(1);
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(
		    chan_send(left, MSG_SOCKET_GIVE, 1, &w, dup(0)), 0);
	fill_queue(100);
	ck_assert_int_eq(fds_open(), before + 3);
	ck_assert_int_eq(chan_send(left, MSG_SOCKET_GIVE, 1, &w, dup(0)), -1);
	ck_assert_int_eq(errno, EPIPE);
	ck_assert_int_eq(got.closed, 0);
	spin(2);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "messages are not read");
	ck_assert_int_eq(fds_open(), before);
}
END_TEST

/* Descriptors that were sent do not count any more. */
START_TEST(limit_of_descriptors_that_wait)
{
	uint8_t body[8] = { 0 }, buf[MSG_SIZE_MAX];
	struct writer w = { body, 8, 8, false };
	int i;

	chan_limit_fds(left, 1);
	for (i = 0; i < 10; i++) {
		fill_queue(1);
		ck_assert_int_eq(
		    chan_send(left, MSG_SOCKET_GIVE, 1, &w, dup(0)), 0);
		while (chan_queued(left) > 0) {
			while (recv(right, buf, sizeof(buf), 0) > 0)
				continue;
			spin(1);
		}
	}
	ck_assert_int_eq(got.closed, 0);
}
END_TEST

/* --------------------------------------- the process at the other end ends */

/* All that it had sent is read, although somebody holds its end open. */
START_TEST(finish_reads_all)
{
	uint32_t id;

	for (id = 1; id <= 200; id++)
		ready_send(id, 1);
	chan_finish(left, 1000);
	ck_assert_int_eq(got.messages, 200);
	ck_assert(got.in_order);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "");
	/* No more is read, and closed() is not called again. */
	ready_send(201, 1);
	spin(3);
	chan_finish(left, 1000);
	ck_assert_int_eq(got.messages, 200);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_int_eq(chan_send(left, MSG_STOP, 0, NULL, -1), -1);
}
END_TEST

START_TEST(finish_has_a_limit)
{
	uint32_t id;

	for (id = 1; id <= 10; id++)
		ready_send(id, 1);
	chan_finish(left, 4);
	ck_assert_int_eq(got.messages, 4);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "");
}
END_TEST

/* The first reason is the one that is told. */
START_TEST(finish_of_one_that_breaks_the_table)
{
	static const uint8_t unknown[MSG_HEADER] = { 0xff, 0xff };

	ready_send(1, 1);
	raw_send(unknown, sizeof(unknown), NULL, 0);
	ready_send(2, 1);
	chan_finish(left, 1000);
	ck_assert_int_eq(got.messages, 1);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "unknown message type");
}
END_TEST

START_TEST(finish_drops_the_queue)
{
	uint8_t body[8] = { 0 };
	struct writer w = { body, 8, 8, false };
	int before = fds_open(), i;

	fill_queue(1);
	for (i = 0; i < 10; i++)
		ck_assert_int_eq(
		    chan_send(left, MSG_SOCKET_GIVE, 1, &w, dup(0)), 0);
	chan_finish(left, 10);
	ck_assert_uint_eq(chan_queued(left), 0);
	ck_assert_int_eq(fds_open(), before);
	spin(2);
	ck_assert_int_eq(got.closed, 1);
}
END_TEST

/* The owner may free the channel in either call. */
START_TEST(finish_and_free)
{
	int before = fds_open();

	got.free_in_message = _i == 0;
	got.free_in_closed = _i == 1;
	ready_send(1, 1);
	ready_send(2, 1);
	chan_finish(left, 1000);
	ck_assert_ptr_null(left);
	ck_assert_int_eq(got.messages, _i == 0 ? 1 : 2);
	ck_assert_int_eq(got.closed, _i == 0 ? 0 : 1);
	ck_assert_int_eq(fds_open(), before - 1);
	spin(2);
}
END_TEST

/* One that broke while its owner was sending has its reason already. */
START_TEST(finish_of_a_full_one)
{
	uint8_t body[4] = { 0 };
	struct writer w = { body, 4, 4, false };

	chan_limit_queue(left, 1000);
	while (chan_send(left, MSG_COMMIT, 0, &w, -1) == 0)
		continue;
	chan_finish(left, 10);
	ck_assert_int_eq(got.closed, 1);
	spin(3);
	ck_assert_int_eq(got.closed, 1);
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
	tcase_add_test(tc, limit_of_bytes);
	tcase_add_test(tc, limit_of_descriptors);
	tcase_add_test(tc, limit_of_descriptors_that_wait);
	tcase_add_test(tc, finish_reads_all);
	tcase_add_test(tc, finish_has_a_limit);
	tcase_add_test(tc, finish_of_one_that_breaks_the_table);
	tcase_add_test(tc, finish_drops_the_queue);
	tcase_add_loop_test(tc, finish_and_free, 0, 2);
	tcase_add_test(tc, finish_of_a_full_one);
	suite_add_tcase(s, tc);
	return s;
}

/* Descriptors are counted by /proc, and the other end is read. */
UNIT_MAIN_ALSO(suite_chan_queue, SCMP_SYS(openat), SCMP_SYS(recvfrom),
    SCMP_SYS(newfstatat), SCMP_SYS(getdents64), SCMP_SYS(dup),
    SCMP_SYS(sendmsg))
