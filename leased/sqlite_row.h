/* SPDX-License-Identifier: ISC */
/* Leases in the rows of an SQLite statement. */
#ifndef LEASED_SQLITE_ROW_H
#define LEASED_SQLITE_ROW_H

#include <sqlite3.h>

#include "leased/store.h"

/* What sqlite_row_read() takes, in its order. */
#define SQLITE_ROW_COLUMNS \
	"family, addr, state, hwtype, hw, client_id, name, start_s, expiry_s, relay"

/* The same of schema 1, for sqlite_row_read1(). */
#define SQLITE_ROW1_COLUMNS \
	"addr, state, hwtype, hw, client_id, name, start_s, expiry_s"

/* The lease in a row; false when the row is invalid, whatever it holds. */
bool sqlite_row_read(sqlite3_stmt *, struct lease *);
bool sqlite_row_read1(sqlite3_stmt *, struct lease *);

/*
 * The key of a row, which need not be a valid address; false when it cannot be
 * a key of the table, so that the file is damaged.
 */
bool sqlite_row_key(sqlite3_stmt *, struct store_key *);

/* Binds a key to parameters 1 and 2.  It must stay until the next reset. */
void sqlite_row_bind_key(sqlite3_stmt *, const struct store_key *);

/* Binds a lease to parameters 1 to 10, in the order of the columns. */
void sqlite_row_bind(sqlite3_stmt *, const struct lease *);

#endif
