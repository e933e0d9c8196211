/* SPDX-License-Identifier: ISC */
/* Copies a database and the committed frames of its log into memory. */
#include "leased/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leased/page_file.h"

/* https://www.sqlite.org/fileformat2.html, 1.3 */
#define HEADER_BYTES 100
#define WRITE_VERSION 18
#define READ_VERSION 19
#define TICK_NS INT64_C(50000000) /* more than a tick of any kernel's clock */
#define VERSION_LEGACY 1 /* a rollback journal, no write-ahead log */

static int
snapshot_stat(int fd, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	return fd == -1 ? 0 : fstat(fd, st);
}

int
snapshot_stamp(struct snapshot_stamp *s, int db, int wal)
{
	struct stat st;
	ssize_t n = 0;

	memset(s, 0, sizeof(*s));
	(void)clock_gettime(CLOCK_REALTIME, &s->at);
	if (wal != -1 &&
	    (n = pread(wal, s->header, sizeof(s->header), 0)) == -1)
		return -1;
	if (n == sizeof(s->header))
		s->header_bytes = sizeof(s->header);
	if (snapshot_stat(wal, &st) == -1)
		return -1;
	s->wal_bytes = (uint64_t)st.st_size;
	if (snapshot_stat(db, &st) == -1)
		return -1;
	s->db_bytes = (uint64_t)st.st_size;
	s->db_changed = st.st_mtim;
	return 0;
}

static int64_t
snapshot_ns(const struct timespec *t)
{
	/* Times that a file system can have and this cannot are no matter. */
	return (int64_t)((uint64_t)t->tv_sec * UINT64_C(1000000000) +
			 (uint64_t)t->tv_nsec);
}

/*
 * Whether the database file is the same.  Two changes within a tick of the
 * kernel's clock have the same time.
 */
static bool
snapshot_db_same(const struct snapshot_stamp *a, const struct snapshot_stamp *b)
{
	int64_t changed = snapshot_ns(&a->db_changed);
	int64_t age =
	    (int64_t)((uint64_t)snapshot_ns(&a->at) - (uint64_t)changed);

	if (age >= 0 && age < TICK_NS)
		return false;
	return a->db_bytes == b->db_bytes &&
	       changed == snapshot_ns(&b->db_changed);
}

bool
snapshot_unchanged(
    const struct snapshot_stamp *a, const struct snapshot_stamp *b)
{
	/* A restart of the log writes new salts to its header. */
	if (a->header_bytes != b->header_bytes ||
	    memcmp(a->header, b->header, sizeof(a->header)) != 0 ||
	    b->wal_bytes < a->wal_bytes || b->db_bytes < a->db_bytes)
		return false;
	return a->header_bytes > 0 || snapshot_db_same(a, b);
}

void
snapshot_free(struct snapshot *s)
{
	free(s->p);
	s->p = NULL;
	s->n = 0;
}

/* A copy of n bytes; what lies beyond the end of the file stays zero. */
static enum snapshot_result
snapshot_copy_db(struct snapshot *s, int db, size_t n)
{
	size_t done = 0;
	ssize_t got;

	s->n = n;
	if (n == 0)
		return SNAPSHOT_OK;
	if ((s->p = calloc(1, n)) == NULL)
		return SNAPSHOT_MEMORY;
	while (done < n) {
		got = pread(db, s->p + done, n - done, (off_t)done);
		if (got == 0)
			break;
		if (got == -1 && errno != EINTR)
			return SNAPSHOT_READ;
		done += got > 0 ? (size_t)got : 0;
	}
	return SNAPSHOT_OK;
}

static enum snapshot_result
snapshot_resize(struct snapshot *s, uint64_t n)
{
	uint8_t *p;

	if (n > SNAPSHOT_BYTES_MAX)
		return SNAPSHOT_LARGE;
	if ((p = realloc(s->p, (size_t)n)) == NULL)
		return SNAPSHOT_MEMORY;
	if (n > s->n)
		memset(p + s->n, 0, (size_t)n - s->n);
	s->p = p;
	s->n = (size_t)n;
	return SNAPSHOT_OK;
}

/* Puts the pages of all commits in the log into the copy. */
static enum snapshot_result
snapshot_merge(struct snapshot *s, struct page_file *f)
{
	enum snapshot_result r;
	const uint8_t *page;
	uint32_t i;

	if (f->committed == 0)
		return SNAPSHOT_OK;
	r = snapshot_resize(s, (uint64_t)f->committed * f->size);
	for (i = 1; r == SNAPSHOT_OK && i <= f->n && i <= f->committed; i++) {
		if (f->frame[i] == 0)
			continue;
		/* Not readable any more: the log was truncated. */
		if ((page = page_file_read(f, i)) == NULL)
			return SNAPSHOT_CHANGED;
		memcpy(s->p + (size_t)(i - 1) * f->size, page, f->size);
	}
	return r;
}

static enum snapshot_result
snapshot_read(
    struct snapshot *s, int db, int wal, const struct snapshot_stamp *before)
{
	enum snapshot_result r;
	struct page_file f;

	if (before->db_bytes > SNAPSHOT_BYTES_MAX ||
	    before->wal_bytes > SNAPSHOT_BYTES_MAX)
		return SNAPSHOT_LARGE;
	/* The database before the log: see the header. */
	if ((r = snapshot_copy_db(s, db, (size_t)before->db_bytes)) !=
	    SNAPSHOT_OK)
		return r;
	if (before->header_bytes > 0) {
		if (page_file_init(&f, db, wal, 0) == -1)
			return SNAPSHOT_MEMORY;
		r = snapshot_merge(s, &f);
		page_file_free(&f);
	}
	if (r == SNAPSHOT_OK && s->n >= HEADER_BYTES)
		s->p[WRITE_VERSION] = s->p[READ_VERSION] = VERSION_LEGACY;
	return r;
}

enum snapshot_result
snapshot_take(struct snapshot *s, int db, int wal)
{
	struct snapshot_stamp before, after;
	enum snapshot_result r;

	s->p = NULL;
	s->n = 0;
	if (snapshot_stamp(&before, db, wal) == -1)
		return SNAPSHOT_READ;
	r = snapshot_read(s, db, wal, &before);
	if (r == SNAPSHOT_OK && snapshot_stamp(&after, db, wal) == -1)
		r = SNAPSHOT_READ;
	if (r == SNAPSHOT_OK && !snapshot_unchanged(&before, &after))
		r = SNAPSHOT_CHANGED;
	if (r != SNAPSHOT_OK)
		snapshot_free(s);
	return r;
}
