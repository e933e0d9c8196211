/* SPDX-License-Identifier: ISC */
/* The lease store on a real file: rows, failures, crashes, strange files. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "leased/store.h"
#include "tests/unit/unit.h"

Suite *suite_store(void);

/* Stands before the C library's, for the store's library as well. */
static unsigned int syncs;

int
fdatasync(int fd)
{
	syncs++;
	return fsync(fd);
}

static char dir[64];
static char path[128];

static void
set_up(void)
{
	(void)strcpy(dir, "/tmp/pxeguard-store-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/leases.db", dir);
}

static void
remove_one(const char *suffix)
{
	char name[160];

	(void)snprintf(name, sizeof(name), "%s%s", path, suffix);
	(void)unlink(name);
}

static void
tear_down(void)
{
	remove_one("");
	remove_one("-wal");
	remove_one("-journal");
	(void)rmdir(dir);
}

static char why[512];

static struct store *
try_open(struct store_open *o)
{
	o->file = path;
	return store_sqlite.open(o, why, sizeof(why));
}

static struct store *
must_open(struct store_open *o)
{
	struct store *s = try_open(o);

	ck_assert_msg(s != NULL, "%s", why);
	return s;
}

static struct lease
lease(uint32_t addr, uint8_t client)
{
	struct lease l = { .state = LEASE_BOUND,
		.addr = addr,
		.hwtype = 1,
		.hwlen = 6,
		.hw = { 2, 0, 0, 0, 0, client },
		.name = "pc",
		.start_s = 1000,
		.expiry_s = 2000 };

	return l;
}

static enum store_result
put(struct store *s, const struct lease *l)
{
	enum store_result r, c;

	if ((r = s->ops->begin(s)) != STORE_OK)
		return r;
	r = s->ops->put(s, l);
	if (r != STORE_OK && r != STORE_REFUSED)
		return r;
	c = s->ops->commit(s);
	return c == STORE_OK ? r : c;
}

struct rows {
	size_t n;
	struct lease last;
	uint32_t before;
};

static void
row(const struct lease *l, void *arg)
{
	struct rows *rows = arg;

	ck_assert_uint_gt(l->addr, rows->before);
	rows->before = l->addr;
	rows->last = *l;
	rows->n++;
}

static struct rows
load_all(struct store *s, size_t slice)
{
	struct store_cursor cur = { .after = 0 };
	struct rows rows = { .n = 0 };

	while (!cur.done)
		ck_assert_int_eq(
		    s->ops->load(s, &cur, slice, row, &rows), STORE_OK);
	ck_assert_uint_eq(cur.rows, rows.n);
	return rows;
}

/* Edits the file as some other program would. */
static void
edit(const char *sql)
{
	char *err = NULL;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(
	    sqlite3_exec(db, sql, NULL, NULL, &err) == SQLITE_OK, "%s", err);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

START_TEST(test_round_trip)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease l = lease(0xc0a80132, 7), got;
	struct rows rows;

	l.idlen = 3;
	memcpy(l.id, "\x01\x00\xff", 3);
	l.expiry_s = LEASE_NEVER;
	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);

	s = must_open(&o);
	ck_assert_uint_eq(o.rows, 1);
	ck_assert_uint_eq(o.unreadable, 0);
	rows = load_all(s, 10);
	got = rows.last;
	ck_assert_uint_eq(rows.n, 1);
	ck_assert_mem_eq(&got, &l, sizeof(l));
	s->ops->close(s);
}
END_TEST

START_TEST(test_mode)
{
	struct store_open o = { .file = NULL };
	char wal[160];
	struct stat st;
	struct store *s;

	ck_assert_int_ne(close(open(path, O_CREAT | O_RDWR, 0600)), -1);
	s = must_open(&o);
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	/* Everything is in the one file after a clean end. */
	s->ops->close(s);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
}
END_TEST

