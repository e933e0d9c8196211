/* SPDX-License-Identifier: ISC */
/* Requests of httpd that wait for imaged, which ends, is late, or lies. */
#include <stdio.h>
#include <string.h>

#include "daemon/role.h"
#include "httpd/asking.h"
#include "tests/unit/chan_case.h"

#define REQUESTS 4

/* What imaged was asked. */
struct asked {
	uint32_t id;
	uint8_t root;
	char own[FILE_FOLDER_MAX + 1];
	char name[FILE_NAME_MAX + 1];
	char sibling[FILE_NAME_MAX + 1];
};

static struct server srv;
static struct request req[REQUESTS];
static struct conn conn[REQUESTS];
static struct peer peer;
static struct event_base *base;
static struct chan *chan; /* httpd's end; NULL: imaged is down */
static int bare; /* imaged's end */
static unsigned int warnings, lines;

struct chan *
role_peer(enum role role)
{
	return role == ROLE_IMAGED ? chan : NULL;
}

static void
note(int priority, const char *line, void *arg)
{
	(void)line;
	(void)arg;
	warnings += priority == LOG_WARNING;
	lines++;
}

static void
set_up(void)
{
	size_t i;

	base = event_base_new();
	chan = chan_case_open(
	    base, ROLE_HTTPD, ROLE_IMAGED, &chan_case_deaf, NULL, &bare);
	log_init("test", LOG_DEBUG);
	log_set_sink(note, NULL);
	state_init(&srv, 1);
	memset(req, 0, sizeof(req));
	memset(conn, 0, sizeof(conn));
	memset(&peer, 0, sizeof(peer));
	for (i = 0; i < REQUESTS; i++) {
		conn[i].peer = &peer;
		conn[i].root = 3;
		conn[i].client.addr = addr_from_ip4(0x0a000002);
		req[i].conn = &conn[i];
		req[i].fd = req[i].table = -1;
	}
}

static void
tear_down(void)
{
	host_table_free(&srv.hosts);
	if (chan != NULL)
		chan_case_close(chan, -1);
	(void)close(bare);
	event_base_free(base);
}

static void
begin(size_t n, const char *name, uint64_t now_ms)
{
	req[n].namelen = strlen(name);
	memcpy(req[n].name, name, req[n].namelen);
	req[n].start_ms = now_ms;
	asking_begin(&srv, &req[n], now_ms);
	ck_assert_int_eq(req[n].state, REQUEST_WAITING);
}

/* What imaged gets next; false if there is nothing. */
static bool
imaged_gets(struct asked *a)
{
	static uint8_t buf[MSG_SIZE_MAX];
	const char *bad;
	struct msg m;
	char c;

	memset(a, 0, sizeof(*a));
	if (recv(bare, &c, 1, MSG_PEEK | MSG_DONTWAIT) == -1)
		return false;
	ck_assert_int_eq(chan_recv_now(bare, ROLE_IMAGED, ROLE_HTTPD, PHASE_RUN,
			     buf, &m, &bad),
	    0);
	ck_assert_uint_eq(m.type, MSG_FILE_ASK);
	a->id = m.id;
	a->root = reader_u8(&m.body);
	(void)reader_blob(&m.body, a->own, FILE_FOLDER_MAX);
	(void)reader_blob(&m.body, a->name, FILE_NAME_MAX);
	(void)reader_blob(&m.body, a->sibling, FILE_NAME_MAX);
	ck_assert(reader_done(&m.body));
	return true;
}

static struct request *
give(uint32_t id, uint8_t way, int fd, uint64_t now_ms)
{
	const struct file_reply f = { .status =
					  fd == -1 ? FILE_MISSING : FILE_OK,
		.way = way,
		.size = 1000,
		.mtime_ns = 77 };

	return asking_file(&srv, id, &f, fd, now_ms);
}

static void
client_is(const char *name, const uint8_t hw[6])
{
	uint8_t buf[256];
	struct writer w;
	struct reader r;

	writer_init(&w, buf, sizeof(buf));
	addr_encode(&conn[0].client.addr, &w);
	writer_u8(&w, 1);
	writer_blob(&w, hw, 6);
	writer_str(&w, name);
	ck_assert(writer_ok(&w));
	reader_init(&r, buf, w.len);
	ck_assert_int_eq(host_message(&srv.hosts, &r), 0);
}

