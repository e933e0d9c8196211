/* SPDX-License-Identifier: ISC */
/* A TFTP server against a parent, an imaged and a network that are fakes. */
#ifndef TESTS_UNIT_TFTP_CASE_H
#define TESTS_UNIT_TFTP_CASE_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/opening.h"
#include "tftpd/report.h"
#include "tftpd/request.h"
#include "tftpd/session.h"

#define BYTES(s) s, sizeof(s) - 1
#define RRQ "\0\1pxelinux.0\0octet\0"
#define RRQ_TSIZE RRQ "tsize\0000\0blksize\0001024\0"

#define HALF_OPEN 64 /* transfers that have not been answered */

#define SHIM "\0\1debian/shimx64.efi\0octet\0"
#define GRUB "\0\1grubx64.efi\0octet\0"

static struct {
	struct server srv;
	uint64_t now_ms;
	/* What the server did. */
	unsigned int sockets, files, refusals, packets, sends;
	unsigned int releases, looks;
	uint32_t id; /* of the last request for a socket */
	char name[FILE_NAME_MAX + 1];
	struct file_ask want;
	struct endpoint remote;
	uint8_t out[1024]; /* last refusal or packet */
	size_t outlen;
	uint64_t first;
	uint32_t count;
	char log[8][LOG_LINE_MAX];
	unsigned int nlog;
	/* What happens to it. */
	bool no_parent, no_imaged;
	uint8_t way;
	enum blocks_result result;
	uint32_t mtu; /* of the path */
	uint64_t unsent;
	const char *late; /* a packet that a look finds */
	size_t latelen;
} f;

/* What the log says of a transfer that ended in this way. */
static inline const char *
end_text(enum transfer_end end)
{
	static const char *const text[TRANSFER_END_MAX] = {
		[TRANSFER_RUNNING] = "running",
		[TRANSFER_SENT] = "sent",
		[TRANSFER_UNCONFIRMED] = "sent; final ACK missing",
		[TRANSFER_QUERY] = "query",
		[TRANSFER_ABORTED] = "client gave up",
		[TRANSFER_NO_ANSWER] = "no answer from client",
		[TRANSFER_SILENT] = "client stopped answering",
		[TRANSFER_UNREACHABLE] = "client unreachable",
		[TRANSFER_TRUNCATED] = "file was truncated",
		[TRANSFER_CHANGED] = "file was changed after its check",
		[TRANSFER_READ_FAILED] = "file cannot be read",
		[TRANSFER_SEND_FAILED] = "packet cannot be sent",
		[TRANSFER_STOPPED] = "server stopping",
		[TRANSFER_REPLACED] = "replaced by a new request",
		[TRANSFER_GAVE_WAY] =
		    "stalled; replaced by another client's transfer",
		[TRANSFER_NO_PLACE] = "no free transfer (tftp-max)",
	};

	return text[end];
}

static inline int
ask_socket(const struct session *s)
{
	f.sockets++;
	f.id = session_id(s);
	f.remote = s->client;
	return f.no_parent ? -1 : 0;
}

static inline int
ask_file(const struct session *s, const struct file_ask *want)
{
	f.want = *want;
	if (f.no_imaged)
		return -1;
	f.files++;
	memcpy(f.name, s->name, s->namelen);
	f.name[s->namelen] = '\0';
	return 0;
}

static inline void
keep(const void *p, size_t n)
{
	ck_assert_uint_le(n, sizeof(f.out));
	memcpy(f.out, p, n);
	f.outlen = n;
}

static inline void
refuse(const struct server_from *from, const void *p, size_t n)
{
	ck_assert_uint_eq(from->mtu, 1500);
	f.refusals++;
	keep(p, n);
}

static inline enum blocks_result
packet(struct session *s, const void *p, size_t n)
{
	ck_assert_int_eq(s->data.sock, 100);
	f.packets++;
	keep(p, n);
	return f.result;
}

static inline enum blocks_result
blocks(struct session *s, uint64_t first, uint32_t count, uint64_t *unsent)
{
	ck_assert_int_eq(s->data.sock, 100);
	ck_assert_int_eq(s->data.file, 101);
	f.sends++;
	f.first = first;
	f.count = count;
	*unsent = f.result == BLOCKS_OK ? first + count : f.unsent;
	errno = EIO;
	return f.result;
}

static inline void
watch(struct session *s)
{
	ck_assert_int_eq(s->data.sock, 100);
}

static inline void
release(struct session *s)
{
	f.releases++;
	s->data.sock = s->data.file = -1;
}