START_TEST(test_one_row_an_address)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease a = lease(0x0a000001, 1), b = lease(0x0a000001, 2);

	ck_assert_int_eq(put(s, &a), STORE_OK);
	ck_assert_int_eq(put(s, &b), STORE_REFUSED);
	ck_assert_str_eq(s->why, "another client holds this address");
	a.state = LEASE_RELEASED;
	ck_assert_int_eq(put(s, &a), STORE_OK);
	ck_assert_int_eq(put(s, &b), STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 1);
	ck_assert_uint_eq(load_all(s, 10).last.hw[5], 2);
	s->ops->close(s);
}
END_TEST

START_TEST(test_taken)
{
	struct lease a = lease(1, 1), b = lease(1, 2);

	ck_assert(store_taken(&a, &b));
	b.start_s = a.expiry_s; /* just over */
	ck_assert(!store_taken(&a, &b));
	b.start_s = a.expiry_s - 1;
	ck_assert(store_taken(&a, &b));
	b.state = LEASE_DECLINED;
	ck_assert(!store_taken(&a, &b));
	b.state = LEASE_BOUND;
	a.state = LEASE_RELEASED;
	ck_assert(!store_taken(&a, &b));
	a.state = LEASE_BOUND;
	a.idlen = b.idlen = 2; /* another card, the same identifier */
	ck_assert(!store_taken(&a, &b));
	a.id[1] = 1;
	ck_assert(store_taken(&a, &b));
	b.hw[5] = 1; /* the same card, another identifier */
	ck_assert(!store_taken(&a, &b));
	b.hwtype = 6;
	ck_assert(store_taken(&a, &b));
	a.hwlen = b.hwlen = 0; /* nothing but the identifier */
	ck_assert(store_taken(&a, &b));
}
END_TEST

START_TEST(test_unfit)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease good = lease(0x0a000001, 1), bad = lease(0x0a000002, 2);

	/* What the table refuses spoils nothing else of its batch. */
	bad.start_s = UINT64_MAX;
	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	ck_assert_int_eq(s->ops->put(s, &bad), STORE_REFUSED);
	ck_assert_int_eq(s->ops->put(s, &good), STORE_OK);
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 1);
	s->ops->close(s);
}
END_TEST

START_TEST(test_rollback)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease l = lease(0x0a000001, 1);

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	ck_assert_int_eq(s->ops->put(s, &l), STORE_OK);
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 0);
	s->ops->close(s);
}
END_TEST

START_TEST(test_slices)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	uint32_t i;

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	for (i = 0; i < 1000; i++) {
		struct lease l = lease(UINT32_MAX - i, 1);

		ck_assert_int_eq(s->ops->put(s, &l), STORE_OK);
	}
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	ck_assert_uint_eq(load_all(s, 1).n, 1000);
	ck_assert_uint_eq(load_all(s, 7).n, 1000);
	ck_assert_uint_eq(load_all(s, 1000).n, 1000);
	s->ops->close(s);
}
END_TEST

START_TEST(test_unreadable_rows)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease l = lease(10, 1);

	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);
	edit("PRAGMA ignore_check_constraints = ON;"
	     "INSERT INTO lease VALUES (1, 9, 1, x'00', NULL, '', 0, 0);"
	     "INSERT INTO lease VALUES (2, 0, 300, x'00', NULL, '', 0, 0);"
	     "INSERT INTO lease VALUES (3, 0, 1, zeroblob(17), NULL, '', 0,"
	     " 0);"
	     "INSERT INTO lease VALUES (4, 0, 1, x'00', zeroblob(256), '', 0,"
	     " 0);"
	     "INSERT INTO lease VALUES (5, 0, 1, x'00', NULL,"
	     " CAST(x'410042' AS TEXT), 0, 0);"
	     "INSERT INTO lease VALUES (6, 0, 1, x'00', NULL, '', -1, 0);"
	     "INSERT INTO lease VALUES (7, 0, 1, x'00', NULL, '', 0, -1);"
	     "INSERT INTO lease VALUES (0, 0, 1, x'00', NULL, '', 0, 0);"
	     "INSERT INTO lease VALUES (1 << 32, 0, 1, x'00', NULL, '', 0, 0);"
	     "INSERT INTO lease VALUES (8, 0, 1, x'00', NULL, hex(zeroblob("
	     "200)), 0, 0)");
	s = must_open(&o);
	ck_assert_uint_eq(o.rows, 1);
	ck_assert_uint_eq(o.unreadable, 10);
	ck_assert_uint_eq(load_all(s, 3).n, 1);
	/* They do not stand in the way of a good one. */
	l = lease(3, 1);
	ck_assert_int_eq(put(s, &l), STORE_OK);
	ck_assert_uint_eq(load_all(s, 3).n, 2);
	s->ops->close(s);
}
END_TEST

