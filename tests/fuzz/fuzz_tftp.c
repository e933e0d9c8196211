/* SPDX-License-Identifier: ISC */
/*
 * Arbitrary packets, replies and times for the TFTP server.  The input is a
 * list of struct step.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/buf.h"
#include "tests/fuzz/target.h"
#include "tftpd/opening.h"
#include "tftpd/report.h"
#include "tftpd/transfer_number.h"
#include "tftpd/request.h"
#include "tftpd/session.h"

#define SESSIONS 4

/* What the fakes have seen. */
static struct {
	struct server srv;
	uint32_t id[SESSIONS]; /* asked for a socket */
	unsigned int asked;
	unsigned int refused;
	uint8_t result; /* of the next send of blocks */
	unsigned int looks;
	bool silent; /* clients answer no more */
} fake;

static int
ask_socket(const struct session *s)
{
	check(s->data.sock == -1 && s->data.file == -1);
	fake.id[fake.asked++ % SESSIONS] = session_id(s);
	return 0;
}

/* No name leaves for imaged that it would have to refuse. */
static void
check_name(const char *p, size_t len)
{
	const char *end = p + len;

	check(len > 0 && len <= FILE_NAME_MAX);
	check(p[0] != '/' && end[-1] != '/');
	check(memchr(p, '\0', len) == NULL);
	check(memmem(p, len, "//", 2) == NULL);
	check(memchr(p, '\\', len) == NULL);
	while (p < end) {
		const char *slash = memchr(p, '/', (size_t)(end - p));
		size_t n = (size_t)((slash == NULL ? end : slash) - p);

		check(n > 0 && !(n == 1 && p[0] == '.') &&
		      !(n == 2 && p[0] == '.' && p[1] == '.'));
		p += n + 1;
	}
}

static int
ask_file(const struct session *s, const struct file_ask *want)
{
	check_name(s->name, s->namelen);
	if (want->siblinglen > 0)
		check_name(want->sibling, want->siblinglen);
	check(want->ownlen < FILE_FOLDER_MAX);
	check(memchr(want->own, '/', want->ownlen) == NULL);
	return 0;
}

static void
refuse(const struct server_from *from, const void *p, size_t n)
{
	const uint8_t *b = p;

	check(from->direct && from->client.port != 0);
	check(n >= 5 && n <= 4 + TFTP_TEXT_MAX && b[1] == TFTP_ERROR &&
	      b[n - 1] == '\0');
	fake.refused++;
}

static enum blocks_result
packet(struct session *s, const void *p, size_t n)
{
	const uint8_t *b = p;

	check(s->data.sock != -1 && n >= 4 && n <= 4 + TFTP_TEXT_MAX);
	check(b[1] == TFTP_ERROR || b[1] == TFTP_OACK);
	return BLOCKS_OK;
}

static enum blocks_result
blocks(struct session *s, uint64_t first, uint32_t count, uint64_t *unsent)
{
	enum blocks_result res = fake.result;

	fake.result = BLOCKS_OK;
	check(
	    s->data.sock != -1 && s->data.file != -1 && count > 0 && first > 0);
	check(first + count - 1 <= s->transfer.last);
	check(count <= s->terms.windowsize);
	*unsent = res == BLOCKS_OK ? first + count : first + count / 2;
	/* A translated file ends somewhere. */
	if (s->transfer.terms.open_end && first == 3)
		transfer_end_at(&s->transfer, first, 7);
	return res;
}

static void
watch(struct session *s)
{
	(void)s;
}

static void
release(struct session *s)
{
	s->data.sock = s->data.file = -1;
}

/* Every other time there is an answer, as long as clients answer at all. */
static void
look(struct session *s, uint64_t now_ms)
{
	uint16_t high = (uint16_t)s->transfer.high;
	uint8_t ack[4] = { 0, TFTP_ACK, (uint8_t)(high >> 8), (uint8_t)high };

	check(s->data.sock != -1 && s->data.file != -1);
	if (!fake.silent && fake.looks++ % 2 == 0)
		session_answer(&fake.srv, s, ack, sizeof(ack), now_ms);
}

static const struct server_ops ops = {
	.ask_socket = ask_socket,
	.ask_file = ask_file,
	.send_error = refuse,
	.packet = packet,
	.blocks = blocks,
	.watch = watch,
	.release = release,
	.drain = look,
};

