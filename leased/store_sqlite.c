/* SPDX-License-Identifier: ISC */
/* The lease store in SQLite: transactions, writing and reading of rows. */
#include "leased/store_sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/clock.h"
#include "leased/sqlite_imported.h"
#include "leased/sqlite_open.h"
#include "leased/sqlite_row.h"
#include "leased/sqlite_serial.h"

/*
 * Pages in the write-ahead log that make a checkpoint worth its time; it
 * runs between batches, when no client waits for the transaction.
 */
#define CHECKPOINT_PAGES 1000

/* To find the oldest takes half a second, so that many of them go at once. */
#define EVICT_ROWS 10000
#define EVICT_PAUSE_MS 60000 /* after none was found */

static const char *const statements[STMT_MAX] = {
	[STMT_BEGIN] = "BEGIN IMMEDIATE",
	[STMT_COMMIT] = "COMMIT",
	[STMT_ROLLBACK] = "ROLLBACK",
	[STMT_GET] = "SELECT " SQLITE_ROW_COLUMNS
		     " FROM lease WHERE family = ?1 AND addr = ?2",
	[STMT_PUT] =
	    "INSERT INTO lease (" SQLITE_ROW_COLUMNS
	    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (family, addr) DO UPDATE SET state = excluded.state, hwtype = excluded.hwtype, hw = excluded.hw, client_id = excluded.client_id, name = excluded.name, start_s = excluded.start_s, expiry_s = excluded.expiry_s, relay = excluded.relay",
	[STMT_LOAD] =
	    "SELECT " SQLITE_ROW_COLUMNS
	    " FROM lease WHERE (family, addr) > (?1, ?2) ORDER BY family, addr LIMIT ?3",
	[STMT_EVICT] =
	    "DELETE FROM lease WHERE (family, addr) IN (SELECT family, addr FROM lease WHERE expiry_s < ?1 ORDER BY expiry_s LIMIT ?2)",
	[STMT_SERIAL_GET] =
	    "SELECT serial FROM serial WHERE root = ?1 AND folder = ?2",
	[STMT_SERIAL_COUNT] = "SELECT count(*) FROM serial",
	[STMT_SERIAL_PUT] =
	    "INSERT INTO serial (" SQLITE_SERIAL_COLUMNS
	    ") VALUES (?1, ?2, ?3) ON CONFLICT (root, folder) DO UPDATE SET serial = excluded.serial",
	[STMT_SERIAL_LOAD] =
	    "SELECT " SQLITE_SERIAL_COLUMNS
	    " FROM serial ORDER BY root, folder LIMIT ?1 OFFSET ?2",
};

struct store_sqlite *
store_sqlite_of(struct store *s)
{
	/* The first member of the one is the other. */
	return (struct store_sqlite *)(void *)s;
}

/*
 * The errno of a failed read; 0: none.  The library keeps that number until
 * a read ends before it has all bytes, so such a read is made.
 */
static int
store_sqlite_file_errno(sqlite3_file *f)
{
	sqlite3_int64 size;
	int err = 0;
	char byte;

	if (f == NULL || f->pMethods == NULL ||
	    f->pMethods->xFileControl(f, SQLITE_FCNTL_LAST_ERRNO, &err) !=
		SQLITE_OK)
		return 0;
	if (err != EIO && err != ENXIO && err != ERANGE)
		return 0;
	if (f->pMethods->xFileSize(f, &size) == SQLITE_OK)
		(void)f->pMethods->xRead(f, &byte, sizeof(byte), size);
	return err;
}

/* The same for the database and its log. */
static int
store_sqlite_read_errno(struct store_sqlite *s)
{
	sqlite3_file *db = NULL, *wal = NULL;
	int db_err, wal_err;

	(void)sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_FILE_POINTER, &db);
	(void)sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	db_err = store_sqlite_file_errno(db);
	wal_err = store_sqlite_file_errno(wal);
	return db_err != 0 ? db_err : wal_err;
}

