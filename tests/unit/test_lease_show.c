/* SPDX-License-Identifier: ISC */
/* What is printed of databases of all kinds. */
#include "leased/show.h"
#include "tests/unit/writer_case.h"

Suite *suite_lease_show(void);

static char text[1 << 20];
static size_t len;
static struct show show;

static int
keep(const void *p, size_t n, void *arg)
{
	(void)arg;
	ck_assert_uint_gt(n, 0);
	ck_assert_uint_le(n, LEASE_SHOW_TEXT_MAX);
	ck_assert_uint_lt(len + n, sizeof(text));
	memcpy(text + len, p, n);
	len += n;
	text[len] = '\0';
	return 0;
}

static int
refuse(const void *p, size_t n, void *arg)
{
	(void)p;
	(void)n;
	(void)arg;
	return -1;
}

static enum lease_show_outcome
show_as(enum lease_show_format f)
{
	enum lease_show_outcome r;
	int db = open_part(""), wal = open_part("-wal");

	len = 0;
	text[0] = '\0';
	show = (struct show){
		.db = db, .wal = wal, .format = f, .now_s = 1500, .text = keep
	};
	ck_assert_int_eq(show_open(&show), 0);
	r = show_run(&show);
	if (db != -1)
		(void)close(db);
	if (wal != -1)
		(void)close(wal);
	return r;
}

static size_t
lines(void)
{
	size_t n = 0, i;

	for (i = 0; i < len; i++)
		n += text[i] == '\n' ? 1 : 0;
	return n;
}

static void
write_file(const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(pwrite(fd, p, n, 0), (ssize_t)n);
	ck_assert_int_eq(close(fd), 0);
}

START_TEST(in_use)
{
	begin();
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN);
	ck_assert_uint_eq(show.leases, ROWS);
	ck_assert_uint_eq(lines(), 1 + ROWS);
	ck_assert_ptr_nonnull(strstr(text, "\n0.0.1.44 "));
	end();
}
END_TEST

/* From here on as the process that serves may. */
START_TEST(second_stage)
{
	int db, wal;

	begin();
	db = open_part("");
	wal = open_part("-wal");
	show = (struct show){
		.db = db, .wal = wal, .format = LEASE_SHOW_CSV, .text = keep
	};
	ck_assert_int_eq(show_open(&show), 0);
	sandboxed_narrow();
	ck_assert_int_eq(show_run(&show), LEASE_SHOWN);
	ck_assert_uint_eq(lines(), 1 + ROWS);
}
END_TEST

START_TEST(older_schemas)
{
	static const char rows1[] =
	    "INSERT INTO lease VALUES (167772161, 0, 1, x'020000000002', x'01020000000002', 'one', 1000, 2000);"
	    "INSERT INTO lease VALUES (167772162, 0, 1, x'020000000004', NULL, '', 1000, 1400);"
	    "INSERT INTO lease VALUES (4294967295, 0, 1, x'020000000003', NULL, '', 1000, 1400);";
	struct store_open o = { .file = NULL };
	struct store *s;
	char first[sizeof(text)];

	edit(SCHEMA_1);
	edit(rows1);
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN);
	ck_assert_uint_eq(show.leases, 3);
	memcpy(first, text, sizeof(first));
	s = must_open(&o); /* converts it */
	s->ops->close(s);
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN);
	ck_assert_str_eq(text, first);
	edit("ALTER TABLE lease DROP COLUMN relay; PRAGMA user_version = 2");
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN);
	ck_assert_str_eq(text, first);
	ck_assert_int_eq(show_as(LEASE_SHOW_DNSMASQ), LEASE_SHOWN);
	ck_assert_str_eq(
	    text, "2000 02:00:00:00:00:02 10.0.0.1 one 01:02:00:00:00:00:02\n");
}
END_TEST

START_TEST(nothing_there)
{
	static const struct {
		enum lease_show_format format;
		const char *want;
	} t[] = {
		{ LEASE_SHOW_JSON, "[]\n" },
		{ LEASE_SHOW_DNSMASQ, "" },
	};
	struct store_open o = { .file = NULL };
	struct store *s;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(show_as(t[i].format), LEASE_SHOWN_NEW);
		ck_assert_str_eq(text, t[i].want);
	}
	write_file("", 0);
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_NEW);
	ck_assert_uint_eq(lines(), 1);
	write_file("0 02:00:00:00:00:02 10.0.0.1 one *\n", 35);
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN_IMPORT);
	ck_assert_str_eq(text, "[]\n");
	write_file("", 0);
	s = must_open(&o);
	s->ops->close(s);
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN);
	ck_assert_str_eq(text, "[]\n");
	ck_assert_uint_eq(show.leases, 0);
}
END_TEST

