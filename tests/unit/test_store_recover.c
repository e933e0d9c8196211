/* SPDX-License-Identifier: ISC */
/* Damaged lease databases: found, moved aside, read as far as possible. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/role.h"
#include "leased/page.h"
#include "leased/recover.h"
#include "leased/salvage.h"
#include "tests/unit/store_case.h"

#define PAGE_SIZE 4096
#define FIRST UINT32_C(0x0a000101)
#define NOW UINT64_C(1700000000) /* 20231114-221320 */

static uint32_t signs; /* of life, that the parent would get */

static struct dbfile dbfile;
static struct recover rc;

/* In place of the one that tells the parent. */
void
role_alive(void)
{
	signs++;
}

static void
start(void)
{
	set_up();
	memset(&dbfile, 0, sizeof(dbfile));
	(void)snprintf(dbfile.file, sizeof(dbfile.file), "%s", path);
	(void)snprintf(dbfile.shown, sizeof(dbfile.shown), "/own/leases.db");
}

static void
end(void)
{
	char name[400];
	struct dirent *e;
	DIR *d = opendir(dir);

	if (d == NULL)
		return; /* a test has removed it */
	while ((e = readdir(d)) != NULL) {
		(void)snprintf(name, sizeof(name), "%s/%s", dir, e->d_name);
		(void)unlink(name);
	}
	(void)closedir(d);
	(void)rmdir(dir);
}

/* n leases from FIRST on, all in the one file. */
static void
make_rows(uint32_t n)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	uint32_t i;

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	for (i = 0; i < n; i++) {
		struct lease l = lease(FIRST + i, (uint8_t)i);

		/* Each check would write to a file, which test_disk_full
		 * bounds. */
		if (s->ops->put(s, &l) != STORE_OK)
			ck_abort_msg("%s", s->why);
	}
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	s->ops->close(s);
}

/* The same in a database of version 0.1.0. */
static void
make_rows1(uint32_t n)
{
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < %u) INSERT INTO lease SELECT %u + i, 0, 1, x'020000000001', NULL, 'pc', 1000, 2000 FROM c",
	    n - 1, FIRST);
	edit(SCHEMA_1);
	edit(sql);
	edit("PRAGMA wal_checkpoint(TRUNCATE)");
}

static void
make_rows_of(int schema, uint32_t n)
{
	if (schema == 1)
		make_rows1(n);
	else
		make_rows(n);
}

static uint8_t *
page_load(uint32_t number)
{
	static uint8_t buf[PAGE_SIZE];
	int fd = open(path, O_RDONLY);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(
	    pread(fd, buf, PAGE_SIZE, (off_t)(number - 1) * PAGE_SIZE),
	    PAGE_SIZE);
	ck_assert_int_eq(close(fd), 0);
	return buf;
}

static void
page_save(uint32_t number, const void *data)
{
	int fd = open(path, O_WRONLY);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(
	    pwrite(fd, data, PAGE_SIZE, (off_t)(number - 1) * PAGE_SIZE),
	    PAGE_SIZE);
	ck_assert_int_eq(close(fd), 0);
}

/* The page that holds the row of an address, and where. */
static uint32_t
page_of(uint32_t addr, size_t *off)
{
	struct addr want = addr_from_ip4(addr);
	struct stat st;
	struct lease l;
	struct page g;
	uint32_t n;
	size_t i;

	ck_assert_int_eq(stat(path, &st), 0);
	for (n = 2; n <= st.st_size / PAGE_SIZE; n++) {
		page_parse(&g, page_load(n), PAGE_SIZE, false);
		for (i = 0; page_has_rows(&g) && i < g.ncells; i++)
			if (page_lease(
				&g, *off = page_cell_offset(&g, i), &l) &&
			    addr_compare(&l.addr, &want) == 0)
				return n;
	}
	ck_abort_msg("no such row");
	return 0;
}

/* Gives the row of an address another key. */
static void
change_key(uint32_t addr, uint32_t key)
{
	struct addr old = addr_from_ip4(addr), new = addr_from_ip4(key);
	size_t off;
	uint32_t n = page_of(addr, &off);
	uint8_t *page = page_load(n), *p;

	p = memmem(page + off, PAGE_SIZE - off, old.bytes, 4);
	ck_assert_ptr_nonnull(p);
	memcpy(p, new.bytes, 4);
	page_save(n, page);
}

