/* SPDX-License-Identifier: ISC */
/* dnsmasq's lease file: its lines, the stream of them, and the import. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "leased/import_file.h"
#include "leased/import_line.h"
#include "leased/import_look.h"
#include "leased/import_source.h"
#include "tests/unit/unit.h"

Suite *suite_import(void);

#define MAC "52:54:00:12:34:56"
#define REST "192.168.1.50 pc *"

static struct lease lease;

static enum lease_line
parse(const char *line)
{
	return lease_line_parse(line, strlen(line), &lease);
}

START_TEST(test_line)
{
	const uint8_t hw[] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

	ck_assert_int_eq(
	    parse("1700000000 " MAC " 192.168.1.50 pc 01:52:54:00:12:34:56"),
	    LEASE_LINE_OK);
	ck_assert_uint_eq(lease.state, LEASE_BOUND);
	ck_assert_uint_eq(lease.addr.family, 4);
	ck_assert_mem_eq(lease.addr.bytes, "\300\250\1\62", 4);
	ck_assert_uint_eq(lease.hwtype, 1);
	ck_assert_uint_eq(lease.hwlen, 6);
	ck_assert_mem_eq(lease.hw, hw, 6);
	ck_assert_uint_eq(lease.idlen, 7);
	ck_assert_uint_eq(lease.id[0], 1);
	ck_assert_uint_eq(lease.id[6], 0x56);
	ck_assert_str_eq(lease.name, "pc");
	ck_assert_uint_eq(lease.expiry_s, 1700000000);
	ck_assert_uint_eq(lease.start_s, 0);
}
END_TEST

START_TEST(test_forms)
{
	ck_assert_int_eq(parse("0 " MAC " " REST), LEASE_LINE_OK);
	ck_assert(lease.expiry_s == LEASE_NEVER);
	ck_assert_uint_eq(lease.idlen, 0);
	ck_assert_int_eq(parse("1 " MAC " 10.0.0.1 * *"), LEASE_LINE_OK);
	ck_assert_str_eq(lease.name, "");
	/* Another hardware type, and none at all. */
	ck_assert_int_eq(parse("1 20-aa:bb " REST), LEASE_LINE_OK);
	ck_assert_uint_eq(lease.hwtype, 0x20);
	ck_assert_uint_eq(lease.hwlen, 2);
	ck_assert_int_eq(parse("1 00- " REST), LEASE_LINE_OK);
	ck_assert_uint_eq(lease.hwtype, 0);
	ck_assert_uint_eq(lease.hwlen, 0);
	/* Blanks as people leave them. */
	ck_assert_int_eq(
	    parse("  1\t" MAC "  10.0.0.1 a.b_c-d * \r"), LEASE_LINE_OK);
	ck_assert_str_eq(lease.name, "a.b_c-d");
	ck_assert_int_eq(
	    parse("9223372036854775807 " MAC " " REST), LEASE_LINE_OK);
}
END_TEST

