/* SPDX-License-Identifier: ISC */
/*
 * The recovery of a damaged lease database: its files are moved aside, also
 * after a crash or an error, and what can be read goes into a new one.
 */
#include <signal.h>
#include <sys/resource.h>

#include "tests/unit/recover_case.h"

static void
see_serial(const struct serial_row *row, void *arg)
{
	uint64_t *sum = arg;

	ck_assert_str_eq(row->root, "/srv/tftp");
	*sum = *sum * 1000 + row->serial;
}

/* A page of leases is damaged: the serials of manifests stay. */
START_TEST(test_serials)
{
	struct store_open o = { .file = NULL };
	uint8_t bad[PAGE_SIZE] = { 0 };
	uint64_t sum = 0;
	struct store *s;
	size_t off, n;

	make_rows(1000);
	edit(
	    "INSERT INTO serial VALUES ('/srv/tftp', '', 7), ('/srv/tftp', 'a', 41)");
	edit("PRAGMA wal_checkpoint(TRUNCATE)");
	page_save(page_of(FIRST + 500, &off), bad);
	s = open_recovering(&o);
	ck_assert_int_eq(
	    s->ops->load_serials(s, 0, 10, see_serial, &sum, &n), STORE_OK);
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(sum, 7041);
	ck_assert_uint_gt(load_all(s, 100).n, 800);
	ck_assert_uint_ge(count_files(MOVED), 1);
	s->ops->close(s);
}
END_TEST

/* A role that is silent for 10 s is killed, however much it has to read. */
START_TEST(test_signs_of_life)
{
	struct store_open o = { .file = NULL };
	struct store *s;

	make_rows(6000);
	signs = 0;
	s = must_open(&o);
	ck_assert_uint_ge(signs, 6000);
	s->ops->close(s);
	change_key(FIRST + 100, FIRST - 1);
	signs = 0;
	s = open_recovering(&o);
	/* One for each row that is read, and stored, and read again. */
	ck_assert_uint_ge(signs, 2 * 5999);
	s->ops->close(s);
}
END_TEST

/* An empty database beside a log that is not: the log is all there is. */
START_TEST(test_log_without_database)
{
	struct store_open o = { .file = NULL };
	struct lease l = lease(10, 1);
	char wal[160], copy_wal[160];
	struct store *s = must_open(&o);

	ck_assert_int_eq(put(s, &l), STORE_OK);
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	(void)snprintf(copy_wal, sizeof(copy_wal), "%s/copy", dir);
	copy_file(wal, copy_wal);
	s->ops->close(s);
	ck_assert_int_eq(truncate(path, 0), 0);
	ck_assert_int_eq(rename(copy_wal, wal), 0);
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 1);
	s->ops->close(s);
	ck_assert_uint_eq(count_files(MOVED), 2);
}
END_TEST

/* As a recovery that found nothing. */
static int
fill_noted(struct store *s, void *arg, char *reason, size_t size)
{
	struct store_import note = { .file = "damaged", .at_s = NOW };

	(void)arg;
	(void)reason;
	(void)size;
	return s->ops->note_import(s, &note) == STORE_OK ? 0 : -1;
}

/* The process dies after each of its renames; the next one goes on. */
START_TEST(test_crashes)
{
	struct store_open o = { .file = NULL };
	char from[200], to[200];
	struct store *s;
	int fd;

	make_rows(100);
	change_key(FIRST + 50, FIRST - 1);
	(void)snprintf(from, sizeof(from), "%s-wal", path);
	(void)snprintf(to, sizeof(to), "%s.recovering-wal", path);
	ck_assert_int_eq(rename(from, to), 0);
	if (_i >= 1) {
		(void)snprintf(to, sizeof(to), "%s.recovering", path);
		ck_assert_int_eq(rename(path, to), 0);
	}
	if (_i >= 2) {
		ck_assert_int_ne(fd = open(path, O_CREAT | O_RDWR, 0600), -1);
		(void)close(fd);
	}
	if (_i == 3) {
		/* The new database was complete. */
		o.fill = fill_noted;
		s = must_open(&o);
		s->ops->close(s);
	}
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, _i == 3 ? 0 : 99);
	s->ops->close(s);
	ck_assert_uint_eq(count_files(MOVED), 2);
	ck_assert_uint_eq(count_files("leases.db.recovering"), 0);
}
END_TEST

static int
no_fill(struct store *s, void *arg, char *reason, size_t size)
{
	(void)s;
	(void)reason;
	(void)size;
	++*(int *)arg;
	return 0;
}

/* What a new store would begin with does not go into a recovered one. */
START_TEST(test_no_import)
{
	int called = 0;
	struct store_open o = { .fill = no_fill, .arg = &called };
	struct store *s;

	make_rows(10);
	change_key(FIRST + 5, FIRST - 1);
	s = open_recovering(&o);
	s->ops->close(s);
	ck_assert_int_eq(called, 0);
	/* Not even if it has no lease, nor at a later start. */
	edit("DELETE FROM lease");
	o = (struct store_open){ .fill = no_fill, .arg = &called };
	s = must_open(&o);
	s->ops->close(s);
	ck_assert_int_eq(called, 0);
	ck_assert_str_eq(o.imported.file, "/own/leases.db.recovering");
	ck_assert_uint_eq(o.imported.leases, 9);
	end();
	start();
	o = (struct store_open){ .fill = no_fill, .arg = &called };
	s = open_recovering(&o);
	s->ops->close(s);
	ck_assert_int_eq(called, 1);
	end();
}
END_TEST

