/* SPDX-License-Identifier: ISC */
/* Reading requests: what comes with them, and what cannot be read. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/log.h"
#include "tests/unit/unit.h"
#include "tftpd/listen.h"

#define TRIES_MAX 500

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
	unsigned int tries = 0;

	ck_assert_int_eq(
	    setsockopt(sock, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)), 0);
	ck_assert_int_eq(
	    setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)), 0);
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(getsockname(sock, (struct sockaddr *)&at, &len), 0);
	ck_assert_int_eq(listen_add(&set, sock, 9), 0);
	ck_assert_int_eq(listen_start(&set, base, packet), 0);
	/* The kernel begins to stamp packets some time after setsockopt(). */
	do {
		ck_assert_uint_lt(tries++, TRIES_MAX);
		ck_assert_int_eq(
		    sendto(sock, "abc", 3, 0, (struct sockaddr *)&at, len), 3);
		(void)poll(NULL, 0, 20);
		turns(2);
		ck_assert_uint_eq(npackets, tries);
	} while (from.age_ms < 10);
	ck_assert_uint_eq(nlines, 0);
	ck_assert_uint_eq(from.ifindex, 9);
	ck_assert_uint_eq(from.client.port, ntohs(at.sin_port));
	ck_assert_uint_eq(from.local.port, 0);
	ck_assert(from.direct);
}
END_TEST

/* What a packet says of the address that was asked, and its interface. */
static const struct {
	const char *asked, *own; /* own: of the interface, IPv4 only */
	uint32_t ifindex;
	bool served, direct;
	uint32_t scope;
} asked[] = {
	{ "10.0.0.1", "10.0.0.1", 8, true, true, 0 },
	{ "255.255.255.255", "10.0.0.1", 8, true, false, 0 },
	{ "10.0.0.255", "10.0.0.1", 8, true, false, 0 },
	{ "0.0.0.0", "0.0.0.0", 8, true, false, 0 },
	{ "10.0.0.1", "10.0.0.1", 10, false, true, 0 },
	{ "fd00::1", NULL, 9, true, true, 0 },
	{ "fe80::1", NULL, 9, true, true, 9 },
	{ "fe80::1", NULL, 8, true, true, 8 },
	{ "ff02::1", NULL, 9, true, false, 0 },
	{ "fd00::1", NULL, 7, false, true, 0 },
};

START_TEST(origin)
{
	union listen_control control;
	struct msghdr mh = { .msg_control = &control };
	struct cmsghdr *c = (struct cmsghdr *)control.space;
	struct in_pktinfo *v4 = (struct in_pktinfo *)CMSG_DATA(c);
	struct in6_pktinfo *v6 = (struct in6_pktinfo *)CMSG_DATA(c);
	struct server_from f = { .client.addr.family = 6, .ifindex = 3 };
	struct addr want;

	set.n = 2;
	set.l[0] = (struct listener){ -1, 8, .mtu = 1400, .root = 1 };
	set.l[1] = (struct listener){ -1, 9, .mtu = 1500, .root = 2 };
	memset(&control, 0, sizeof(control));
	if (asked[_i].own != NULL) {
		f.client.addr.family = 4;
		mh.msg_controllen = CMSG_SPACE(sizeof(*v4));
		*c = (struct cmsghdr){ CMSG_LEN(sizeof(*v4)), IPPROTO_IP,
			IP_PKTINFO };
		(void)inet_pton(AF_INET, asked[_i].asked, &v4->ipi_addr);
		(void)inet_pton(AF_INET, asked[_i].own, &v4->ipi_spec_dst);
		v4->ipi_ifindex = (int)asked[_i].ifindex;
	} else {
		mh.msg_controllen = CMSG_SPACE(sizeof(*v6));
		*c = (struct cmsghdr){ CMSG_LEN(sizeof(*v6)), IPPROTO_IPV6,
			IPV6_PKTINFO };
		(void)inet_pton(AF_INET6, asked[_i].asked, &v6->ipi6_addr);
		v6->ipi6_ifindex = asked[_i].ifindex;
	}
	ck_assert_int_eq(listen_origin(&set, &mh, &f), asked[_i].served);
	ck_assert_int_eq(addr_parse(&want, asked[_i].asked), 0);
	ck_assert_mem_eq(&f.local.addr, &want, sizeof(want));
	ck_assert_uint_eq(f.ifindex, asked[_i].ifindex);
	ck_assert_int_eq(f.direct, asked[_i].direct);
	ck_assert_uint_eq(f.local.scope, asked[_i].scope);
	if (asked[_i].served) {
		ck_assert_uint_eq(f.mtu, f.ifindex == 8 ? 1400 : 1500);
		ck_assert_uint_eq(f.root, f.ifindex == 8 ? 1 : 2);
	}
	/* A client of the other family, or a packet that does not say. */
	f.client.addr.family = asked[_i].own == NULL ? 4 : 6;
	ck_assert(!listen_origin(&set, &mh, &f));
	mh.msg_controllen = 0;
	ck_assert(!listen_origin(&set, &mh, &f));
	set.n = 0;
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
	tcase_add_loop_test(
	    tc, origin, 0, (int)(sizeof(asked) / sizeof(asked[0])));
	tcase_add_test(tc, cannot_read);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests send the packets that are read. */
UNIT_MAIN_ALSO(suite_tftp_listen, SCMP_SYS(pipe2), SCMP_SYS(socket),
    SCMP_SYS(setsockopt), SCMP_SYS(write), SCMP_SYS(bind),
    SCMP_SYS(getsockname), SCMP_SYS(sendto))
