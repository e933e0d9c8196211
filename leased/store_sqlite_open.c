/* SPDX-License-Identifier: ISC */
/* Opening the SQLite store: settings, owner, schema. */
#include "leased/store_sqlite.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/log.h"
#include "daemon/role.h"

/* Less than the parent grants to a role that starts. */
#define LOCK_WAIT_MS 5000
#define LOCK_RETRY_MS 100

/* "PXEG": tells a lease database from one of another program. */
#define APPLICATION_ID 0x50584547

/*
 * schema[n] leads from version n to n + 1.  A version that was released is
 * never edited.  One row an address is what keeps an address from being given
 * twice; the rest of the checks keeps out what could not be read back.
 */
static const char *const schema[] = {
	"CREATE TABLE lease ("
	" addr INTEGER PRIMARY KEY CHECK (addr BETWEEN 1 AND 4294967295),"
	" state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),"
	" hwtype INTEGER NOT NULL CHECK (hwtype BETWEEN 0 AND 255),"
	" hw BLOB NOT NULL CHECK (length(hw) <= 16),"
	" client_id BLOB CHECK (length(client_id) BETWEEN 1 AND 255),"
	" name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 255),"
	" start_s INTEGER NOT NULL CHECK (start_s >= 0),"
	" expiry_s INTEGER CHECK (expiry_s >= 0)" /* NULL: never */
	") STRICT;",
};

#define SCHEMA_VERSION ((int)(sizeof(schema) / sizeof(schema[0])))

/* In this order: the lock first, so that no shared memory file is made. */
static const char pragmas[] = "PRAGMA mmap_size = 0;"
			      "PRAGMA page_size = 4096;"
			      "PRAGMA temp_store = MEMORY;"
			      "PRAGMA cell_size_check = ON;"
			      "PRAGMA locking_mode = EXCLUSIVE;"
			      "PRAGMA journal_mode = WAL;"
			      "PRAGMA synchronous = FULL;"
			      "PRAGMA wal_autocheckpoint = 0;";

