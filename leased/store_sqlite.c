/* SPDX-License-Identifier: ISC */
/* The lease store in SQLite: transactions, writing and reading of rows. */
#include "leased/store_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/*
 * Pages in the write-ahead log that make a checkpoint worth its time; it
 * runs between batches, when no client waits for the transaction.
 */
#define CHECKPOINT_PAGES 1000

static const char *const statements[STMT_MAX] = {
	[STMT_BEGIN] = "BEGIN IMMEDIATE",
	[STMT_COMMIT] = "COMMIT",
	[STMT_ROLLBACK] = "ROLLBACK",
	[STMT_GET] = "SELECT " LEASE_COLUMNS " FROM lease WHERE addr = ?1",
	[STMT_PUT] = "INSERT INTO lease (" LEASE_COLUMNS ")"
		     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		     " ON CONFLICT (addr) DO UPDATE SET"
		     " state = excluded.state, hwtype = excluded.hwtype,"
		     " hw = excluded.hw, client_id = excluded.client_id,"
		     " name = excluded.name, start_s = excluded.start_s,"
		     " expiry_s = excluded.expiry_s",
	[STMT_LOAD] = "SELECT " LEASE_COLUMNS " FROM lease"
		      " WHERE addr > ?1 ORDER BY addr LIMIT ?2",
};

enum {
	COL_ADDR,
	COL_STATE,
	COL_HWTYPE,
	COL_HW,
	COL_ID,
	COL_NAME,
	COL_START,
	COL_EXPIRY
};

struct store_sqlite *
store_sqlite_of(struct store *s)
{
	/* The first member of the one is the other. */
	return (struct store_sqlite *)(void *)s;
}

enum store_result
store_sqlite_failed(struct store_sqlite *s)
{
	int code = sqlite3_extended_errcode(s->db);
	int err = sqlite3_system_errno(s->db);
	bool file =
	    (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;

	(void)snprintf(s->store.why, sizeof(s->store.why), "%s%s%s",
	    sqlite3_errmsg(s->db), file && err != 0 ? ": " : "",
	    file && err != 0 ? strerror(err) : "");
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_MISUSE:
		return STORE_LOST;
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
		return STORE_REFUSED;
	default:
		return STORE_FAILED;
	}
}

int
store_sqlite_prepare(struct store_sqlite *s)
{
	size_t i;

	for (i = 0; i < STMT_MAX; i++) {
		if (sqlite3_prepare_v3(s->db, statements[i], -1,
			SQLITE_PREPARE_PERSISTENT, &s->stmt[i],
			NULL) != SQLITE_OK)
			return -1;
	}
	return 0;
}

/* Runs a statement that returns no row. */
static enum store_result
run(struct store_sqlite *s, enum store_sqlite_stmt which)
{
	enum store_result r = STORE_OK;

	if (sqlite3_step(s->stmt[which]) != SQLITE_DONE)
		r = store_sqlite_failed(s);
	(void)sqlite3_reset(s->stmt[which]);
	return r;
}

/* An integer column within its bounds; false for anything else. */
static bool
column_number(
    sqlite3_stmt *st, int col, int64_t min, int64_t max, int64_t *value)
{
	if (sqlite3_column_type(st, col) != SQLITE_INTEGER)
		return false;
	*value = sqlite3_column_int64(st, col);
	return *value >= min && *value <= max;
}

/* Bytes of a column of that type; false when they are not, or too many. */
static bool
column_bytes(
    sqlite3_stmt *st, int col, int type, void *dst, size_t max, size_t *len)
{
	const void *p;
	int n;

	if (sqlite3_column_type(st, col) != type)
		return false;
	p = sqlite3_column_blob(st, col);
	n = sqlite3_column_bytes(st, col);
	if (n < 0 || (size_t)n > max || (n > 0 && p == NULL))
		return false;
	if (n > 0)
		memcpy(dst, p, (size_t)n);
	*len = (size_t)n;
	return true;
}

