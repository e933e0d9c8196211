/* SPDX-License-Identifier: ISC */
/* Serials of manifests in the lease database, and their messages. */
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "daemon/chan.h"
#include "leased/serial_store.h"
#include "tests/unit/store_case.h"

static struct serial_row
serial(const char *root, const char *folder, uint64_t n)
{
	struct serial_row row = { .serial = n };

	(void)snprintf(row.root, sizeof(row.root), "%s", root);
	(void)snprintf(row.folder, sizeof(row.folder), "%s", folder);
	return row;
}

static enum store_result
put_serial(struct store *s, const char *root, const char *folder, uint64_t n)
{
	struct serial_row row = serial(root, folder, n);
	enum store_result r, c;

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	r = s->ops->put_serial(s, &row);
	c = s->ops->commit(s);
	return r == STORE_OK ? c : r;
}

static char seen[4096];

static void
see(const struct serial_row *row, void *arg)
{
	size_t *n = arg;

	++*n;
	(void)snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen),
	    "%s:%s:%llu ", row->root, row->folder,
	    (unsigned long long)row->serial);
}

static const char *
all(struct store *s, size_t slice)
{
	size_t from = 0, n, rows = 0;

	seen[0] = '\0';
	do {
		ck_assert_int_eq(
		    s->ops->load_serials(s, from, slice, see, &rows, &n),
		    STORE_OK);
		from += n;
	} while (n == slice);
	return seen;
}

START_TEST(put_and_load)
{
	struct store *s = serve_store();

	ck_assert_str_eq(all(s, 2), "");
	ck_assert_int_eq(put_serial(s, "/b", "", 5), STORE_OK);
	ck_assert_int_eq(put_serial(s, "/a", "x/y", 0), STORE_OK);
	ck_assert_int_eq(put_serial(s, "/a", "\xff\xfe", 7), STORE_OK);
	ck_assert_int_eq(put_serial(s, "/b", "", INT64_MAX), STORE_OK);
	ck_assert_int_eq(put_serial(s, "/b", "", INT64_MAX), STORE_OK);
	ck_assert_int_eq(put_serial(s, "/b", "", 6), STORE_REFUSED);
	ck_assert_str_eq(s->why, "a higher serial is stored");
	ck_assert_str_eq(
	    all(s, 1), "/a:x/y:0 /a:\xff\xfe:7 /b::9223372036854775807 ");
	ck_assert_str_eq(all(s, 2), seen);
	ck_assert_str_eq(all(s, 100), seen);
	s->ops->close(s);
}
END_TEST

START_TEST(kept_by_a_restart)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	ck_assert_int_eq(put_serial(s, "/a", "", 5), STORE_OK);
	s->ops->close(s);
	s = must_open(&o);
	ck_assert_str_eq(all(s, 9), "/a::5 ");
	s->ops->close(s);
}
END_TEST

/* Serials of n folders. */
static struct store *
open_with(int n)
{
	struct store *s = open_store();
	struct serial_row row;
	char name[32];
	int i;

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	for (i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "f%d", i);
		row = serial("/a", name, 1);
		ck_assert_int_eq(s->ops->put_serial(s, &row), STORE_OK);
	}
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	return s;
}

START_TEST(one_folder_too_many)
{
	struct store *s = open_with(SERIAL_ROWS_MAX);

	ck_assert_int_eq(put_serial(s, "/a", "more", 1), STORE_REFUSED);
	ck_assert_int_eq(put_serial(s, "/a", "f7", 2), STORE_OK);
	s->ops->close(s);
}
END_TEST

/* Databases of before: each version gets the table, and keeps its leases. */
START_TEST(older_databases)
{
	struct store_open o = { .file = NULL };
	struct lease l = lease(0x0a000005, 1);
	struct store *s;

	if (_i == 0) {
		edit(SCHEMA_1
		    "INSERT INTO lease VALUES (167772165, 1, 1, x'020000000001', NULL, 'pc', 1000, 2000)");
	} else {
		s = must_open(&o);
		ck_assert_int_eq(put(s, &l), STORE_OK);
		s->ops->close(s);
		edit("DROP TABLE serial");
		if (_i == 1)
			edit(
			    "ALTER TABLE lease DROP COLUMN relay; PRAGMA user_version = 2");
	}
	memset(&o, 0, sizeof(o));
	s = must_open(&o);
	ck_assert_uint_eq(load_all(s, 10).n, 1);
	ck_assert_str_eq(all(s, 9), "");
	ck_assert_int_eq(put_serial(s, "/a", "", 5), STORE_OK);
	ck_assert_str_eq(all(s, 9), "/a::5 ");
	s->ops->close(s);
}
END_TEST

