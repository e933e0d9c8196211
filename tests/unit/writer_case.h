/* SPDX-License-Identifier: ISC */
/* A database that another process writes, or has written. */
#ifndef TESTS_UNIT_WRITER_CASE_H
#define TESTS_UNIT_WRITER_CASE_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/store_case.h"

#define ROWS 300

static sqlite3 *writer;

static inline void
run(const char *sql)
{
	char *err = NULL;

	ck_assert_msg(sqlite3_exec(writer, sql, NULL, NULL, &err) == SQLITE_OK,
	    "%s: %s", sql, err);
}

static inline void
fill(unsigned int from, unsigned int n)
{
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE c(i) AS (SELECT %u UNION ALL SELECT i + 1 FROM c WHERE i < %u) INSERT INTO lease (family, addr, state, hwtype, hw, name, start_s, expiry_s) SELECT 4, bytes_of_hex(printf('%%08x', i)), 0, 1, x'020000000001', printf('%%0100d', i), 1, NULL FROM c",
	    from, from + n - 1);
	run(sql);
}

/* The library of Debian 12 has no function for it. */
static inline void
bytes_of_hex(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	const char *text = (const char *)sqlite3_value_text(argv[0]);
	uint8_t bytes[4];
	unsigned long v;

	(void)argc;
	v = strtoul(text, NULL, 16);
	bytes[0] = (uint8_t)(v >> 24);
	bytes[1] = (uint8_t)(v >> 16);
	bytes[2] = (uint8_t)(v >> 8);
	bytes[3] = (uint8_t)v;
	sqlite3_result_blob(ctx, bytes, sizeof(bytes), SQLITE_TRANSIENT);
}

static inline void
writer_open(void)
{
	ck_assert_int_eq(sqlite3_open(path, &writer), SQLITE_OK);
	ck_assert_int_eq(sqlite3_create_function(writer, "bytes_of_hex", 1,
			     SQLITE_UTF8, NULL, bytes_of_hex, NULL, NULL),
	    SQLITE_OK);
	/* With a cache this small, parts of a transaction are in the log. */
	run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = 2; PRAGMA cache_spill = 1");
}

/* A database in use: pages in the file, and a log with some of them. */
static inline void
begin(void)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	s->ops->close(s);
	writer_open();
	fill(1, ROWS);
	run("PRAGMA wal_checkpoint(PASSIVE)");
	run("UPDATE lease SET start_s = 2");
}

static inline void
end(void)
{
	ck_assert_int_eq(sqlite3_close(writer), SQLITE_OK);
	writer = NULL;
}

static inline int
open_part(const char *suffix)
{
	char name[160];

	(void)snprintf(name, sizeof(name), "%s%s", path, suffix);
	return open(name, O_RDONLY | O_CLOEXEC);
}

#endif