static void
no_log(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	check(strlen(line) < LOG_LINE_MAX);
}

static void
request(uint8_t who, const uint8_t *p, size_t n, uint64_t now_ms)
{
	struct server_from from = {
		.ifindex = 2, .mtu = 1500, .direct = who != 255
	};

	from.client.addr = addr_from_ip4(0x0a000000 | (who & 3));
	from.client.port = who == 254 ? 0 : 2070;
	from.local.addr = addr_from_ip4(0x0a000001);
	request_handle(&fake.srv, &from, p, n, now_ms);
}

/* dhcpd's word, which may be nonsense. */
static void
told(const uint8_t *p, size_t n)
{
	struct reader r;

	reader_init(&r, p, n);
	(void)host_message(&fake.srv.hosts, &r);
}

static void
step_do(uint8_t kind, uint8_t v, const uint8_t *p, size_t n, uint64_t *now_ms)
{
	uint32_t id = fake.id[v % SESSIONS];
	struct session *s;

	switch (kind % 10) {
	case 0:
		request(v, p, n, *now_ms);
		break;
	case 1:
		(void)opening_socket(
		    &fake.srv, id, v >= 200 ? 13 : 0, v * 16U, 100, *now_ms);
		break;
	case 2:
		(void)opening_file(&fake.srv, id,
		    (enum file_status)(v / 4 % FILE_STATUS_MAX), v % 4,
		    n > 2 ? (uint64_t)p[0] << (p[1] % 56) | p[2] : n, 101,
		    *now_ms);
		break;
	case 3:
		s = session_table_by_id(&fake.srv.table, id);
		if (s != NULL)
			session_answer(&fake.srv, s, p, n, *now_ms);
		break;
	case 4:
		*now_ms += (uint64_t)v * v;
		server_tick(&fake.srv, *now_ms);
		break;
	case 5:
		s = session_table_by_id(&fake.srv.table, id);
		if (s != NULL)
			session_sock_error(&fake.srv, s, v / 4, *now_ms);
		break;
	case 6:
		opening_imaged_down(&fake.srv);
		opening_imaged_up(&fake.srv, *now_ms);
		break;
	case 9:
		told(p, n);
		break;
	case 7:
		fake.result = v % (BLOCKS_SEND_FAILED + 1);
		break;
	default:
		if (v == 0)
			server_stop(&fake.srv, *now_ms);
		break;
	}
}

/* No session outlives its clients and its time. */
static void
drain(uint64_t now_ms)
{
	unsigned int i;

	fake.silent = true;
	for (i = 0; i < 20000 && fake.srv.timers.first != NULL; i++) {
		now_ms += 500;
		server_tick(&fake.srv, now_ms);
	}
	check(fake.srv.table.used == 0);
	check(fake.srv.timers.first == NULL);
	check(fake.srv.places.nproven == 0);
	check(fake.srv.places.nhalf_open[PLACES_UNKNOWN] == 0);
	check(fake.srv.places.nhalf_open[PLACES_KNOWN] == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server_conf conf = { .max = 2,
		.half_open = 3,
		.total_max = SESSIONS,
		.rate_client = size % 5 == 0 ? 100000 : 0,
		.files = { .lowercase = size % 2,
		    .unique = (uint8_t)(size % RECORD_TFTP_UNIQUE_MAX),
		    .root = { "/srv/tftp" } } };
	uint64_t now_ms = 1000000;
	struct reader r;
	struct step s;
	uint32_t i;

	log_set_sink(no_log, NULL);
	memset(&fake, 0, sizeof(fake));
	server_init(&fake.srv, &ops, 1);
	check(server_prepare(&fake.srv, &conf) == 0);
	server_commit(&fake.srv, &conf);
	reader_init(&r, data, size);
	while (step_next(&r, &s))
		step_do(s.what, s.v, s.p, s.n, &now_ms);
	drain(now_ms);
	check(fake.srv.table.npool == SESSIONS);
	for (i = 0; i < SESSIONS; i++)
		check(fake.srv.table.pool[i]->state == SESSION_FREE);
	server_free(&fake.srv);
	return 0;
}
