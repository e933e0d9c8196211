/* SPDX-License-Identifier: ISC */
/* Notes in a database what its first leases were taken from. */
#include "leased/sqlite_imported.h"

#include <stdio.h>
#include <string.h>

static const char create[] =
    "CREATE TABLE IF NOT EXISTS " SQLITE_IMPORTED " (\n"
    " file TEXT NOT NULL PRIMARY KEY,\n"
    " at_s INTEGER NOT NULL,\n"
    " leases INTEGER NOT NULL,\n"
    " expired INTEGER NOT NULL,\n"
    " ignored INTEGER NOT NULL\n"
    ") STRICT, WITHOUT ROWID";
static const char insert[] =
    "INSERT OR REPLACE INTO " SQLITE_IMPORTED " VALUES (?1, ?2, ?3, ?4, ?5)";
static const char has_rows[] = "SELECT EXISTS (SELECT 1 FROM lease)";
static const char has_table[] =
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '" SQLITE_IMPORTED
    "')";
static const char select_note[] =
    "SELECT file, at_s, leases, expired, ignored FROM " SQLITE_IMPORTED
    " LIMIT 1";

static int64_t
imported_number(uint64_t n)
{
	return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

enum store_result
sqlite_imported_write(struct store *store, const struct store_import *note)
{
	struct store_sqlite *s = store_sqlite_of(store);
	enum store_result r = STORE_OK;
	sqlite3_stmt *st;

	if (sqlite3_exec(s->db, create, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(s->db, insert, -1, &st, NULL) != SQLITE_OK)
		return store_sqlite_failed(s);
	(void)sqlite3_bind_text(st, 1, note->file, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 2, imported_number(note->at_s));
	(void)sqlite3_bind_int64(st, 3, imported_number(note->leases));
	(void)sqlite3_bind_int64(st, 4, imported_number(note->expired));
	(void)sqlite3_bind_int64(st, 5, imported_number(note->ignored));
	if (sqlite3_step(st) != SQLITE_DONE)
		r = store_sqlite_failed(s);
	(void)sqlite3_finalize(st);
	return r;
}

static uint64_t
imported_column(sqlite3_stmt *st, int column)
{
	int64_t n = sqlite3_column_int64(st, column);

	return n < 0 ? 0 : (uint64_t)n;
}

/* Sets *found if there is one. */
static enum store_result
imported_note(struct store_sqlite *s, struct store_import *note, bool *found)
{
	enum store_result r = STORE_OK;
	const char *file;
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(s->db, select_note, -1, &st, NULL) != SQLITE_OK)
		return store_sqlite_failed(s);
	switch (sqlite3_step(st)) {
	case SQLITE_ROW:
		*found = true;
		file = (const char *)sqlite3_column_text(st, 0);
		(void)snprintf(note->file, sizeof(note->file), "%s",
		    file == NULL ? "" : file);
		note->at_s = imported_column(st, 1);
		note->leases = imported_column(st, 2);
		note->expired = imported_column(st, 3);
		note->ignored = imported_column(st, 4);
		break;
	case SQLITE_DONE:
		break;
	default:
		r = store_sqlite_failed(s);
	}
	(void)sqlite3_finalize(st);
	return r;
}

enum store_result
sqlite_imported_read(
    struct store_sqlite *s, struct store_import *note, bool *may_fill)
{
	enum store_result r = STORE_OK;
	int64_t rows, table;
	bool found = false;

	memset(note, 0, sizeof(*note));
	if (store_sqlite_number(s, has_rows, &rows) == -1 ||
	    store_sqlite_number(s, has_table, &table) == -1)
		return store_sqlite_failed(s);
	if (table != 0)
		r = imported_note(s, note, &found);
	*may_fill = rows == 0 && !found;
	return r;
}