static struct store *
open_recovering(struct store_open *o)
{
	struct store *s;

	ck_assert_msg(
	    recover_begin(&rc, &dbfile, why, sizeof(why)) == 0, "%s", why);
	s = recover_open(&rc, o, why, sizeof(why));
	ck_assert_msg(s != NULL, "%s", why);
	ck_assert_msg(recover_end(&rc, NOW, why, sizeof(why)) == 0, "%s", why);
	return s;
}

/* Files in the folder whose names begin like this. */
static size_t
count_files(const char *prefix)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t n = 0;

	while ((e = readdir(d)) != NULL)
		n += strncmp(e->d_name, prefix, strlen(prefix)) == 0;
	(void)closedir(d);
	return n;
}

#define MOVED "leases.db.damaged-20231114-221320"

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

/* The two databases that made version 0.1.0 loop for ever, and others. */
START_TEST(test_key_out_of_order)
{
	static const uint32_t row[] = { 256, 4096, 1, 5999, 3000 };
	struct store_open o = { .file = NULL };
	struct rows rows;
	struct store *s;
	char wanted[80], a[16], b[16];
	uint32_t last;

	make_rows(6000);
	change_key(FIRST + row[_i], FIRST - 1);
	ck_assert_ptr_null(try_open(&o));
	ck_assert_msg(o.damaged, "%s", why);
	(void)snprintf(wanted, sizeof(wanted), "rows out of order: %s after %s",
	    ip4_text(FIRST - 1, a), ip4_text(FIRST + row[_i] - 1, b));
	ck_assert_str_eq(why, wanted);
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 5999);
	ck_assert_uint_eq(rc.leases, 5999);
	ck_assert_uint_eq(rc.bad_rows, 1);
	ck_assert_uint_eq(load_all(s, 256).n, 5999);
	rows = load_all(s, 256);
	ck_assert(addr_to_ip4(&rows.last.addr, &last));
	ck_assert_uint_eq(last, row[_i] == 5999 ? FIRST + 5998 : FIRST + 5999);
	s->ops->close(s);
	ck_assert_uint_eq(count_files(MOVED), 2);
	s = must_open(&o);
	s->ops->close(s);
}
END_TEST

/* A key that is longer than any address. */
START_TEST(test_unreadable_key)
{
	struct store_open o = { .file = NULL };
	struct store *s;

	make_rows(10);
	edit(
	    "PRAGMA ignore_check_constraints = ON; INSERT INTO lease VALUES (4, zeroblob(65), 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL)");
	ck_assert_ptr_null(try_open(&o));
	ck_assert(o.damaged);
	ck_assert_str_eq(why, "unreadable key");
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 10);
	s->ops->close(s);
}
END_TEST

/* Whatever the check at the start missed, a load ends. */
START_TEST(test_load_out_of_order)
{
	struct store_open o = { .file = NULL };
	struct store_cursor cur = { .rows = 0 };
	struct rows got = { .n = 0 };
	enum store_result r = STORE_OK;
	struct store *s;
	size_t off, i;
	uint8_t page[PAGE_SIZE];
	uint32_t n;

	make_rows(6000);
	s = must_open(&o);
	n = page_of(FIRST + 4096, &off);
	memcpy(page, page_load(n), sizeof(page));
	change_key(FIRST + 4096, FIRST - 1);
	/* The library reads it anew only if it has to. */
	for (i = 0; i < 1000 && !cur.done && r == STORE_OK; i++)
		r = s->ops->load(s, &cur, 256, row, &got);
	ck_assert_uint_lt(i, 1000);
	if (r != STORE_OK)
		ck_assert_int_eq(r, STORE_LOST);
	s->ops->close(s);
}
END_TEST

static uint32_t
pages_of_file(void)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return (uint32_t)(st.st_size / PAGE_SIZE);
}

/* Each page in turn is lost; the rows of the others are not. */
START_TEST(test_each_page_lost)
{
	uint8_t junk[PAGE_SIZE], saved[PAGE_SIZE];
	struct salvage found;
	uint32_t n, total;
	int fd;

	make_rows_of(1 + _i / 2, 2000);
	total = pages_of_file();
	ck_assert_uint_gt(total, 10);
	for (n = 1; n <= total; n++) {
		/* The table of serials. */
		if (n == 3 && _i >= 2)
			continue;
		memcpy(saved, page_load(n), sizeof(saved));
		memset(junk, _i % 2 == 0 ? 0 : 0xff, sizeof(junk));
		page_save(n, junk);
		ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
		ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
		/* In schema 2 the root holds rows, too. */
		ck_assert_uint_ge(
		    found.n, n == 1 || (n == 2 && _i < 2) ? 2000 : 1800);
		ck_assert_uint_eq(found.bad_pages, n == 1 ? 0 : 1);
		if (n > 2)
			ck_assert_uint_le(found.ngaps, 1);
		salvage_done(&found);
		ck_assert_int_eq(close(fd), 0);
		page_save(n, saved);
	}
}
END_TEST