START_TEST(refused)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	s->ops->close(s);
	edit("PRAGMA user_version = 4");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_str_eq(show.why,
	    "made by a newer pxeguard (schema 4; this version knows schemas up to 3); use the pxeguard that made it");
	edit("PRAGMA application_id = 1");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_str_eq(show.why,
	    "the database of another program; set dhcp-leasefile to that of pxeguard");
	ck_assert_uint_eq(show.leases, 0);
}
END_TEST

/* Whether it has a table decides if it is a new one. */
START_TEST(without_an_id)
{
	edit("PRAGMA journal_mode = WAL");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_NEW);
	edit("CREATE TABLE t (a)");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_ptr_nonnull(strstr(show.why, "another program"));
	edit("DROP TABLE t; PRAGMA user_version = 1");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_ptr_nonnull(strstr(show.why, "another program"));
	edit("PRAGMA user_version = 0; PRAGMA application_id = 1347962183");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_ptr_nonnull(strstr(show.why, "another program"));
}
END_TEST

START_TEST(text_not_taken)
{
	int db;

	begin();
	db = open_part("");
	show = (struct show){ .db = db, .wal = -1, .text = refuse };
	ck_assert_int_eq(show_open(&show), 0);
	ck_assert_int_eq(show_run(&show), LEASE_SHOWN_FAILED);
	ck_assert_str_eq(show.why, "the leases could not be sent");
	(void)close(db);
	end();
}
END_TEST

/* Overwrites part of the file. */
static void
spoil(off_t at, size_t n)
{
	uint8_t junk[4096];
	int fd = open(path, O_WRONLY);

	memset(junk, 0xa5, sizeof(junk));
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(pwrite(fd, junk, n, at), (ssize_t)n);
	ck_assert_int_eq(close(fd), 0);
}

START_TEST(damaged)
{
	begin();
	run("PRAGMA wal_checkpoint(TRUNCATE)");
	end();
	spoil(3 * 4096, 8);
	ck_assert_int_eq(show_as(LEASE_SHOW_DNSMASQ), LEASE_SHOWN_PARTLY);
	ck_assert_uint_gt(show.leases, ROWS / 2);
	ck_assert_uint_lt(show.leases, ROWS);
	ck_assert_uint_eq(lines(), show.leases);
	ck_assert_ptr_nonnull(strstr(show.why, "damaged (Page 4"));
	spoil(0, 100); /* not even a database any more */
	ck_assert_int_eq(show_as(LEASE_SHOW_DNSMASQ), LEASE_SHOWN_PARTLY);
	ck_assert_uint_gt(show.leases, ROWS / 2);
	ck_assert_ptr_nonnull(strstr(show.why, "damaged (not a database)"));
}
END_TEST

START_TEST(invalid_rows)
{
	begin();
	run("PRAGMA ignore_check_constraints = ON; UPDATE lease SET state = 7 WHERE addr < x'00000003'");
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN_PARTLY);
	ck_assert_str_eq(show.why, "ignored 2 invalid rows");
	ck_assert_uint_eq(show.leases, ROWS - 2);
	end();
}
END_TEST

/* More than fits one message. */
START_TEST(much_text)
{
	begin();
	fill(ROWS + 1, 4000);
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN);
	ck_assert_uint_eq(lines(), 1 + ROWS + 4000);
	end();
}
END_TEST

Suite *
suite_lease_show(void)
{
	Suite *s = suite_create("lease_show");
	TCase *tc = tcase_create("show");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, in_use);
	tcase_add_test(tc, second_stage);
	tcase_add_test(tc, older_schemas);
	tcase_add_test(tc, nothing_there);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, without_an_id);
	tcase_add_test(tc, text_not_taken);
	tcase_add_test(tc, damaged);
	tcase_add_test(tc, invalid_rows);
	tcase_add_test(tc, much_text);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests write as another process would. */
UNIT_MAIN_ALSO(suite_lease_show, SCMP_SYS(fchown), SCMP_SYS(write),
    SCMP_SYS(ftruncate), SCMP_SYS(mkdir), SCMP_SYS(rmdir), SCMP_SYS(fchmod),
    SCMP_SYS(pread64), SCMP_SYS(close))
