/* SPDX-License-Identifier: ISC */
/* Reads the table of serials in a copy of a damaged database. */
#include "leased/serial_salvage.h"

#include "leased/snapshot.h"
#include "leased/sqlite_limits.h"
#include "leased/sqlite_serial.h"

static const char find_table[] =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'serial'";
static const char select_rows[] =
    "SELECT " SQLITE_SERIAL_COLUMNS " FROM serial";

static enum serial_salvage
salvage_serials(struct store *store, sqlite3 *db, uint64_t *found)
{
	enum serial_salvage r = SERIAL_SALVAGE_ALL;
	enum store_result put;
	struct serial_row row;
	sqlite3_stmt *st;
	int rc;

	if (sqlite3_prepare_v2(db, select_rows, -1, &st, NULL) != SQLITE_OK) {
		(void)sqlite3_finalize(st);
		return SERIAL_SALVAGE_LOST;
	}
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (!sqlite_serial_read(st, &row)) {
			r = SERIAL_SALVAGE_LOST;
			continue;
		}
		put = store->ops->put_serial(store, &row);
		if (put == STORE_OK) {
			++*found;
		} else if (put == STORE_REFUSED) {
			r = SERIAL_SALVAGE_LOST;
		} else {
			(void)sqlite3_finalize(st);
			return SERIAL_SALVAGE_FAILED;
		}
	}
	(void)sqlite3_finalize(st);
	return rc == SQLITE_DONE ? r : SERIAL_SALVAGE_LOST;
}

static enum serial_salvage
salvage_snapshot(struct store *store, struct snapshot *snap, uint64_t *found)
{
	enum serial_salvage r = SERIAL_SALVAGE_LOST;
	struct store_sqlite s = { .db = NULL };
	int64_t tables;

	if (sqlite3_open_v2(":memory:", &s.db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_MEMORY,
		NULL) == SQLITE_OK &&
	    sqlite_limits_set(s.db) == 0 &&
	    sqlite3_deserialize(s.db, "main", snap->p, (sqlite3_int64)snap->n,
		(sqlite3_int64)snap->n,
		SQLITE_DESERIALIZE_READONLY) == SQLITE_OK &&
	    store_sqlite_number(&s, find_table, &tables) == 0)
		r = tables == 0 ? SERIAL_SALVAGE_ALL
				: salvage_serials(store, s.db, found);
	(void)sqlite3_close(s.db);
	return r;
}

enum serial_salvage
serial_salvage(struct store *store, int db, int wal, uint64_t *found)
{
	enum serial_salvage r = SERIAL_SALVAGE_LOST;
	struct snapshot snap;

	*found = 0;
	if (snapshot_take(&snap, db, wal) != SNAPSHOT_OK)
		return r;
	if (snap.n > 0)
		r = salvage_snapshot(store, &snap, found);
	snapshot_free(&snap);
	return r;
}
