/* SPDX-License-Identifier: ISC */
/* Manifests: accepted lines, and each reason to refuse one. */
#include "sign/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sign/manifest_line.h"
#include "tests/unit/unit.h"

#define H1 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define H2 "F123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"

static const uint8_t seed[MANIFEST_SEED_BYTES] = { 1, 2, 3 };
static struct manifest m;

static enum manifest_state
read_bytes(const void *text, size_t n)
{
	manifest_init(&m, text, n, seed);
	return manifest_read(&m);
}

/* The first byte of the file's checksum, or -1. */
static int
first_byte(const char *name)
{
	uint8_t hash[MANIFEST_HASH_BYTES];

	return manifest_find(&m, name, strlen(name), hash) ? hash[0] : -1;
}

START_TEST(names)
{
	static const struct {
		const char *line, *name;
		int byte;
	} t[] = {
		{ H1 "  a", "a", 0x01 },
		{ H1 " *a", "a", 0x01 },
		{ H2 "  a", "a", 0xf1 },
		{ "SHA256 (a) = " H2, "a", 0xf1 },
		{ H1 "  ./a", "a", 0x01 },
		{ H1 "  .//a/./b//c", "a/b/c", 0x01 },
		{ "SHA256 (./a/b) = " H1, "a/b", 0x01 },
		{ "SHA256 (a) = b) = " H1, "a) = b", 0x01 },
		{ H1 "  a b", "a b", 0x01 },
		{ H1 "   a", " a", 0x01 },
		{ H1 "  a ", "a ", 0x01 },
		{ H1 "  SHA256 (a) = x", "SHA256 (a) = x", 0x01 },
		{ H1 "  a\\nb", "a\\nb", 0x01 },
		{ "\\" H1 "  a\\nb", "a\nb", 0x01 },
		{ "\\" H1 "  a\\\\b\\rc", "a\\b\rc", 0x01 },
		{ "\\SHA256 (a\\\\n) = " H1, "a\\n", 0x01 },
		{ H1 "  ...", "...", 0x01 },
		{ H1 "  ..a/b..", "..a/b..", 0x01 },
		{ H1 "  #", "#", 0x01 },
		{ H1 "  gr\xc3\xbc\xff", "gr\xc3\xbc\xff", 0x01 },
	};
	char text[512];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s", t[i].line);
		ck_assert_msg(read_bytes(text, strlen(text)) == MANIFEST_DONE,
		    "%s: %s", text, sign_reason_text(m.why));
		ck_assert_msg(first_byte(t[i].name) == t[i].byte, "%s", text);
		ck_assert_uint_eq(m.files, 1);
		manifest_free(&m);
		(void)strncat(text, "\n", 2);
		ck_assert_int_eq(read_bytes(text, strlen(text)), MANIFEST_DONE);
		ck_assert_int_eq(first_byte(t[i].name), t[i].byte);
		ck_assert_int_eq(first_byte(""), -1);
		ck_assert_int_eq(first_byte("b"), -1);
		manifest_free(&m);
		ck_assert_int_eq(first_byte(t[i].name), -1);
	}
}
END_TEST