static const struct {
	int option;
	int value;
} settings[] = {
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
	{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	{ SQLITE_DBCONFIG_DQS_DML, 0 },
	/* A served process may not remove the log: see sqlite_close(). */
	{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
};

/* A database is hostile input as any other. */
static const struct {
	int limit;
	int value;
} limits[] = {
	{ SQLITE_LIMIT_LENGTH, 64 * 1024 },
	{ SQLITE_LIMIT_SQL_LENGTH, 16 * 1024 },
	{ SQLITE_LIMIT_COLUMN, 64 },
	{ SQLITE_LIMIT_EXPR_DEPTH, 32 },
	{ SQLITE_LIMIT_COMPOUND_SELECT, 2 },
	{ SQLITE_LIMIT_VDBE_OP, 10000 },
	{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
	{ SQLITE_LIMIT_ATTACHED, 0 },
	{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64 },
	{ SQLITE_LIMIT_VARIABLE_NUMBER, 16 },
	{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
	{ SQLITE_LIMIT_WORKER_THREADS, 0 },
};

/* The library says how long the log is after each commit. */
static int
wal_grown(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store_sqlite *s = arg;

	(void)db;
	(void)name;
	s->wal_pages = pages;
	return SQLITE_OK;
}

/* Another process that has the file open may be about to end. */
static int
wait_for_lock(void *arg, int tries)
{
	const struct store_open *o = arg;

	/* clang-format off */
	if (tries == 0)
		log_warnx("%s: locked by another process; waiting up to %d s", o->shown != NULL ? o->shown : o->file, LOCK_WAIT_MS / 1000);
	/* clang-format on */
	if (tries >= LOCK_WAIT_MS / LOCK_RETRY_MS)
		return 0;
	(void)poll(NULL, 0, LOCK_RETRY_MS);
	return 1;
}

static int
set_up(struct store_sqlite *s, struct store_open *o)
{
	size_t i;
	int keep = 1;
	char seed;

	/* The library opens a device for its seed, if there is one: now. */
	sqlite3_randomness(sizeof(seed), &seed);
	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_busy_handler(s->db, wait_for_lock, o);
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		(void)sqlite3_limit(s->db, limits[i].limit, limits[i].value);
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (sqlite3_db_config(s->db, settings[i].option,
			settings[i].value, NULL) != SQLITE_OK)
			return -1;
	}
	if (sqlite3_exec(s->db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		return -1;
	(void)sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	(void)sqlite3_wal_hook(s->db, wal_grown, s);
	return 0;
}

/* The one number that a query yields. */
static int
query_number(struct store_sqlite *s, const char *sql, int *value)
{
	sqlite3_stmt *st;
	int rc;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return -1;
	rc = sqlite3_step(st);
	*value = rc == SQLITE_ROW ? sqlite3_column_int(st, 0) : 0;
	return sqlite3_finalize(st) == SQLITE_OK ? 0 : -1;
}

/* Says in why what hinders, with what a person can do about it. */
static int
refuse(struct store_sqlite *s, struct store_open *o, char *why, size_t whysz)
{
	const char *mend;

	(void)store_sqlite_failed(s);
	switch (sqlite3_errcode(s->db) & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* a table or a column is missing */
		o->damaged = true;
		(void)snprintf(why, whysz, "%s", s->store.why);
		return -1;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		mend = "another process has it open: end that first";
		break;
	case SQLITE_FULL:
		mend = "free some space there";
		break;
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
		mend = "its folder and every file of its name there must "
		       "belong to leased's user";
		break;
	default:
		mend = "see that its file system works";
	}
	(void)snprintf(why, whysz, "%s; %s", s->store.why, mend);
	return -1;
}

/* Whose database it is, and of which age. */
static int
check_owner(struct store_sqlite *s, struct store_open *o, int *version,
    char *why, size_t whysz)
{
	int app, objects;

	if (query_number(s, "PRAGMA application_id", &app) == -1 ||
	    query_number(s, "PRAGMA user_version", version) == -1 ||
	    query_number(s, "SELECT count(*) FROM sqlite_schema", &objects) ==
		-1)
		return refuse(s, o, why, whysz);
	if (app != APPLICATION_ID &&
	    (app != 0 || *version != 0 || objects != 0)) {
		(void)snprintf(why, whysz,
		    "it is the database of another program; name another "
		    "file in dhcp-leasefile");
		return -1;
	}
	if (*version < 0 || *version > SCHEMA_VERSION) {
		(void)snprintf(why, whysz,
		    "it was made by a newer pxeguard (schema %d, this one "
		    "knows %d); install that one, or name another file in "
		    "dhcp-leasefile",
		    *version, SCHEMA_VERSION);
		return -1;
	}
	return 0;
}

/*
 * Brings the tables up to date.  Where they are, the version is written once
 * more, so that a file that cannot be written is noticed at once.
 */
static int
schema_write(struct store_sqlite *s, int version)
{
	char sql[128];
	int i;

	for (i = version; i < SCHEMA_VERSION; i++) {
		if (sqlite3_exec(s->db, schema[i], NULL, NULL, NULL) !=
		    SQLITE_OK)
			return -1;
	}
	(void)snprintf(sql, sizeof(sql),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d;",
	    APPLICATION_ID, SCHEMA_VERSION);
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return -1;
	return store_sqlite_prepare(s);
}

/* It cannot be written, be it for want of room; that may change any time. */
static bool
is_full(struct store_sqlite *s)
{
	int code = sqlite3_extended_errcode(s->db);

	return (code & 0xff) == SQLITE_FULL || code == SQLITE_IOERR_WRITE;
}

/*
 * All in one transaction: after a crash in it, it is done over.  With a full
 * disk the leases that are there can still be served.
 */
static int
bring_up(struct store_sqlite *s, int version, struct store_open *o, char *why,
    size_t whysz)
{
	if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) !=
		SQLITE_OK ||
	    schema_write(s, version) == -1)
		return refuse(s, o, why, whysz);
	if (version == 0 && o->fill != NULL &&
	    o->fill(&s->store, o->arg, why, whysz) == -1)
		return -1;
	if (sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	if (version != SCHEMA_VERSION || !is_full(s))
		return refuse(s, o, why, whysz);
	o->full = true;
	return store_sqlite.rollback(&s->store) == STORE_OK
		   ? 0
		   : refuse(s, o, why, whysz);
}

/*
 * The first sync of the log also syncs its folder, which takes calls that
 * the second filter need not allow later.
 */
static int
sync_names(struct store_sqlite *s, char *why, size_t whysz)
{
	sqlite3_file *wal = NULL;
	struct stat st;

	(void)sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	s->wal_name = sqlite3_filename_wal(sqlite3_db_filename(s->db, "main"));
	if (wal == NULL || wal->pMethods == NULL ||
	    wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL) != SQLITE_OK ||
	    s->wal_name == NULL || stat(s->wal_name, &st) == -1) {
		(void)snprintf(why, whysz,
		    "its write-ahead log cannot be written to the disk; see "
		    "that its file system works");
		return -1;
	}
	s->wal_ino = st.st_ino;
	return 0;
}

/* Damage is found now, and not when a client waits. */
static int
check_all(struct store_sqlite *s, struct store_open *o, char *why, size_t whysz)
{
	enum store_result r = store_sqlite_check(s, &o->unchecked);
	struct store_cursor cur = { .after = 0 };

	if (r == STORE_OK)
		r = store_sqlite_scan(s, &o->rows, &o->unreadable);
	/* Without the check nobody has looked at what slices go by. */
	while (r == STORE_OK && o->unchecked && !cur.done) {
		role_alive();
		r = store_sqlite.load(&s->store, &cur, 64, NULL, NULL);
	}
	if (r == STORE_OK && o->unchecked && cur.rows != o->rows) {
		r = STORE_LOST;
		(void)snprintf(s->store.why, sizeof(s->store.why),
		    "rows are not found where they lie");
	}
	if (r == STORE_OK)
		return 0;
	if (sqlite3_errcode(s->db) != SQLITE_OK &&
	    sqlite3_errcode(s->db) != SQLITE_DONE)
		return refuse(s, o, why, whysz);
	/* The check itself went well, and found something. */
	o->damaged = true;
	(void)snprintf(why, whysz, "%s", s->store.why);
	return -1;
}

struct store *
store_sqlite_open(struct store_open *o, char *why, size_t whysz)
{
	struct store_sqlite *s;
	int version;
	size_t i;

	if ((s = calloc(1, sizeof(*s))) == NULL) {
		(void)snprintf(why, whysz, "%s", strerror(errno));
		return NULL;
	}
	s->store.ops = &store_sqlite;
	if (sqlite3_open_v2(o->file, &s->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
		NULL) != SQLITE_OK ||
	    set_up(s, o) == -1) {
		(void)refuse(s, o, why, whysz);
		goto fail;
	}
	if (check_owner(s, o, &version, why, whysz) == -1 ||
	    bring_up(s, version, o, why, whysz) == -1 ||
	    sync_names(s, why, whysz) == -1 ||
	    check_all(s, o, why, whysz) == -1)
		goto fail;
	(void)sqlite3_busy_handler(s->db, NULL, NULL);
	return &s->store;
fail:
	for (i = 0; i < STMT_MAX; i++)
		(void)sqlite3_finalize(s->stmt[i]);
	(void)sqlite3_close(s->db);
	free(s);
	return NULL;
}
