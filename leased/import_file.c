/* SPDX-License-Identifier: ISC */
/* Puts the leases of a text file into a new store. */
#include "leased/import_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/plural.h"
#include "daemon/role.h"
#include "leased/import_line.h"

/* A lease file of millions of leases is shorter. */
#define IMPORT_SIZE_MAX (256 * 1024 * 1024)

/* Less is no time of a lease (2001), but a number of seconds. */
#define IMPORT_TIME_MIN UINT64_C(1000000000)

struct import_count {
	uint64_t line[LEASE_LINE_MAX]; /* by result */
	uint64_t leases; /* stored */
	uint64_t expired; /* of these */
};

struct import_job {
	struct store *store; /* NULL: leases are only counted */
	const char *shown;
	uint64_t now_s;
	uint64_t written_s; /* when the file was changed */
	uint64_t number; /* of the line */
	struct import_count count;
	bool failed; /* the store is out of order */
	struct log_limit limit;
	bool quiet;
};

/* Stores a lease; returns the result for its line. */
static enum lease_line
import_job_store(struct import_job *j, enum lease_line r, const struct lease *l)
{
	struct lease lease = *l;

	if (lease.expiry_s < IMPORT_TIME_MIN)
		lease.expiry_s += j->written_s;
	/* The file does not say when it was granted; no later than now. */
	lease.start_s = lease.expiry_s < j->now_s ? lease.expiry_s : j->now_s;
	switch (j->store == NULL ? STORE_OK
				 : j->store->ops->put(j->store, &lease)) {
	case STORE_OK:
		j->count.leases++;
		j->count.expired += lease.expiry_s <= j->now_s ? 1 : 0;
		return r;
	case STORE_REFUSED:
		return LEASE_LINE_DUPLICATE;
	default:
		j->failed = true;
		return r;
	}
}

static void
import_job_line(enum lease_line r, const struct lease *l, const void *bytes,
    size_t n, void *arg)
{
	struct import_job *j = arg;
	char text[128];

	j->number++;
	if (j->failed)
		return;
	if (r == LEASE_LINE_OK || r == LEASE_LINE_UNNAMED)
		r = import_job_store(j, r, l);
	j->count.line[r]++;
	if (r == LEASE_LINE_OK || r == LEASE_LINE_EMPTY ||
	    r == LEASE_LINE_OTHER || j->quiet ||
	    !log_limit_ok(&j->limit, clock_mono_ms(), NULL))
		return;
	log_warnx("%s:%" PRIu64 ": %s%s: \"%s\"", j->shown, j->number,
	    lease_line_text(r), r == LEASE_LINE_UNNAMED ? "" : "; line ignored",
	    log_escape(text, sizeof(text), bytes, n));
}

static uint64_t
import_job_count_invalid(const struct import_count *c)
{
	uint64_t bad = 0;
	int r;

	for (r = LEASE_LINE_FIELDS; r < LEASE_LINE_MAX; r++)
		bad += c->line[r];
	return bad;
}

static int
import_job_read(struct import_job *j, int fd)
{
	struct import im = { .line = import_job_line, .arg = j };
	char buf[16384];
	off_t at = 0;
	ssize_t n;

	while (!j->failed) {
		do {
			n = pread(fd, buf, sizeof(buf), at);
		} while (n == -1 && errno == EINTR);
		if (n == -1)
			return -1;
		if (n == 0) {
			import_end(&im);
			return 0;
		}
		role_alive();
		at += n;
		import_feed(&im, buf, (size_t)n);
	}
	return 0;
}

static int
import_job_explain(const struct import_job *j, char *why, size_t whysz)
{
	(void)snprintf(why, whysz,
	    "cannot import leases from %s: %s; fix that and start again",
	    j->shown, j->store->why);
	return -1;
}

/* A file without leases may get some later, as long as the store has none. */
static enum store_result
import_job_note(const struct import_job *j, uint64_t bad)
{
	const struct import_count *c = &j->count;
	struct store_import note = { .at_s = j->now_s,
		.leases = c->leases,
		.expired = c->expired,
		.ignored = bad + c->line[LEASE_LINE_OTHER] };

	if (c->leases == 0)
		return STORE_OK;
	(void)snprintf(note.file, sizeof(note.file), "%s", j->shown);
	return j->store->ops->note_import(j->store, &note);
}

/* Logs the result; -1 with a sentence when there is no import. */
static int
import_job_outcome(const struct import_job *j, char *why, size_t whysz)
{
	const struct import_count *c = &j->count;
	uint64_t bad = import_job_count_invalid(c);
	uint64_t other = c->line[LEASE_LINE_OTHER];

	if (j->failed)
		return import_job_explain(j, why, whysz);
	if (c->leases == 0 && other == 0 && bad > 0) {
		(void)snprintf(why, whysz,
		    "%s is neither an SQLite database nor a lease file; move it away",
		    j->shown);
		return -1;
	}
	if (j->store != NULL && import_job_note(j, bad) != STORE_OK)
		return import_job_explain(j, why, whysz);
	if (c->leases == 0 && bad == 0 && other == 0)
		return 0; /* an empty file */
	/* clang-format off */
	if (j->store == NULL && !j->quiet)
		log_notice("%s: the first start imports %" PRIu64 " lease%s, %" PRIu64 " of them expired, and ignores %" PRIu64 " invalid line%s and %" PRIu64 " other record%s",
		    j->shown, c->leases, plural(c->leases), c->expired, bad, plural(bad), other, plural(other));
	else if (j->store != NULL)
		log_info("%s: imported %" PRIu64 " lease%s, %" PRIu64 " of them expired; ignored %" PRIu64 " invalid line%s and %" PRIu64 " other record%s%s",
		    j->shown, c->leases, plural(c->leases), c->expired, bad, plural(bad), other, plural(other),
		    c->leases > 0 ? "; the file is not read again" : "");
	/* clang-format on */
	return 0;
}

/* When the file was changed; a clock may have been set back since. */
static uint64_t
import_time(const struct stat *st, uint64_t now_s)
{
	uint64_t s = st->st_mtime > 0 ? (uint64_t)st->st_mtime : 0;

	return s < now_s ? s : now_s;
}

static int
import_job_unreadable(const struct import_job *j, char *why, size_t whysz)
{
	(void)snprintf(
	    why, whysz, "%s cannot be read: %s", j->shown, strerror(errno));
	return -1;
}

int
import_file(struct store *store, int fd, const char *shown, uint64_t now_s,
    bool quiet, char *why, size_t whysz)
{
	struct import_job j = { .store = store,
		.shown = shown,
		.now_s = now_s,
		.limit = LOG_LIMIT(10, 60000),
		.quiet = quiet };
	struct stat st;

	if (fstat(fd, &st) == -1)
		return import_job_unreadable(&j, why, whysz);
	if (!S_ISREG(st.st_mode) || st.st_size > IMPORT_SIZE_MAX) {
		(void)snprintf(why, whysz,
		    "%s: not a regular file, or larger than %d MiB; not imported",
		    shown, IMPORT_SIZE_MAX / (1024 * 1024));
		return -1;
	}
	j.written_s = import_time(&st, now_s);
	if (import_job_read(&j, fd) == -1)
		return import_job_unreadable(&j, why, whysz);
	return import_job_outcome(&j, why, whysz);
}