static const struct {
	const char *line;
	enum sign_reason why;
} wrong[] = {
	{ H1 "  a\r", SIGN_MANIFEST_CONTROL },
	{ "\r", SIGN_MANIFEST_CONTROL },
	{ "# a\r", SIGN_MANIFEST_CONTROL },
	{ H1 " a", SIGN_MANIFEST_SYNTAX },
	{ H1 "\ta", SIGN_MANIFEST_SYNTAX },
	{ H1 " ", SIGN_MANIFEST_SYNTAX },
	{ H1, SIGN_MANIFEST_SYNTAX },
	{ " " H1 "  a", SIGN_MANIFEST_SYNTAX },
	{ "0" H1 "  a", SIGN_MANIFEST_SYNTAX },
	{ " ", SIGN_MANIFEST_SYNTAX },
	{ "-----BEGIN PGP SIGNED MESSAGE-----", SIGN_MANIFEST_SYNTAX },
	{ "\\", SIGN_MANIFEST_SYNTAX },
	{ "SHA256 (a)= " H1, SIGN_MANIFEST_SYNTAX },
	{ "SHA256 (a) = 0" H1, SIGN_MANIFEST_SYNTAX },
	{ "SHA256 () = ", SIGN_MANIFEST_SYNTAX },
	{ "SHA512 (a) = " H1, SIGN_MANIFEST_SYNTAX },
	{ "g123456789abcdef0123456789abcdef0123456789abcdef0123456789"
	  "abcdef  a",
	    SIGN_MANIFEST_HEX },
	{ "0123456789abcdef0123456789abcdef0123456789abcdef0123456789"
	  "abcde/  a",
	    SIGN_MANIFEST_HEX },
	{ "SHA256 (a) = "
	  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789"
	  "abcdeG",
	    SIGN_MANIFEST_HEX },
	{ "\\" H1 "  a\\", SIGN_MANIFEST_ESCAPE },
	{ "\\" H1 "  a\\t", SIGN_MANIFEST_ESCAPE },
	{ H1 "  ", SIGN_MANIFEST_NAME },
	{ H1 "  .", SIGN_MANIFEST_NAME },
	{ H1 "  ./", SIGN_MANIFEST_NAME },
	{ H1 "  a/", SIGN_MANIFEST_NAME },
	{ H1 "  a/.", SIGN_MANIFEST_NAME },
	{ "SHA256 () = " H1, SIGN_MANIFEST_NAME },
	{ H1 "  /a", SIGN_MANIFEST_ABSOLUTE },
	{ H1 "  /", SIGN_MANIFEST_ABSOLUTE },
	{ H1 "  //a", SIGN_MANIFEST_ABSOLUTE },
	{ "SHA256 (/a) = " H1, SIGN_MANIFEST_ABSOLUTE },
	{ H1 "  ..", SIGN_MANIFEST_PARENT },
	{ H1 "  ../a", SIGN_MANIFEST_PARENT },
	{ H1 "  a/../b", SIGN_MANIFEST_PARENT },
	{ H1 "  a/..", SIGN_MANIFEST_PARENT },
	{ H1 "  ./../a", SIGN_MANIFEST_PARENT },
	{ H1 "  first", SIGN_MANIFEST_DUPLICATE },
	{ H2 "  first", SIGN_MANIFEST_DUPLICATE },
	{ H1 "  .//first", SIGN_MANIFEST_DUPLICATE },
	{ "SHA256 (first) = " H1, SIGN_MANIFEST_DUPLICATE },
};

START_TEST(refused)
{
	char text[512];
	size_t i, n;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(text, sizeof(text),
		    "# comment\n\n%s  first\n%s\n%s  last\n", H1, wrong[i].line,
		    H1);
		ck_assert_msg(
		    read_bytes(text, strlen(text)) == MANIFEST_FAILED &&
			m.why == wrong[i].why,
		    "%s: %s", wrong[i].line, sign_reason_text(m.why));
		ck_assert_uint_eq(m.line, 4);
		/* Nothing of it counts. */
		ck_assert_int_eq(first_byte("first"), -1);
		manifest_free(&m);
	}
	n = (size_t)snprintf(text, sizeof(text), "%s  a%cb\n", H1, 0);
	ck_assert_int_eq(read_bytes(text, n), MANIFEST_FAILED);
	ck_assert_int_eq(m.why, SIGN_MANIFEST_CONTROL);
}
END_TEST

START_TEST(empty)
{
	ck_assert_int_eq(read_bytes("", 0), MANIFEST_DONE);
	ck_assert_uint_eq(m.files, 0);
	ck_assert_int_eq(first_byte("a"), -1);
	manifest_free(&m);
	ck_assert_int_eq(read_bytes("\n# a\n\n#", 7), MANIFEST_DONE);
	ck_assert_uint_eq(m.files, 0);
	ck_assert_uint_eq(m.line, 4);
	manifest_free(&m);
}
END_TEST

/* Lines at and above the limit, and one of 1 MB. */
START_TEST(long_line)
{
	const size_t size = (size_t)1 << 20;
	char *text = malloc(size);
	size_t head = strlen(H1 "  ");

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', size);
	memcpy(text, H1 "  ", head);
	ck_assert_int_eq(read_bytes(text, MANIFEST_LINE_MAX), MANIFEST_DONE);
	manifest_free(&m);
	ck_assert_int_eq(
	    read_bytes(text, MANIFEST_LINE_MAX + 1), MANIFEST_FAILED);
	ck_assert_int_eq(m.why, SIGN_MANIFEST_LINE);
	text[MANIFEST_LINE_MAX] = '\n';
	ck_assert_int_eq(
	    read_bytes(text, MANIFEST_LINE_MAX + 1), MANIFEST_DONE);
	manifest_free(&m);
	ck_assert_int_eq(read_bytes(text, size), MANIFEST_FAILED);
	ck_assert_int_eq(m.why, SIGN_MANIFEST_LINE);
	ck_assert_uint_eq(m.line, 2);
	free(text);
}
END_TEST