/* Rows that somebody else has written are left out, or refused at once. */
START_TEST(edited)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	s->ops->close(s);
	edit(
	    "INSERT INTO serial VALUES ('/a', '', 3), ('b', '', 4), ('/c', '/x', 5), ('/d', char(0), 6), ('/' || hex(zeroblob(600)), '', 7), ('/e', hex(zeroblob(600)), 8), ('/f', 'x', 9)");
	s = must_open(&o);
	ck_assert_str_eq(all(s, 3), "/a::3 /f:x:9 ");
	s->ops->close(s);
}
END_TEST

/* ------------------------------------------------------------- messages */

static struct event_base *base;
static struct chan *chan;
static int peer;
static struct serial_store *ss;
static int malformed;
static char got[4096];

static int
on_message(struct chan *c, struct msg *m, void *arg)
{
	(void)c;
	(void)arg;
	if (serial_store_message(ss, m) == -1) {
		malformed++;
		return -1;
	}
	return 0;
}

static void
on_closed(struct chan *c, const char *reason, void *arg)
{
	(void)reason;
	(void)arg;
	serial_store_peer(ss, NULL);
	chan_free(c);
	chan = NULL;
}

static const struct chan_ops chan_ops = { on_message, on_closed, NULL };

static void
set_up_channel(void)
{
	int fds[2];

	set_up();
	malformed = 0;
	ck_assert_ptr_nonnull(base = event_base_new());
	ck_assert_int_eq(chan_pair(fds), 0);
	peer = fds[1];
	chan =
	    chan_new(base, fds[0], ROLE_LEASED, ROLE_IMAGED, &chan_ops, NULL);
	ck_assert_ptr_nonnull(chan);
	chan_set_phase(chan, PHASE_RUN);
}

static void
serve_begin(struct store *s)
{
	ss = serial_store_new(base, s, path);
	serial_store_peer(ss, chan);
}

static void
serve_end(struct store *s)
{
	s->ops->close(s);
}

static void
tear_down_channel(void)
{
	chan_free(chan);
	(void)close(peer);
	event_base_free(base);
	tear_down();
}

static void
tell(enum msg_type type, uint32_t id, const struct serial_row *row)
{
	uint8_t buf[SERIAL_ENCODED_MAX];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	if (row != NULL)
		serial_row_encode(row, &w);
	ck_assert_int_eq(chan_send_once(peer, type, id, &w), 0);
}

static void
tell_put(uint32_t id, const char *root, uint64_t n)
{
	struct serial_row row = serial(root, "", n);

	tell(MSG_SERIAL_PUT, id, &row);
}

/* Waits for that many answers, and writes them down. */
static const char *
answers(int n)
{
	uint8_t buf[MSG_SIZE_MAX];
	char text[SERIAL_WHY_MAX + 1], peek;
	struct serial_row row;
	const char *reason;
	struct msg m;

	got[0] = '\0';
	while (n > 0) {
		ck_assert_int_ge(event_base_loop(base, EVLOOP_ONCE), 0);
		while (n > 0 &&
		       recv(peer, &peek, 1, MSG_PEEK | MSG_DONTWAIT) == 1) {
			ck_assert_int_eq(
			    chan_recv_now(peer, ROLE_IMAGED, ROLE_LEASED,
				PHASE_RUN, buf, &m, &reason),
			    0);
			text[0] = '\0';
			if (m.type == MSG_SERIAL_ROW) {
				serial_row_decode(&m.body, &row);
				(void)snprintf(text, sizeof(text), " %.20s %u",
				    row.root, (unsigned int)row.serial);
			} else if (m.type == MSG_SERIAL_LOADED) {
				(void)snprintf(text, sizeof(text), " %u",
				    reader_u32(&m.body));
			} else if (m.type == MSG_SERIAL_REFUSED) {
				(void)reader_str(&m.body, text, sizeof(text));
			}
			ck_assert(reader_done(&m.body));
			(void)snprintf(got + strlen(got),
			    sizeof(got) - strlen(got), "%s %u%s\n",
			    msg_name(m.type) + strlen("SERIAL_"), m.id, text);
			n--;
		}
	}
	return got;
}

START_TEST(messages)
{
	struct store *s = serve_store();

	serve_begin(s);
	tell(MSG_SERIAL_LOAD, 3, NULL);
	ck_assert_str_eq(answers(1), "LOADED 3 0\n");
	tell_put(4, "/a", 7);
	tell_put(5, "/b", 8);
	ck_assert_str_eq(answers(2), "DURABLE 4\nDURABLE 5\n");
	ck_assert_str_eq(all(s, 9), "/a::7 /b::8 ");
	tell_put(6, "/a", 6);
	tell_put(7, "/a", 9);
	ck_assert_str_eq(
	    answers(2), "REFUSED 6a higher serial is stored\nDURABLE 7\n");
	tell(MSG_SERIAL_LOAD, 8, NULL);
	ck_assert_str_eq(answers(3), "ROW 8 /a 9\nROW 8 /b 8\nLOADED 8 2\n");
	ck_assert_int_eq(malformed, 0);
	serve_end(s);
}
END_TEST

