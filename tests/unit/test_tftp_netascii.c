/* SPDX-License-Identifier: ISC */
/* Octets to netascii, whole and in pieces of every size. */
#include <string.h>

#include "tests/unit/netascii_case.h"
#include "tests/unit/unit.h"
#include "tftpd/netascii.h"

#define TEXT_MAX 64

/*
 * Translates in blocks of `block` bytes, of a source that is handed over in
 * pieces of `piece` bytes; each block is made twice from where it begins.
 */
static size_t
in_pieces(const uint8_t *src, size_t n, size_t block, size_t piece,
    uint8_t *dst, struct netascii_at *at)
{
	size_t len = 0, got, part;
	uint8_t again[TEXT_MAX];
	struct netascii_at from;

	memset(at, 0, sizeof(*at));
	do {
		from = *at;
		for (got = 0; got < block;) {
			part = n - at->offset < piece ? n - at->offset : piece;
			if (part == 0 && !at->pair)
				break;
			got += netascii_put(at, src + at->offset, part,
			    dst + len + got, block - got);
		}
		ck_assert_uint_le(got, block);
		/* The same block from the same place, all of it at once. */
		ck_assert_uint_eq(netascii_put(&from, src + from.offset,
				      n - from.offset, again, block),
		    got);
		ck_assert_mem_eq(again, dst + len, got);
		ck_assert_uint_eq(from.offset, at->offset);
		ck_assert_int_eq(from.pair, at->pair);
		len += got;
	} while (got == block);
	return len;
}

static void
check_text(const char *text, size_t n)
{
	const uint8_t *src = (const uint8_t *)text;
	uint8_t want[2 * TEXT_MAX], got[2 * TEXT_MAX + 16];
	struct netascii_at at;
	size_t len = netascii_expected(src, n, want), block, piece;

	for (block = 1; block <= 9; block++) {
		for (piece = 1; piece <= 5; piece++) {
			ck_assert_uint_eq(
			    in_pieces(src, n, block, piece, got, &at), len);
			ck_assert_mem_eq(got, want, len);
			ck_assert_uint_eq(at.offset, n);
			ck_assert(!at.pair);
		}
	}
}

START_TEST(texts)
{
	static const char *const text[] = { "", "a", "\n", "\r", "\r\n", "\n\r",
		"\n\n\n", "\r\r\r", "line\nline\n", "dos\r\nline\r\n",
		"no newline at the end", "a\rb\nc", "\n\r\n\r\n\r" };
	size_t i;

	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		check_text(text[i], strlen(text[i]));
	check_text("\0\n\0\r\0", 5);
}
END_TEST

/* All texts of six characters out of CR, LF and another. */
START_TEST(every_text)
{
	static const char letter[] = { '\r', '\n', 'x' };
	char text[6];
	int i, k, v;

	for (i = 0; i < 729; i++) {
		for (k = 0, v = i; k < 6; k++, v /= 3)
			text[k] = letter[v % 3];
		check_text(text, sizeof(text));
	}
}
END_TEST

START_TEST(stops_between_the_two)
{
	struct netascii_at at = { 0 };
	uint8_t dst[4];

	ck_assert_uint_eq(
	    netascii_put(&at, (const uint8_t *)"\nz", 2, dst, 1), 1);
	ck_assert_uint_eq(dst[0], '\r');
	ck_assert(at.pair);
	ck_assert_uint_eq(at.offset, 1);
	ck_assert_uint_eq(
	    netascii_put(&at, (const uint8_t *)"z", 1, dst, 4), 2);
	ck_assert_mem_eq(dst, "\nz", 2);
	ck_assert(!at.pair);
	ck_assert_uint_eq(at.offset, 2);
}
END_TEST

Suite *suite_tftp_netascii(void);

Suite *
suite_tftp_netascii(void)
{
	Suite *s = suite_create("tftp_netascii");
	TCase *tc = tcase_create("netascii");

	tcase_add_test(tc, texts);
	tcase_add_test(tc, every_text);
	tcase_add_test(tc, stops_between_the_two);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_netascii)
