/* SPDX-License-Identifier: ISC */
/* What clients answer, on real sockets. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/role.h"
#include "tests/unit/unit.h"
#include "tftpd/opening.h"
#include "tftpd/recv.h"
#include "tftpd/request.h"

#define CLIENTS 5
#define SIZE 1000000 /* 1954 blocks of 512 */

static struct event_base *base;
static struct server srv;
static struct listen_set listening;
static unsigned int sent, releases;
static uint32_t asked; /* the last id */
static struct {
	int fd;
	struct session *s;
	uint16_t block;
} client[CLIENTS];

/* The role's event loop is the test's. */
struct event_base *
role_base(void)
{
	return base;
}

static int
ask_socket(const struct session *s)
{
	asked = session_id(s);
	return 0;
}

static int
ask_file(const struct session *s, const struct file_ask *want)
{
	(void)s;
	(void)want;
	return 0;
}

static enum blocks_result
blocks(struct session *s, uint64_t first, uint32_t count, uint64_t *unsent)
{
	(void)s;
	sent += count;
	*unsent = first + count;
	return BLOCKS_OK;
}

static void
release(struct session *s)
{
	releases++;
	recv_op_release(s);
}

static void
sink(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)line;
	(void)arg;
}

static void
setup(void)
{
	static const struct server_ops ops = { .ask_socket = ask_socket,
		.ask_file = ask_file,
		.packet = recv_op_packet,
		.blocks = blocks,
		.watch = recv_op_watch,
		.release = release,
		.drain = recv_op_drain };
	struct server_conf conf = { .max = CLIENTS * 4,
		.half_open = CLIENTS,
		.total_max = 5 * CLIENTS,
		.files.root = { "/srv/tftp" } };

	sent = releases = 0;
	log_init("tftpd", LOG_INFO);
	log_set_sink(sink, NULL);
	ck_assert_ptr_nonnull(base = event_base_new());
	server_init(&srv, &ops, 1);
	ck_assert_int_eq(recv_init(&srv, &listening), 0);
	ck_assert_int_eq(server_prepare(&srv, &conf), 0);
	server_commit(&srv, &conf);
	ck_assert_int_eq(recv_prepare(srv.conf.total_max), 0);
}

static int
loopback(struct sockaddr_in *sin)
{
	socklen_t len = sizeof(*sin);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*sin = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)sin, len), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)sin, &len), 0);
	return fd;
}

static void
ack(int i)
{
	uint16_t block = client[i].block++;
	uint8_t p[4] = { 0, 4, (uint8_t)(block >> 8), (uint8_t)block };

	ck_assert_int_eq(send(client[i].fd, p, sizeof(p), 0), sizeof(p));
}

/* So many blocks left for ACKs that the event loop has told of. */
static unsigned int
loop(void)
{
	unsigned int before = sent;

	ck_assert_int_ne(
	    event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK), -1);
	return sent - before;
}

/* A transfer whose client has acknowledged its first block. */
static void
begin(int i)
{
	struct server_from from = { .ifindex = 1, .mtu = 1500, .direct = true };
	static const char rrq[] = "\0\1file\0octet";
	struct sockaddr_in at, to;
	uint64_t now_ms = clock_mono_ms();
	int fd = loopback(&to);

	client[i].fd = loopback(&at);
	client[i].block = 1;
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(
	    connect(client[i].fd, (struct sockaddr *)&to, sizeof(to)), 0);
	ck_assert_int_eq(
	    endpoint_from_sockaddr(&from.client, (struct sockaddr *)&at), 0);
	from.local = from.client;
	from.local.port = 0;
	request_handle(&srv, &from, rrq, sizeof(rrq), now_ms);
	client[i].s = session_table_by_id(&srv.table, asked);
	ck_assert_ptr_nonnull(client[i].s);
	ck_assert(opening_socket(&srv, asked, 0, 1500, fd, now_ms));
	ck_assert(opening_file(&srv, asked, FILE_OK, 0, SIZE,
	    open("/dev/null", O_RDONLY | O_CLOEXEC), now_ms));
	ck_assert_uint_eq(client[i].s->state, SESSION_RUNNING);
	ack(i);
	ck_assert_uint_eq(loop(), 1);
}

static void
teardown(void)
{
	uint32_t i;

	server_stop(&srv, clock_mono_ms());
	ck_assert_uint_eq(srv.table.used, 0);
	for (i = 0; i < srv.table.npool; i++)
		event_free(srv.table.pool[i]->io);
	server_free(&srv);
	for (i = 0; i < CLIENTS; i++)
		if (client[i].s != NULL)
			(void)close(client[i].fd);
	memset(client, 0, sizeof(client));
	event_base_free(base);
}

/* Each ACK is answered in the turn of the event loop that brings it. */
START_TEST(answers)
{
	int k;

	begin(0);
	begin(1);
	for (k = 0; k < 100; k++) {
		ack(0);
		if (k % 2 == 0)
			ack(1);
		ck_assert_uint_eq(loop(), k % 2 == 0 ? 2 : 1);
	}
	ck_assert_uint_eq(loop(), 0);
}
END_TEST

/* Polling for packets begins with an answer, and ends when none comes. */
START_TEST(polls)
{
	uint64_t end_ms = clock_mono_ms() + 10000;

	begin(0);
	ck_assert_int_eq(recv_poll(), ROLE_POLL);
	while (recv_poll() != ROLE_SLEEP)
		ck_assert_uint_lt(clock_mono_ms(), end_ms);
	ck_assert_int_eq(recv_poll(), ROLE_SLEEP);
	ack(0);
	ck_assert_uint_eq(loop(), 1);
	ck_assert_int_eq(recv_poll(), ROLE_POLL);
}
END_TEST

