/* SPDX-License-Identifier: ISC */
/* What is shown of a line, and what is escaped. */
#include <stdio.h>
#include <string.h>

#include "daemon/printable.h"
#include "tests/unit/unit.h"

START_TEST(table)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{ "", "" },
		{ "plain \"text\" \\x41 ~", "plain \"text\" \\x41 ~" },
		{ "Stra\xc3\x9f"
		  "e, \xe4\xb8\xad, \xf0\x9f\x92\xbe",
		    "Stra\xc3\x9f"
		    "e, \xe4\xb8\xad, \xf0\x9f\x92\xbe" },
		{ "a\nb\r\t\x1b[2J\x7f", "a\\x0ab\\x0d\\x09\\x1b[2J\\x7f" },
		/* C1: U+009B begins a control sequence, as ESC [ does. */
		{ "\xc2\x9b"
		  "2J",
		    "\\xc2\\x9b2J" },
		{ "\xc2\x80\xc2\x85\xc2\x9f\xc2\xa1",
		    "\\xc2\\x80\\xc2\\x85\\xc2\\x9f\xc2\xa1" },
		/* Direction: U+202E, U+2066, U+2069, U+200F, U+061C. */
		{ "\xe2\x80\xae", "\\xe2\\x80\\xae" },
		{ "\xe2\x80\xaa", "\\xe2\\x80\\xaa" },
		{ "\xe2\x81\xa6\xe2\x81\xa9",
		    "\\xe2\\x81\\xa6\\xe2\\x81\\xa9" },
		{ "\xe2\x80\x8e\xe2\x80\x8f",
		    "\\xe2\\x80\\x8e\\xe2\\x80\\x8f" },
		{ "\xd8\x9c", "\\xd8\\x9c" },
		/* Ends of line and paragraph, byte order mark, tag. */
		{ "\xe2\x80\xa8\xe2\x80\xa9",
		    "\\xe2\\x80\\xa8\\xe2\\x80\\xa9" },
		{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },
		{ "\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81" },
		{ "\xe2\x80\x90\xe2\x81\x9f", "\xe2\x80\x90\xe2\x81\x9f" },
		/* No UTF-8: alone, cut short, overlong, surrogate, too large.
		 */
		{ "\x80\xff\xfe", "\\x80\\xff\\xfe" },
		{ "\xc3", "\\xc3" },
		{ "\xc3(", "\\xc3(" },
		{ "\xe4\xb8", "\\xe4\\xb8" },
		{ "\xc0\x8a", "\\xc0\\x8a" },
		{ "\xe0\x80\x8a", "\\xe0\\x80\\x8a" },
		{ "\xf0\x80\x80\x8a", "\\xf0\\x80\\x80\\x8a" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80" },
		{ "\xef\xbf\xbf", "\\xef\\xbf\\xbf" },
	};
	char dst[128];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_ptr_eq(printable(dst, sizeof(dst), t[i].in), dst);
		ck_assert_str_eq(dst, t[i].out);
	}
}
END_TEST

/* Every character there is: as it was, or escaped and nothing but ASCII. */
START_TEST(all_characters)
{
	uint32_t c, got;
	size_t n, kept = 0;
	uint8_t in[5];
	char dst[32];

	for (c = 1; c <= 0x10ffff; c++) {
		n = 0;
		if (c < 0x80) {
			in[n++] = (uint8_t)c;
		} else if (c < 0x800) {
			in[n++] = (uint8_t)(0xc0 | c >> 6);
		} else if (c < 0x10000) {
			in[n++] = (uint8_t)(0xe0 | c >> 12);
			in[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		} else {
			in[n++] = (uint8_t)(0xf0 | c >> 18);
			in[n++] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
			in[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		}
		if (c >= 0x80)
			in[n++] = (uint8_t)(0x80 | (c & 0x3f));
		in[n] = '\0';
		if (c >= 0xd800 && c <= 0xdfff) {
			ck_assert_uint_eq(printable_utf8(in, n, &got), 0);
		} else {
			ck_assert_uint_eq(printable_utf8(in, n, &got), n);
			ck_assert_uint_eq(got, c);
		}
		printable(dst, sizeof(dst), (const char *)in);
		if (strcmp(dst, (const char *)in) == 0)
			kept++;
		else
			ck_assert_uint_eq(strlen(dst), 4 * n);
	}
	/* All but some 7,000, most of which are surrogates and tags. */
	ck_assert_uint_ge(kept, 0x10ffff - 7000);
	ck_assert_uint_le(kept, 0x10ffff - 6000);
}
END_TEST

/* Every size of destination: ended, inside, and no character cut in two. */
START_TEST(truncation)
{
	static const char *const pieces[] = { "a", "\xc3\xa9", "\xe4\xb8\xad",
		"\xf0\x9f\x92\xbe", "\x1b", "\xff", "\xe2\x80\xae" };
	char in[256] = "", whole[1024], guard[132];
	size_t size, len, n = (size_t)(_i % 40);

	srandom((unsigned int)_i);
	while (n-- > 0)
		(void)strcat(in, pieces[random() % 7]);
	printable(whole, sizeof(whole), in);
	for (size = 1; size <= 128; size++) {
		memset(guard, 'G', sizeof(guard));
		printable(guard + 1, size, in);
		ck_assert_int_eq(guard[0], 'G');
		ck_assert_int_eq(guard[1 + size], 'G');
		len = strnlen(guard + 1, size);
		ck_assert_uint_lt(len, size);
		if (strlen(whole) < size) {
			ck_assert_str_eq(guard + 1, whole);
			continue;
		}
		/* What is shown is printable as it stands. */
		printable(whole, sizeof(whole), guard + 1);
		ck_assert_str_eq(guard + 1, whole);
		printable(whole, sizeof(whole), in);
		if (size >= 4) {
			ck_assert_str_eq(guard + 1 + len - 3, "...");
			ck_assert_mem_eq(guard + 1, whole, len - 3);
		}
	}
	printable(guard, 0, in);
}
END_TEST

Suite *suite_printable(void);

Suite *
suite_printable(void)
{
	Suite *s = suite_create("printable");
	TCase *tc = tcase_create("printable");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, table);
	tcase_add_test(tc, all_characters);
	tcase_add_loop_test(tc, truncation, 0, 80);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_printable)
