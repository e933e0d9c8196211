/* SPDX-License-Identifier: ISC */
/* Reads the leases of a snapshot of the database, and prints them. */
#include "leased/show.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/plural.h"
#include "leased/dbfile.h"
#include "leased/salvage.h"
#include "leased/show_row.h"
#include "leased/snapshot.h"
#include "leased/sqlite_check.h"
#include "leased/sqlite_limits.h"
#include "leased/sqlite_row.h"
#include "leased/sqlite_schema.h"

/* A log is restarted after 1,000 pages; a copy takes milliseconds. */
#define ATTEMPTS 100
#define ATTEMPT_WAIT_MS 20

/* More than it takes per row is needed to recover a damaged file. */
#define SALVAGE_BYTES_MAX (UINT64_C(256) << 20)

static const char settings[] =
    "PRAGMA temp_store = MEMORY;PRAGMA cell_size_check = ON;PRAGMA ignore_check_constraints = ON;";

/* By version of the schema; NULL: none. */
static const char *const selects[SQLITE_SCHEMA_VERSION + 1] = {
	[1] = "SELECT " SQLITE_ROW1_COLUMNS " FROM lease",
	[2] =
	    "SELECT family, addr, state, hwtype, hw, client_id, name, start_s, expiry_s, NULL FROM lease",
	[3] = "SELECT " SQLITE_ROW_COLUMNS " FROM lease",
};

struct job {
	struct show *show;
	struct store_sqlite sqlite; /* for the checks: only db is set */
	int version; /* of the schema */
	uint64_t unreadable; /* rows */
	bool first; /* no lease was printed yet */
	size_t used; /* bytes of buf */
	uint8_t buf[LEASE_SHOW_TEXT_MAX];
	struct show_row row;
};

int
show_open(struct show *s)
{
	char seed;

	s->leases = 0;
	s->why[0] = '\0';
	s->library = NULL;
	if (sqlite3_open_v2(":memory:", &s->library,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_MEMORY,
		NULL) == SQLITE_OK &&
	    sqlite_limits_set(s->library) == 0 &&
	    sqlite3_exec(s->library, settings, NULL, NULL, NULL) == SQLITE_OK) {
		/* Lets the library open its source of random numbers now. */
		sqlite3_randomness(sizeof(seed), &seed);
		return 0;
	}
	(void)snprintf(s->why, sizeof(s->why),
	    "the SQLite library cannot be used; it may be too old");
	(void)sqlite3_close(s->library);
	s->library = NULL;
	return -1;
}

/* ------------------------------------------------------------------ text */

static int
show_flush(struct job *j)
{
	struct show *s = j->show;
	int r = 0;

	if (j->used > 0)
		r = s->text(j->buf, j->used, s->arg);
	j->used = 0;
	if (r == -1)
		(void)snprintf(
		    s->why, sizeof(s->why), "the leases could not be sent");
	return r;
}

static int
show_put(struct job *j, const char *text, size_t n)
{
	if (n > sizeof(j->buf) - j->used && show_flush(j) == -1)
		return -1;
	memcpy(j->buf + j->used, text, n);
	j->used += n;
	return 0;
}

static int
show_lease(struct job *j, const struct lease *l)
{
	struct show *s = j->show;

	if (!show_row(&j->row, s->format, l, s->now_s, j->first))
		return 0;
	j->first = false;
	s->leases++;
	return show_put(j, j->row.text, j->row.n);
}

/* -------------------------------------------------------------- the rows */

static enum lease_show_outcome
show_failed(struct job *j)
{
	(void)store_sqlite_failed(&j->sqlite);
	(void)snprintf(
	    j->show->why, sizeof(j->show->why), "%s", j->sqlite.store.why);
	switch (j->sqlite.code) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* a table or a column is missing */
	case SQLITE_CANTOPEN:
		return LEASE_SHOWN_PARTLY;
	default:
		return LEASE_SHOWN_FAILED;
	}
}

/* The key of a row in one form for all schemas. */
static bool
show_key(struct job *j, sqlite3_stmt *st, struct store_key *k)
{
	uint64_t addr;
	size_t i;

	if (j->version > 1)
		return sqlite_row_key(st, k);
	memset(k, 0, sizeof(*k));
	/* In the order of signed numbers. */
	addr = (uint64_t)sqlite3_column_int64(st, 0) ^ UINT64_C(1) << 63;
	k->len = sizeof(addr);
	for (i = 0; i < k->len; i++)
		k->addr[i] = (uint8_t)(addr >> (56 - 8 * i));
	return true;
}

