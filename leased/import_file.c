/* SPDX-License-Identifier: ISC */
/* Puts the leases of a text file into a new store. */
#include "leased/import.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/role.h"

/* No list of IPv4 leases that makes sense is longer. */
#define IMPORT_SIZE_MAX (256 * 1024 * 1024)

struct job {
	struct store *store;
	const char *shown;
	uint64_t now_s;
	uint64_t number; /* of the line */
	struct import_count *count;
	enum store_result failed; /* not OK: the store is out of order */
	struct log_limit limit;
};

/* Stores a lease; a line that is wrong after all yields its reason. */
static enum lease_line
job_store(struct job *j, enum lease_line r, const struct lease *l)
{
	struct lease lease = *l;

	/* When it was granted is not known: no later than now. */
	lease.start_s = lease.expiry_s < j->now_s ? lease.expiry_s : j->now_s;
	switch (j->store->ops->put(j->store, &lease)) {
	case STORE_OK:
		j->count->leases++;
		return r;
	case STORE_REFUSED:
		return LEASE_LINE_DOUBLE;
	case STORE_FAILED:
		j->failed = STORE_FAILED;
		return r;
	case STORE_LOST:
		j->failed = STORE_LOST;
		return r;
	}
	return r;
}

static void
job_line(enum lease_line r, const struct lease *l, const void *bytes, size_t n,
    void *arg)
{
	struct job *j = arg;
	char text[128];

	j->number++;
	if (j->failed != STORE_OK)
		return;
	if (r == LEASE_LINE_OK || r == LEASE_LINE_UNNAMED)
		r = job_store(j, r, l);
	j->count->line[r]++;
	if (r == LEASE_LINE_OK || r == LEASE_LINE_EMPTY ||
	    r == LEASE_LINE_OTHER ||
	    !log_limit_ok(&j->limit, clock_mono_ms(), NULL))
		return;
	log_warnx("%s:%" PRIu64 ": %s%s: \"%s\"", j->shown, j->number,
	    lease_line_text(r),
	    r == LEASE_LINE_UNNAMED ? "" : ", so it is passed over",
	    log_escape(text, sizeof(text), bytes, n));
}

static uint64_t
count_bad(const struct import_count *c)
{
	uint64_t bad = 0;
	int r;

	for (r = LEASE_LINE_FIELDS; r < LEASE_LINE_MAX; r++)
		bad += c->line[r];
	return bad;
}

static int
job_read(struct job *j, int fd)
{
	struct import im = { .line = job_line, .arg = j };
	char buf[16384];
	ssize_t n;

	while (j->failed == STORE_OK) {
		do {
			n = read(fd, buf, sizeof(buf));
		} while (n == -1 && errno == EINTR);
		if (n == -1)
			return -1;
		if (n == 0) {
			import_end(&im);
			return 0;
		}
		role_alive();
		import_feed(&im, buf, (size_t)n);
	}
	return 0;
}

/* 0, or -1 with a sentence, from what the job has come to. */
static int
job_outcome(const struct job *j, char *why, size_t whysz)
{
	const struct import_count *c = j->count;
	uint64_t bad = count_bad(c);

	if (j->failed != STORE_OK) {
		(void)snprintf(why, whysz,
		    "the leases of %s cannot be stored in it: %s; mend that, "
		    "and start again",
		    j->shown, j->store->why);
		return -1;
	}
	if (c->leases == 0 && c->line[LEASE_LINE_OTHER] == 0 && bad > 0) {
		(void)snprintf(why, whysz,
		    "%s holds text, but no leases; name the lease file in "
		    "dhcp-leasefile",
		    j->shown);
		return -1;
	}
	log_info("%" PRIu64 " leases were imported from %s, which is not read "
		 "again; %" PRIu64 " bad lines and %" PRIu64
		 " of other kinds were passed over",
	    c->leases, j->shown, bad, c->line[LEASE_LINE_OTHER]);
	return 0;
}

int
import_file(struct store *store, const char *file, const char *shown,
    uint64_t now_s, struct import_count *count, char *why, size_t whysz)
{
	struct job j = { .store = store,
		.shown = shown,
		.now_s = now_s,
		.count = count,
		.limit = LOG_LIMIT(10, 60000) };
	struct stat st;
	int fd, r = -1;

	memset(count, 0, sizeof(*count));
	fd = open(
	    file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd == -1 || fstat(fd, &st) == -1) {
		(void)snprintf(why, whysz, "%s cannot be read: %s", shown,
		    strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size > IMPORT_SIZE_MAX) {
		(void)snprintf(why, whysz,
		    "%s is not a lease file of a sensible size", shown);
	} else if (job_read(&j, fd) == -1) {
		(void)snprintf(why, whysz, "%s cannot be read: %s", shown,
		    strerror(errno));
	} else {
		r = job_outcome(&j, why, whysz);
	}
	if (fd != -1)
		(void)close(fd);
	return r;
}