START_TEST(answered)
{
	static const uint8_t hw[6] = { 2, 0, 0, 0, 0, 9 };
	struct asked a, b;

	client_is("pc9", hw);
	begin(0, "a/kernel", 1000);
	begin(1, "initrd", 1001);
	ck_assert(imaged_gets(&a) && imaged_gets(&b));
	ck_assert_uint_ne(a.id, b.id);
	ck_assert_uint_eq(a.id, req[0].id);
	ck_assert_uint_eq(a.root, 3);
	ck_assert_str_eq(a.own, "");
	ck_assert_str_eq(a.name, "a/kernel");
	ck_assert_str_eq(a.sibling, "");
	ck_assert_str_eq(b.name, "initrd");
	ck_assert_str_eq(req[0].host.name, "pc9");
	ck_assert_uint_eq(req[0].host.hwlen, 6);
	ck_assert_mem_eq(req[0].host.hw, hw, 6);
	ck_assert_ptr_eq(give(b.id, FILE_WAY_OWN, 5, 1002), &req[1]);
	ck_assert_int_eq(req[1].state, REQUEST_READY);
	ck_assert_int_eq(req[1].fd, 5);
	ck_assert_int_eq(req[1].file_status, FILE_OK);
	ck_assert_uint_eq(req[1].file.size, 1000);
	ck_assert_uint_eq(req[1].file.mtime_ns, 77);
	ck_assert_uint_eq(req[1].way, FILE_WAY_OWN);
	/* An answer counts once; one to nobody is counted. */
	ck_assert_ptr_null(give(b.id, 0, 5, 1002));
	ck_assert_uint_eq(srv.count[SERVER_REPLY_STALE], 1);
	ck_assert_ptr_eq(give(a.id, 0, -1, 1003), &req[0]);
	ck_assert_int_eq(req[0].file_status, FILE_MISSING);
	ck_assert_int_eq(req[0].fd, -1);
	ck_assert_ptr_null(give(0, 0, -1, 1003));
	ck_assert_uint_eq(srv.count[SERVER_REPLY_STALE], 2);
}
END_TEST

/* The client's own folder is asked for once, however it is written. */
START_TEST(own_folder)
{
	struct asked a;

	srv.conf.files.unique = RECORD_TFTP_UNIQUE_IP;
	begin(0, "10.0.0.2/x", 0);
	begin(1, "x", 0);
	begin(2, "10.0.0.3/x", 0);
	ck_assert(imaged_gets(&a));
	ck_assert_str_eq(a.own, "10.0.0.2");
	ck_assert_str_eq(a.name, "x");
	ck_assert(imaged_gets(&a));
	ck_assert_str_eq(a.name, "x");
	ck_assert(imaged_gets(&a));
	ck_assert_str_eq(a.own, "10.0.0.2");
	ck_assert_str_eq(a.name, "10.0.0.3/x");
}
END_TEST

/* The name becomes its sibling only if that was found. */
START_TEST(siblings)
{
	struct asked a;
	uint32_t first;

	sibling_fetched(&peer.sibling, "debian/shimx64.efi", 18, 1000);
	begin(0, "grubx64.efi", 1000);
	ck_assert(imaged_gets(&a));
	ck_assert_str_eq(a.sibling, "debian/grubx64.efi");
	first = a.id;
	begin(1, "grubx64.efi", 1000 + SIBLING_MS + 1);
	ck_assert(imaged_gets(&a));
	ck_assert_str_eq(a.sibling, "");
	ck_assert_ptr_nonnull(give(a.id, 0, 5, 1000));
	ck_assert_uint_eq(req[1].namelen, 11);
	ck_assert_ptr_nonnull(give(first, FILE_WAY_SIBLING, 5, 1000));
	ck_assert_uint_eq(req[0].namelen, 18);
	ck_assert_mem_eq(req[0].name, "debian/grubx64.efi", 18);
	begin(2, "EFI/BOOT/x", 1000);
	ck_assert(imaged_gets(&a));
	ck_assert_str_eq(a.sibling, "x");
	ck_assert_ptr_nonnull(give(a.id, FILE_WAY_OWN, 5, 1000));
	ck_assert_uint_eq(req[2].namelen, 10);
}
END_TEST

START_TEST(cancelled)
{
	struct asked a;

	begin(0, "x", 0);
	begin(1, "y", 0);
	ck_assert(imaged_gets(&a));
	asking_cancel(&srv, &req[0]);
	ck_assert_int_eq(req[0].state, REQUEST_READY);
	/* One that does not wait stays as it is. */
	req[0].state = REQUEST_SENDING;
	asking_cancel(&srv, &req[0]);
	ck_assert_int_eq(req[0].state, REQUEST_SENDING);
	ck_assert_ptr_null(give(a.id, 0, 5, 1));
	ck_assert_int_eq(req[0].fd, -1);
	ck_assert(imaged_gets(&a));
	ck_assert_ptr_eq(give(a.id, 0, 5, 1), &req[1]);
	ck_assert_ptr_null(asking_expired(&srv, UINT64_MAX / 2));
}
END_TEST

