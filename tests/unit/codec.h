/* SPDX-License-Identifier: ISC */
/*
 * For tests of encoders: random valid content, and the rule that holds for
 * every decoder: any bytes are refused or come out the same when encoded.
 */
#ifndef TESTS_UNIT_CODEC_H
#define TESTS_UNIT_CODEC_H

#include <stdlib.h>
#include <string.h>

#include "daemon/record.h"
#include "tests/unit/unit.h"

#define CODEC_MAX 20480

/* Decodes and encodes; the length of the result, or -1 when refused. */
typedef ssize_t codec_fn(const uint8_t *in, size_t n, uint8_t *out);

static inline uint32_t
codec_random(void)
{
	return (uint32_t)random() << 16 ^ (uint32_t)random();
}

/* Below n; the ends come up often, since mistakes live there. */
static inline uint32_t
codec_below(uint32_t n)
{
	switch (random() % 8) {
	case 0:
		return 0;
	case 1:
		return n - 1;
	default:
		return codec_random() % n;
	}
}

static inline void
codec_bytes(void *dst, size_t n)
{
	uint8_t *p = dst;

	while (n-- > 0)
		*p++ = (uint8_t)random();
}

/* A string of min to size - 1 bytes, none of them a NUL. */
static inline void
codec_string(char *dst, size_t size, size_t min)
{
	size_t n = min + codec_below((uint32_t)(size - min)), i;

	for (i = 0; i < n; i++)
		dst[i] = (char)(1 + random() % 255);
	dst[n] = '\0';
}

/* Exactly as long as the input, so that a sanitizer sees its end. */
static inline ssize_t
codec_run(codec_fn *f, const uint8_t *in, size_t n, uint8_t *out)
{
	uint8_t *copy = malloc(n == 0 ? 1 : n);
	ssize_t r;

	memcpy(copy, in, n);
	r = f(copy, n, out);
	free(copy);
	return r;
}

static inline void
codec_same(codec_fn *f, const uint8_t *in, size_t n)
{
	uint8_t out[CODEC_MAX];
	ssize_t r = codec_run(f, in, n, out);

	if (r == -1)
		return;
	ck_assert_int_eq(r, (ssize_t)n);
	ck_assert_mem_eq(out, in, n);
}

/*
 * A valid encoding comes out as it went in; cut short or with a byte more it
 * is refused; with one byte changed it is refused or comes out the same.
 */
static inline void
codec_torture(codec_fn *f, const uint8_t *in, size_t n)
{
	static const uint8_t mask[] = { 1, 2, 0x10, 0x80, 0xff };
	uint8_t out[CODEC_MAX], bad[CODEC_MAX];
	size_t i, k;

	ck_assert_int_eq(codec_run(f, in, n, out), (ssize_t)n);
	ck_assert_mem_eq(out, in, n);
	for (i = 0; i < n; i++)
		ck_assert_int_eq(codec_run(f, in, i, out), -1);
	memcpy(bad, in, n);
	bad[n] = 0;
	ck_assert_int_eq(codec_run(f, bad, n + 1, out), -1);
	for (i = 0; i < n; i++)
		for (k = 0; k < sizeof(mask) + 1; k++) {
			bad[i] = k < sizeof(mask) ? in[i] ^ mask[k] : 0;
			codec_same(f, bad, n);
			bad[i] = in[i];
		}
}

#endif
