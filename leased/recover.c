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

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "leased/salvage.h"

#define PENDING ".recovering"
#define WAL "-wal"
#define WAL_EMPTY 32 /* bytes of a log with no more than a header */
#define NAMES_MAX 1000 /* damaged files of one second */
#define NAME_MAX_LEN (sizeof(((struct place *)0)->file) + 48)

/* Files that SQLite may have made beside the database. */
static const char *const beside[] = { "-wal", "-journal", "-shm" };
#define NBESIDE (sizeof(beside) / sizeof(beside[0]))

static bool
exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0 || errno != ENOENT;
}

static uint64_t
file_bytes(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* Never over another file. */
static int
move(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* Some file systems cannot do that.  Nobody else writes here. */
	if (exists(to)) {
		errno = EEXIST;
		return -1;
	}
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

/*
 * The database and what is beside it.  The database goes last: where it
 * stands tells how far this came.
 */
static int
move_all(const char *from, const char *to)
{
	char a[NAME_MAX_LEN], b[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i < NBESIDE; i++) {
		(void)snprintf(a, sizeof(a), "%s%s", from, beside[i]);
		(void)snprintf(b, sizeof(b), "%s%s", to, beside[i]);
		if (exists(a) && move(a, b) == -1)
			return -1;
	}
	return exists(from) ? move(from, to) : 0;
}

static int
cannot_move(const struct recover *rc, char *why, size_t whysz)
{
	(void)snprintf(why, whysz,
	    "%s is damaged (%s) and cannot be moved aside: %s; move it and "
	    "the files whose names begin like its own to another folder, and "
	    "start again",
	    rc->place->shown, rc->reason, strerror(errno));
	return -1;
}

static void
pending_name(const struct recover *rc, const char *suffix, char *name)
{
	(void)snprintf(
	    name, NAME_MAX_LEN, "%s" PENDING "%s", rc->place->file, suffix);
}

/* A move to the pending name that was cut short is undone. */
static int
undo_move(const struct recover *rc)
{
	char from[NAME_MAX_LEN], to[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i < NBESIDE; i++) {
		pending_name(rc, beside[i], from);
		(void)snprintf(
		    to, sizeof(to), "%s%s", rc->place->file, beside[i]);
		if (exists(from) && move(from, to) == -1)
			return -1;
	}
	return 0;
}

static int
recover_move(struct recover *rc, const char *reason, char *why, size_t whysz)
{
	char to[NAME_MAX_LEN];

	(void)snprintf(rc->reason, sizeof(rc->reason), "%s", reason);
	pending_name(rc, "", to);
	if (move_all(rc->place->file, to) == -1)
		return cannot_move(rc, why, whysz);
	rc->pending = true;
	return place_make(rc->place, why, whysz);
}

int
recover_begin(
    struct recover *rc, const struct place *p, char *why, size_t whysz)
{
	char name[NAME_MAX_LEN];

	memset(rc, 0, sizeof(*rc));
	rc->place = p;
	pending_name(rc, "", name);
	if (exists(name)) {
		rc->pending = true;
		return 0;
	}
	if (undo_move(rc) == -1) {
		(void)snprintf(why, whysz,
		    "%s" PENDING WAL " cannot be renamed: %s; move it to "
		    "another folder and start again",
		    p->shown, strerror(errno));
		return -1;
	}
	if (p->strange)
		return recover_move(rc, "not a database", why, whysz);
	(void)snprintf(name, sizeof(name), "%s" WAL, p->file);
	if (file_bytes(p->file) == 0 && file_bytes(name) > WAL_EMPTY)
		return recover_move(
		    rc, "empty, but its log is not", why, whysz);
	return 0;
}

/* Names addresses whose leases are lost, as far as that is known. */
static void
describe(struct recover *rc, const struct salvage *s)
{
	char a[16], b[16];
	uint64_t i;

	rc->leases = s->n;
	rc->bad_rows = s->bad_rows;
	rc->bad_pages = s->bad_pages;
	/* A fill that failed is tried again at the next start. */
	if (rc->described)
		return;
	rc->described = true;
	for (i = 0; i < s->ngaps && i < SALVAGE_GAPS_MAX; i++) {
		const struct salvage_gap *g = &s->gap[i];

		log_warnx("%s: leases between %s and %s may be lost",
		    rc->place->shown,
		    g->after == 0 ? "the first address" : ip4_text(g->after, a),
		    g->before == 0 ? "the last address"
				   : ip4_text(g->before, b));
	}
	if (s->ngaps > SALVAGE_GAPS_MAX)
		log_warnx("%s: leases in %" PRIu64 " more places may be lost",
		    rc->place->shown, s->ngaps - SALVAGE_GAPS_MAX);
}

static int
put_all(struct store *store, struct recover *rc, struct salvage *s, char *why,
    size_t whysz)
{
	enum store_result r;
	struct lease l;
	size_t i;

	for (i = 0; i < s->n; i++) {
		role_alive();
		if (!salvage_lease(s, i, &l)) {
			s->bad_rows++;
			rc->leases--;
			continue;
		}
		r = store->ops->put(store, &l);
		if (r == STORE_OK)
			continue;
		(void)snprintf(why, whysz,
		    "the leases of its damaged predecessor cannot be stored: "
		    "%s; free some space there; they are in %s" PENDING
		    " and are read by the next start",
		    store->why, rc->place->shown);
		return -1;
	}
	rc->bad_rows = s->bad_rows;
	return 0;
}

static int
open_pending(const struct recover *rc, const char *suffix)
{
	char name[NAME_MAX_LEN];

	pending_name(rc, suffix, name);
	return open(
	    name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static void
close_one(int fd)
{
	if (fd != -1)
		(void)close(fd);
}

static int
recover_fill(struct store *store, struct recover *rc, char *why, size_t whysz)
{
	struct salvage s;
	int db, wal, r;

	db = open_pending(rc, "");
	wal = open_pending(rc, WAL);
	if ((db == -1 && errno != ENOENT) || salvage_find(&s, db, wal) == -1) {
		(void)snprintf(why, whysz, "%s" PENDING " cannot be read: %s",
		    rc->place->shown, strerror(errno));
		close_one(db);
		close_one(wal);
		return -1;
	}
	describe(rc, &s);
	r = put_all(store, rc, &s, why, whysz);
	salvage_done(&s);
	close_one(db);
	close_one(wal);
	rc->read = r == 0;
	return r;
}

/* For store_open.fill of a new database. */
static int
fill(struct store *store, void *arg, char *why, size_t whysz)
{
	struct recover *rc = arg;

	if (rc->pending)
		return recover_fill(store, rc, why, whysz);
	if (rc->open->fill == NULL)
		return 0;
	return rc->open->fill(store, rc->open->arg, why, whysz);
}

struct store *
recover_open(struct recover *rc, struct store_open *o, char *why, size_t whysz)
{
	const struct store_open given = *o;
	char reason[RECOVER_WHY_MAX];
	struct store *store;

	rc->open = &given;
	o->file = rc->place->file;
	o->shown = rc->place->shown;
	o->fill = fill;
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
		    "it is damaged, and so is a database that was moved aside "
		    "earlier; move the files whose names begin like its own to "
		    "another folder, and start again");
	rc->open = NULL;
	return store;
}

/* The time as 20240131-235959; gmtime() would look for a time zone file. */
static void
date_text(uint64_t now_s, char dst[24])
{
	/* Days since 0000-03-01, the first day of years with a leap day last.
	 */
	uint64_t days = now_s / 86400 + 719468;
	uint64_t era = days / 146097, doe = days % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint64_t mp = (5 * doy + 2) / 153;
	uint64_t month = mp < 10 ? mp + 3 : mp - 9;
	uint64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);

	(void)snprintf(dst, 24, "%04u%02u%02u-%02u%02u%02u",
	    (unsigned int)(year % 10000), (unsigned int)month,
	    (unsigned int)(doy - (153 * mp + 2) / 5 + 1),
	    (unsigned int)(now_s / 3600 % 24), (unsigned int)(now_s / 60 % 60),
	    (unsigned int)(now_s % 60));
}

/* Whether no damaged file of this name is there yet. */
static bool
name_free(const char *name)
{
	char other[NAME_MAX_LEN];
	size_t i;

	if (exists(name))
		return false;
	for (i = 0; i < NBESIDE; i++) {
		(void)snprintf(other, sizeof(other), "%s%s", name, beside[i]);
		if (exists(other))
			return false;
	}
	return true;
}

static void
report(const struct recover *rc, const char *suffix)
{
	const char *shown = rc->place->shown;
	const char *reason =
	    rc->reason[0] != '\0' ? rc->reason : "found at an earlier start";

	/* clang-format off */
	if (!rc->read)
		log_warnx("%s: an earlier recovery is complete; the damaged file is now %s%s", shown, shown, suffix);
	else if (rc->bad_pages > 0)
		log_warnx("%s: damaged (%s); moved to %s%s, recovered %" PRIu64 " leases; unreadable: %" PRIu64 " rows, %" PRIu64 " pages", shown, reason, shown, suffix, rc->leases, rc->bad_rows, rc->bad_pages);
	else
		log_warnx("%s: damaged (%s); moved to %s%s, recovered %" PRIu64 " of %" PRIu64 " leases", shown, reason, shown, suffix, rc->leases, rc->leases + rc->bad_rows);
	/* clang-format on */
}

int
recover_end(struct recover *rc, uint64_t now_s, char *why, size_t whysz)
{
	char from[NAME_MAX_LEN], to[NAME_MAX_LEN], suffix[48], date[24];
	unsigned int i;

	if (!rc->pending)
		return 0;
	date_text(now_s, date);
	pending_name(rc, "", from);
	for (i = 0; i < NAMES_MAX; i++) {
		(void)snprintf(suffix, sizeof(suffix),
		    i == 0 ? ".damaged-%s" : ".damaged-%s.%u", date, i);
		(void)snprintf(to, sizeof(to), "%s%s", rc->place->file, suffix);
		if (name_free(to))
			break;
	}
	if (move_all(from, to) == -1) {
		(void)snprintf(why, whysz,
		    "%s" PENDING " cannot be renamed: %s; move it to another "
		    "folder and start again",
		    rc->place->shown, strerror(errno));
		return -1;
	}
	rc->pending = false;
	report(rc, suffix);
	return 0;
}