/* Any bytes changed: it ends, and what comes out is in order and a lease. */
START_TEST(test_random_damage)
{
	uint8_t page[PAGE_SIZE], saved[PAGE_SIZE];
	struct salvage found;
	struct addr before;
	uint32_t n, total;
	struct lease l;
	size_t i, round;
	int fd;

	srandom((unsigned int)_i);
	make_rows_of(1 + _i % 2, 1000);
	total = pages_of_file();
	for (round = 0; round < 100; round++) {
		n = 1 + (uint32_t)random() % total;
		memcpy(saved, page_load(n), sizeof(saved));
		memcpy(page, saved, sizeof(page));
		for (i = 0; i < 1 + round % 40; i++)
			page[(size_t)random() % (round % 2 ? 200 : PAGE_SIZE)] =
			    (uint8_t)random();
		page_save(n, page);
		ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
		ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
		ck_assert_uint_ge(found.n, 800);
		memset(&before, 0, sizeof(before));
		for (i = 0; i < found.n; i++) {
			ck_assert(salvage_lease(&found, i, &l));
			ck_assert_int_gt(addr_compare(&l.addr, &before), 0);
			before = l.addr;
		}
		salvage_done(&found);
		ck_assert_int_eq(close(fd), 0);
		page_save(n, saved);
	}
}
END_TEST

/* A file that is too large for the check of its structure, mostly a hole. */
static void
make_large(void)
{
	const uint32_t pages = 200000;
	uint8_t *header = page_load(1);

	header[28] = (uint8_t)(pages >> 24);
	header[29] = (uint8_t)(pages >> 16);
	header[30] = (uint8_t)(pages >> 8);
	header[31] = (uint8_t)pages;
	page_save(1, header);
	ck_assert_int_eq(truncate(path, (off_t)pages * PAGE_SIZE), 0);
}

START_TEST(test_too_large_to_check)
{
	struct store_open o = { .file = NULL };
	struct store *s;
	struct lease l;
	uint32_t addr;
	uint8_t *root;
	struct page g;
	size_t off;

	make_rows(6000);
	make_large();
	s = must_open(&o);
	ck_assert(o.unchecked);
	ck_assert_uint_eq(o.rows, 6000);
	s->ops->close(s);
	if (_i == 0) {
		change_key(FIRST + 4096, FIRST - 1);
	} else {
		/* A row of the root, after which searches go astray. */
		root = page_load(2);
		page_parse(&g, root, PAGE_SIZE, false);
		ck_assert_int_eq(g.kind, PAGE_INDEX_INTERIOR);
		off = page_cell_offset(&g, g.ncells / 2);
		ck_assert(page_lease(&g, off, &l));
		ck_assert(addr_to_ip4(&l.addr, &addr));
		change_key(addr, FIRST + 1000000);
	}
	o = (struct store_open){ .file = NULL };
	ck_assert_ptr_null(try_open(&o));
	ck_assert_msg(o.damaged, "%s", why);
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 5999);
	ck_assert(!o.unchecked);
	s->ops->close(s);
}
END_TEST

static void
copy_file(const char *from, const char *to)
{
	char data[65536];
	ssize_t n;
	int in = open(from, O_RDONLY), out = open(to, O_CREAT | O_WRONLY, 0600);

	ck_assert(in != -1 && out != -1);
	while ((n = read(in, data, sizeof(data))) > 0)
		ck_assert_int_eq(write(out, data, (size_t)n), n);
	(void)close(in);
	(void)close(out);
}