/* A timer that is due reads the socket before anything is sent again. */
START_TEST(looks_before_a_timer)
{
	begin(0);
	ack(0);
	recv_op_drain(client[0].s, clock_mono_ms());
	ck_assert_uint_eq(sent, 3);
	ck_assert_uint_eq(loop(), 0);
}
END_TEST

/* Nothing comes: the timer of the event loop sends the block again. */
START_TEST(timer)
{
	uint64_t end_ms = clock_mono_ms() + 10000;
	unsigned int before;

	begin(0);
	before = sent;
	recv_arm_timer(clock_mono_ms());
	while (sent == before) {
		ck_assert_uint_lt(clock_mono_ms(), end_ms);
		ck_assert_int_ne(event_base_loop(base, EVLOOP_ONCE), -1);
	}
	ck_assert_uint_eq(client[0].s->transfer.timeouts, 1);
	/* And once more: it was armed again. */
	while (sent == before + 1) {
		ck_assert_uint_lt(clock_mono_ms(), end_ms);
		ck_assert_int_ne(event_base_loop(base, EVLOOP_ONCE), -1);
	}
}
END_TEST

static void
send_request(int i)
{
	static const char rrq[] = "\0\1other\0octet";

	ck_assert_int_eq(send(client[i].fd, rrq, sizeof(rrq), 0), sizeof(rrq));
	(void)loop();
}

/*
 * With tftp-single-port a client may ask for another file where it gets the
 * first: that is a request, if it came in by an interface that is served.
 */
START_TEST(single_port)
{
	const int on = 1;
	uint32_t first;

	srv.conf.single_port = true;
	begin(0);
	first = asked;
	ck_assert(client[0].s->shared);
	/* The socket does not tell by which one. */
	send_request(0);
	ck_assert_uint_eq(srv.stats.count[SERVER_DROP_INTERFACE], 1);
	ack(0);
	ck_assert_uint_eq(loop(), 1);
	ck_assert_int_eq(setsockopt(client[0].s->data.sock, IPPROTO_IP,
			     IP_PKTINFO, &on, sizeof(on)),
	    0);
	listening.n = 1;
	listening.l[0] = (struct listener){ .ifindex = 4711, .mtu = 1500 };
	send_request(0);
	ck_assert_uint_eq(srv.stats.count[SERVER_DROP_INTERFACE], 2);
	ck_assert_uint_eq(asked, first);
	listening.l[0].ifindex = 1; /* the loopback interface */
	send_request(0);
	ck_assert_uint_eq(srv.stats.count[SERVER_DROP_INTERFACE], 2);
	ck_assert_uint_ne(asked, first);
}
END_TEST

/* Otherwise a request there is an answer that makes no sense. */
START_TEST(request_to_a_transfer)
{
	uint32_t first;

	begin(0);
	first = asked;
	send_request(0);
	ck_assert_uint_eq(asked, first);
	ck_assert_uint_eq(srv.stats.bad_answer[TFTP_BAD_OPCODE], 1);
	ack(0);
	ck_assert_uint_eq(loop(), 1);
}
END_TEST

/* One of them ends each time, whatever its place; the others go on. */
START_TEST(ends)
{
	static const uint8_t error[] = { 0, 5, 0, 0, 0 };
	int i, end;

	for (i = 0; i < CLIENTS; i++)
		begin(i);
	for (end = 4; end >= 0; end -= 2) {
		ck_assert_int_gt(
		    send(client[end].fd, error, sizeof(error), 0), 0);
		for (i = 0; i < CLIENTS; i++)
			if (i < end || i % 2 != 0)
				ack(i);
		ck_assert_uint_eq(loop(), end == 4 ? 4 : end == 2 ? 3 : 2);
	}
	ck_assert_uint_eq(releases, 3);
	ck_assert_uint_eq(srv.table.used, 2);
}
END_TEST

START_TEST(unreachable)
{
	struct sockaddr_in at;

	begin(0);
	begin(1);
	(void)close(client[0].fd);
	client[0].fd = loopback(&at);
	/* A packet to a closed port is answered with an ICMP message. */
	ck_assert_int_eq(
	    blocks_send_once(client[0].s->data.sock, "", 1), BLOCKS_OK);
	ack(1);
	ck_assert_uint_eq(loop(), 1);
	ck_assert_uint_eq(releases, 1);
	ck_assert_uint_eq(srv.table.used, 1);
}
END_TEST

Suite *suite_tftp_recv(void);

Suite *
suite_tftp_recv(void)
{
	Suite *s = suite_create("tftp_recv");
	TCase *tc = tcase_create("recv");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, answers);
	tcase_add_test(tc, polls);
	tcase_add_test(tc, looks_before_a_timer);
	tcase_add_test(tc, timer);
	tcase_add_test(tc, single_port);
	tcase_add_test(tc, request_to_a_transfer);
	tcase_add_test(tc, ends);
	tcase_add_test(tc, unreachable);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests are the client at the other end. */
UNIT_MAIN_ALSO(suite_tftp_recv, SCMP_SYS(socket), SCMP_SYS(bind),
    SCMP_SYS(getsockname), SCMP_SYS(connect), SCMP_SYS(setsockopt),
    SCMP_SYS(openat))