START_TEST(too_many_lines)
{
	const size_t most = MANIFEST_LINES_MAX;
	char *text = malloc(most + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, '\n', most + 1);
	ck_assert_int_eq(read_bytes(text, most), MANIFEST_DONE);
	manifest_free(&m);
	ck_assert_int_eq(read_bytes(text, most + 1), MANIFEST_FAILED);
	ck_assert_int_eq(m.why, SIGN_MANIFEST_LINES);
	free(text);
}
END_TEST

/* Not a byte of it is read. */
START_TEST(too_large)
{
	ck_assert_int_eq(
	    read_bytes("", MANIFEST_BYTES_MAX + 1), MANIFEST_FAILED);
	ck_assert_int_eq(m.why, SIGN_MANIFEST_LARGE);
}
END_TEST

/* Comments of the longest kind, up to the last byte. */
START_TEST(largest)
{
	char *text = malloc(MANIFEST_BYTES_MAX);
	size_t at;

	ck_assert_ptr_nonnull(text);
	memset(text, '#', MANIFEST_BYTES_MAX);
	for (at = MANIFEST_LINE_MAX; at < MANIFEST_BYTES_MAX;
	     at += MANIFEST_LINE_MAX + 1)
		text[at] = '\n';
	ck_assert_int_eq(read_bytes(text, MANIFEST_BYTES_MAX), MANIFEST_DONE);
	ck_assert_uint_eq(m.files, 0);
	manifest_free(&m);
	free(text);
}
END_TEST

/* However many lines there are, a name that is not listed is not found. */
START_TEST(index_has_room)
{
	static char text[200 * 80];
	size_t n = 0;
	char name[16];
	int i;

	for (i = 0; i < 200; i++) {
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, H1 "  f%d\n", i);
		ck_assert_int_eq(read_bytes(text, n), MANIFEST_DONE);
		(void)snprintf(name, sizeof(name), "f%d", i);
		ck_assert_int_eq(first_byte(name), 1);
		ck_assert_int_eq(first_byte("f200"), -1);
		manifest_free(&m);
	}
}
END_TEST

/* A line ends where its length says, whatever stands behind it. */
START_TEST(nothing_behind)
{
	static const char gnu[] = H1 "  name", tag[] = "SHA256 (name) = " H1;
	static struct manifest_line l;
	size_t n;

	for (n = 1; n < sizeof(gnu) - 1; n++)
		ck_assert_int_eq(
		    manifest_line_parse(&l, (const uint8_t *)gnu, n),
		    n < 66    ? SIGN_MANIFEST_SYNTAX
		    : n == 66 ? SIGN_MANIFEST_NAME
			      : SIGN_OK);
	for (n = 1; n < sizeof(tag) - 1; n++)
		ck_assert_int_ne(
		    manifest_line_parse(&l, (const uint8_t *)tag, n), SIGN_OK);
}
END_TEST

#define MANY 100000
#define MANY_LINE 128

static char *
many(size_t *n)
{
	char *text = malloc((size_t)MANY * MANY_LINE);
	size_t i;

	ck_assert_ptr_nonnull(text);
	for (*n = 0, i = 0; i < MANY; i++)
		*n += (size_t)snprintf(text + *n, MANY_LINE,
		    "%s  ./images/amd64/folder%zu/file%zu\n", H1, i % 100, i);
	return text;
}

