/* SPDX-License-Identifier: ISC */
/* Pages of a database file and of its write-ahead log. */
#include "leased/page_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/buf.h"

/* https://www.sqlite.org/fileformat2.html, 1.3 and 4.1 */
#define DB_PAGE_SIZE 16 /* offset of the page size in the header */
#define WAL_MAGIC 0x377f0682 /* the lowest bit: big-endian checksums */
#define WAL_HEADER 32
#define FRAME_HEADER 24

#define PAGE_SIZE_MIN 512
#define PAGE_FILE_MAX (UINT32_C(1) << 24) /* 64 GiB of the default size */

struct wal_sum {
	uint32_t a;
	uint32_t b;
};

struct wal_scan {
	bool big_endian;
	uint8_t salt[8];
	struct wal_sum sum;
};

static uint64_t
page_file_bytes(int fd)
{
	struct stat st;

	return fstat(fd, &st) == -1 ? 0 : (uint64_t)st.st_size;
}

static bool
page_file_read_at(int fd, uint64_t off, uint8_t *buf, size_t n)
{
	return pread(fd, buf, n, (off_t)off) == (ssize_t)n;
}

static bool
page_file_size_valid(uint32_t size)
{
	return size >= PAGE_SIZE_MIN && size <= PAGE_FILE_SIZE_MAX &&
	       (size & (size - 1)) == 0;
}

/* What the header of either file says, or the default. */
static uint32_t
page_file_size_find(int db, int wal)
{
	uint8_t buf[4];
	uint32_t size;

	if (page_file_read_at(db, DB_PAGE_SIZE, buf, 2)) {
		size = (uint32_t)buf[0] << 8 | buf[1];
		if (size == 1)
			size = PAGE_FILE_SIZE_MAX;
		if (page_file_size_valid(size))
			return size;
	}
	if (page_file_read_at(wal, 8, buf, 4)) {
		struct reader r;

		reader_init(&r, buf, 4);
		size = reader_u32(&r);
		if (page_file_size_valid(size))
			return size;
	}
	return PAGE_FILE_SIZE_USUAL;
}

static uint32_t
page_file_sum_word(const uint8_t *p, bool big_endian)
{
	if (big_endian)
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		       (uint32_t)p[2] << 8 | p[3];
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[1] << 8 | p[0];
}

/* n is a multiple of 8. */
static void
page_file_sum_add(struct wal_scan *s, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i + 8 <= n; i += 8) {
		s->sum.a += page_file_sum_word(p + i, s->big_endian) + s->sum.b;
		s->sum.b +=
		    page_file_sum_word(p + i + 4, s->big_endian) + s->sum.a;
	}
}

static bool
page_file_sum_is(const struct wal_scan *s, struct reader *r)
{
	uint32_t a = reader_u32(r), b = reader_u32(r);

	return s->sum.a == a && s->sum.b == b;
}

static bool
page_file_wal_begin(struct wal_scan *s, int wal, uint32_t size)
{
	uint8_t h[WAL_HEADER];
	struct reader r;
	uint32_t magic;

	if (!page_file_read_at(wal, 0, h, sizeof(h)))
		return false;
	reader_init(&r, h, sizeof(h));
	magic = reader_u32(&r);
	reader_skip(&r, 4);
	if ((magic & ~UINT32_C(1)) != WAL_MAGIC || reader_u32(&r) != size)
		return false;
	memset(s, 0, sizeof(*s));
	s->big_endian = (magic & 1) != 0;
	memcpy(s->salt, h + 16, sizeof(s->salt));
	reader_skip(&r, 12);
	page_file_sum_add(s, h, 24);
	return page_file_sum_is(s, &r);
}

/*
 * Whether the frame in h and page belongs to this log.  Sets the number of its
 * page, and *pages to the size of the database if the frame is a commit, or 0.
 */