/* In the order of their begin, when their time has come, once. */
START_TEST(expired)
{
	begin(0, "x", 1000);
	begin(1, "y", 1005);
	ck_assert_ptr_null(asking_expired(&srv, 999 + SERVER_OPEN_MS));
	ck_assert_ptr_eq(asking_expired(&srv, 1000 + SERVER_OPEN_MS), &req[0]);
	ck_assert_int_eq(req[0].state, REQUEST_READY);
	ck_assert_int_eq(req[0].answer.status, ANSWER_BUSY);
	ck_assert_ptr_nonnull(strstr(req[0].answer.text, "in time"));
	ck_assert_ptr_null(asking_expired(&srv, 1000 + SERVER_OPEN_MS));
	ck_assert_uint_eq(srv.count[SERVER_OPEN_LATE], 1);
	ck_assert_ptr_eq(asking_expired(&srv, 1005 + SERVER_OPEN_MS), &req[1]);
	ck_assert_ptr_null(asking_expired(&srv, UINT64_MAX / 2));
	ck_assert_uint_eq(srv.count[SERVER_OPEN_LATE], 2);
}
END_TEST

/* A new imaged is asked for what the one before has not answered. */
START_TEST(restarted)
{
	struct chan *first = chan;
	struct asked a;
	uint32_t id;
	int table = dup(bare);

	begin(0, "x", 1000);
	begin(1, "y", 1000);
	ck_assert(imaged_gets(&a) && imaged_gets(&a));
	ck_assert_ptr_nonnull(give(a.id, 0, 5, 1000));
	id = req[0].id;
	ck_assert(asking_table(&srv, id, table));
	chan = NULL;
	asking_imaged_down(&srv);
	ck_assert_int_eq(req[0].state, REQUEST_WAITING);
	begin(2, "z", 1500);
	ck_assert(!req[2].asked);
	chan = first;
	asking_imaged_up(&srv, 2000);
	ck_assert(imaged_gets(&a));
	ck_assert_uint_eq(a.id, id);
	ck_assert_str_eq(a.name, "x");
	/* The hashes of the one before are not for this answer. */
	ck_assert_int_eq(req[0].table, -1);
	ck_assert_int_eq(fcntl(table, F_GETFD), -1);
	ck_assert(imaged_gets(&a));
	ck_assert_str_eq(a.name, "z");
	ck_assert(!imaged_gets(&a));
	/* Who was asked is not asked twice. */
	asking_imaged_up(&srv, 2000);
	ck_assert(!imaged_gets(&a));
}
END_TEST

START_TEST(tables)
{
	int first = dup(bare), second = dup(bare);

	begin(0, "x", 0);
	ck_assert(asking_table(&srv, req[0].id, first));
	ck_assert(asking_table(&srv, req[0].id, second));
	ck_assert_int_eq(fcntl(first, F_GETFD), -1);
	ck_assert_int_eq(req[0].table, second);
	/* It stays with the caller. */
	ck_assert(!asking_table(&srv, req[0].id + 1, bare));
	ck_assert_uint_eq(srv.count[SERVER_REPLY_STALE], 1);
	ck_assert_int_ge(fcntl(bare, F_GETFD), 0);
	(void)close(second);
}
END_TEST

/* A silence is logged once, and so is its end. */
START_TEST(late)
{
	struct asked a;

	warnings = lines = 0;
	begin(0, "x", 1000);
	begin(1, "y", 1000);
	asking_warn_late(&srv, 999 + LATE_MS);
	ck_assert_uint_eq(lines, 0);
	asking_warn_late(&srv, 1000 + LATE_MS);
	asking_warn_late(&srv, 1001 + LATE_MS);
	ck_assert_uint_eq(warnings, 1);
	ck_assert(imaged_gets(&a));
	ck_assert_ptr_nonnull(give(a.id, 0, 5, 9000));
	ck_assert_uint_eq(warnings, 1);
	ck_assert_uint_eq(lines, 2);
	ck_assert(imaged_gets(&a));
	ck_assert_ptr_nonnull(give(a.id, 0, 5, 9001));
	ck_assert_uint_eq(lines, 2);
	/* Also of an imaged that is down. */
	chan_case_close(chan, -1);
	chan = NULL;
	begin(2, "z", 20000);
	/* One that has just come has time to answer. */
	asking_imaged_up(&srv, 22000);
	asking_warn_late(&srv, 21999 + LATE_MS);
	ck_assert_uint_eq(warnings, 1);
	asking_warn_late(&srv, 22000 + LATE_MS);
	ck_assert_uint_eq(warnings, 2);
}
END_TEST

Suite *suite_http_asking(void);

Suite *
suite_http_asking(void)
{
	Suite *s = suite_create("http_asking");
	TCase *tc = tcase_create("http_asking");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, answered);
	tcase_add_test(tc, own_folder);
	tcase_add_test(tc, siblings);
	tcase_add_test(tc, cancelled);
	tcase_add_test(tc, expired);
	tcase_add_test(tc, restarted);
	tcase_add_test(tc, tables);
	tcase_add_test(tc, late);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN_ALSO(
    suite_http_asking, SCMP_SYS(dup), SCMP_SYS(fcntl), SCMP_SYS(recvfrom))