static const struct {
	const char *line;
	enum lease_line expect;
} cases[] = {
	{ "", LEASE_LINE_EMPTY },
	{ " \t\r", LEASE_LINE_EMPTY },
	{ "duid 00:01:00:01", LEASE_LINE_OTHER },
	{ "duid", LEASE_LINE_OTHER },
	{ "vendorclass 192.168.1.50 61:62", LEASE_LINE_OTHER },
	{ "agent-info 192.168.1.50 61:62", LEASE_LINE_OTHER },
	{ "1700000000 T305419896 fd00::5 pc 00:01", LEASE_LINE_OTHER },
	{ "1700000000 305419896 fd00::5 pc 00:01", LEASE_LINE_OTHER },
	{ "1", LEASE_LINE_FIELDS },
	{ "1 " MAC " 192.168.1.50 pc", LEASE_LINE_FIELDS },
	{ "1 " MAC " " REST " more", LEASE_LINE_FIELDS },
	{ "# a comment", LEASE_LINE_FIELDS },
	{ "x " MAC " " REST, LEASE_LINE_EXPIRY },
	{ "-1 " MAC " " REST, LEASE_LINE_EXPIRY },
	{ "1x " MAC " " REST, LEASE_LINE_EXPIRY },
	{ "9223372036854775808 " MAC " " REST, LEASE_LINE_EXPIRY },
	{ "99999999999999999999999 " MAC " " REST, LEASE_LINE_EXPIRY },
	{ "1 * " REST, LEASE_LINE_HW },
	{ "1 52:54:0 " REST, LEASE_LINE_HW },
	{ "1 52:54: " REST, LEASE_LINE_HW },
	{ "1 52-54-00 " REST, LEASE_LINE_HW },
	{ "1 525400123456 " REST, LEASE_LINE_HW },
	{ "1 gg-00:11 " REST, LEASE_LINE_HW },
	{ "1 0g:11 " REST, LEASE_LINE_HW },
	{ "1 g0:11 " REST, LEASE_LINE_HW },
	{ "1 " MAC " 10.0.0.1 AZaz09._- *", LEASE_LINE_OK },
	{ "1 " MAC " 10.0.0.1 p@c *", LEASE_LINE_UNNAMED },
	{ "1 " MAC " 10.0.0.1 p[c *", LEASE_LINE_UNNAMED },
	{ "1 " MAC " 10.0.0.1 p{c *", LEASE_LINE_UNNAMED },
	{ "1 " MAC " 10.0.0.1 p/c *", LEASE_LINE_UNNAMED },
	{ "1 " MAC " 10.0.0.1 p:c *", LEASE_LINE_UNNAMED },
	{ "1 " MAC ":" MAC ":" MAC " " REST, LEASE_LINE_HW },
	{ "1 " MAC " 0.0.0.0 pc *", LEASE_LINE_ADDR },
	{ "1 " MAC " 192.168.1 pc *", LEASE_LINE_ADDR },
	{ "1 " MAC " 192.168.1.1.1 pc *", LEASE_LINE_ADDR },
	{ "1 " MAC " 192.168.1.256 pc *", LEASE_LINE_ADDR },
	{ "1 " MAC " 192.168..1 pc *", LEASE_LINE_ADDR },
	{ "1 " MAC " 192.168.1.0050 pc *", LEASE_LINE_ADDR },
	{ "1 " MAC " 192.168.1.1. pc *", LEASE_LINE_ADDR },
	{ "1 " MAC " pc pc *", LEASE_LINE_ADDR },
	{ "1 " MAC " 10.0.0.1 pc xx", LEASE_LINE_ID },
	{ "1 " MAC " 10.0.0.1 pc 01:", LEASE_LINE_ID },
	{ "1 " MAC " 10.0.0.1 pc :01", LEASE_LINE_ID },
	{ "1 " MAC " 10.0.0.1 p;c *", LEASE_LINE_UNNAMED },
	{ "1 " MAC " 10.0.0.1 -pc *", LEASE_LINE_UNNAMED },
	{ "1 " MAC " 10.0.0.1 .pc *", LEASE_LINE_UNNAMED },
	{ "1 " MAC " 10.0.0.1 p\x80"
	  "c *",
	    LEASE_LINE_UNNAMED },
};

START_TEST(test_lines)
{
	ck_assert_msg(parse(cases[_i].line) == cases[_i].expect, "\"%s\": %s",
	    cases[_i].line, lease_line_text(parse(cases[_i].line)));
	if (cases[_i].expect == LEASE_LINE_UNNAMED)
		ck_assert_str_eq(lease.name, "");
}
END_TEST

START_TEST(test_limits)
{
	char line[1200], id[3 * 256 + 1], name[LEASE_NAME_MAX + 1];
	size_t i;

	for (i = 0; i < 256; i++)
		memcpy(id + 3 * i, "ab:", 3);
	id[3 * 255 - 1] = '\0';
	(void)snprintf(line, sizeof(line), "1 " MAC " 10.0.0.1 * %s", id);
	ck_assert_int_eq(parse(line), LEASE_LINE_OK);
	ck_assert_uint_eq(lease.idlen, 255);
	id[3 * 255 - 1] = ':';
	id[3 * 256 - 1] = '\0';
	(void)snprintf(line, sizeof(line), "1 " MAC " 10.0.0.1 * %s", id);
	ck_assert_int_eq(parse(line), LEASE_LINE_ID);

	memset(name, 'a', sizeof(name));
	name[255] = '\0';
	(void)snprintf(line, sizeof(line), "1 " MAC " 10.0.0.1 %s *", name);
	ck_assert_int_eq(parse(line), LEASE_LINE_OK);
	ck_assert_uint_eq(strlen(lease.name), 255);
	name[255] = 'a';
	name[256] = '\0';
	(void)snprintf(line, sizeof(line), "1 " MAC " 10.0.0.1 %s *", name);
	ck_assert_int_eq(parse(line), LEASE_LINE_UNNAMED);
}
END_TEST