static bool
page_file_wal_frame(struct wal_scan *s, const uint8_t h[FRAME_HEADER],
    const uint8_t *page, uint32_t size, uint32_t *number, uint32_t *pages)
{
	struct reader r;

	reader_init(&r, h, FRAME_HEADER);
	*number = reader_u32(&r);
	*pages = reader_u32(&r);
	reader_skip(&r, 8);
	if (*number == 0 || memcmp(h + 8, s->salt, sizeof(s->salt)) != 0)
		return false;
	page_file_sum_add(s, h, 8);
	page_file_sum_add(s, page, size);
	return page_file_sum_is(s, &r);
}

static uint64_t
page_file_offset(const struct page_file *p, uint32_t frame)
{
	return WAL_HEADER + (uint64_t)frame * (FRAME_HEADER + p->size);
}

/* Notes the last frame of each page, of those up to the last commit. */
static int
page_file_wal_note(
    struct page_file *p, const uint32_t *number, uint32_t committed)
{
	uint32_t i;

	for (i = 0; i < committed; i++)
		if (number[i] > p->n && number[i] < PAGE_FILE_MAX)
			p->n = number[i];
	if ((p->frame = calloc((size_t)p->n + 1, sizeof(*p->frame))) == NULL)
		return -1;
	for (i = 0; i < committed; i++)
		if (number[i] <= p->n)
			p->frame[number[i]] = i + 1;
	return 0;
}

/* Reads the log up to its last commit. */
static int
page_file_wal_scan(struct page_file *p)
{
	uint64_t frames = page_file_bytes(p->wal) / (FRAME_HEADER + p->size);
	uint8_t h[FRAME_HEADER];
	struct wal_scan s;
	uint32_t *number, i, committed = 0, pages;
	int r;

	if (frames == 0 || !page_file_wal_begin(&s, p->wal, p->size))
		return 0;
	if (frames > PAGE_FILE_MAX)
		frames = PAGE_FILE_MAX;
	if ((number = calloc(frames, sizeof(*number))) == NULL)
		return -1;
	for (i = 0; i < frames; i++) {
		uint64_t off = page_file_offset(p, i);

		if (!page_file_read_at(p->wal, off, h, sizeof(h)) ||
		    !page_file_read_at(
			p->wal, off + FRAME_HEADER, p->buf, p->size) ||
		    !page_file_wal_frame(
			&s, h, p->buf, p->size, &number[i], &pages))
			break;
		if (pages != 0) {
			committed = i + 1;
			p->committed = pages;
		}
	}
	r = page_file_wal_note(p, number, committed);
	free(number);
	return r;
}

int
page_file_init(struct page_file *p, int db, int wal, uint32_t size)
{
	uint64_t n;

	memset(p, 0, sizeof(*p));
	p->db = db;
	p->wal = wal;
	p->size = size != 0 ? size : page_file_size_find(db, wal);
	n = (page_file_bytes(db) + p->size - 1) / p->size;
	p->n = n > PAGE_FILE_MAX ? PAGE_FILE_MAX : (uint32_t)n;
	if ((p->buf = malloc(PAGE_FILE_SIZE_MAX)) == NULL ||
	    page_file_wal_scan(p) == -1) {
		page_file_free(p);
		return -1;
	}
	return 0;
}

void
page_file_free(struct page_file *p)
{
	free(p->frame);
	free(p->buf);
	p->frame = NULL;
	p->buf = NULL;
}

const uint8_t *
page_file_read(struct page_file *p, uint32_t number)
{
	ssize_t n;

	if (number == 0 || number > p->n)
		return NULL;
	if (p->frame != NULL && p->frame[number] != 0)
		return page_file_read_at(p->wal,
			   page_file_offset(p, p->frame[number] - 1) +
			       FRAME_HEADER,
			   p->buf, p->size)
			   ? p->buf
			   : NULL;
	/* The last page of a truncated file may be incomplete. */
	n = pread(p->db, p->buf, p->size, (off_t)(number - 1) * p->size);
	if (n <= 0)
		return NULL;
	memset(p->buf + n, 0, p->size - (size_t)n);
	return p->buf;
}
