/* SPDX-License-Identifier: ISC */
/*
 * A server in a flood of forged requests: whom it serves all the same, and how
 * much it sends to those in whose name the requests come.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "tests/unit/unit.h"
#include "tftpd/opening.h"
#include "tftpd/report.h"
#include "tftpd/request.h"
#include "tftpd/session.h"

#define SECONDS 30
#define FORGED_MAX 60000
#define ASKED_MAX 4096
#define WINDOW_S 24 /* a full second less than such transfers count */
#define PATIENCE_MS 1000 /* then a client asks again, and has lost */

struct flood {
	const char *name;
	unsigned int per_ms; /* forged requests */
	uint32_t sources;
	bool forged_leases; /* the forged addresses hold leases */
	uint32_t max; /* tftp-max */
	bool lease; /* the client has one, else nothing is known of it */
	unsigned int rtt_ms;
};

static const struct flood floods[] = {
	{ "the goal", 2, 250, false, 50, false, 1 },
	{ "the goal, lease", 2, 250, false, 50, true, 1 },
	{ "one at a time", 2, 250, false, 1, false, 1 },
	{ "far away", 2, 250, false, 50, false, 290 },
	{ "any address", 2, FORGED_MAX, false, 50, false, 290 },
	{ "the most", 3, FORGED_MAX, false, 50, false, 290 },
	{ "more, lease", 20, FORGED_MAX, false, 50, true, 290 },
	{ "behind a satellite, lease", 20, FORGED_MAX, false, 50, true, 700 },
	{ "leases forged", 3, 250, true, 50, false, 290 },
	{ "leases forged, lease", 3, 250, true, 50, true, 290 },
	{ "many places", 4, FORGED_MAX, false, 8000, false, 290 },
};

/* What waits for its answers, in the order of asking. */
static uint32_t asked[ASKED_MAX];
static unsigned int nasked;
static struct server srv;
static uint64_t now_ms, start_ms;
static const struct flood *flood;
static uint16_t (*drawn)[SECONDS]; /* packets, by forged address */
static struct {
	uint32_t addr;
	uint64_t asked_ms;
	uint64_t answer_ms; /* when its answer arrives; 0: none is under way */
	uint32_t id;
	unsigned int served;
} client;

static uint32_t
address(const struct session *s)
{
	struct reader r;

	reader_init(&r, s->client.addr.bytes, 4);
	return reader_u32(&r);
}

static int
ask_socket(const struct session *s)
{
	ck_assert_uint_lt(nasked, ASKED_MAX);
	asked[nasked++] = session_id(s);
	return 0;
}

static int
ask_file(const struct session *s, const struct file_ask *w)
{
	(void)s;
	(void)w;
	return 0;
}

static void
refuse(const struct server_from *from, const void *p, size_t n)
{
	(void)from;
	(void)p;
	(void)n;
}

static enum blocks_result
packet(struct session *s, const void *p, size_t n)
{
	uint32_t addr = address(s);

	(void)p;
	(void)n;
	if (addr >> 24 == 10) {
		drawn[addr & 0xffffff][(now_ms - start_ms) / 1000]++;
	} else if (addr == client.addr && client.answer_ms == 0) {
		client.answer_ms = now_ms + flood->rtt_ms;
		client.id = session_id(s);
	}
	return BLOCKS_OK;
}

static enum blocks_result
blocks(struct session *s, uint64_t first, uint32_t count, uint64_t *unsent)
{
	*unsent = first + count;
	return packet(s, NULL, 0);
}

static void
nothing(struct session *s)
{
	(void)s;
}

static void
release(struct session *s)
{
	s->data.sock = s->data.file = -1;
}

static void
look(struct session *s, uint64_t at_ms)
{
	(void)s;
	(void)at_ms;
}

static void
sink(int priority, const char *text, void *arg)
{
	(void)priority;
	(void)text;
	(void)arg;
}

static void
lease_of(uint32_t addr)
{
	static const uint8_t hw[6] = { 2 };
	struct addr a = addr_from_ip4(addr);
	uint8_t buf[64];
	struct writer w;
	struct reader r;

	writer_init(&w, buf, sizeof(buf));
	addr_encode(&a, &w);
	writer_u8(&w, 1);
	writer_blob(&w, hw, sizeof(hw));
	writer_str(&w, "");
	reader_init(&r, buf, w.len);
	ck_assert_int_eq(host_message(&srv.hosts, &r), 0);
}