/* A NUL is a byte like others, and fits nowhere. */
START_TEST(test_nul)
{
	const char line[] = "1 " MAC " 10.0.0.1 p\0c *";

	ck_assert_int_eq(lease_line_parse(line, sizeof(line) - 1, &lease),
	    LEASE_LINE_UNNAMED);
	ck_assert_int_eq(lease_line_parse("1\0", 2, &lease), LEASE_LINE_FIELDS);
}
END_TEST

static size_t seen[LEASE_LINE_MAX], nlines;

static void
count_line(enum lease_line r, const struct lease *l, const void *bytes,
    size_t n, void *arg)
{
	(void)l;
	(void)bytes;
	(void)n;
	(void)arg;
	seen[r]++;
	nlines++;
}

START_TEST(test_stream)
{
	const char text[] = "duid 00:01\n\n1 " MAC " " REST "\n0 " MAC " " REST;
	char big[IMPORT_LINE_MAX + 1];
	struct import im;
	size_t step, i;

	/* However it is cut, it says the same. */
	for (step = 1; step < sizeof(text); step++) {
		memset(seen, 0, sizeof(seen));
		im = (struct import){ .line = count_line };
		for (i = 0; i + 1 < sizeof(text); i += step)
			import_feed(&im, text + i,
			    i + step < sizeof(text) - 1 ? step
							: sizeof(text) - 1 - i);
		import_end(&im);
		ck_assert_uint_eq(seen[LEASE_LINE_OTHER], 1);
		ck_assert_uint_eq(seen[LEASE_LINE_EMPTY], 1);
		ck_assert_uint_eq(seen[LEASE_LINE_OK], 2);
	}
	/* The longest line, one that is longer, and one after it. */
	memset(big, 'x', sizeof(big));
	memset(seen, 0, sizeof(seen));
	im = (struct import){ .line = count_line };
	import_feed(&im, big, IMPORT_LINE_MAX);
	import_feed(&im, "\n", 1);
	ck_assert_uint_eq(seen[LEASE_LINE_FIELDS], 1);
	import_feed(&im, big, sizeof(big));
	import_feed(&im, "\n", 1);
	ck_assert_uint_eq(seen[LEASE_LINE_LONG], 1);
	import_feed(&im, text, sizeof(text) - 1);
	import_end(&im);
	ck_assert_uint_eq(seen[LEASE_LINE_OK], 2);
	import_feed(&im, big, sizeof(big));
	import_end(&im);
	ck_assert_uint_eq(seen[LEASE_LINE_LONG], 2);
}
END_TEST

static char dir[64], text[128], db[128];
static char why[512];

static void
set_up(void)
{
	(void)strcpy(dir, "/tmp/pxeguard-import-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(text, sizeof(text), "%s/leases", dir);
	(void)snprintf(db, sizeof(db), "%s/leases.db", dir);
}

static void
tear_down(void)
{
	char wal[160];

	(void)snprintf(wal, sizeof(wal), "%s-wal", db);
	(void)unlink(wal);
	(void)unlink(db);
	(void)unlink(text);
	(void)rmdir(dir);
}

static void
write_text(const char *s)
{
	int fd = open(text, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, s, strlen(s)), (ssize_t)strlen(s));
	ck_assert_int_eq(close(fd), 0);
}

#define NOW UINT64_C(1700001000)

static int fills;

static int
fill(struct store *s, void *arg, char *w, size_t wsz)
{
	int fd = open(text, O_RDONLY), r;

	(void)arg;
	fills++;
	ck_assert_int_ne(fd, -1);
	r = import_file(s, fd, "/own/leases", NOW, false, w, wsz);
	ck_assert_int_eq(close(fd), 0);
	return r;
}

static struct lease rows[8];
static size_t nrows;

static void
row(const struct lease *l, void *arg)
{
	(void)arg;
	ck_assert_uint_lt(nrows, 8);
	rows[nrows++] = *l;
}

static struct store_import note;

static struct store *
open_store(void)
{
	struct store_open o = { .file = db, .fill = fill };
	struct store *s;

	fills = 0;
	s = store_sqlite.open(&o, why, sizeof(why));
	note = o.imported;
	return s;
}

/* What --test finds out of the same file. */
static enum import_look
look(void)
{
	struct dbfile p = { .empty = false };

	(void)snprintf(p.file, sizeof(p.file), "%s", db);
	return import_look(&p);
}

/* Edits the database as another program would. */
static void
edit(const char *sql)
{
	char *err = NULL;
	sqlite3 *other;

	ck_assert_int_eq(sqlite3_open(db, &other), SQLITE_OK);
	ck_assert_msg(
	    sqlite3_exec(other, sql, NULL, NULL, &err) == SQLITE_OK, "%s", err);
	ck_assert_int_eq(sqlite3_close(other), SQLITE_OK);
}