/* What is committed but only in the log counts; what is not, does not. */
START_TEST(test_log_is_read)
{
	struct store_open o = { .file = NULL };
	char copy[160], copy_wal[160], wal[160];
	struct lease l, got;
	struct salvage found;
	struct store *s;
	int db, log;

	make_rows(500);
	s = must_open(&o);
	l = lease(FIRST + 7, 7);
	l.expiry_s = 5000;
	ck_assert_int_eq(put(s, &l), STORE_OK);
	l = lease(FIRST + 600, 1);
	ck_assert_int_eq(put(s, &l), STORE_OK);
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	(void)snprintf(copy, sizeof(copy), "%s/copy", dir);
	(void)snprintf(copy_wal, sizeof(copy_wal), "%s/copy-wal", dir);
	copy_file(path, copy);
	copy_file(wal, copy_wal);
	s->ops->close(s);
	/* A torn frame at the end is no commit. */
	ck_assert_int_ne(log = open(copy_wal, O_WRONLY | O_APPEND), -1);
	ck_assert_int_eq(write(log, path, 100), 100);
	ck_assert_int_eq(close(log), 0);
	ck_assert_int_ne(db = open(copy, O_RDONLY), -1);
	ck_assert_int_ne(log = open(copy_wal, O_RDONLY), -1);
	ck_assert_int_eq(salvage_find(&found, db, log), 0);
	ck_assert_uint_eq(found.n, 501);
	ck_assert(salvage_lease(&found, 7, &got));
	ck_assert_uint_eq(got.expiry_s, 5000);
	ck_assert(salvage_lease(&found, 500, &got));
	ck_assert_mem_eq(&got, &l, sizeof(got));
	salvage_done(&found);
	/* The log alone has the pages that were written. */
	ck_assert_int_eq(salvage_find(&found, -1, log), 0);
	ck_assert_uint_gt(found.n, 0);
	salvage_done(&found);
	(void)close(db);
	(void)close(log);
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

/* A lease that was renewed since is not taken from an old copy of its page. */
START_TEST(test_newest_copy)
{
	uint8_t page[PAGE_SIZE], zero[PAGE_SIZE] = { 0 };
	struct store_open o = { .file = NULL };
	struct salvage found;
	struct lease l, got;
	struct store *s;
	struct page g;
	uint32_t n;
	size_t off;
	int fd;

	make_rows(2000);
	n = page_of(FIRST + 3, &off);
	memcpy(page, page_load(n), sizeof(page));
	s = must_open(&o);
	l = lease(FIRST + 3, 3);
	l.start_s = 1500;
	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);
	ck_assert_int_ne(fd = open(path, O_WRONLY | O_APPEND), -1);
	ck_assert_int_eq(write(fd, page, sizeof(page)), sizeof(page));
	ck_assert_int_eq(close(fd), 0);
	/* The root: all but its own rows are found without the tree. */
	page_parse(&g, page_load(2), PAGE_SIZE, false);
	ck_assert_int_eq(g.kind, PAGE_INDEX_INTERIOR);
	page_save(2, zero);
	ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
	ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
	ck_assert_uint_eq(found.n, 2000 - g.ncells);
	ck_assert(salvage_lease(&found, 3, &got));
	ck_assert_uint_eq(got.start_s, 1500);
	salvage_done(&found);
	(void)close(fd);
}
END_TEST

#define GAPS_AT 500 /* rows that are lost for good: one in 40 */
#define GAPS_STEP 40

/* The log lines that name gaps; each is the one of the next lost row. */
static size_t gaps_named;
static char gaps_more[LOG_LINE_MAX];

static void
note_line(int priority, const char *text, void *arg)
{
	const uint32_t lost =
	    FIRST + GAPS_AT + GAPS_STEP * (uint32_t)gaps_named;
	char wanted[100], a[16], b[16];

	(void)priority;
	(void)arg;
	if (strstr(text, " more places may be lost") != NULL)
		(void)snprintf(gaps_more, sizeof(gaps_more), "%s", text);
	if (strstr(text, "leases between ") == NULL)
		return;
	(void)snprintf(wanted, sizeof(wanted),
	    "leases between %s and %s may be lost", ip4_text(lost - 1, a),
	    ip4_text(lost + 1, b));
	ck_assert_msg(strstr(text, wanted) != NULL, "%s", text);
	gaps_named++;
}

