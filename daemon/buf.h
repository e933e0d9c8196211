/* SPDX-License-Identifier: ISC */
/* The bounded reader and writer that every parser and encoder uses. */
#ifndef DAEMON_BUF_H
#define DAEMON_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A cursor over bytes that belong to somebody else.  Integers are read in
 * network byte order.  The first read that does not fit sets `failed`; from
 * then on every read yields 0 or NULL, so that a parser may test once, at
 * its end, with reader_ok() or reader_done().
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

/* A reader over the next n bytes, which it also skips here. */
struct reader reader_sub(struct reader *, size_t n);

/*
 * A string with a 16-bit length before it.  It is copied to dst and ended
 * with a NUL; a string that holds a NUL or does not fit dstsz is a failure.
 * Returns its length.
 */
size_t reader_str(struct reader *, char *dst, size_t dstsz);

/* Bytes with a 16-bit length before them; more than dstsz is a failure. */
size_t reader_blob(struct reader *, void *dst, size_t dstsz);

/* A byte that must be 0 or 1. */
bool reader_bool(struct reader *);

/* Marks the input as bad, for a check that the accessors cannot make. */
void reader_fail(struct reader *);

static inline bool
reader_ok(const struct reader *r)
{
	return !r->failed;
}

/* Everything was read, and nothing is left over. */
static inline bool
reader_done(const struct reader *r)
{
	return !r->failed && r->left == 0;
}

/*
 * A cursor over a buffer to fill, with the same sticky error: what does not
 * fit sets `failed` and is not written, not even in part.
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