static void
read_rows(struct store *s)
{
	struct store_cursor cur = { .after = 0 };

	nrows = 0;
	ck_assert_int_eq(s->ops->load(s, &cur, 100, row, NULL), STORE_OK);
}

START_TEST(test_import)
{
	struct store *s;

	write_text("1700002000 02:00:00:00:00:01 10.0.0.1 one *\n"
		   "rubbish\n"
		   "0 02:00:00:00:00:02 10.0.0.2 two 01:02\n"
		   "1700000500 02:00:00:00:00:03 10.0.0.3 * *\n"
		   "1700003000 02:00:00:00:00:04 10.0.0.1 again *\n"
		   "1700003000 02:00:00:00:00:04 10.0.0.3 four *\n"
		   "duid 00:01\n"
		   "1700002000 T1 fd00::1 six 00:01\n");
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	read_rows(s);
	ck_assert_uint_eq(nrows, 3);
	ck_assert_str_eq(rows[0].name, "one");
	ck_assert_uint_eq(rows[0].start_s, NOW);
	ck_assert(rows[1].expiry_s == LEASE_NEVER);
	/* That of 10.0.0.3 had run out: the later line takes its place. */
	ck_assert_str_eq(rows[2].name, "four");
	ck_assert_int_eq(fills, 1);
	s->ops->close(s);

	/* Once only. */
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	ck_assert_int_eq(fills, 0);
	ck_assert_uint_eq(note.leases, 4);
	ck_assert_uint_eq(note.expired, 1);
	/* A duplicate, rubbish, and two records that are no IPv4 leases. */
	ck_assert_uint_eq(note.ignored, 4);
	read_rows(s);
	ck_assert_uint_eq(nrows, 3);
	s->ops->close(s);
}
END_TEST

/* Without a clock dnsmasq writes how long a lease is, not when it ends. */
START_TEST(test_import_durations)
{
	struct timespec times[2] = { { .tv_sec = NOW - 3600 },
		{ .tv_sec = NOW - 3600 } };
	struct store *s;

	write_text("43200 02:00:00:00:00:01 10.0.0.1 one *\n"
		   "1800 02:00:00:00:00:02 10.0.0.2 two *\n"
		   "0 02:00:00:00:00:03 10.0.0.3 three *\n"
		   "4294967295 02:00:00:00:00:04 10.0.0.4 four *\n");
	ck_assert_int_eq(utimensat(AT_FDCWD, text, times, 0), 0);
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	read_rows(s);
	ck_assert_uint_eq(nrows, 4);
	ck_assert_uint_eq(rows[0].expiry_s, NOW - 3600 + 43200);
	ck_assert_uint_eq(rows[1].expiry_s, NOW - 3600 + 1800);
	ck_assert(rows[2].expiry_s == LEASE_NEVER);
	ck_assert_uint_eq(rows[3].expiry_s, UINT32_MAX);
	s->ops->close(s);
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	ck_assert_uint_eq(note.expired, 1);
	s->ops->close(s);
	/* A file of the future was not written before now. */
	times[1].tv_sec = NOW + 100000;
	ck_assert_int_eq(utimensat(AT_FDCWD, text, times, 0), 0);
	ck_assert_int_eq(unlink(db), 0);
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	read_rows(s);
	ck_assert_uint_eq(rows[1].expiry_s, NOW + 1800);
	s->ops->close(s);
}
END_TEST

START_TEST(test_import_undone)
{
	struct store *s;

	/* Text of another kind is a mistake in the configuration ... */
	write_text("root:x:0:0:root:/root:/bin/bash\nfoo\n");
	ck_assert_ptr_null(open_store());
	ck_assert_ptr_nonnull(strstr(
	    why, "neither an SQLite database nor a lease file; move it away"));
	/* ... and once mended the import is done after all. */
	write_text("0 02:00:00:00:00:02 10.0.0.2 two 01:02\n");
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	ck_assert_int_eq(fills, 1);
	read_rows(s);
	ck_assert_uint_eq(nrows, 1);
	s->ops->close(s);
}
END_TEST

