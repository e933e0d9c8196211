/* SPDX-License-Identifier: ISC */
/* Moves a damaged lease database aside and recovers its leases. */
#include "leased/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/plural.h"
#include "daemon/role.h"
#include "leased/salvage.h"
#include "leased/serial_salvage.h"
#include "leased/utc.h"

#define PENDING ".recovering"
#define WAL "-wal"
#define WAL_EMPTY 32 /* bytes of a log that has only a header */
#define NAMES_MAX 1000 /* names for damaged files of the same second */
#define GAPS_LOGGED_MAX 8 /* the others are counted */
#define NAME_MAX_LEN (sizeof(((struct dbfile *)0)->file) + 48)

/* Files that SQLite may have made beside the database. */
static const char *const beside[] = { "-wal", "-journal", "-shm" };
#define NBESIDE (sizeof(beside) / sizeof(beside[0]))

static bool
recover_exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0 || errno != ENOENT;
}

static uint64_t
recover_file_bytes(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* An existing file is never replaced. */
static int
recover_rename(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* Some file systems do not support the flag; no other process writes
	 * to this folder. */
	if (recover_exists(to)) {
		errno = EEXIST;
		return -1;
	}
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* Renames the files beside a database. */
static int
recover_rename_beside(const char *from, const char *to)
{
	char a[NAME_MAX_LEN], b[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i < NBESIDE; i++) {
		(void)snprintf(a, sizeof(a), "%s%s", from, beside[i]);
		(void)snprintf(b, sizeof(b), "%s%s", to, beside[i]);
		if (recover_exists(a) && recover_rename(a, b) == -1)
			return -1;
	}
	return 0;
}

/*
 * Renames the database and the files beside it.  The database is last, so
 * that its name tells whether all were renamed.
 */
static int
recover_rename_all(const char *from, const char *to)
{
	if (recover_rename_beside(from, to) == -1)
		return -1;
	return recover_exists(from) ? recover_rename(from, to) : 0;
}

static int
recover_explain_move(const struct recover *rc, char *why, size_t whysz)
{
	(void)snprintf(why, whysz,
	    "%s: damaged (%s) and cannot be moved aside: %s; move all files whose names begin with this name to another folder and start again",
	    rc->dbfile->shown, rc->reason, strerror(errno));
	return -1;
}

static void
recover_pending_name(const struct recover *rc, const char *suffix, char *name)
{
	(void)snprintf(
	    name, NAME_MAX_LEN, "%s" PENDING "%s", rc->dbfile->file, suffix);
}

static int
recover_move(struct recover *rc, const char *reason, char *why, size_t whysz)
{
	char to[NAME_MAX_LEN];

	(void)snprintf(rc->reason, sizeof(rc->reason), "%s", reason);
	recover_pending_name(rc, "", to);
	if (recover_rename_all(rc->dbfile->file, to) == -1)
		return recover_explain_move(rc, why, whysz);
	rc->pending = true;
	return dbfile_make(rc->dbfile, why, whysz);
}

int
recover_begin(
    struct recover *rc, const struct dbfile *p, char *why, size_t whysz)
{
	char name[NAME_MAX_LEN];

	memset(rc, 0, sizeof(*rc));
	rc->dbfile = p;
	recover_pending_name(rc, "", name);
	if (recover_exists(name)) {
		rc->pending = true;
		return 0;
	}
	/* Undoes a move to that name that did not reach the database. */
	if (recover_rename_beside(name, p->file) == -1) {
		(void)snprintf(why, whysz,
		    "%s" PENDING WAL
		    " cannot be renamed: %s; move it to another folder and start again",
		    p->shown, strerror(errno));
		return -1;
	}
	if (p->foreign)
		return recover_move(rc, "not a database", why, whysz);
	(void)snprintf(name, sizeof(name), "%s" WAL, p->file);
	if (recover_file_bytes(p->file) == 0 &&
	    recover_file_bytes(name) > WAL_EMPTY)
		return recover_move(
		    rc, "empty, but its log is not", why, whysz);
	return 0;
}

/* Logs between which addresses leases may be lost. */
static void
recover_describe(struct recover *rc, const struct salvage *s)
{
	char a[ADDR_TEXT], b[ADDR_TEXT];
	size_t i;

	rc->leases = s->n;
	rc->bad_rows = s->bad_rows;
	rc->bad_pages = s->bad_pages;
	for (i = 0; i < s->ngaps && i < GAPS_LOGGED_MAX; i++) {
		const struct salvage_gap *g = &s->gap[i];

		log_warnx("%s: leases between %s and %s may be lost",
		    rc->dbfile->shown,
		    g->after.family == 0 ? "the first address"
					 : addr_text(&g->after, a),
		    g->before.family == 0 ? "the last address"
					  : addr_text(&g->before, b));
	}
	if (s->ngaps > GAPS_LOGGED_MAX)
		log_warnx("%s: leases in %zu more place%s may be lost",
		    rc->dbfile->shown, s->ngaps - GAPS_LOGGED_MAX,
		    plural(s->ngaps - GAPS_LOGGED_MAX));
}

static int
recover_explain_put(const struct store *store, const struct recover *rc,
    char *why, size_t whysz)
{
	(void)snprintf(why, whysz,
	    "cannot store the leases of the damaged database: %s; free some space there; they stay in %s" PENDING
	    " until the next start",
	    store->why, rc->dbfile->shown);
	return -1;
}

static int
recover_put_all(struct store *store, struct recover *rc, struct salvage *s,
    char *why, size_t whysz)
{
	struct lease l;
	size_t i;

	for (i = 0; i < s->n; i++) {
		role_alive();
		if (!salvage_lease(s, i, &l)) {
			s->bad_rows++;
			rc->leases--;
			continue;
		}
		if (store->ops->put(store, &l) != STORE_OK)
			return recover_explain_put(store, rc, why, whysz);
	}
	rc->bad_rows = s->bad_rows;
	return 0;
}

/*
 * A recovered database gets a note even if it is empty: its leases may have
 * been imported long ago, and must not come back.
 */
static int
recover_note(
    struct store *store, const struct recover *rc, char *why, size_t whysz)
{
	struct store_import note = { .at_s = clock_wall_s(),
		.leases = rc->leases,
		.ignored = rc->bad_rows };

	(void)snprintf(
	    note.file, sizeof(note.file), "%s" PENDING, rc->dbfile->shown);
	if (store->ops->note_import(store, &note) == STORE_OK)
		return 0;
	return recover_explain_put(store, rc, why, whysz);
}

static int
recover_explain_read(
    const struct recover *rc, const char *suffix, char *why, size_t whysz)
{
	(void)snprintf(why, whysz,
	    "%s" PENDING
	    "%s cannot be read: %s; fix that, or move it to another folder, and start again",
	    rc->dbfile->shown, suffix, strerror(errno));
	return -1;
}

/* *fd: -1 when there is no such file. */
static int
recover_open_pending(const struct recover *rc, const char *suffix, int *fd,
    char *why, size_t whysz)
{
	char name[NAME_MAX_LEN];

	recover_pending_name(rc, suffix, name);
	*fd = dbfile_open(name);
	if (*fd == -1 && errno != ENOENT)
		return recover_explain_read(rc, suffix, why, whysz);
	return 0;
}

/* The serials of manifests, without which an older tree would be accepted. */
static int
recover_serials(struct store *store, const struct recover *rc, int db, int wal,
    char *why, size_t whysz)
{
	uint64_t found;

	switch (serial_salvage(store, db, wal, &found)) {
	case SERIAL_SALVAGE_FAILED:
		return recover_explain_put(store, rc, why, whysz);
	case SERIAL_SALVAGE_LOST:
		/* clang-format off */
		log_warnx("%s: serials of signed manifests may be lost; recovered %" PRIu64 "; if verify-images is used, check that the boot trees are the newest ones", rc->dbfile->shown, found);
		/* clang-format on */
		break;
	default:
		break;
	}
	return 0;
}

static int
recover_fill_from(struct store *store, struct recover *rc, int db, int wal,
    char *why, size_t whysz)
{
	struct salvage s;
	int r;

	if (salvage_find(&s, db, wal) == -1)
		return recover_explain_read(rc, "", why, whysz);
	recover_describe(rc, &s);
	r = recover_put_all(store, rc, &s, why, whysz);
	salvage_done(&s);
	if (r == 0)
		r = recover_serials(store, rc, db, wal, why, whysz);
	if (r == 0)
		r = recover_note(store, rc, why, whysz);
	return r;
}

static int
recover_fill(struct store *store, struct recover *rc, char *why, size_t whysz)
{
	int db = -1, wal = -1, r = -1;

	if (recover_open_pending(rc, "", &db, why, whysz) == 0 &&
	    recover_open_pending(rc, WAL, &wal, why, whysz) == 0)
		r = recover_fill_from(store, rc, db, wal, why, whysz);
	if (db != -1)
		(void)close(db);
	if (wal != -1)
		(void)close(wal);
	rc->read = r == 0;
	return r;
}

/* store_open.fill: fills a new database with recovered or imported leases. */
static int
recover_fill_any(struct store *store, void *arg, char *why, size_t whysz)
{
	struct recover *rc = arg;

	if (rc->pending)
		return recover_fill(store, rc, why, whysz);
	if (rc->given.fill == NULL)
		return 0;
	return rc->given.fill(store, rc->given.arg, why, whysz);
}

struct store *
recover_open(struct recover *rc, struct store_open *o, char *why, size_t whysz)
{
	char reason[RECOVER_WHY_MAX];
	struct store *store;

	rc->given = *o;
	o->file = rc->dbfile->file;
	o->shown = rc->dbfile->shown;
	o->fill = recover_fill_any;
	o->arg = rc;
	store = store_sqlite.open(o, why, whysz);
	if (store == NULL && o->damaged && !rc->pending) {
		(void)snprintf(reason, sizeof(reason), "%s", why);
		if (recover_move(rc, reason, why, whysz) == -1)
			return NULL;
		o->damaged = false;
		o->rows = o->unreadable = 0;
		store = store_sqlite.open(o, why, whysz);
	}
	if (store == NULL && o->damaged)
		(void)snprintf(why, whysz,
		    "damaged, and so is a database that was moved aside earlier; move all files whose names begin with this name to another folder and start again");
	return store;
}

/* The time as 20240131-235959. */
static void
recover_date_text(uint64_t now_s, char dst[24])
{
	struct utc u;

	utc_split(now_s, &u);
	(void)snprintf(dst, 24, "%04u%02u%02u-%02u%02u%02u", u.year % 10000,
	    u.month % 100, u.day % 100, u.hour % 100, u.minute % 100,
	    u.second % 100);
}

/* Whether neither this name nor the names beside it are in use. */
static bool
recover_name_free(const char *name)
{
	char other[NAME_MAX_LEN];
	size_t i;

	if (recover_exists(name))
		return false;
	for (i = 0; i < NBESIDE; i++) {
		(void)snprintf(other, sizeof(other), "%s%s", name, beside[i]);
		if (recover_exists(other))
			return false;
	}
	return true;
}

static void
recover_report(const struct recover *rc, const char *suffix)
{
	const char *shown = rc->dbfile->shown;
	const char *reason =
	    rc->reason[0] != '\0' ? rc->reason : "found at an earlier start";

	/* clang-format off */
	if (!rc->read)
		log_warnx("%s: an earlier recovery is complete; the damaged file is now %s%s", shown, shown, suffix);
	else if (rc->bad_pages > 0)
		log_warnx("%s: damaged (%s); moved to %s%s, recovered %" PRIu64 " lease%s; unreadable: %" PRIu64 " row%s, %" PRIu64 " page%s", shown, reason, shown, suffix, rc->leases, plural(rc->leases), rc->bad_rows, plural(rc->bad_rows), rc->bad_pages, plural(rc->bad_pages));
	else
		log_warnx("%s: damaged (%s); moved to %s%s, recovered %" PRIu64 " of %" PRIu64 " lease%s", shown, reason, shown, suffix, rc->leases, rc->leases + rc->bad_rows, plural(rc->leases + rc->bad_rows));
	/* clang-format on */
}

int
recover_end(struct recover *rc, uint64_t now_s, char *why, size_t whysz)
{
	char from[NAME_MAX_LEN], to[NAME_MAX_LEN], suffix[48], date[24];
	unsigned int i;

	if (!rc->pending)
		return 0;
	recover_date_text(now_s, date);
	recover_pending_name(rc, "", from);
	for (i = 0; i < NAMES_MAX; i++) {
		(void)snprintf(suffix, sizeof(suffix),
		    i == 0 ? ".damaged-%s" : ".damaged-%s.%u", date, i);
		(void)snprintf(
		    to, sizeof(to), "%s%s", rc->dbfile->file, suffix);
		if (recover_name_free(to))
			break;
	}
	if (recover_rename_all(from, to) == -1) {
		(void)snprintf(why, whysz,
		    "%s" PENDING
		    " cannot be renamed: %s; move it to another folder and start again",
		    rc->dbfile->shown, strerror(errno));
		return -1;
	}
	rc->pending = false;
	recover_report(rc, suffix);
	return 0;
}