START_TEST(test_other_program)
{
	struct store_open o = { .file = NULL };

	edit("CREATE TABLE lease (addr INTEGER)");
	ck_assert_ptr_null(try_open(&o));
	ck_assert_ptr_nonnull(strstr(why, "another program"));
}
END_TEST

START_TEST(test_newer)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	s->ops->close(s);
	edit("PRAGMA user_version = 999");
	ck_assert_ptr_null(try_open(&o));
	ck_assert_ptr_nonnull(strstr(why, "newer pxeguard (schema 999"));
}
END_TEST

START_TEST(test_missing_table)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	s->ops->close(s);
	edit("DROP TABLE lease");
	ck_assert_ptr_null(try_open(&o));
	ck_assert_ptr_nonnull(strstr(why, "no such table"));
}
END_TEST

/* Overwrites n bytes at off. */
static void
damage(off_t off, size_t n)
{
	char junk[4096];
	int fd;

	memset(junk, 0xa5, sizeof(junk));
	ck_assert_int_ne(fd = open(path, O_WRONLY), -1);
	ck_assert_int_eq(pwrite(fd, junk, n, off), (ssize_t)n);
	ck_assert_int_eq(close(fd), 0);
}

START_TEST(test_corrupt)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease l = lease(10, 1);

	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);
	damage(4096, 4096); /* the table's page */
	ck_assert_ptr_null(try_open(&o));
	ck_assert_ptr_nonnull(strstr(why, "nothing was removed"));
	damage(0, 100);
	ck_assert_ptr_null(try_open(&o));
	ck_assert_ptr_nonnull(strstr(why, "nothing was removed"));
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(test_locked)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	int status;
	pid_t pid;

	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0)
		_exit(try_open(&o) == NULL &&
			      strstr(why, "another process") != NULL
			  ? 0
			  : 1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	s->ops->close(s);
}
END_TEST

START_TEST(test_removed)
{
	const char *const suffix[] = { "", "-wal" };
	struct store_open o = { .file = NULL };
	struct lease l = lease(10, 1);
	struct store *s = must_open(&o);

	ck_assert_int_eq(put(s, &l), STORE_OK);
	remove_one(suffix[_i]);
	l = lease(11, 2);
	ck_assert_int_eq(put(s, &l), STORE_LOST);
	ck_assert_ptr_nonnull(strstr(s->why, "removed"));
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	s->ops->close(s);
	/* What was durable outlives the loss of the log. */
	s = must_open(&o);
	ck_assert_uint_eq(o.rows, _i == 0 ? 0 : 1);
	s->ops->close(s);
}
END_TEST

START_TEST(test_replaced)
{
	const char *const suffix[] = { "", "-wal" };
	struct store_open o = { .file = NULL };
	struct lease l = lease(10, 1);
	struct store *s = must_open(&o);
	char name[160];

	remove_one(suffix[_i]);
	(void)snprintf(name, sizeof(name), "%s%s", path, suffix[_i]);
	ck_assert_int_ne(close(open(name, O_CREAT | O_RDWR, 0600)), -1);
	ck_assert_int_eq(put(s, &l), STORE_LOST);
	s->ops->close(s);
}
END_TEST

