/* SPDX-License-Identifier: ISC */
/* Reading requests: what comes with them, and what cannot be read. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/log.h"
#include "tests/unit/unit.h"
#include "tftpd/listen.h"

static struct event_base *base;
static struct listen_set set;
static unsigned int npackets, nlines;
static struct server_from from;
static char line[LOG_LINE_MAX];

static void
packet(const struct server_from *f, const void *p, size_t n, bool truncated)
{
	ck_assert(n == 3 && memcmp(p, "abc", 3) == 0 && !truncated);
	from = *f;
	npackets++;
}

static void
sink(int priority, const char *text, void *arg)
{
	(void)priority;
	(void)arg;
	(void)snprintf(line, sizeof(line), "%s", text);
	nlines++;
}

static void
set_up(void)
{
	memset(&set, 0, sizeof(set));
	npackets = nlines = 0;
	log_init("tftpd", LOG_INFO);
	log_set_sink(sink, NULL);
	base = event_base_new();
}

static void
tear_down(void)
{
	listen_clear(&set);
	event_base_free(base);
}

static void
turns(int n)
{
	while (n-- > 0)
		ck_assert_int_ne(
		    event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK), -1);
}

START_TEST(one_packet)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	const int on = 1;
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(
	    setsockopt(sock, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)), 0);
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(getsockname(sock, (struct sockaddr *)&at, &len), 0);
	ck_assert_int_eq(listen_add(&set, sock, 9), 0);
	ck_assert_int_eq(listen_start(&set, base, packet), 0);
	ck_assert_int_eq(
	    sendto(sock, "abc", 3, 0, (struct sockaddr *)&at, len), 3);
	turns(2);
	ck_assert_uint_eq(npackets, 1);
	ck_assert_uint_eq(nlines, 0);
	ck_assert_uint_eq(from.ifindex, 9);
	ck_assert_uint_eq(from.client.port, ntohs(at.sin_port));
	ck_assert_uint_eq(from.local.port, 0);
	ck_assert(from.direct);
}
END_TEST

/* Here it is no socket at all; in life, an interface that went down. */
START_TEST(cannot_read)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "abc", 3), 3);
	ck_assert_int_eq(listen_add(&set, fds[0], 9), 0);
	ck_assert_int_eq(listen_start(&set, base, packet), 0);
	turns(5);
	ck_assert_uint_eq(npackets, 0);
	ck_assert_uint_eq(nlines, 1);
	ck_assert_msg(
	    strstr(line, "cannot receive requests on interface 9: ") != NULL,
	    "%s", line);
	(void)close(fds[1]);
}
END_TEST

static Suite *
suite_tftp_listen(void)
{
	Suite *s = suite_create("tftp_listen");
	TCase *tc = tcase_create("listen");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, one_packet);
	tcase_add_test(tc, cannot_read);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests send the packets that are read. */
UNIT_MAIN_ALSO(suite_tftp_listen, SCMP_SYS(pipe2), SCMP_SYS(socket),
    SCMP_SYS(setsockopt), SCMP_SYS(write), SCMP_SYS(bind),
    SCMP_SYS(getsockname), SCMP_SYS(sendto))