enum store_result
store_sqlite_failed(struct store_sqlite *s)
{
	int code = sqlite3_extended_errcode(s->db);
	int err = sqlite3_system_errno(s->db);
	bool file =
	    (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;

	s->code = code & 0xff;
	(void)snprintf(s->store.why, sizeof(s->store.why), "%s%s%s",
	    sqlite3_errmsg(s->db), file && err != 0 ? ": " : "",
	    file && err != 0 ? strerror(err) : "");
	switch (s->code) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return store_sqlite_damaged(s);
	case SQLITE_MISUSE:
		return STORE_LOST;
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
		return STORE_REFUSED;
	default:
		return STORE_FAILED;
	}
}

enum store_result
store_sqlite_damaged(struct store_sqlite *s)
{
	int err = store_sqlite_read_errno(s);

	/* The library reports EIO, ENXIO and ERANGE of read() as damage. */
	s->code = err != 0 ? SQLITE_IOERR : SQLITE_CORRUPT;
	if (err == 0)
		return STORE_LOST;
	(void)snprintf(s->store.why, sizeof(s->store.why), "disk I/O error: %s",
	    strerror(err));
	return STORE_FAILED;
}

int
store_sqlite_number(struct store_sqlite *s, const char *sql, int64_t *n)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return -1;
	*n = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	return sqlite3_finalize(st) == SQLITE_OK ? 0 : -1;
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

enum store_result
store_sqlite_run(struct store_sqlite *s, enum store_sqlite_stmt which)
{
	enum store_result r = STORE_OK;

	if (sqlite3_step(s->stmt[which]) != SQLITE_DONE)
		r = store_sqlite_failed(s);
	(void)sqlite3_reset(s->stmt[which]);
	return r;
}

static enum store_result
store_sqlite_begin(struct store *store)
{
	struct store_sqlite *s = store_sqlite_of(store);

	s->rows_before = s->rows;
	return store_sqlite_run(s, STMT_BEGIN);
}

/*
 * Makes room for the lease of another address by removing those that ended
 * first.  Otherwise clients with a range of millions of addresses, or a dhcpd
 * that was taken over, could store more than the next dhcpd can load.
 */
static enum store_result
store_sqlite_make_room(struct store_sqlite *s, uint64_t now_s)
{
	uint64_t now_ms = clock_mono_ms();
	sqlite3_stmt *st = s->stmt[STMT_EVICT];
	enum store_result r = STORE_OK;
	uint64_t gone;

	if (s->rows < LEASES_MAX)
		return STORE_OK;
	if (s->full_ms == 0 || now_ms - s->full_ms >= EVICT_PAUSE_MS) {
		(void)sqlite3_bind_int64(st, 1, (int64_t)now_s);
		(void)sqlite3_bind_int64(st, 2, EVICT_ROWS);
		if ((r = store_sqlite_run(s, STMT_EVICT)) != STORE_OK)
			return r;
		gone = (uint64_t)sqlite3_changes(s->db);
		s->rows = s->rows > gone ? s->rows - gone : 0;
		s->full_ms = gone == 0 ? now_ms : 0;
	}
	if (s->rows < LEASES_MAX)
		return STORE_OK;
	(void)snprintf(s->store.why, sizeof(s->store.why),
	    "the store is full: %d addresses have leases that have not ended; use shorter leases",
	    LEASES_MAX);
	return STORE_REFUSED;
}

