/* SPDX-License-Identifier: ISC */
/* Channels over real sockets: what passes, what is a violation, no leak. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/unit/chan_owner.h"

START_TEST(message_passes)
{
	ready_send(5, 77);
	spin(1);
	ck_assert_int_eq(got.messages, 1);
	ck_assert_uint_eq(got.type, MSG_READY);
	ck_assert_uint_eq(got.id, 5);
	ck_assert_uint_eq(got.value, 77);
	ck_assert(!got.has_fd);
	ck_assert_int_eq(got.closed, 0);
	ck_assert_int_eq(chan_peer(left), ROLE_TFTPD);
}
END_TEST

/* A descriptor is close-on-exec, and closed unless it was taken. */
START_TEST(descriptor_passes)
{
	int before, fd = open("/dev/null", O_RDONLY);
	uint8_t body[8] = { 0 };
	struct writer w = { body, 8, 8, false };
	struct chan *sender;
	struct seen other = { 0 };

	teardown();
	before = fds_open();
	setup_as(ROLE_TFTPD, ROLE_PRIV);
	sender = chan_new(base, right, ROLE_PRIV, ROLE_TFTPD, &ops, &other);
	right = -1;
	ck_assert_int_eq(chan_send(sender, MSG_SOCKET_GIVE, 3, &w, dup(fd)), 0);
	spin(2);
	ck_assert(got.has_fd && got.cloexec);
	ck_assert_uint_eq(got.id, 3);
	got.take = 1;
	ck_assert_int_eq(chan_send(sender, MSG_SOCKET_GIVE, 4, &w, dup(fd)), 0);
	spin(2);
	ck_assert_int_eq(got.messages, 2);
	ck_assert_int_ge(got.kept, 0);
	ck_assert_int_ge(fcntl(got.kept, F_GETFD), 0);
	(void)close(got.kept);
	/* A descriptor is gone also when the channel is. */
	chan_free(left);
	left = NULL;
	spin(2);
	ck_assert_int_eq(other.closed, 1);
	ck_assert_int_eq(
	    chan_send(sender, MSG_SOCKET_GIVE, 5, &w, dup(fd)), -1);
	chan_free(sender);
	teardown();
	ck_assert_int_eq(fds_open(), before);
	setup();
	(void)close(fd);
}
END_TEST

/* _i descriptors where none, or one, is allowed. */
START_TEST(surplus_descriptors)
{
	uint8_t ready[12] = { 0, MSG_READY };
	int before, fds[8], i;

	for (i = 0; i < 8; i++)
		fds[i] = open("/dev/null", O_RDONLY);
	before = fds_open();
	raw_send(ready, sizeof(ready), fds, (size_t)_i);
	spin(2);
	ck_assert_int_eq(got.messages, 0);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, msg_refusal_text(MSG_DESCRIPTOR));
	/* The left end's event and descriptor are still there, no others. */
	ck_assert_int_eq(fds_open(), before);
}
END_TEST

START_TEST(two_where_one_is_welcome)
{
	uint8_t give[16] = { 0, MSG_SOCKET_GIVE };
	int before, fds[2] = { 0, 0 };

	teardown();
	setup_as(ROLE_TFTPD, ROLE_PRIV);
	before = fds_open();
	raw_send(give, sizeof(give), fds, 2);
	spin(2);
	ck_assert_int_eq(got.messages, 0);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, msg_refusal_text(MSG_DESCRIPTOR));
	ck_assert_int_eq(fds_open(), before);
}
END_TEST

START_TEST(missing_descriptor)
{
	uint8_t peer[13] = { 0, MSG_PEER, [8] = ROLE_IMAGED };

	teardown();
	setup_as(ROLE_TFTPD, ROLE_PRIV);
	raw_send(peer, sizeof(peer), NULL, 0);
	spin(2);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, msg_refusal_text(MSG_DESCRIPTOR));
}
END_TEST

/* Sends a message with a descriptor while this process can have no more. */
static void
without_room(const uint8_t *p, size_t n)
{
	struct rlimit old, none;
	int fd = 0;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	raw_send(p, n, &fd, 1);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	spin(2);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	ck_assert_int_eq(got.messages, 0);
	ck_assert_int_eq(got.closed, 1);
}

/*
 * Nobody sends the parent a descriptor.  It must not even get one, since to
 * close that of a FUSE mount it would wait for the server.
 */
START_TEST(parent_gets_no_descriptor)
{
	uint8_t ready[12] = { 0, MSG_READY };

	without_room(ready, sizeof(ready));
	ck_assert_str_eq(got.why, msg_refusal_text(MSG_DESCRIPTOR));
}
END_TEST

START_TEST(no_room_for_a_descriptor)
{
	uint8_t give[16] = { 0, MSG_SOCKET_GIVE };

	teardown();
	setup_as(ROLE_TFTPD, ROLE_PRIV);
	without_room(give, sizeof(give));
	ck_assert_str_eq(got.why, strerror(EMFILE));
}
END_TEST

