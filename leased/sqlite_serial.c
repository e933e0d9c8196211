/* SPDX-License-Identifier: ISC */
/* Stores and reads the serials of manifests. */
#include "leased/sqlite_serial.h"

#include <stdio.h>
#include <string.h>

const char sqlite_serial_create[] =
    "CREATE TABLE IF NOT EXISTS serial (\n"
    " root TEXT NOT NULL CHECK (length(root) > 0),\n" /* tftp-root */
    " folder TEXT NOT NULL,\n" /* of the manifest, below it; "": the root */
    " serial INTEGER NOT NULL CHECK (serial >= 0),\n"
    " PRIMARY KEY (root, folder)\n"
    ") STRICT, WITHOUT ROWID";

/*
 * The table is missing only if it could not be made at the start, because the
 * disk was full.
 */
static enum store_result
serial_failed(struct store_sqlite *s)
{
	enum store_result r = store_sqlite_failed(s);

	if (s->code == SQLITE_ERROR)
		(void)snprintf(s->store.why, sizeof(s->store.why),
		    "the disk was full at the start; free some space and restart pxeguard");
	return r;
}

/* The number of a statement with one row at most; -1: none. */
static enum store_result
serial_number(struct store_sqlite *s, enum store_sqlite_stmt which, int64_t *n)
{
	sqlite3_stmt *st = s->stmt[which];
	enum store_result r = STORE_OK;

	*n = -1;
	switch (sqlite3_step(st)) {
	case SQLITE_ROW:
		*n = sqlite3_column_int64(st, 0);
		break;
	case SQLITE_DONE:
		break;
	default:
		r = serial_failed(s);
	}
	(void)sqlite3_reset(st);
	return r;
}

static void
serial_bind(sqlite3_stmt *st, const struct serial_row *row)
{
	(void)sqlite3_bind_text(st, 1, row->root, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, row->folder, -1, SQLITE_STATIC);
}

static enum store_result
serial_refuse(struct store_sqlite *s, const char *why)
{
	(void)snprintf(s->store.why, sizeof(s->store.why), "%s", why);
	return STORE_REFUSED;
}

/* Whether the row may be put; STORE_REFUSED if not. */
static enum store_result
serial_check(struct store_sqlite *s, const struct serial_row *row)
{
	enum store_result r;
	int64_t had, n;

	serial_bind(s->stmt[STMT_SERIAL_GET], row);
	r = serial_number(s, STMT_SERIAL_GET, &had);
	(void)sqlite3_clear_bindings(s->stmt[STMT_SERIAL_GET]);
	if (r != STORE_OK || had >= 0) {
		if (r == STORE_OK && (uint64_t)had > row->serial)
			return serial_refuse(s, "a higher serial is stored");
		return r;
	}
	r = serial_number(s, STMT_SERIAL_COUNT, &n);
	if (r == STORE_OK && n >= SERIAL_ROWS_MAX)
		return serial_refuse(s, "too many folders have serials");
	return r;
}

enum store_result
sqlite_serial_put(struct store *store, const struct serial_row *row)
{
	struct store_sqlite *s = store_sqlite_of(store);
	sqlite3_stmt *st = s->stmt[STMT_SERIAL_PUT];
	enum store_result r;

	if ((r = serial_check(s, row)) != STORE_OK)
		return r;
	serial_bind(st, row);
	(void)sqlite3_bind_int64(st, 3, (int64_t)row->serial);
	r = store_sqlite_run(s, STMT_SERIAL_PUT);
	(void)sqlite3_clear_bindings(st);
	return r;
}

/* A text that fits, without a NUL in it. */
static bool
serial_text(sqlite3_stmt *st, int column, char *dst, size_t dstsz)
{
	const unsigned char *p = sqlite3_column_text(st, column);
	size_t n = (size_t)sqlite3_column_bytes(st, column);

	if (p == NULL || n >= dstsz || memchr(p, '\0', n) != NULL)
		return false;
	memcpy(dst, p, n);
	dst[n] = '\0';
	return true;
}

bool
sqlite_serial_read(sqlite3_stmt *st, struct serial_row *row)
{
	int64_t n;

	if (sqlite3_column_type(st, 2) != SQLITE_INTEGER ||
	    (n = sqlite3_column_int64(st, 2)) < 0 ||
	    !serial_text(st, 0, row->root, sizeof(row->root)) ||
	    !serial_text(st, 1, row->folder, sizeof(row->folder)))
		return false;
	row->serial = (uint64_t)n;
	return serial_row_valid(row);
}

enum store_result
sqlite_serial_load(struct store *store, size_t from, size_t max,
    store_serial_fn *fn, void *arg, size_t *n)
{
	struct store_sqlite *s = store_sqlite_of(store);
	sqlite3_stmt *st = s->stmt[STMT_SERIAL_LOAD];
	enum store_result r = STORE_OK;
	struct serial_row row;
	int rc;

	(void)sqlite3_bind_int64(st, 1, (int64_t)max);
	(void)sqlite3_bind_int64(st, 2, (int64_t)from);
	for (*n = 0; (rc = sqlite3_step(st)) == SQLITE_ROW; ++*n)
		if (sqlite_serial_read(st, &row))
			fn(&row, arg);
	if (rc != SQLITE_DONE)
		r = serial_failed(s);
	(void)sqlite3_reset(st);
	/* There can be no row without the table. */
	return r == STORE_FAILED && s->code == SQLITE_ERROR ? STORE_OK : r;
}