static enum store_result failure;
static unsigned int rollbacks;

static enum store_result
commit_fails(struct store *s)
{
	(void)snprintf(s->why, sizeof(s->why), "told to");
	return failure;
}

/* The process ends after this; with 1 also if an assertion fails. */
static void
close_ends(struct store *s)
{
	(void)s;
	tear_down();
	_exit(3);
}

static enum store_result
count_rollback(struct store *s)
{
	rollbacks++;
	return store_sqlite.rollback(s);
}

/* Nothing is answered as stored that is not; later puts are stored again. */
START_TEST(not_stored)
{
	struct store *s = serve_store();
	struct store_ops fails = *s->ops;

	fails.commit = commit_fails;
	fails.rollback = count_rollback;
	if (_i == 1)
		fails.close = close_ends;
	failure = _i == 0 ? STORE_FAILED : STORE_LOST;
	rollbacks = 0;
	serve_begin(s);
	s->ops = &fails;
	tell_put(4, "/a", 7);
	ck_assert_str_eq(answers(1), "REFUSED 4told to\n");
	ck_assert_uint_eq(rollbacks, 1);
	s->ops = &store_sqlite;
	ck_assert_str_eq(all(s, 9), "");
	tell_put(5, "/a", 7);
	ck_assert_str_eq(answers(1), "DURABLE 5\n");
	ck_assert_str_eq(all(s, 9), "/a::7 ");
	serve_end(s);
}
END_TEST

/* All rows arrive, and the count of them, in several turns. */
START_TEST(many_rows)
{
	struct store *s = open_with(200);

	serve_begin(s);
	tell(MSG_SERIAL_LOAD, 3, NULL);
	ck_assert_ptr_nonnull(strstr(answers(201), "LOADED 3 200\n"));
	serve_end(s);
}
END_TEST

/* What imaged may not send: it loses its channel. */
START_TEST(wrong_messages)
{
	struct store *s = serve_store();
	struct serial_row row = serial("relative", "", 1);
	uint32_t i;

	serve_begin(s);
	switch (_i) {
	case 0:
		tell(MSG_SERIAL_PUT, 1, &row);
		break;
	case 1:
		row = serial("/a", "", (uint64_t)INT64_MAX + 1);
		tell(MSG_SERIAL_PUT, 1, &row);
		break;
	case 2:
		tell(MSG_SERIAL_LOAD, 1, NULL);
		tell(MSG_SERIAL_LOAD, 2, NULL);
		break;
	default:
		for (i = 0; i <= SERIAL_PUTS_MAX; i++)
			tell_put(i + 1, "/a", i);
	}
	while (chan != NULL)
		ck_assert_int_ge(event_base_loop(base, EVLOOP_ONCE), 0);
	ck_assert_int_eq(malformed, 1);
	/* What was good before that is stored. */
	ck_assert_str_eq(all(s, 9), _i == 3 ? "/a::31 " : "");
	serve_end(s);
}
END_TEST

/* Commits have a distance, and the first one has none. */
START_TEST(paced)
{
	struct store *s = serve_store();
	struct timeval before, after, past;
	uint32_t i;

	serve_begin(s);
	ck_assert_int_eq(event_gettime_monotonic(base, &before), 0);
	for (i = 1; i <= 4; i++) {
		tell_put(i, "/a", i);
		(void)answers(1);
	}
	ck_assert_int_eq(event_gettime_monotonic(base, &after), 0);
	evutil_timersub(&after, &before, &past);
	ck_assert_int_ge(past.tv_sec * 1000 + past.tv_usec / 1000,
	    3 * SERIAL_STORE_PAUSE_MS - 10);
	serve_end(s);
}
END_TEST

Suite *suite_store_serial(void);

Suite *
suite_store_serial(void)
{
	Suite *suite = suite_create("store_serial");
	TCase *tc = tcase_create("store_serial");

	tcase_add_checked_fixture(tc, set_up_channel, tear_down_channel);
	tcase_add_test(tc, put_and_load);
	tcase_add_test(tc, kept_by_a_restart);
	tcase_add_test(tc, one_folder_too_many);
	tcase_add_loop_test(tc, older_databases, 0, 3);
	tcase_add_test(tc, edited);
	tcase_add_test(tc, messages);
	tcase_add_loop_test(tc, not_stored, 0, 1);
	tcase_add_loop_exit_test(tc, not_stored, 3, 1, 2);
	tcase_add_test(tc, many_rows);
	tcase_add_loop_test(tc, wrong_messages, 0, 4);
	tcase_add_test(tc, paced);
	suite_add_tcase(suite, tc);
	return suite;
}

UNIT_MAIN_ALSO(suite_store_serial, SCMP_SYS(fchown), SCMP_SYS(recvfrom),
    SCMP_SYS(rmdir), SCMP_SYS(unlink))
