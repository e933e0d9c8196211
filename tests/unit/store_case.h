/* SPDX-License-Identifier: ISC */
/* A lease store on a real file. */
#ifndef TESTS_UNIT_STORE_CASE_H
#define TESTS_UNIT_STORE_CASE_H

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "leased/store.h"
#include "tests/unit/unit.h"

static char dir[64];
static char path[128];

/* In memory, if possible: most of the time went to waits for a disk. */
static inline void
set_up(void)
{
	(void)strcpy(dir, "/dev/shm/pxeguard-store-XXXXXX");
	if (mkdtemp(dir) == NULL) {
		(void)strcpy(dir, "/tmp/pxeguard-store-XXXXXX");
		ck_assert_ptr_nonnull(mkdtemp(dir));
	}
	(void)snprintf(path, sizeof(path), "%s/leases.db", dir);
}

static inline void
remove_one(const char *suffix)
{
	char name[160];

	(void)snprintf(name, sizeof(name), "%s%s", path, suffix);
	(void)unlink(name);
}

static inline void
tear_down(void)
{
	remove_one("");
	remove_one("-wal");
	remove_one("-journal");
	(void)rmdir(dir);
}

static char why[512];

static inline struct store *
try_open(struct store_open *o)
{
	o->file = path;
	return store_sqlite.open(o, why, sizeof(why));
}

static inline struct store *
must_open(struct store_open *o)
{
	struct store *s = try_open(o);

	ck_assert_msg(s != NULL, "%s", why);
	return s;
}

/* From here on the store may do what a leased that serves may do. */
static inline struct store *
must_serve(struct store_open *o)
{
	struct store *s = must_open(o);

	sandboxed_narrow();
	return s;
}

static inline struct store *
open_store(void)
{
	struct store_open o = { .file = NULL };

	return must_open(&o);
}

static inline struct store *
serve_store(void)
{
	struct store_open o = { .file = NULL };

	return must_serve(&o);
}

static inline struct lease
lease(uint32_t addr, uint8_t client)
{
	struct lease l = { .state = LEASE_BOUND,
		.addr = addr_from_ip4(addr),
		.hwtype = 1,
		.hwlen = 6,
		.hw = { 2, 0, 0, 0, 0, client },
		.name = "pc",
		.start_s = 1000,
		.expiry_s = 2000 };

	return l;
}

static inline enum store_result
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
	struct addr before;
};

static inline void
row(const struct lease *l, void *arg)
{
	struct rows *rows = arg;

	ck_assert_int_gt(addr_compare(&l->addr, &rows->before), 0);
	rows->before = l->addr;
	rows->last = *l;
	rows->n++;
}

static inline struct rows
load_all(struct store *s, size_t slice)
{
	struct store_cursor cur = { .rows = 0 };
	struct rows rows = { .n = 0 };
	size_t slices = 0;

	for (; !cur.done; slices++)
		ck_assert_int_eq(
		    s->ops->load(s, &cur, slice, row, &rows), STORE_OK);
	ck_assert_uint_eq(cur.rows, rows.n);
	/* A slice that is not full is the last one. */
	ck_assert_uint_eq(slices, (cur.rows + cur.unreadable) / slice + 1);
	return rows;
}

/* Edits the file as some other program would. */
static inline void
edit(const char *sql)
{
	char *err = NULL;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(
	    sqlite3_exec(db, sql, NULL, NULL, &err) == SQLITE_OK, "%s", err);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

/* The table of pxeguard 0.1.0, in the words of that version. */
#define SCHEMA_1                                                               \
	"PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"                  \
	"CREATE TABLE lease ( addr INTEGER PRIMARY KEY CHECK (addr BETWEEN 1 " \
	"AND 4294967295), state INTEGER NOT NULL CHECK (state BETWEEN 0 AND "  \
	"2), hwtype INTEGER NOT NULL CHECK (hwtype BETWEEN 0 AND 255), hw "    \
	"BLOB NOT NULL CHECK (length(hw) <= 16), client_id BLOB CHECK "        \
	"(length(client_id) BETWEEN 1 AND 255), name TEXT NOT NULL CHECK "     \
	"(length(CAST(name AS BLOB)) <= 255), start_s INTEGER NOT NULL CHECK " \
	"(start_s >= 0), expiry_s INTEGER CHECK (expiry_s >= 0)) STRICT;"      \
	"PRAGMA application_id = 1347962183; PRAGMA user_version = 1;"

#endif
