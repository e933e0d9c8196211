/* SPDX-License-Identifier: ISC */
/* Opens a lease database and brings it up to date. */
#include "leased/sqlite_open.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/log.h"
#include "daemon/role.h"
#include "leased/sqlite_check.h"
#include "leased/sqlite_imported.h"
#include "leased/sqlite_limits.h"
#include "leased/sqlite_schema.h"
#include "leased/store_sqlite.h"

/* Less than RELOAD_SILENCE_MS: the wait sends no sign of life. */
#define LOCK_WAIT_MS 5000
#define LOCK_RETRY_MS 100

/* Of the connection: they change nothing in the file. */
static const char settings_connection[] =
    "PRAGMA mmap_size = 0;PRAGMA page_size = 4096;PRAGMA temp_store = MEMORY;PRAGMA cell_size_check = ON;PRAGMA secure_delete = ON;PRAGMA locking_mode = EXCLUSIVE;PRAGMA wal_autocheckpoint = 0;";

/*
 * locking_mode must precede journal_mode: in exclusive mode SQLite creates no
 * -shm file.
 */
static const char settings_journal[] =
    "PRAGMA journal_mode = WAL;PRAGMA synchronous = FULL;";

/* A database that is being opened. */
struct opening {
	struct store_sqlite *s;
	struct store_open *o;
	int version; /* of its schema; 0: it is new */
	char *why; /* gets the reason of a failure */
	size_t whysz;
};

/* The library calls this after each commit, with the length of the log. */
static int
open_wal_grown(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store_sqlite *s = arg;

	(void)db;
	(void)name;
	s->wal_pages = pages;
	return SQLITE_OK;
}

/* The name of the file for log lines. */
static const char *
open_shown(const struct store_open *o)
{
	return o->shown != NULL ? o->shown : o->file;
}

/* The process that has the file open may end soon. */
static int
open_wait_lock(void *arg, int tries)
{
	const struct store_open *o = arg;

	/* clang-format off */
	if (tries == 0)
		log_warnx("%s: locked by another process; waiting up to %d s", open_shown(o), LOCK_WAIT_MS / 1000);
	/* clang-format on */
	if (tries >= LOCK_WAIT_MS / LOCK_RETRY_MS)
		return 0;
	(void)poll(NULL, 0, LOCK_RETRY_MS);
	return 1;
}

/* Writes to why what failed and how to fix it.  Always -1. */
static int
open_fail(const struct opening *p)
{
	const char *remedy;

	switch (p->s->code) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* a table or a column is missing */
		p->o->damaged = true;
		(void)snprintf(p->why, p->whysz, "%s", p->s->store.why);
		return -1;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		remedy = "another process has it open; stop that process";
		break;
	case SQLITE_FULL:
		remedy = "free some space there";
		break;
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
		remedy =
		    "the file, its -wal file and their folder must be writable by pxeguard-leased; check also for a read-only mount";
		break;
	default:
		remedy = "check the file system";
	}
	(void)snprintf(p->why, p->whysz, "%s; %s", p->s->store.why, remedy);
	return -1;
}

/* The same for the library call that was the last one. */
static int
open_refuse(const struct opening *p)
{
	(void)store_sqlite_failed(p->s);
	return open_fail(p);
}

static int
open_set_up(const struct opening *p)
{
	struct store_sqlite *s = p->s;
	int keep = 1;
	char seed;

	/* Lets the library open its source of random numbers now. */
	sqlite3_randomness(sizeof(seed), &seed);
	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_busy_handler(s->db, open_wait_lock, p->o);
	if (sqlite_limits_set(s->db) == -1) {
		/* This call leaves no message. */
		(void)snprintf(p->why, p->whysz,
		    "this SQLite library is too old; upgrade it");
		return -1;
	}
	if (sqlite3_exec(s->db, settings_connection, NULL, NULL, NULL) !=
	    SQLITE_OK)
		return open_refuse(p);
	(void)sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	(void)sqlite3_wal_hook(s->db, open_wal_grown, s);
	return 0;
}

/*
 * Whether it has no table yet.  What cannot be parsed is another program's
 * table: the application id of a lease database is as old as its table.
 */
static int
open_is_new(struct store_sqlite *s, bool *new)
{
	int64_t objects;

	*new = false;
	if (store_sqlite_number(
		s, "SELECT count(*) FROM sqlite_schema", &objects) == 0) {
		*new = objects == 0;
		return 0;
	}
	(void)store_sqlite_failed(s);
	return s->code == SQLITE_CORRUPT || s->code == SQLITE_ERROR ? 0 : -1;
}

int
sqlite_owner(bool ours, int version, char *why, size_t whysz)
{
	if (!ours || version < 0) {
		(void)snprintf(why, whysz,
		    "the database of another program; set dhcp-leasefile to another file");
		return -1;
	}
	if (version > SQLITE_SCHEMA_VERSION) {
		(void)snprintf(why, whysz,
		    "made by a newer pxeguard (schema %d; this version knows schemas up to %d); upgrade pxeguard, or set dhcp-leasefile to another file",
		    version, SQLITE_SCHEMA_VERSION);
		return -1;
	}
	return 0;
}