static bool
show_read(const struct job *j, sqlite3_stmt *st, struct lease *l)
{
	return j->version == 1 ? sqlite_row_read1(st, l)
			       : sqlite_row_read(st, l);
}

/* Reads all rows, whose keys must ascend, and prints the leases or none. */
static enum lease_show_outcome
show_rows(struct job *j, bool print)
{
	struct store_key before = { .family = INT64_MIN }, key;
	enum lease_show_outcome r = LEASE_SHOWN;
	sqlite3_stmt *st;
	struct lease l;
	int rc;

	j->unreadable = 0;
	if (sqlite3_prepare_v2(
		j->sqlite.db, selects[j->version], -1, &st, NULL) != SQLITE_OK)
		return show_failed(j);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && r == LEASE_SHOWN) {
		if (!show_key(j, st, &key) ||
		    store_key_compare(&key, &before) <= 0) {
			(void)snprintf(j->show->why, sizeof(j->show->why),
			    "rows out of order");
			r = LEASE_SHOWN_PARTLY;
		} else if (!show_read(j, st, &l)) {
			j->unreadable++;
		} else if (print && show_lease(j, &l) == -1) {
			r = LEASE_SHOWN_FAILED;
		}
		before = key;
	}
	if (r == LEASE_SHOWN && rc != SQLITE_DONE)
		r = show_failed(j);
	(void)sqlite3_finalize(st);
	return r;
}

/* Whether it is a lease database of a version that this program knows. */
static enum lease_show_outcome
show_owner(struct job *j)
{
	static const char count[] = "SELECT count(*) FROM sqlite_schema";
	struct store_sqlite *db = &j->sqlite;
	struct show *s = j->show;
	int64_t app, version, objects;

	if (store_sqlite_number(db, "PRAGMA application_id", &app) == -1 ||
	    store_sqlite_number(db, "PRAGMA user_version", &version) == -1 ||
	    store_sqlite_number(db, count, &objects) == -1)
		return show_failed(j);
	j->version = (int)version; /* has 32 bits in the file */
	if (app == 0 && j->version == 0 && objects == 0)
		return LEASE_SHOWN_NEW;
	if (app == SQLITE_SCHEMA_APPLICATION && j->version >= 1 &&
	    j->version <= SQLITE_SCHEMA_VERSION)
		return LEASE_SHOWN;
	if (app == SQLITE_SCHEMA_APPLICATION && j->version > 0)
		(void)snprintf(s->why, sizeof(s->why),
		    "made by a newer pxeguard (schema %d; this version knows schemas up to %d); use the pxeguard that made it",
		    j->version, SQLITE_SCHEMA_VERSION);
	else
		(void)snprintf(s->why, sizeof(s->why),
		    "the database of another program; set dhcp-leasefile to that of pxeguard");
	return LEASE_SHOWN_FAILED;
}

static enum lease_show_outcome
show_check(struct job *j)
{
	enum lease_show_outcome r;

	if ((r = show_owner(j)) != LEASE_SHOWN)
		return r;
	switch (sqlite_check_pages(&j->sqlite)) {
	case STORE_OK:
		break;
	case STORE_LOST:
		(void)snprintf(j->show->why, sizeof(j->show->why), "%s",
		    j->sqlite.store.why);
		return LEASE_SHOWN_PARTLY;
	default:
		return show_failed(j);
	}
	return show_rows(j, false);
}

/* All leases of a snapshot that is a database. */
static enum lease_show_outcome
show_database(struct job *j, struct snapshot *snap)
{
	enum lease_show_outcome r;

	if (sqlite3_deserialize(j->sqlite.db, "main", snap->p,
		(sqlite3_int64)snap->n, (sqlite3_int64)snap->n,
		SQLITE_DESERIALIZE_READONLY) != SQLITE_OK)
		return show_failed(j);
	if ((r = show_check(j)) != LEASE_SHOWN)
		return r;
	return show_rows(j, true);
}

/* --------------------------------------------------------- damaged files */

static enum lease_show_outcome
show_salvage_rows(struct job *j, struct salvage *found)
{
	struct show *s = j->show;
	char reason[STORE_WHY_MAX];
	struct lease l;
	size_t i;

	for (i = 0; i < found->n; i++) {
		if (!salvage_lease(found, i, &l))
			found->bad_rows++;
		else if (show_lease(j, &l) == -1)
			return LEASE_SHOWN_FAILED;
	}
	(void)snprintf(
	    reason, sizeof(reason), "%.*s", (int)sizeof(reason) - 1, s->why);
	(void)snprintf(s->why, sizeof(s->why),
	    "damaged (%s); %zu lease%s could be read; unreadable: %" PRIu64
	    " row%s, %" PRIu64 " page%s",
	    reason, found->n, plural(found->n), found->bad_rows,
	    plural(found->bad_rows), found->bad_pages,
	    plural(found->bad_pages));
	return LEASE_SHOWN_PARTLY;
}