/* The disk is full: nothing is lost, and the next start goes on. */
START_TEST(test_disk_full)
{
	struct store_open o = { .file = NULL };
	struct rlimit lim, old;
	struct store *s;

	make_rows(6000);
	change_key(FIRST + 256, FIRST - 1);
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	lim = old;
	lim.rlim_cur = 64 * 1024;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &lim), 0);
	ck_assert_int_eq(recover_begin(&rc, &dbfile, why, sizeof(why)), 0);
	ck_assert_ptr_null(recover_open(&rc, &o, why, sizeof(why)));
	ck_assert(!o.damaged);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	ck_assert_uint_eq(count_files("leases.db.recovering"), 2);
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 5999);
	s->ops->close(s);
	ck_assert_uint_eq(count_files(MOVED), 2);
}
END_TEST

/* Where it cannot be moved, the start says so and changes nothing. */
START_TEST(test_cannot_move)
{
	struct store_open o = { .file = NULL };
	char name[200];

	make_rows(10);
	change_key(FIRST + 5, FIRST - 1);
	ck_assert_int_eq(recover_begin(&rc, &dbfile, why, sizeof(why)), 0);
	/* A folder of that name is in the way. */
	(void)snprintf(name, sizeof(name), "%s.recovering-wal", path);
	ck_assert_int_eq(mkdir(name, 0700), 0);
	ck_assert_ptr_null(recover_open(&rc, &o, why, sizeof(why)));
	ck_assert_msg(strstr(why, "cannot be moved aside: File exists") != NULL,
	    "%s", why);
	ck_assert_int_eq(access(path, F_OK), 0);
	ck_assert_int_eq(rmdir(name), 0);
}
END_TEST

/* One of the two damaged files cannot be opened: nothing is given up. */
START_TEST(test_cannot_open)
{
	static const char *const suffix[] = { ".recovering",
		".recovering-wal" };
	struct store_open o = { .file = NULL };
	char name[200], text[300];
	struct store *s;

	make_rows(10);
	(void)snprintf(name, sizeof(name), "%s-wal", path);
	ck_assert_int_eq(unlink(name), 0);
	(void)snprintf(name, sizeof(name), "%s.recovering", path);
	ck_assert_int_eq(rename(path, name), 0);
	/* A symbolic link is not followed. */
	if (_i == 0) {
		(void)snprintf(text, sizeof(text), "%s.aside", path);
		ck_assert_int_eq(rename(name, text), 0);
	}
	(void)snprintf(name, sizeof(name), "%s%s", path, suffix[_i]);
	ck_assert_int_eq(symlink("elsewhere", name), 0);
	ck_assert_int_eq(recover_begin(&rc, &dbfile, why, sizeof(why)), 0);
	ck_assert_ptr_null(recover_open(&rc, &o, why, sizeof(why)));
	(void)snprintf(text, sizeof(text),
	    "%s%s cannot be read: Too many levels of symbolic links",
	    dbfile.shown, suffix[_i]);
	ck_assert_msg(strstr(why, text) == why, "%s", why);
	ck_assert_int_eq(unlink(name), 0);
	if (_i == 0) {
		(void)snprintf(text, sizeof(text), "%s.aside", path);
		ck_assert_int_eq(rename(text, name), 0);
	}
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 10);
	s->ops->close(s);
}
END_TEST

/* As many as come in one second, each has a name of its own. */
START_TEST(test_names)
{
	struct store_open o;
	struct store *s;
	int i, fd;

	for (i = 0; i < 5; i++) {
		ck_assert_int_ne(
		    fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600), -1);
		ck_assert_int_eq(write(fd, &i, sizeof(i)), sizeof(i));
		ck_assert_int_eq(close(fd), 0);
		dbfile.foreign = true;
		o = (struct store_open){ .file = NULL };
		s = open_recovering(&o);
		ck_assert_uint_eq(o.rows, 0);
		s->ops->close(s);
	}
	ck_assert_uint_eq(count_files(MOVED), 5 + 4);
}
END_TEST

Suite *suite_store_recover(void);

Suite *
suite_store_recover(void)
{
	Suite *s = suite_create("store_recover");
	TCase *tc = tcase_create("recover");

	tcase_add_checked_fixture(tc, start, end);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_serials);
	tcase_add_test(tc, test_signs_of_life);
	tcase_add_test(tc, test_log_without_database);
	tcase_add_loop_test(tc, test_crashes, 0, 4);
	tcase_add_test(tc, test_no_import);
	tcase_add_test(tc, test_disk_full);
	tcase_add_test(tc, test_cannot_move);
	tcase_add_loop_test(tc, test_cannot_open, 0, 2);
	tcase_add_test(tc, test_names);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests damage files. */
UNIT_MAIN_ALSO(suite_store_recover, SCMP_SYS(fchown), SCMP_SYS(write),
    SCMP_SYS(lseek), SCMP_SYS(mkdir), SCMP_SYS(rename), SCMP_SYS(rt_sigaction),
    SCMP_SYS(truncate), SCMP_SYS(getdents64), SCMP_SYS(prlimit64),
    SCMP_SYS(rmdir), SCMP_SYS(symlink))