/* Refused when the row of this address belongs to a client that holds it. */
static enum store_result
store_sqlite_check(struct store_sqlite *s, const struct lease *new, bool *known)
{
	sqlite3_stmt *st = s->stmt[STMT_GET];
	enum store_result r = STORE_OK;
	struct lease old;

	(void)sqlite3_bind_int(st, 1, new->addr.family);
	(void)sqlite3_bind_blob(st, 2, new->addr.bytes,
	    (int)addr_family_len(new->addr.family), SQLITE_STATIC);
	*known = false;
	switch (sqlite3_step(st)) {
	case SQLITE_DONE:
		break;
	case SQLITE_ROW:
		*known = true;
		if (sqlite_row_read(st, &old) && store_taken(&old, new)) {
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
store_sqlite_put(struct store *store, const struct lease *l)
{
	struct store_sqlite *s = store_sqlite_of(store);
	enum store_result r;
	bool known;

	r = store_sqlite_check(s, l, &known);
	if (r == STORE_OK && !known)
		r = store_sqlite_make_room(s, l->start_s);
	if (r != STORE_OK)
		return r;
	sqlite_row_bind(s->stmt[STMT_PUT], l);
	r = store_sqlite_run(s, STMT_PUT);
	if (r == STORE_OK && !known)
		s->rows++;
	(void)sqlite3_clear_bindings(s->stmt[STMT_PUT]);
	return r;
}

/*
 * Writes to files that were removed or replaced succeed, but are lost at the
 * next start.
 */
static bool
store_sqlite_in_place(struct store_sqlite *s)
{
	struct stat st;
	int moved = 0;

	(void)sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return !moved && stat(s->wal_name, &st) == 0 && st.st_ino == s->wal_ino;
}

static enum store_result
store_sqlite_commit(struct store *store)
{
	struct store_sqlite *s = store_sqlite_of(store);

	if (!store_sqlite_in_place(s)) {
		(void)snprintf(s->store.why, sizeof(s->store.why),
		    "removed or replaced while in use");
		return STORE_LOST;
	}
	return store_sqlite_run(s, STMT_COMMIT);
}

static enum store_result
store_sqlite_rollback(struct store *store)
{
	struct store_sqlite *s = store_sqlite_of(store);

	s->rows = s->rows_before;
	/* Some failures have already rolled back by themselves. */
	if (sqlite3_get_autocommit(s->db))
		return STORE_OK;
	if (store_sqlite_run(s, STMT_ROLLBACK) != STORE_OK ||
	    !sqlite3_get_autocommit(s->db))
		return STORE_LOST;
	return STORE_OK;
}

static enum store_result
store_sqlite_load(struct store *store, struct store_cursor *cur, size_t max,
    store_row_fn *row, void *arg)
{
	struct store_sqlite *s = store_sqlite_of(store);
	sqlite3_stmt *st = s->stmt[STMT_LOAD];
	enum store_result r = STORE_OK;
	struct store_key after, key;
	struct lease l;
	size_t n;
	int rc;

	/* Each slice is a separate read, so that it delays no checkpoint. */
	after = cur->after;
	sqlite_row_bind_key(st, &after);
	(void)sqlite3_bind_int64(st, 3, (int64_t)max);
	for (n = 0;
	     (rc = sqlite3_step(st)) == SQLITE_ROW && cur->rows < LEASES_MAX;
	     n++) {
		if (!sqlite_row_key(st, &key) ||
		    store_key_compare(&key, &cur->after) <= 0) {
			/* The next slice would begin before this one. */
			(void)snprintf(s->store.why, sizeof(s->store.why),
			    "rows out of order");
			(void)sqlite3_reset(st);
			return store_sqlite_damaged(s);
		}
		cur->after = key;
		if (!sqlite_row_read(st, &l)) {
			cur->unreadable++;
			continue;
		}
		cur->rows++;
		if (row != NULL)
			row(&l, arg);
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		r = store_sqlite_failed(s);
	else
		cur->done = n < max;
	(void)sqlite3_reset(st);
	return r;
}

static enum store_result
store_sqlite_tidy(struct store *store)
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
 * Checkpoints, so that a copy of the database file is complete.  The empty log
 * stays, because the sandbox does not allow unlink().
 */
static void
store_sqlite_close(struct store *store)
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
	.open = sqlite_open,
	.begin = store_sqlite_begin,
	.put = store_sqlite_put,
	.commit = store_sqlite_commit,
	.note_import = sqlite_imported_write,
	.rollback = store_sqlite_rollback,
	.load = store_sqlite_load,
	.put_serial = sqlite_serial_put,
	.load_serials = sqlite_serial_load,
	.tidy = store_sqlite_tidy,
	.close = store_sqlite_close,
};
