/* SPDX-License-Identifier: ISC */
/* Bounded reading and writing with a sticky error. */
#include "daemon/buf.h"

#include <string.h>

void
reader_init(struct reader *r, const void *p, size_t n)
{
	r->p = p;
	r->left = n;
	r->failed = false;
}

void
reader_fail(struct reader *r)
{
	r->failed = true;
	r->left = 0;
}

const uint8_t *
reader_bytes(struct reader *r, size_t n)
{
	const uint8_t *p;

	if (r->failed || n > r->left) {
		reader_fail(r);
		return NULL;
	}
	p = r->p;
	r->p += n;
	r->left -= n;
	return p;
}

uint8_t
reader_u8(struct reader *r)
{
	const uint8_t *p = reader_bytes(r, 1);

	return p == NULL ? 0 : p[0];
}

uint16_t
reader_u16(struct reader *r)
{
	const uint8_t *p = reader_bytes(r, 2);

	return p == NULL ? 0 : (uint16_t)(p[0] << 8 | p[1]);
}

uint32_t
reader_u32(struct reader *r)
{
	uint32_t hi = reader_u16(r);
	uint32_t lo = reader_u16(r);

	return r->failed ? 0 : hi << 16 | lo;
}

uint64_t
reader_u64(struct reader *r)
{
	uint64_t hi = reader_u32(r);
	uint64_t lo = reader_u32(r);

	return r->failed ? 0 : hi << 32 | lo;
}

void
reader_copy(struct reader *r, void *dst, size_t n)
{
	const uint8_t *p = reader_bytes(r, n);

	if (p == NULL)
		memset(dst, 0, n);
	else
		memcpy(dst, p, n);
}

void
reader_skip(struct reader *r, size_t n)
{
	(void)reader_bytes(r, n);
}

struct reader
reader_sub(struct reader *r, size_t n)
{
	struct reader sub;
	const uint8_t *p = reader_bytes(r, n);

	reader_init(&sub, p, p == NULL ? 0 : n);
	sub.failed = p == NULL;
	return sub;
}

size_t
reader_str(struct reader *r, char *dst, size_t dstsz)
{
	size_t n = reader_u16(r);
	const uint8_t *p = reader_bytes(r, n);

	dst[0] = '\0';
	if (p == NULL)
		return 0;
	if (n >= dstsz || memchr(p, '\0', n) != NULL) {
		reader_fail(r);
		return 0;
	}
	memcpy(dst, p, n);
	dst[n] = '\0';
	return n;
}

size_t
reader_blob(struct reader *r, void *dst, size_t dstsz)
{
	size_t n = reader_u16(r);

	if (n > dstsz) {
		reader_fail(r);
		return 0;
	}
	reader_copy(r, dst, n);
	return r->failed ? 0 : n;
}

bool
reader_bool(struct reader *r)
{
	uint8_t v = reader_u8(r);

	if (v > 1)
		reader_fail(r);
	return v == 1;
}

void
writer_init(struct writer *w, void *p, size_t cap)
{
	w->p = p;
	w->cap = cap;
	w->len = 0;
	w->failed = false;
}

/* Room for n bytes at the end of what was written, or NULL. */
static uint8_t *
writer_room(struct writer *w, size_t n)
{
	uint8_t *p;

	if (w->failed || n > w->cap - w->len) {
		w->failed = true;
		return NULL;
	}
	p = w->p + w->len;
	w->len += n;
	return p;
}

void
writer_u8(struct writer *w, uint8_t v)
{
	uint8_t *p = writer_room(w, 1);

	if (p != NULL)
		p[0] = v;
}

void
writer_u16(struct writer *w, uint16_t v)
{
	uint8_t *p = writer_room(w, 2);

	if (p != NULL) {
		p[0] = (uint8_t)(v >> 8);
		p[1] = (uint8_t)v;
	}
}

void
writer_u32(struct writer *w, uint32_t v)
{
	uint8_t *p = writer_room(w, 4);

	if (p != NULL) {
		p[0] = (uint8_t)(v >> 24);
		p[1] = (uint8_t)(v >> 16);
		p[2] = (uint8_t)(v >> 8);
		p[3] = (uint8_t)v;
	}
}

void
writer_u64(struct writer *w, uint64_t v)
{
	uint8_t *p = writer_room(w, 8);
	int i;

	if (p == NULL)
		return;
	for (i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (56 - 8 * i));
}

void
writer_bytes(struct writer *w, const void *src, size_t n)
{
	uint8_t *p = writer_room(w, n);

	if (p != NULL && n > 0)
		memcpy(p, src, n);
}

void
writer_zero(struct writer *w, size_t n)
{
	uint8_t *p = writer_room(w, n);

	if (p != NULL && n > 0)
		memset(p, 0, n);
}

void
writer_blob(struct writer *w, const void *src, size_t n)
{
	if (n > UINT16_MAX || w->cap - w->len < n + 2) {
		w->failed = true;
		return;
	}
	writer_u16(w, (uint16_t)n);
	writer_bytes(w, src, n);
}

void
writer_str(struct writer *w, const char *s)
{
	writer_blob(w, s, strlen(s));
}

void
writer_bool(struct writer *w, bool v)
{
	writer_u8(w, v ? 1 : 0);
}