/* A commit is on the disk when it returns, for the price of one sync. */
START_TEST(test_synced)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	unsigned int before;
	uint32_t i;

	for (i = 1; i <= 10; i++) {
		struct lease l = lease(i, 1);

		before = syncs;
		ck_assert_int_eq(put(s, &l), STORE_OK);
		ck_assert_uint_eq(syncs, before + 1);
	}
	s->ops->close(s);
}
END_TEST

/* Puts until it fails; returns how many went in, from address first on. */
static uint32_t
put_until_full(struct store *s, uint32_t first)
{
	enum store_result r = STORE_OK;
	uint32_t n;

	for (n = 0; n < 10000; n++) {
		struct lease l = lease(first + n, 1);

		if ((r = put(s, &l)) != STORE_OK)
			break;
	}
	ck_assert_msg(r == STORE_FAILED, "%d: %s", (int)r, s->why);
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	return n;
}

static void
check_mended(struct store *s, uint32_t stored)
{
	struct store_open o = { .file = NULL };
	struct lease l = lease(5, 1);

	ck_assert_int_eq(put(s, &l), STORE_OK);
	ck_assert_uint_eq(load_all(s, 100).n, stored + 1);
	s->ops->close(s);
	s = must_open(&o);
	ck_assert_uint_eq(o.rows, stored + 1);
	s->ops->close(s);
}

START_TEST(test_file_limit)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct rlimit lim, old;
	uint32_t n;

	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	lim = old;
	lim.rlim_cur = 200 * 1024;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &lim), 0);
	n = put_until_full(s, 100);
	ck_assert_uint_gt(n, 1);
	ck_assert_uint_eq(put_until_full(s, 100 + n), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	check_mended(s, n);
}
END_TEST

/* A start on a disk without room: leases are read, and stored once mended. */
START_TEST(test_file_limit_at_start)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease l = lease(100, 1);
	struct rlimit lim, old;

	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	lim = old;
	lim.rlim_cur = 4096; /* less than one page of the log */
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &lim), 0);
	s = must_open(&o);
	ck_assert(o.full);
	ck_assert_uint_eq(o.rows, 1);
	ck_assert_uint_eq(put_until_full(s, 200), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	check_mended(s, 1);
}
END_TEST

/* A real full disk, where this user may mount one. */
START_TEST(test_full_disk)
{
	struct store_open o = { .file = NULL };
	char filler[128], junk[4096];
	struct store *s;
	uint32_t n;
	int fd;

	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("tmpfs", dir, "tmpfs", 0, "size=512k") == -1)
		return;
	s = must_open(&o);
	(void)snprintf(filler, sizeof(filler), "%s/filler", dir);
	memset(junk, 1, sizeof(junk));
	ck_assert_int_ne(fd = open(filler, O_CREAT | O_WRONLY, 0600), -1);
	n = put_until_full(s, 100);
	while (write(fd, junk, sizeof(junk)) > 0)
		continue;
	ck_assert_int_eq(close(fd), 0);
	ck_assert_ptr_nonnull(strstr(s->why, "full"));
	ck_assert_uint_eq(put_until_full(s, 100 + n), 0);
	ck_assert_int_eq(
	    mount("tmpfs", dir, "tmpfs", MS_REMOUNT, "size=8m"), 0);
	check_mended(s, n);
	(void)umount2(dir, MNT_DETACH);
}
END_TEST