/* Whatever is in the file: a row is a lease, or it is skipped. */
bool
store_sqlite_row(sqlite3_stmt *st, struct lease *l)
{
	int64_t addr, state, hwtype, start, expiry;
	size_t hwlen, idlen = 0, namelen;

	memset(l, 0, sizeof(*l));
	if (!column_number(st, COL_ADDR, 1, UINT32_MAX, &addr) ||
	    !column_number(st, COL_STATE, 0, LEASE_STATE_MAX - 1, &state) ||
	    !column_number(st, COL_HWTYPE, 0, UINT8_MAX, &hwtype) ||
	    !column_bytes(
		st, COL_HW, SQLITE_BLOB, l->hw, sizeof(l->hw), &hwlen) ||
	    !column_bytes(st, COL_NAME, SQLITE_TEXT, l->name,
		sizeof(l->name) - 1, &namelen) ||
	    strlen(l->name) != namelen ||
	    !column_number(st, COL_START, 0, INT64_MAX, &start))
		return false;
	if (sqlite3_column_type(st, COL_ID) != SQLITE_NULL &&
	    !column_bytes(
		st, COL_ID, SQLITE_BLOB, l->id, sizeof(l->id), &idlen))
		return false;
	l->expiry_s = LEASE_NEVER;
	if (sqlite3_column_type(st, COL_EXPIRY) != SQLITE_NULL) {
		if (!column_number(st, COL_EXPIRY, 0, INT64_MAX, &expiry))
			return false;
		l->expiry_s = (uint64_t)expiry;
	}
	l->addr = (uint32_t)addr;
	l->state = (uint8_t)state;
	l->hwtype = (uint8_t)hwtype;
	l->hwlen = (uint8_t)hwlen;
	l->idlen = (uint16_t)idlen;
	l->start_s = (uint64_t)start;
	return true;
}

static enum store_result
sqlite_begin(struct store *store)
{
	return run(store_sqlite_of(store), STMT_BEGIN);
}

static void
bind_lease(sqlite3_stmt *st, const struct lease *l)
{
	(void)sqlite3_bind_int64(st, 1 + COL_ADDR, l->addr);
	(void)sqlite3_bind_int(st, 1 + COL_STATE, l->state);
	(void)sqlite3_bind_int(st, 1 + COL_HWTYPE, l->hwtype);
	(void)sqlite3_bind_blob(st, 1 + COL_HW, l->hw, l->hwlen, SQLITE_STATIC);
	if (l->idlen == 0)
		(void)sqlite3_bind_null(st, 1 + COL_ID);
	else
		(void)sqlite3_bind_blob(
		    st, 1 + COL_ID, l->id, l->idlen, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 1 + COL_NAME, l->name, -1, SQLITE_STATIC);
	/* More than 63 bits becomes negative, and the table refuses it. */
	(void)sqlite3_bind_int64(st, 1 + COL_START, (int64_t)l->start_s);
	if (l->expiry_s == LEASE_NEVER)
		(void)sqlite3_bind_null(st, 1 + COL_EXPIRY);
	else
		(void)sqlite3_bind_int64(
		    st, 1 + COL_EXPIRY, (int64_t)l->expiry_s);
}

/* Refused when the row of this address belongs to a client that holds it. */
static enum store_result
check_taken(struct store_sqlite *s, const struct lease *new)
{
	sqlite3_stmt *st = s->stmt[STMT_GET];
	enum store_result r = STORE_OK;
	struct lease old;

	(void)sqlite3_bind_int64(st, 1, new->addr);
	switch (sqlite3_step(st)) {
	case SQLITE_DONE:
		break;
	case SQLITE_ROW:
		if (store_sqlite_row(st, &old) && store_taken(&old, new)) {
			(void)snprintf(s->store.why, sizeof(s->store.why), "%s",
			    LEASE_TAKEN);
			r = STORE_REFUSED;
		}
		break;
	default:
		r = store_sqlite_failed(s);
	}
	(void)sqlite3_reset(st);
	return r;
}