static void
request(uint32_t addr, uint16_t port)
{
	static const char rrq[] = "\0\1file\0octet\0tsize\0000";
	struct server_from from = { .client = { .addr.family = 4,
					.port = port },
		.local = { .addr = { 4, { 192, 168, 1, 1 } } },
		.ifindex = 3,
		.mtu = 1500,
		.direct = true };
	struct writer w;

	writer_init(&w, from.client.addr.bytes, 4);
	writer_u32(&w, addr);
	request_handle(&srv, &from, rrq, sizeof(rrq), now_ms);
}

/* What the parent and imaged were asked for in the last millisecond. */
static void
answer_all(void)
{
	unsigned int i, n = nasked;

	for (i = 0; i < n; i++)
		if (session_table_by_id(&srv.table, asked[i]) != NULL &&
		    opening_socket(&srv, asked[i], 0, 1500, 100, now_ms))
			(void)opening_file(
			    &srv, asked[i], FILE_OK, 0, 100000, 101, now_ms);
	memmove(asked, asked + n, (nasked - n) * sizeof(asked[0]));
	nasked -= n;
}

/* Each time another one, of which nothing is known but perhaps its lease. */
static void
client_new(void)
{
	client.addr = 0xc0a80100 + 2 + client.served % 200;
	client.addr += client.served / 200 * 0x100;
	client.asked_ms = now_ms;
	client.answer_ms = 0;
	if (flood->lease)
		lease_of(client.addr);
	request(client.addr, 2070);
}

static void
client_step(void)
{
	struct session *s;

	if (now_ms - client.asked_ms > PATIENCE_MS)
		ck_abort_msg("%s: no answer to client %u after %u ms",
		    flood->name, client.served,
		    (unsigned int)(now_ms - start_ms));
	if (client.answer_ms == 0 || now_ms < client.answer_ms)
		return;
	s = session_table_by_id(&srv.table, client.id);
	if (s == NULL)
		ck_abort_msg(
		    "%s: client %u lost its place", flood->name, client.served);
	session_answer(&srv, s, "\0\4\0\0", 4, now_ms);
	if (s->half_open)
		ck_abort_msg("%s: no place to run", flood->name);
	session_answer(&srv, s, "\0\5\0\0", 5, now_ms);
	client.served++;
	client_new();
}

/* No forged address gets more than is promised, in any such time. */
static void
check_drawn(void)
{
	unsigned int most =
			 places_source_max(&srv.places) * TRANSFER_UNPROVEN_MAX,
		     sum, second, i;
	uint32_t n;

	for (n = 0; n < flood->sources; n++)
		for (second = 0; second + WINDOW_S <= SECONDS; second++) {
			for (i = sum = 0; i < WINDOW_S; i++)
				sum += drawn[n][second + i];
			if (sum > most)
				ck_abort_msg("%s: %u packets to one address",
				    flood->name, sum);
		}
}

START_TEST(served)
{
	static const struct server_ops ops = { ask_socket, ask_file, refuse,
		packet, blocks, nothing, release, look };
	struct server_conf conf = { .files.root = { "/srv/tftp" } };
	uint32_t number = 0;
	unsigned int i;

	flood = &floods[_i];
	drawn = calloc(FORGED_MAX, sizeof(*drawn));
	ck_assert_ptr_nonnull(drawn);
	now_ms = start_ms = 1000;
	log_init("tftpd", LOG_INFO);
	log_set_sink(sink, NULL);
	server_init(&srv, &ops, 1);
	conf.max = flood->max;
	conf.half_open = tftp_half_open(flood->max);
	conf.total_max = conf.max + conf.half_open;
	ck_assert_int_eq(server_prepare(&srv, &conf), 0);
	server_commit(&srv, &conf);
	for (i = 0; flood->forged_leases && i < flood->sources; i++)
		lease_of(0x0a000000 + i);
	client_new();
	while (++now_ms < start_ms + SECONDS * 1000) {
		server_tick(&srv, now_ms);
		answer_all();
		client_step();
		for (i = 0; i < flood->per_ms; i++, number++)
			request(0x0a000000 + number % flood->sources,
			    (uint16_t)(1024 + number % 60000));
	}
	ck_assert_uint_gt(client.served, 30);
	check_drawn();
	server_stop(&srv, --now_ms); /* which sends errors */
	server_free(&srv);
	free(drawn);
}
END_TEST

static Suite *
suite_tftp_flood(void)
{
	Suite *s = suite_create("tftp_flood");
	TCase *tc = tcase_create("flood");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, served, 0, sizeof(floods) / sizeof(floods[0]));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_flood)