static double
cpu_s(void)
{
	struct timespec t;

	ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

START_TEST(hundred_thousand)
{
	char name[64], *text;
	uint8_t hash[MANIFEST_HASH_BYTES];
	double best = 1e9, t;
	size_t n, i;
	int len;

	text = many(&n);
	for (i = 0; i < 5; i++) {
		manifest_free(&m);
		t = cpu_s();
		ck_assert_int_eq(read_bytes(text, n), MANIFEST_DONE);
		t = cpu_s() - t;
		best = t < best ? t : best;
	}
	for (i = 0; i < MANY; i++) {
		len = snprintf(name, sizeof(name),
		    "images/amd64/folder%zu/file%zu", i % 100, i);
		ck_assert(manifest_find(&m, name, (size_t)len, hash));
	}
	ck_assert_uint_eq(m.files, MANY);
	ck_assert_int_eq(first_byte("images/amd64/folder1/file100000"), -1);
	manifest_free(&m);
	free(text);
	printf("100,000 lines in %.1f ms\n", best * 1e3);
#ifndef PXEGUARD_SANITIZE
	ck_assert_double_lt(best, 0.1);
#endif
}
END_TEST

/* Steps of any size come to the same, and none does more than it may. */
START_TEST(steps)
{
	static const char text[] = H1 "  a\n" H1 "  b\n\n" H1 "  c\n" H1 "  d";
	size_t lines, n;

	for (lines = 1; lines < 7; lines++) {
		manifest_init(&m, text, sizeof(text) - 1, seed);
		/* The first step counts; each other one reads. */
		for (n = 0; manifest_step(&m, lines) == MANIFEST_MORE; n++)
			ck_assert_uint_le(m.line, n * lines);
		ck_assert_uint_eq(n, (5 + lines - 1) / lines);
		ck_assert_uint_eq(m.line, 5);
		ck_assert_uint_eq(m.files, 4);
		ck_assert_int_ge(first_byte("d"), 0);
		manifest_free(&m);
	}
}
END_TEST

START_TEST(not_before_the_end)
{
	static const char text[] = H1 "  a\n" H1 "  b\n";
	size_t at = 0, len;
	char name[MANIFEST_LINE_MAX];
	uint8_t hash[MANIFEST_HASH_BYTES];

	manifest_init(&m, text, sizeof(text) - 1, seed);
	ck_assert_int_eq(first_byte("a"), -1);
	ck_assert_int_eq(manifest_step(&m, 1), MANIFEST_MORE);
	ck_assert_int_eq(manifest_step(&m, 1), MANIFEST_MORE);
	ck_assert_int_eq(first_byte("a"), -1);
	ck_assert(!manifest_next(&m, &at, name, &len, hash));
	ck_assert_int_eq(manifest_read(&m), MANIFEST_DONE);
	ck_assert_int_eq(first_byte("a"), 1);
	manifest_free(&m);
}
END_TEST

START_TEST(one_by_one)
{
	static const char text[] = "# x\n" H1 "  ./a\n\nSHA256 (b/c) = " H2;
	size_t at = 0, len;
	char name[MANIFEST_LINE_MAX];
	uint8_t hash[MANIFEST_HASH_BYTES];

	ck_assert_int_eq(read_bytes(text, sizeof(text) - 1), MANIFEST_DONE);
	ck_assert(manifest_next(&m, &at, name, &len, hash));
	ck_assert(len == 1 && name[0] == 'a' && hash[0] == 0x01);
	ck_assert(manifest_next(&m, &at, name, &len, hash));
	ck_assert(len == 3 && memcmp(name, "b/c", 3) == 0 && hash[0] == 0xf1);
	ck_assert(!manifest_next(&m, &at, name, &len, hash));
	manifest_free(&m);
}
END_TEST

/* What is written is read again. */
START_TEST(written)
{
	static const char *const t[] = { "a", "a b", "a\\b", "a\nb\r", "\\n",
		"#", "SHA256 (a) = b", "\xff" };
	static const uint8_t hash[MANIFEST_HASH_BYTES] = { 0xfe, 1 };
	char line[64 + MANIFEST_LINE_EXTRA];
	struct manifest_line l;
	size_t i, n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = manifest_line_write(line, t[i], strlen(t[i]), hash);
		ck_assert_uint_le(n, 2 * strlen(t[i]) + MANIFEST_LINE_EXTRA);
		ck_assert_ptr_eq(memchr(line, '\n', n), line + n - 1);
		ck_assert_int_eq(
		    manifest_line_parse(&l, (uint8_t *)line, n - 1), SIGN_OK);
		ck_assert(
		    l.len == strlen(t[i]) && memcmp(l.name, t[i], l.len) == 0);
		ck_assert(memcmp(l.hash, hash, sizeof(hash)) == 0);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("sign_manifest");
	TCase *tc = tcase_create("manifests");

	tcase_add_test(tc, names);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, empty);
	tcase_add_test(tc, long_line);
	tcase_add_test(tc, too_many_lines);
	tcase_add_test(tc, too_large);
	tcase_add_test(tc, largest);
	tcase_add_test(tc, index_has_room);
	tcase_add_test(tc, nothing_behind);
	tcase_add_test(tc, hundred_thousand);
	tcase_add_test(tc, steps);
	tcase_add_test(tc, not_before_the_end);
	tcase_add_test(tc, one_by_one);
	tcase_add_test(tc, written);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
