/* SPDX-License-Identifier: ISC */
/* The lease store in SQLite, for the files that open and check it. */
#ifndef LEASED_STORE_SQLITE_H
#define LEASED_STORE_SQLITE_H

#include <sqlite3.h>
#include <sys/types.h>

#include "leased/store.h"

enum store_sqlite_stmt {
	STMT_BEGIN,
	STMT_COMMIT,
	STMT_ROLLBACK,
	STMT_GET,
	STMT_PUT,
	STMT_LOAD,
	STMT_EVICT,
	STMT_SERIAL_GET,
	STMT_SERIAL_COUNT,
	STMT_SERIAL_PUT,
	STMT_SERIAL_LOAD,
	STMT_MAX
};

struct store_sqlite {
	struct store store; /* must be the first */
	sqlite3 *db;
	sqlite3_stmt *stmt[STMT_MAX];
	const char *wal_name; /* the library's */
	ino_t wal_ino;
	uint64_t rows; /* of leases, with those that are not committed */
	uint64_t rows_before; /* the transaction */
	uint64_t full_ms; /* when all leases were found to be in use; or 0 */
	int wal_pages; /* in the write-ahead log after the last commit */
	int code; /* the library's result code that explains store.why */
};

struct store_sqlite *store_sqlite_of(struct store *);

/* Copies the library's message to why; returns the result that it means. */
enum store_result store_sqlite_failed(struct store_sqlite *);

/*
 * A check found damage, described in store.why.  Returns STORE_LOST, or
 * STORE_FAILED with another reason if a read has failed.
 */
enum store_result store_sqlite_damaged(struct store_sqlite *);

/* Runs a statement that returns no row. */
enum store_result
store_sqlite_run(struct store_sqlite *, enum store_sqlite_stmt);

/* The number that a query returns, 0 without a row.  -1: as the next one. */
int store_sqlite_number(struct store_sqlite *, const char *sql, int64_t *n);

/* Called when the tables exist.  -1: see store_sqlite_failed(). */
int store_sqlite_prepare(struct store_sqlite *);

#endif
