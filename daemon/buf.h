/* SPDX-License-Identifier: ISC */
/* The bounded reader and writer that every parser and encoder uses. */
#ifndef DAEMON_BUF_H
#define DAEMON_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A cursor over a buffer of the caller.  Integers are in network byte order.
 * The first read beyond the end sets `failed`; from then on every read returns
 * 0 or NULL, so that a parser can check once, at its end, with reader_ok() or
 * reader_done().
 */
struct reader {
	const uint8_t *p;
	size_t left;
	bool failed;
};

void reader_init(struct reader *, const void *, size_t);
uint8_t reader_u8(struct reader *);
uint16_t reader_u16(struct reader *);
uint32_t reader_u32(struct reader *);
uint64_t reader_u64(struct reader *);

/* The next n bytes in place, or NULL; valid as long as the buffer is. */
const uint8_t *reader_bytes(struct reader *, size_t n);

/* Copies n bytes to dst; on failure dst is zeroed. */
void reader_copy(struct reader *, void *dst, size_t n);
void reader_skip(struct reader *, size_t n);

/* Returns a reader for the next n bytes, and skips them. */
struct reader reader_sub(struct reader *, size_t n);

/*
 * Copies a string with a 16-bit length before it to dst, and adds a NUL.  A
 * string that contains a NUL or does not fit dstsz fails the reader.  Returns
 * its length.
 */
size_t reader_str(struct reader *, char *dst, size_t dstsz);

/* Copies bytes with a 16-bit length before them; dstsz is the limit. */
size_t reader_blob(struct reader *, void *dst, size_t dstsz);

/* A byte that must be 0 or 1. */
bool reader_bool(struct reader *);

/* Sets `failed` after a check that the functions above cannot make. */
void reader_fail(struct reader *);

static inline bool
reader_ok(const struct reader *r)
{
	return !r->failed;
}

/* Whether all reads succeeded and no bytes are left. */
static inline bool
reader_done(const struct reader *r)
{
	return !r->failed && r->left == 0;
}

/*
 * A cursor over a buffer to fill, with the same sticky error: a field that does
 * not fit sets `failed`, and no part of it is written.
 */
struct writer {
	uint8_t *p;
	size_t cap;
	size_t len;
	bool failed;
};

void writer_init(struct writer *, void *, size_t);
void writer_u8(struct writer *, uint8_t);
void writer_u16(struct writer *, uint16_t);
void writer_u32(struct writer *, uint32_t);
void writer_u64(struct writer *, uint64_t);
void writer_bytes(struct writer *, const void *, size_t);
void writer_zero(struct writer *, size_t n);
void writer_str(struct writer *, const char *);
void writer_blob(struct writer *, const void *, size_t);
void writer_bool(struct writer *, bool);

static inline bool
writer_ok(const struct writer *w)
{
	return !w->failed;
}

#endif