/* How many messages an end takes while the other one does not read. */
static int
room(int fd)
{
	uint8_t body[18] = { 0 };
	struct writer w = { body, 18, 18, false };
	int n = 0;

	while (chan_send_once(fd, MSG_FILE_GIVE, 1, &w) == 0)
		n++;
	return n;
}

/* Between the end that hands out descriptors and the other one. */
START_TEST(room_for_descriptors)
{
	int fds[2], gives, asks;

	ck_assert_int_eq(chan_pair_roles(ROLE_TFTPD, ROLE_IMAGED, fds), 0);
	asks = room(fds[0]);
	gives = room(fds[1]);
	ck_assert_int_gt(gives, 64);
	ck_assert_int_lt(gives, 256);
	ck_assert_int_gt(asks, gives);
	ck_assert_int_eq(close(fds[0]), 0);
	ck_assert_int_eq(close(fds[1]), 0);
}
END_TEST

START_TEST(too_long)
{
	static uint8_t big[MSG_SIZE_MAX + 1] = { 0, MSG_READY };
	int before = fds_open(), fd = 0;

	raw_send(big, sizeof(big), &fd, 1);
	spin(2);
	ck_assert_int_eq(got.messages, 0);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, strerror(EMSGSIZE));
	ck_assert_int_eq(fds_open(), before);
}
END_TEST

/* What ends a channel, and with which reason. */
START_TEST(violations)
{
	static const struct {
		uint8_t p[16];
		size_t n;
		uint8_t phase;
		enum msg_refusal why;
	} t[] = {
		{ { 0 }, 1, PHASE_RUN, MSG_SHORT },
		{ { 0, MSG_READY }, 7, PHASE_RUN, MSG_SHORT },
		{ { 0xff, 0xff }, 8, PHASE_RUN, MSG_UNKNOWN },
		{ { 0, MSG_READY, 0, 1 }, 12, PHASE_RUN, MSG_RESERVED },
		{ { 0, MSG_STOP }, 8, PHASE_RUN, MSG_SENDER },
		{ { 0, MSG_FILE_ASK }, 12, PHASE_RUN, MSG_RECEIVER },
		{ { 0, MSG_READY }, 12, PHASE_BOOT, MSG_PHASE },
		{ { 0, MSG_LAYERS }, 12, PHASE_RUN, MSG_PHASE },
		{ { 0, MSG_READY }, 11, PHASE_RUN, MSG_LENGTH },
		{ { 0, MSG_READY }, 13, PHASE_RUN, MSG_LENGTH },
	};

	chan_set_phase(left, (enum msg_phase)t[_i].phase);
	raw_send(t[_i].p, t[_i].n, NULL, 0);
	ready_send(9, 9); /* nobody looks at what follows */
	spin(3);
	ck_assert_int_eq(got.messages, 0);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, msg_refusal_text(t[_i].why));
}
END_TEST

START_TEST(fields_that_are_wrong)
{
	got.refuse_after = 2;
	ready_send(1, 1);
	ready_send(2, 1);
	ready_send(3, 1);
	spin(3);
	ck_assert_int_eq(got.messages, 2);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "malformed READY message");
}
END_TEST

/* An empty datagram cannot be told from an end, and is taken for one. */
START_TEST(zero_length)
{
	int before = fds_open(), fd = 0;

	raw_send("", 0, &fd, 1);
	spin(2);
	ck_assert_int_eq(got.messages, 0);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "");
	ck_assert_int_eq(fds_open(), before);
}
END_TEST

/* The other process is gone, and so many of its messages came before. */
static void
right_ends(int messages)
{
	(void)close(right);
	right = -1;
	spin(3);
	ck_assert_int_eq(got.messages, messages);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "");
}

START_TEST(end)
{
	ready_send(1, 1);
	right_ends(1);
}
END_TEST

/*
 * A process that dies with messages it has not read: its own last ones must
 * be heard, since they tell what killed it.
 */
START_TEST(last_words_after_a_reset)
{
	ck_assert_int_eq(chan_send(left, MSG_STOP, 0, NULL, -1), 0);
	ready_send(1, 1);
	ready_send(2, 1);
	right_ends(2);
}
END_TEST

START_TEST(free_from_message)
{
	int before = fds_open();

	got.free_in_message = true;
	got.refuse_after = _i == 0 ? 0 : 1;
	ready_send(1, 1);
	ready_send(2, 1);
	spin(3);
	ck_assert_int_eq(got.messages, 1);
	ck_assert_int_eq(got.closed, 0);
	ck_assert_int_eq(fds_open(), before - 1);
}
END_TEST

START_TEST(free_from_closed)
{
	int before = fds_open();

	got.free_in_closed = true;
	if (_i == 0) {
		(void)close(right);
		right = -1;
	} else {
		raw_send("x", 1, NULL, 0);
	}
	spin(3);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_int_eq(fds_open(), before - (_i == 0 ? 2 : 1));
}
END_TEST

