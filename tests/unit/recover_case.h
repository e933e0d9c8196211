/* SPDX-License-Identifier: ISC */
/* For tests of damaged lease databases: makes, damages and recovers them. */
#ifndef TESTS_UNIT_RECOVER_CASE_H
#define TESTS_UNIT_RECOVER_CASE_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static inline void
start(void)
{
	set_up();
	memset(&dbfile, 0, sizeof(dbfile));
	(void)snprintf(dbfile.file, sizeof(dbfile.file), "%s", path);
	(void)snprintf(dbfile.shown, sizeof(dbfile.shown), "/own/leases.db");
}

static inline void
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
static inline void
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
static inline void
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

static inline void
make_rows_of(int schema, uint32_t n)
{
	if (schema == 1)
		make_rows1(n);
	else
		make_rows(n);
}

static inline uint8_t *
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

static inline void
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
static inline uint32_t
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
static inline void
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

static inline struct store *
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
static inline size_t
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

static inline void
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

#endif