static inline void
look(struct session *s, uint64_t now_ms)
{
	const char *p = f.late;

	ck_assert_int_eq(s->data.sock, 100);
	f.looks++;
	f.late = NULL;
	if (p != NULL)
		session_answer(&f.srv, s, p, f.latelen, now_ms);
}

static inline void
sink(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	(void)snprintf(f.log[f.nlog++ % 8], LOG_LINE_MAX, "%s", line);
}

static inline const char *
last_line(void)
{
	return f.nlog == 0 ? "" : f.log[(f.nlog - 1) % 8];
}

static inline void
configure(const struct server_conf *conf)
{
	struct server_conf copy = *conf;

	copy.total_max = copy.max + copy.half_open;
	ck_assert_int_eq(server_prepare(&f.srv, &copy), 0);
	server_commit(&f.srv, &copy);
}

static const uint8_t host_hw[6] = { 0x52, 0x54, 0, 0xab, 1, 2 };

/* dhcpd's word on 10.0.0.2. */
static inline void
tell_host(void)
{
	struct addr addr = addr_from_ip4(0x0a000002);
	uint8_t buf[128];
	struct writer w;
	struct reader r;

	writer_init(&w, buf, sizeof(buf));
	addr_encode(&addr, &w);
	writer_u8(&w, 1);
	writer_blob(&w, host_hw, sizeof(host_hw));
	writer_str(&w, "node7");
	reader_init(&r, buf, w.len);
	ck_assert_int_eq(host_message(&f.srv.hosts, &r), 0);
}

static inline struct server_conf
conf_of(uint32_t max)
{
	struct server_conf conf = { .max = max,
		.half_open = HALF_OPEN,
		.files.root = { "/srv/tftp" } };

	return conf;
}

static inline void
setup(void)
{
	static const struct server_ops ops = { ask_socket, ask_file, refuse,
		packet, blocks, watch, release, look };
	const struct server_conf conf = conf_of(2);

	memset(&f, 0, sizeof(f));
	f.now_ms = 5000;
	f.mtu = 1500;
	log_init("tftpd", LOG_INFO);
	log_set_sink(sink, NULL);
	server_init(&f.srv, &ops, 1);
	configure(&conf);
}

static inline void
teardown(void)
{
	server_stop(&f.srv, f.now_ms);
	ck_assert_uint_eq(f.srv.table.used, 0);
	ck_assert_ptr_null(f.srv.timers.first);
	ck_assert(TAILQ_EMPTY(&f.srv.places.half_open[PLACES_UNKNOWN]));
	ck_assert(TAILQ_EMPTY(&f.srv.places.half_open[PLACES_KNOWN]));
	ck_assert(TAILQ_EMPTY(&f.srv.places.proven));
	ck_assert_uint_eq(f.srv.places.nproven, 0);
	server_free(&f.srv);
}

static inline struct server_from
from_port(uint16_t port)
{
	struct server_from from = { .client = { .addr = { 4, { 10, 0, 0, 2 } },
					.port = port },
		.local = { .addr = { 4, { 10, 0, 0, 1 } } },
		.ifindex = 3,
		.mtu = 1500,
		.direct = true };

	return from;
}

static inline void
request(uint16_t port, const char *p, size_t n)
{
	struct server_from from = from_port(port);

	request_handle(&f.srv, &from, p, n, f.now_ms);
}

static inline struct session *
session(void)
{
	return session_table_by_id(&f.srv.table, f.id);
}

static inline void
give_socket(void)
{
	ck_assert(opening_socket(&f.srv, f.id, 0, f.mtu, 100, f.now_ms));
}

static inline bool
give_file(enum file_status status, uint64_t size)
{
	return opening_file(&f.srv, f.id, status, f.way, size, 101, f.now_ms);
}

/* Opens a session for this request and gives it a file of that size. */
static inline void
begin(uint16_t port, const char *p, size_t n, uint64_t size)
{
	request(port, p, n);
	give_socket();
	(void)give_file(FILE_OK, size);
}

static inline void
answer(const char *p, size_t n)
{
	ck_assert_ptr_nonnull(session());
	session_answer(&f.srv, session(), p, n, f.now_ms);
}

static inline void
later(uint64_t ms)
{
	f.now_ms += ms;
	server_tick(&f.srv, f.now_ms);
}

static inline void
expect_error(enum tftp_code code, const char *text)
{
	ck_assert_uint_eq(f.outlen, 4 + strlen(text) + 1);
	ck_assert_mem_eq(f.out, "\0\5\0", 3);
	ck_assert_uint_eq(f.out[3], code);
	ck_assert_str_eq((char *)f.out + 4, text);
}

#endif
