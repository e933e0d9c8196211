/* SPDX-License-Identifier: ISC */
/* Channels over real sockets: what passes, what is a violation, no leak. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "tests/unit/chan_case.h"

#define QUEUE_MAX 262144 /* as in chan.c: messages that may wait */

/* What the owner of a channel has seen. */
struct seen {
	int messages;
	int closed;
	int drained;
	char why[128]; /* "": the other side closed it */
	uint16_t type;
	uint32_t id;
	uint32_t value; /* first four bytes of the body */
	bool has_fd;
	bool cloexec;
	int take; /* >0: keeps the descriptor */
	int kept;
	bool in_order; /* ids come one by one */
	bool free_in_message;
	bool free_in_closed;
	int refuse_after; /* message() returns -1 from this one on */
};

static struct event_base *base;
static struct chan *left; /* the parent's end, towards tftpd */
static int right; /* tftpd's end, a bare descriptor */
static struct seen got;

static int
message(struct chan *c, struct msg *m, void *arg)
{
	struct seen *s = arg;

	s->messages++;
	s->in_order = s->in_order && m->id == s->id + 1;
	s->type = m->type;
	s->id = m->id;
	s->value = reader_u32(&m->body);
	s->has_fd = m->fd != -1;
	if (m->fd != -1)
		s->cloexec = (fcntl(m->fd, F_GETFD) & FD_CLOEXEC) != 0;
	if (s->take > 0)
		s->kept = msg_take_fd(m);
	if (s->free_in_message) {
		chan_free(c);
		left = NULL;
	}
	return s->refuse_after > 0 && s->messages >= s->refuse_after ? -1 : 0;
}

static void
closed(struct chan *c, const char *why, void *arg)
{
	struct seen *s = arg;

	s->closed++;
	(void)snprintf(s->why, sizeof(s->why), "%s", why == NULL ? "" : why);
	if (s->free_in_closed) {
		chan_free(c);
		left = NULL;
	}
}

static void
drained(struct chan *c, void *arg)
{
	(void)c;
	((struct seen *)arg)->drained++;
}

static const struct chan_ops ops = { message, closed, drained };

/* left is `self` and hears from `peer`. */
static void
setup_as(enum role self, enum role peer)
{
	memset(&got, 0, sizeof(got));
	got.in_order = true;
	got.kept = -1;
	base = event_base_new();
	left = chan_case_open(base, self, peer, &ops, &got, &right);
}

static void
setup(void)
{
	setup_as(ROLE_PRIV, ROLE_TFTPD);
}

static void
teardown(void)
{
	chan_case_close(left, right);
	left = NULL;
	right = -1;
	event_base_free(base);
}

static void
spin(int turns)
{
	while (turns-- > 0)
		event_base_loop(base, EVLOOP_NONBLOCK | EVLOOP_ONCE);
}

/* Sends raw bytes with any number of descriptors. */
static void
raw_send(const void *p, size_t n, const int *fds, size_t nfds)
{
	union {
		struct cmsghdr align;
		uint8_t space[CMSG_SPACE(8 * sizeof(int))];
	} ctl = { 0 };
	struct iovec iov = { .iov_len = n };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	memcpy(&iov.iov_base, &p, sizeof(p));
	if (nfds > 0) {
		struct cmsghdr *c;

		mh.msg_control = &ctl;
		mh.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, nfds * sizeof(int));
	}
	ck_assert_int_eq(sendmsg(right, &mh, 0), (ssize_t)n);
}

static void
ready_send(uint32_t id, uint32_t generation)
{
	uint8_t body[4];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, generation);
	ck_assert_int_eq(chan_send_now(right, MSG_READY, id, &w), 0);
}

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
	ck_assert_int_eq(chan_phase(left), PHASE_RUN);
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
	ck_assert_str_ne(got.why, "");
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
	uint8_t peer[9] = { 0, MSG_PEER, [8] = ROLE_IMAGED };

	teardown();
	setup_as(ROLE_TFTPD, ROLE_PRIV);
	raw_send(peer, sizeof(peer), NULL, 0);
	spin(2);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, msg_refusal_text(MSG_DESCRIPTOR));
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
		{ { 0, MSG_WALLS }, 12, PHASE_RUN, MSG_PHASE },
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
	ck_assert_str_eq(got.why, "READY");
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

START_TEST(end)
{
	ready_send(1, 1);
	(void)close(right);
	right = -1;
	spin(3);
	ck_assert_int_eq(got.messages, 1);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "");
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
	(void)close(right);
	right = -1;
	spin(3);
	ck_assert_int_eq(got.messages, 2);
	ck_assert_int_eq(got.closed, 1);
	ck_assert_str_eq(got.why, "");
}
END_TEST

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
	tcase_add_test(tc, too_long);
	tcase_add_loop_test(tc, violations, 0, 10);
	tcase_add_test(tc, fields_that_are_wrong);
	tcase_add_test(tc, zero_length);
	tcase_add_test(tc, end);
	tcase_add_test(tc, last_words_after_a_reset);
	tcase_add_test(tc, queue_keeps_order);
	tcase_add_test(tc, queue_owns_descriptors);
	tcase_add_test(tc, queue_overflow);
	tcase_add_loop_test(tc, free_from_message, 0, 2);
	tcase_add_loop_test(tc, free_from_closed, 0, 2);
	tcase_add_test(tc, turn_is_bounded);
	tcase_add_test(tc, flush_has_a_limit);
	tcase_add_test(tc, receive_now);
	tcase_add_test(tc, free_of_nothing);
	tcase_add_loop_exit_test(tc, built_wrong, 1, 0, 3);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_chan)