/* The life of a process that is killed: reports each commit to fd. */
static void __attribute__((noreturn)) commit_forever(int fd)
{
	struct store_open o = { .file = NULL };
	struct store *s = try_open(&o);
	uint32_t i, batch;

	if (s == NULL)
		_exit(1);
	for (batch = (uint32_t)o.rows / 3;; batch++) {
		if (s->ops->begin(s) != STORE_OK)
			_exit(1);
		for (i = 0; i < 3; i++) {
			struct lease l = lease(1 + batch * 3 + i, 1);

			if (s->ops->put(s, &l) != STORE_OK)
				_exit(1);
		}
		if (s->ops->commit(s) != STORE_OK)
			_exit(1);
		if (write(fd, &batch, sizeof(batch)) != sizeof(batch))
			_exit(1);
		(void)s->ops->tidy(s);
	}
}

/* Kills it in the middle, and reads what it had reported until then. */
static uint32_t
run_and_kill(useconds_t life_us)
{
	uint32_t batch, durable = 0;
	int fds[2], status;
	pid_t pid;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0) {
		(void)close(fds[0]);
		commit_forever(fds[1]);
	}
	(void)close(fds[1]);
	/* The first report tells that it is under way. */
	ck_assert_int_eq(read(fds[0], &batch, sizeof(batch)), sizeof(batch));
	durable = batch + 1;
	(void)usleep(life_us);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	while (read(fds[0], &batch, sizeof(batch)) == sizeof(batch))
		durable = batch + 1;
	(void)close(fds[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	return durable;
}

START_TEST(test_killed)
{
	struct store_open o = { .file = NULL };
	struct store *s;
	uint32_t durable;
	int i;

	for (i = 0; i < 20; i++) {
		durable = run_and_kill((useconds_t)(i * 1700));
		s = must_open(&o);
		/* All that was reported, and no batch in part. */
		ck_assert_uint_ge(o.rows, durable * 3);
		ck_assert_uint_eq(o.rows % 3, 0);
		ck_assert_uint_eq(o.unreadable, 0);
		s->ops->close(s);
	}
}
END_TEST

/* The log does not grow for ever. */
START_TEST(test_tidy)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	char wal[160];
	struct stat st;
	uint32_t i;

	for (i = 0; i < 4000; i++) {
		struct lease l = lease(1 + i, 1);

		ck_assert_int_eq(put(s, &l), STORE_OK);
		ck_assert_int_eq(s->ops->tidy(s), STORE_OK);
	}
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_int_lt(st.st_size, 1100 * 4200);
	s->ops->close(s);
}
END_TEST

Suite *
suite_store(void)
{
	Suite *s = suite_create("store");
	TCase *rows = tcase_create("rows"), *files = tcase_create("files"),
	      *failures = tcase_create("failures");

	tcase_add_checked_fixture(rows, set_up, tear_down);
	tcase_add_test(rows, test_round_trip);
	tcase_add_test(rows, test_one_row_an_address);
	tcase_add_test(rows, test_taken);
	tcase_add_test(rows, test_unfit);
	tcase_add_test(rows, test_rollback);
	tcase_add_test(rows, test_slices);
	tcase_add_test(rows, test_unreadable_rows);
	suite_add_tcase(s, rows);

	tcase_add_checked_fixture(files, set_up, tear_down);
	tcase_add_test(files, test_mode);
	tcase_add_test(files, test_other_program);
	tcase_add_test(files, test_newer);
	tcase_add_test(files, test_missing_table);
	tcase_add_test(files, test_corrupt);
	tcase_add_test(files, test_locked);
	tcase_add_loop_test(files, test_removed, 0, 2);
	tcase_add_loop_test(files, test_replaced, 0, 2);
	tcase_add_test(files, test_synced);
	suite_add_tcase(s, files);

	tcase_add_checked_fixture(failures, set_up, tear_down);
	tcase_set_timeout(failures, 60);
	tcase_add_test(failures, test_file_limit);
	tcase_add_test(failures, test_file_limit_at_start);
	tcase_add_test(failures, test_full_disk);
	tcase_add_test(failures, test_killed);
	tcase_add_test(failures, test_tidy);
	suite_add_tcase(s, failures);
	return s;
}

UNIT_MAIN(suite_store)