START_TEST(receive_now)
{
	uint8_t buf[MSG_SIZE_MAX], body[4] = { 0, 0, 0, 9 };
	struct writer w = { body, 4, 4, false };
	uint8_t given[8] = { 0 };
	struct writer give = { given, 8, 8, false };
	const char *why = NULL;
	struct msg m;
	int before;

	ck_assert_int_eq(chan_send(left, MSG_COMMIT, 8, &w, -1), 0);
	ck_assert_int_eq(chan_recv_now(right, ROLE_TFTPD, ROLE_PRIV, PHASE_RUN,
			     buf, &m, &why),
	    0);
	ck_assert_uint_eq(m.type, MSG_COMMIT);
	ck_assert_uint_eq(m.id, 8);
	ck_assert_uint_eq(reader_u32(&m.body), 9);
	ck_assert_int_eq(m.fd, -1);
	before = fds_open();
	ck_assert_int_eq(chan_send(left, MSG_SOCKET_GIVE, 8, &give, dup(0)), 0);
	ck_assert_int_eq(chan_recv_now(right, ROLE_TFTPD, ROLE_PRIV, PHASE_BOOT,
			     buf, &m, &why),
	    -1);
	ck_assert_str_eq(why, msg_refusal_text(MSG_PHASE));
	ck_assert_int_eq(fds_open(), before);
	chan_free(left);
	left = NULL;
	ck_assert_int_eq(chan_recv_now(right, ROLE_TFTPD, ROLE_PRIV, PHASE_RUN,
			     buf, &m, &why),
	    -1);
	ck_assert_ptr_nonnull(why);
	ck_assert_int_eq(chan_send_now(right, MSG_READY, 0, &w), -1);
}
END_TEST

START_TEST(free_of_nothing)
{
	chan_free(NULL);
}
END_TEST

/* A message that the table does not know so is a fault of the program. */
START_TEST(built_wrong)
{
	uint8_t body[5] = { 0 };
	struct writer w = { body, 5, (size_t)(_i == 0 ? 5 : 3), false };

	if (_i == 2)
		w = (struct writer){ body, 4, 4, true };
	(void)chan_send(left, MSG_COMMIT, 0, &w, -1);
}
END_TEST

Suite *suite_chan(void);

/* One message at a time, without the event loop; or none in time. */
START_TEST(waiting)
{
	ck_assert_int_eq(chan_wait(left, 0), -1);
	ck_assert_int_eq(chan_wait(left, 20), -1);
	ready_send(5, 77);
	ready_send(6, 78);
	ck_assert_int_eq(chan_wait(left, 5000), 0);
	ck_assert_int_eq(got.messages, 1);
	ck_assert_uint_eq(got.value, 77);
	ck_assert_int_eq(chan_wait(left, 5000), 0);
	ck_assert_int_eq(got.messages, 2);
	ck_assert_int_eq(chan_wait(left, 0), -1);
	ck_assert_int_eq(got.closed, 0);
}
END_TEST

/* The channel may be freed while it is waited for. */
START_TEST(waiting_for_the_end)
{
	got.free_in_closed = true;
	ck_assert_int_eq(close(right), 0);
	right = -1;
	ck_assert_int_eq(chan_wait(left, 5000), -1);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_ptr_null(left);
}
END_TEST

Suite *
suite_chan(void)
{
	Suite *s = suite_create("chan");
	TCase *tc = tcase_create("chan");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, message_passes);
	tcase_add_test(tc, descriptor_passes);
	tcase_add_loop_test(tc, surplus_descriptors, 1, 9);
	tcase_add_test(tc, two_where_one_is_welcome);
	tcase_add_test(tc, missing_descriptor);
	tcase_add_test(tc, parent_gets_no_descriptor);
	tcase_add_test(tc, no_room_for_a_descriptor);
	tcase_add_test(tc, room_for_descriptors);
	tcase_add_test(tc, too_long);
	tcase_add_loop_test(tc, violations, 0, 10);
	tcase_add_test(tc, fields_that_are_wrong);
	tcase_add_test(tc, zero_length);
	tcase_add_test(tc, end);
	tcase_add_test(tc, last_words_after_a_reset);
	tcase_add_loop_test(tc, free_from_message, 0, 2);
	tcase_add_loop_test(tc, free_from_closed, 0, 2);
	tcase_add_test(tc, waiting);
	tcase_add_test(tc, waiting_for_the_end);
	tcase_add_test(tc, receive_now);
	tcase_add_test(tc, free_of_nothing);
	tcase_add_loop_exit_test(tc, built_wrong, 1, 0, 3);
	suite_add_tcase(s, tc);
	return s;
}

/* Descriptors are counted by /proc, and handed over, as two roles do. */
UNIT_MAIN_ALSO(suite_chan, SCMP_SYS(getuid), SCMP_SYS(openat),
    SCMP_SYS(sendmsg), SCMP_SYS(geteuid), SCMP_SYS(newfstatat),
    SCMP_SYS(getdents64), SCMP_SYS(getgid), SCMP_SYS(dup), SCMP_SYS(getegid),
    SCMP_SYS(epoll_create1), SCMP_SYS(pipe2), SCMP_SYS(socketpair),
    SCMP_SYS(setsockopt), SCMP_SYS(fcntl), SCMP_SYS(prlimit64))
