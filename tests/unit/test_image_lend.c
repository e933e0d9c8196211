/* SPDX-License-Identifier: ISC */
/* A descriptor that is lent to a channel stays with its owner. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/chan_case.h"

Suite *suite_image_lend(void);

static struct event_base *base;
static struct chan *chan; /* imaged's end, towards tftpd */
static int peer; /* tftpd's end, a bare descriptor */
static int fd; /* what is lent */
static uint8_t body[18];
static const struct writer give = { body, sizeof(body), sizeof(body), false };

static void
set_up(void)
{
	base = event_base_new();
	chan = chan_case_open(
	    base, ROLE_IMAGED, ROLE_TFTPD, &chan_case_deaf, NULL, &peer);
	ck_assert_int_ne(fd = open("/dev/null", O_RDONLY), -1);
}

static void
tear_down(void)
{
	chan_case_close(chan, peer);
	(void)close(fd);
	event_base_free(base);
}

/* The peer gets a descriptor of its own, each time. */
START_TEST(test_lent)
{
	uint8_t buf[MSG_SIZE_MAX];
	int i, before = fds_open();
	const char *why;
	struct msg m;

	for (i = 0; i < 3; i++) {
		ck_assert_int_eq(
		    chan_send_lent(chan, MSG_FILE_GIVE, 7, &give, fd), 0);
		ck_assert_int_eq(chan_recv_now(peer, ROLE_TFTPD, ROLE_IMAGED,
				     PHASE_RUN, buf, &m, &why),
		    0);
		ck_assert_uint_eq(m.id, 7);
		ck_assert_int_ne(m.fd, -1);
		ck_assert_int_ne(m.fd, fd);
		ck_assert_int_eq(close(m.fd), 0);
		ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
	}
	ck_assert_int_eq(fds_open(), before);
}
END_TEST

/* Nothing is queued, and nothing overtakes what is. */
START_TEST(test_full)
{
	uint8_t buf[MSG_SIZE_MAX];
	const char *why;
	size_t queued;
	struct msg m;

	while (chan_send_lent(chan, MSG_FILE_GIVE, 1, &give, fd) == 0)
		continue;
	ck_assert(errno == EAGAIN || errno == ETOOMANYREFS);
	while (chan_queued(chan) == 0)
		ck_assert_int_eq(
		    chan_send(chan, MSG_FILE_GIVE, 1, &give, -1), 0);
	queued = chan_queued(chan);
	ck_assert_int_eq(chan_recv_now(peer, ROLE_TFTPD, ROLE_IMAGED, PHASE_RUN,
			     buf, &m, &why),
	    0);
	(void)close(m.fd);
	errno = 0;
	ck_assert_int_eq(chan_send_lent(chan, MSG_FILE_GIVE, 1, &give, fd), -1);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_uint_eq(chan_queued(chan), queued);
	ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
}
END_TEST

START_TEST(test_gone)
{
	(void)close(peer);
	peer = -1;
	ck_assert_int_eq(chan_send_lent(chan, MSG_FILE_GIVE, 1, &give, fd), -1);
	ck_assert_int_ne(errno, EAGAIN);
	ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
}
END_TEST

Suite *
suite_image_lend(void)
{
	Suite *s = suite_create("image_lend");
	TCase *tc = tcase_create("lend");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test_lent);
	tcase_add_test(tc, test_full);
	tcase_add_test(tc, test_gone);
	suite_add_tcase(s, tc);
	return s;
}

/* Descriptors are counted by /proc and looked at. */
UNIT_MAIN_ALSO(suite_image_lend, SCMP_SYS(fcntl), SCMP_SYS(openat),
    SCMP_SYS(getdents64), SCMP_SYS(newfstatat), SCMP_SYS(sendmsg))