/* Refuses databases of other programs and of newer versions. */
static int
open_check_owner(struct opening *p)
{
	struct store_sqlite *s = p->s;
	int64_t app, number;
	bool ours;

	if (store_sqlite_number(s, "PRAGMA application_id", &app) == -1 ||
	    store_sqlite_number(s, "PRAGMA user_version", &number) == -1)
		return open_refuse(p);
	p->version = (int)number; /* has 32 bits in the file */
	ours = app == SQLITE_SCHEMA_APPLICATION;
	if (app == 0 && p->version == 0 && open_is_new(s, &ours) == -1)
		return open_fail(p);
	return sqlite_owner(ours, p->version, p->why, p->whysz);
}

/* Only once it is known that the file may be changed. */
static int
open_set_journal(const struct opening *p)
{
	if (sqlite3_exec(p->s->db, settings_journal, NULL, NULL, NULL) !=
	    SQLITE_OK)
		return open_refuse(p);
	return 0;
}

/* Whether a write failed in a way that may be temporary. */
static bool
open_is_full(struct store_sqlite *s)
{
	int code = sqlite3_extended_errcode(s->db);

	return (code & 0xff) == SQLITE_FULL || code == SQLITE_IOERR_WRITE;
}

/* Puts the first leases; *changed: whether there may be any. */
static int
open_fill(const struct opening *p, bool *changed)
{
	struct store_sqlite *s = p->s;
	struct store_open *o = p->o;
	int before = sqlite3_total_changes(s->db);

	if (o->fill == NULL)
		return 0;
	if (sqlite_imported_read(s, &o->imported, &o->may_fill) != STORE_OK)
		return open_fail(p);
	if (o->may_fill && o->fill(&s->store, o->arg, p->why, p->whysz) == -1)
		return -1;
	*changed = sqlite3_total_changes(s->db) != before;
	return 0;
}

/*
 * Does everything in one transaction, so that a crash leaves nothing half done.
 * With a full disk the existing leases can still be served, unless they must be
 * converted or imported.
 */
static int
open_update(const struct opening *p)
{
	struct store_sqlite *s = p->s;
	bool filled = false;

	if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) !=
	    SQLITE_OK)
		return open_refuse(p);
	if (sqlite_schema_update(s, p->version, p->o) != STORE_OK)
		return open_fail(p);
	if (open_fill(p, &filled) == -1)
		return -1;
	role_alive();
	if (sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	if (p->version != SQLITE_SCHEMA_VERSION || filled || !open_is_full(s))
		return open_refuse(p);
	p->o->full = true;
	return store_sqlite.rollback(&s->store) == STORE_OK ? 0
							    : open_refuse(p);
}

/*
 * The first sync of the log also syncs its folder, which takes calls that
 * the second filter need not allow later.
 */
static int
open_sync_names(const struct opening *p)
{
	struct store_sqlite *s = p->s;
	sqlite3_file *wal = NULL;
	struct stat st;

	(void)sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	s->wal_name = sqlite3_filename_wal(sqlite3_db_filename(s->db, "main"));
	if (wal == NULL || wal->pMethods == NULL ||
	    wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL) != SQLITE_OK ||
	    s->wal_name == NULL || stat(s->wal_name, &st) == -1) {
		(void)snprintf(p->why, p->whysz,
		    "cannot sync the write-ahead log; check the file system");
		return -1;
	}
	s->wal_ino = st.st_ino;
	return 0;
}

/* Finds damage at the start, when no client waits yet. */
static int
open_check(const struct opening *p)
{
	if (sqlite_check_structure(p->s, &p->o->unchecked) != STORE_OK ||
	    sqlite_check_rows(p->s, &p->o->rows, &p->o->unreadable) != STORE_OK)
		return open_fail(p);
	p->s->rows = p->o->rows + p->o->unreadable;
	return 0;
}

/* A damaged database of an older schema is recovered, not converted. */
static int
open_check_older(const struct opening *p)
{
	bool skipped;

	if (p->version == 0 || p->version == SQLITE_SCHEMA_VERSION ||
	    sqlite_check_structure(p->s, &skipped) == STORE_OK)
		return 0;
	return open_fail(p);
}

struct store *
sqlite_open(struct store_open *o, char *why, size_t whysz)
{
	struct opening p = { .o = o, .why = why, .whysz = whysz };
	struct store_sqlite *s;
	size_t i;

	if ((s = calloc(1, sizeof(*s))) == NULL) {
		(void)snprintf(why, whysz, "%s", strerror(errno));
		return NULL;
	}
	p.s = s;
	s->store.ops = &store_sqlite;
	if (sqlite3_open_v2(o->file, &s->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
		NULL) != SQLITE_OK) {
		(void)open_refuse(&p);
		goto fail;
	}
	if (open_set_up(&p) == -1 || open_check_owner(&p) == -1 ||
	    open_set_journal(&p) == -1 || open_check_older(&p) == -1 ||
	    open_update(&p) == -1 || open_sync_names(&p) == -1 ||
	    open_check(&p) == -1)
		goto fail;
	/* A conversion leaves a long write-ahead log. */
	if (store_sqlite.tidy(&s->store) != STORE_OK)
		log_warnx("%s: checkpoint failed: %s; no lease is lost",
		    open_shown(o), s->store.why);
	(void)sqlite3_busy_handler(s->db, NULL, NULL);
	return &s->store;
fail:
	for (i = 0; i < STMT_MAX; i++)
		(void)sqlite3_finalize(s->stmt[i]);
	(void)sqlite3_close(s->db);
	free(s);
	return NULL;
}
