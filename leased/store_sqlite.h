/* SPDX-License-Identifier: ISC */
/* What the two halves of the SQLite store, opening and using, share. */
#ifndef LEASED_STORE_SQLITE_H
#define LEASED_STORE_SQLITE_H

#include <sqlite3.h>
#include <sys/types.h>

#include "leased/store.h"

#define LEASE_COLUMNS \
	"addr, state, hwtype, hw, client_id, name, start_s, expiry_s"

enum store_sqlite_stmt {
	STMT_BEGIN,
	STMT_COMMIT,
	STMT_ROLLBACK,
	STMT_GET,
	STMT_PUT,
	STMT_LOAD,
	STMT_MAX
};

struct store_sqlite {
	struct store store; /* must be the first */
	sqlite3 *db;
	sqlite3_stmt *stmt[STMT_MAX];
	const char *wal_name; /* the library's */
	ino_t wal_ino;
	int wal_pages; /* in the write-ahead log after the last commit */
};

struct store_sqlite *store_sqlite_of(struct store *);

/* Puts the library's text into why; tells what the failure means. */
enum store_result store_sqlite_failed(struct store_sqlite *);

/* Once the tables exist. -1: see store_sqlite_failed(). */
int store_sqlite_prepare(struct store_sqlite *);

/* The lease in a row of LEASE_COLUMNS; false when it is none. */
bool store_sqlite_row(sqlite3_stmt *, struct lease *);

/*
 * Checks the structure of the file; skip is set where it is too large for
 * that.  STORE_LOST with a reason when it is damaged.
 */
enum store_result store_sqlite_check(struct store_sqlite *, bool *skipped);

/* Reads all rows in the order in which they lie, and counts them. */
enum store_result
store_sqlite_scan(struct store_sqlite *, uint64_t *rows, uint64_t *unreadable);

struct store *store_sqlite_open(struct store_open *, char *why, size_t whysz);

#endif