/* A database without leases is filled as a new one is, and only once. */
START_TEST(test_import_into_empty)
{
	struct store_open empty = { .file = db };
	struct store *s;

	ck_assert_ptr_nonnull(s = store_sqlite.open(&empty, why, sizeof(why)));
	ck_assert_int_eq(look(), IMPORT_LOOK_OPEN);
	s->ops->close(s);
	ck_assert_int_eq(look(), IMPORT_LOOK_OPEN);
	/* A file without leases is read again. */
	write_text("");
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	ck_assert_int_eq(fills, 1);
	s->ops->close(s);
	ck_assert_int_eq(look(), IMPORT_LOOK_OPEN);
	write_text("1700002000 02:00:00:00:00:01 10.0.0.1 one *\n"
		   "1700000500 02:00:00:00:00:03 10.0.0.3 * *\nrubbish\n");
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	ck_assert_int_eq(fills, 1);
	read_rows(s);
	ck_assert_uint_eq(nrows, 2);
	ck_assert_int_eq(look(), IMPORT_LOOK_NOTED);
	s->ops->close(s);
	/* Nor do they come back when all rows are gone. */
	edit("DELETE FROM lease");
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	ck_assert_int_eq(fills, 0);
	ck_assert_str_eq(note.file, "/own/leases");
	ck_assert_uint_eq(note.at_s, NOW);
	ck_assert_uint_eq(note.leases, 2);
	ck_assert_uint_eq(note.expired, 1);
	ck_assert_uint_eq(note.ignored, 1);
	read_rows(s);
	ck_assert_uint_eq(nrows, 0);
	s->ops->close(s);
	ck_assert_int_eq(look(), IMPORT_LOOK_NOTED);
}
END_TEST

/* Leases of this server's own are never mixed with those of a file. */
START_TEST(test_no_import_beside_leases)
{
	struct store *s;

	write_text("0 02:00:00:00:00:02 10.0.0.2 two 01:02\n");
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	s->ops->close(s);
	edit("DROP TABLE imported");
	ck_assert_int_eq(look(), IMPORT_LOOK_LEASES);
	ck_assert_msg((s = open_store()) != NULL, "%s", why);
	ck_assert_int_eq(fills, 0);
	ck_assert_uint_eq(note.at_s, 0);
	s->ops->close(s);
}
END_TEST

/* What is read before a database is made beside the file. */
START_TEST(test_import_source)
{
	struct import_source source = { .fd = -1 };
	struct dbfile p = { .text_shown = "/own/leases" };

	/* There is no file. */
	ck_assert_int_eq(
	    import_source_read(&source, &p, NULL, true, why, sizeof(why)), 0);
	(void)snprintf(p.text, sizeof(p.text), "%s", text);
	ck_assert_int_eq(
	    import_source_read(&source, &p, NULL, true, why, sizeof(why)), -1);
	ck_assert_str_eq(
	    why, "/own/leases cannot be read: No such file or directory");
	write_text("1700002000 02:00:00:00:00:01 10.0.0.1 one *\nrubbish\n");
	ck_assert_int_eq(
	    import_source_read(&source, &p, NULL, true, why, sizeof(why)), 0);
	/* The one from the parent comes first, and stays open. */
	write_text("rubbish\n");
	import_source_set(&source, open(text, O_RDONLY), "/the/parent's");
	p.text[0] = '\0';
	ck_assert_int_eq(
	    import_source_read(&source, &p, NULL, true, why, sizeof(why)), -1);
	ck_assert_str_eq(why,
	    "/the/parent's is neither an SQLite database nor a lease file; move it away");
	ck_assert_int_ne(source.fd, -1);
	import_source_end(&source);
	ck_assert_int_eq(source.fd, -1);
}
END_TEST

Suite *
suite_import(void)
{
	Suite *s = suite_create("import");
	TCase *lines = tcase_create("lines"), *files = tcase_create("files");

	tcase_add_test(lines, test_line);
	tcase_add_test(lines, test_forms);
	tcase_add_loop_test(
	    lines, test_lines, 0, (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_test(lines, test_limits);
	tcase_add_test(lines, test_nul);
	tcase_add_test(lines, test_stream);
	suite_add_tcase(s, lines);

	tcase_add_checked_fixture(files, set_up, tear_down);
	tcase_add_test(files, test_import);
	tcase_add_test(files, test_import_durations);
	tcase_add_test(files, test_import_undone);
	tcase_add_test(files, test_import_into_empty);
	tcase_add_test(files, test_no_import_beside_leases);
	tcase_add_test(files, test_import_source);
	suite_add_tcase(s, files);
	return s;
}

/* The tests write the file; SQLite gives its own to root. */
UNIT_MAIN_ALSO(
    suite_import, SCMP_SYS(fchown), SCMP_SYS(write), SCMP_SYS(utimensat))