/*
 * What can be read of a damaged database.  The daemon moves such a file aside
 * at its start; until then nothing changes it.
 */
static enum lease_show_outcome
show_salvage(struct job *j)
{
	struct show *s = j->show;
	struct snapshot_stamp before, after;
	struct salvage found;
	enum lease_show_outcome r;

	if (snapshot_stamp(&before, s->db, s->wal) == -1 ||
	    before.db_bytes + before.wal_bytes > SALVAGE_BYTES_MAX ||
	    salvage_find(&found, s->db, s->wal) == -1) {
		(void)snprintf(s->why + strlen(s->why),
		    sizeof(s->why) - strlen(s->why),
		    "; start pxeguard, which recovers its leases");
		return LEASE_SHOWN_FAILED;
	}
	r = show_salvage_rows(j, &found);
	salvage_done(&found);
	if (r == LEASE_SHOWN_PARTLY &&
	    (snapshot_stamp(&after, s->db, s->wal) == -1 ||
		!snapshot_unchanged(&before, &after))) {
		(void)snprintf(s->why, sizeof(s->why),
		    "changed while it was read; try again");
		return LEASE_SHOWN_FAILED;
	}
	return r;
}

/* ------------------------------------------------------------------- run */

static enum snapshot_result
show_snapshot(struct show *s, struct snapshot *snap)
{
	enum snapshot_result r;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		r = snapshot_take(snap, s->db, s->wal);
		if (r != SNAPSHOT_CHANGED)
			return r;
		(void)poll(NULL, 0, ATTEMPT_WAIT_MS);
	}
	return r;
}

static void
show_explain(struct show *s, enum snapshot_result r)
{
	const char *why = strerror(errno);

	if (r == SNAPSHOT_CHANGED)
		why =
		    "changes all the time; try again when fewer leases are given out";
	else if (r == SNAPSHOT_LARGE)
		why =
		    "larger than 1 GiB; stop pxeguard and read it with sqlite3";
	else if (r == SNAPSHOT_MEMORY)
		why = "too little memory for a copy; free some";
	(void)snprintf(s->why, sizeof(s->why), "%s", why);
}

static enum lease_show_outcome
show_content(struct job *j, struct snapshot *snap)
{
	struct show *s = j->show;
	enum lease_show_outcome r = LEASE_SHOWN_PARTLY;

	if (snap->n == 0)
		return LEASE_SHOWN_NEW;
	if (dbfile_is_database(snap->p, snap->n))
		r = show_database(j, snap);
	else if (dbfile_is_text(snap->p, snap->n))
		return LEASE_SHOWN_IMPORT;
	else
		(void)snprintf(s->why, sizeof(s->why), "not a database");
	if (r == LEASE_SHOWN_PARTLY && s->leases == 0)
		r = show_salvage(j);
	if (r != LEASE_SHOWN || j->unreadable == 0)
		return r;
	(void)snprintf(s->why, sizeof(s->why),
	    "ignored %" PRIu64 " invalid row%s", j->unreadable,
	    plural(j->unreadable));
	return LEASE_SHOWN_PARTLY;
}

static enum lease_show_outcome
show_print(struct job *j, struct snapshot *snap)
{
	const char *head = show_row_head(j->show->format);
	const char *tail = show_row_tail(j->show->format);
	enum lease_show_outcome r;

	if (show_put(j, head, strlen(head)) == -1)
		return LEASE_SHOWN_FAILED;
	r = show_content(j, snap);
	if (r != LEASE_SHOWN_FAILED &&
	    (show_put(j, tail, strlen(tail)) == -1 || show_flush(j) == -1))
		r = LEASE_SHOWN_FAILED;
	return r;
}

enum lease_show_outcome
show_run(struct show *s)
{
	enum lease_show_outcome r = LEASE_SHOWN_FAILED;
	struct job *j = calloc(1, sizeof(*j));
	enum snapshot_result taken = SNAPSHOT_MEMORY;
	struct snapshot snap = { .n = 0 };

	if (j != NULL)
		taken = show_snapshot(s, &snap);
	if (taken == SNAPSHOT_OK) {
		j->show = s;
		j->first = true;
		j->sqlite.db = s->library;
		r = show_print(j, &snap);
	} else {
		show_explain(s, taken);
	}
	(void)sqlite3_close(s->library);
	snapshot_free(&snap);
	free(j);
	return r;
}