static enum store_result
sqlite_put(struct store *store, const struct lease *l)
{
	struct store_sqlite *s = store_sqlite_of(store);
	enum store_result r;

	if ((r = check_taken(s, l)) != STORE_OK)
		return r;
	bind_lease(s->stmt[STMT_PUT], l);
	r = run(s, STMT_PUT);
	(void)sqlite3_clear_bindings(s->stmt[STMT_PUT]);
	return r;
}

/*
 * Files that were removed or replaced still take what is written to them,
 * and a restart would find none of it.
 */
static bool
files_in_place(struct store_sqlite *s)
{
	struct stat st;
	int moved = 0;

	(void)sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return !moved && stat(s->wal_name, &st) == 0 && st.st_ino == s->wal_ino;
}

static enum store_result
sqlite_commit(struct store *store)
{
	struct store_sqlite *s = store_sqlite_of(store);

	if (!files_in_place(s)) {
		(void)snprintf(s->store.why, sizeof(s->store.why),
		    "it was removed or replaced while it was in use");
		return STORE_LOST;
	}
	return run(s, STMT_COMMIT);
}

static enum store_result
sqlite_rollback(struct store *store)
{
	struct store_sqlite *s = store_sqlite_of(store);

	/* Some failures have already rolled back by themselves. */
	if (sqlite3_get_autocommit(s->db))
		return STORE_OK;
	if (run(s, STMT_ROLLBACK) != STORE_OK || !sqlite3_get_autocommit(s->db))
		return STORE_LOST;
	return STORE_OK;
}

static enum store_result
sqlite_load(struct store *store, struct store_cursor *cur, size_t max,
    store_row_fn *row, void *arg)
{
	struct store_sqlite *s = store_sqlite_of(store);
	sqlite3_stmt *st = s->stmt[STMT_LOAD];
	enum store_result r = STORE_OK;
	struct lease l;
	int64_t addr;
	size_t n;
	int rc;

	/* Each slice is a read of its own, which holds up no checkpoint. */
	(void)sqlite3_bind_int64(st, 1, cur->after);
	(void)sqlite3_bind_int64(st, 2, (int64_t)max);
	for (n = 0; (rc = sqlite3_step(st)) == SQLITE_ROW; n++) {
		addr = sqlite3_column_int64(st, COL_ADDR);
		if (addr <= cur->after) {
			/* The next slice would begin before this one. */
			(void)snprintf(s->store.why, sizeof(s->store.why),
			    "its rows are out of order");
			(void)sqlite3_reset(st);
			return STORE_LOST;
		}
		cur->after = addr;
		if (!store_sqlite_row(st, &l)) {
			cur->unreadable++;
			continue;
		}
		cur->rows++;
		if (row != NULL)
			row(&l, arg);
	}
	if (rc != SQLITE_DONE)
		r = store_sqlite_failed(s);
	else
		cur->done = n < max;
	(void)sqlite3_reset(st);
	return r;
}

static enum store_result
sqlite_tidy(struct store *store)
{
	struct store_sqlite *s = store_sqlite_of(store);

	if (s->wal_pages < CHECKPOINT_PAGES)
		return STORE_OK;
	s->wal_pages = 0;
	if (sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
		NULL, NULL) != SQLITE_OK)
		return store_sqlite_failed(s);
	return STORE_OK;
}

/*
 * Everything goes into the one file, for whoever copies it, and memory is
 * given back; the empty log stays, as a process that serves may not remove it.
 */
static void
sqlite_close(struct store *store)
{
	struct store_sqlite *s = store_sqlite_of(store);
	size_t i;

	if (sqlite3_get_autocommit(s->db))
		(void)sqlite3_wal_checkpoint_v2(
		    s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	for (i = 0; i < STMT_MAX; i++)
		(void)sqlite3_finalize(s->stmt[i]);
	(void)sqlite3_close(s->db);
	free(s);
}

const struct store_ops store_sqlite = {
	.open = store_sqlite_open,
	.begin = sqlite_begin,
	.put = sqlite_put,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.load = sqlite_load,
	.tidy = sqlite_tidy,
	.close = sqlite_close,
};