/* Gaps that an old copy of a page fills are not reported. */
START_TEST(test_gaps)
{
	static const struct {
		uint32_t filled, lost;
		size_t named;
		const char *more;
	} t[] = { { 4, 8, 8, "" }, { 9, 3, 3, "" },
		{ 3, 12, 8, "leases in 4 more places" },
		{ 0, 9, 8, "leases in 1 more places" }, { 10, 0, 0, "" } };
	struct store_open o = { .file = NULL };
	uint8_t page[PAGE_SIZE];
	struct store *s;
	uint32_t i;
	size_t off;
	int fd;

	make_rows(2000);
	/* No page leads to this copy. */
	memcpy(page, page_load(page_of(FIRST + 5, &off)), sizeof(page));
	ck_assert_int_ne(fd = open(path, O_WRONLY | O_APPEND), -1);
	ck_assert_int_eq(write(fd, page, sizeof(page)), sizeof(page));
	ck_assert_int_eq(close(fd), 0);
	for (i = 0; i < t[_i].filled; i++)
		change_key(FIRST + 5 + 2 * i, FIRST - 1);
	for (i = 0; i < t[_i].lost; i++)
		change_key(FIRST + GAPS_AT + GAPS_STEP * i, FIRST - 1);
	/* Without the first page the file is searched from end to end. */
	ck_assert_int_ne(fd = open(path, O_RDWR), -1);
	ck_assert_int_eq(pwrite(fd, dir, 20, 100), 20);
	ck_assert_int_eq(close(fd), 0);
	log_set_sink(note_line, NULL);
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 2000 - t[_i].lost);
	ck_assert_uint_eq(gaps_named, t[_i].named);
	ck_assert_msg(strstr(gaps_more, t[_i].more) != NULL, "%s", gaps_more);
	ck_assert_int_eq(gaps_more[0] == '\0', t[_i].more[0] == '\0');
	s->ops->close(s);
}
END_TEST

/* The children of the root change places, so that many rows are dropped. */
static void
swap_halves(void)
{
	uint8_t child[64][4], *root = page_load(2), *at;
	struct page g;
	size_t i, n;

	page_parse(&g, root, PAGE_SIZE, false);
	ck_assert_int_eq(g.kind, PAGE_TABLE_INTERIOR);
	n = g.ncells + 1;
	ck_assert(n > 2 && n <= 64);
	for (i = 0; i < n; i++) {
		at = i < g.ncells ? root + page_cell_offset(&g, i) : root + 8;
		memcpy(child[i], at, 4);
	}
	for (i = 0; i < n; i++) {
		at = i < g.ncells ? root + page_cell_offset(&g, i) : root + 8;
		memcpy(at, child[(i + n / 2) % n], 4);
	}
	page_save(2, root);
}

/* Rows of schema 1 in a file that is too large for a check of its structure. */
START_TEST(test_rows1_out_of_order)
{
	struct store_open o = { .file = NULL };

	make_rows1(6000);
	swap_halves();
	make_large();
	ck_assert_ptr_null(try_open(&o));
	ck_assert_msg(o.damaged, "%s", why);
	ck_assert_str_eq(why, "rows out of order: 10.0.1.1 after 10.0.24.112");
}
END_TEST

/* A search for the next row from each dropped one would take a minute. */
START_TEST(test_many_dropped)
{
	const uint32_t rows = 1000000;
	struct salvage found;
	clock_t before;
	int fd;

	make_rows1(rows);
	swap_halves();
	ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
	before = clock();
	ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
	ck_assert_int_lt((clock() - before) / CLOCKS_PER_SEC, 10);
	ck_assert_uint_eq(found.n + found.bad_rows, rows);
	ck_assert_uint_gt(found.bad_rows, rows / 4);
	ck_assert_uint_eq(found.ngaps, 1);
	salvage_done(&found);
	ck_assert_int_eq(close(fd), 0);
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
	tcase_add_loop_test(tc, test_key_out_of_order, 0, 5);
	tcase_add_test(tc, test_unreadable_key);
	tcase_add_test(tc, test_load_out_of_order);
	tcase_add_loop_test(tc, test_each_page_lost, 0, 4);
	tcase_add_loop_test(tc, test_random_damage, 0, 4);
	tcase_add_loop_test(tc, test_too_large_to_check, 0, 2);
	tcase_add_test(tc, test_log_is_read);
	tcase_add_test(tc, test_log_without_database);
	tcase_add_loop_test(tc, test_crashes, 0, 4);
	tcase_add_test(tc, test_no_import);
	tcase_add_test(tc, test_disk_full);
	tcase_add_test(tc, test_cannot_move);
	tcase_add_loop_test(tc, test_cannot_open, 0, 2);
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_newest_copy);
	tcase_add_loop_test(tc, test_gaps, 0, 5);
	tcase_add_test(tc, test_rows1_out_of_order);
	tcase_add_test(tc, test_many_dropped);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests damage files. */
UNIT_MAIN_ALSO(suite_store_recover, SCMP_SYS(fchown), SCMP_SYS(write),
    SCMP_SYS(lseek), SCMP_SYS(mkdir), SCMP_SYS(rename), SCMP_SYS(rt_sigaction),
    SCMP_SYS(truncate), SCMP_SYS(getdents64), SCMP_SYS(prlimit64),
    SCMP_SYS(rmdir), SCMP_SYS(symlink))
