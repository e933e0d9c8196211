/* SPDX-License-Identifier: ISC */
/* FILE_ASK, as tftpd and httpd encode it and imaged decodes it. */
#include <string.h>

#include "daemon/file_ask.h"
#include "tests/unit/unit.h"

static struct file_ask ask;

static int
decode(const void *p, size_t n)
{
	struct reader r;

	reader_init(&r, p, n);
	return file_ask_decode(&r, &ask);
}

START_TEST(decoded)
{
	static const uint8_t good[] = { 3, 0, 1, 'o', 0, 2, 'n', 'a', 0, 1,
		's' };
	uint8_t big[8 + FILE_FOLDER_MAX + 2 * FILE_NAME_MAX] = { 0 };
	size_t n;

	ck_assert_int_eq(decode(good, sizeof(good)), 0);
	ck_assert_uint_eq(ask.root, 3);
	ck_assert_uint_eq(ask.ownlen, 1);
	ck_assert_uint_eq(ask.namelen, 2);
	ck_assert_uint_eq(ask.siblinglen, 1);
	ck_assert_mem_eq(ask.own, "o", 1);
	ck_assert_mem_eq(ask.name, "na", 2);
	ck_assert_mem_eq(ask.sibling, "s", 1);
	for (n = 0; n < sizeof(good); n++)
		ck_assert_int_eq(decode(good, n), -1);
	/* One byte too many: at the end, in the folder, in a name. */
	ck_assert_int_eq(decode(big, 7), 0);
	ck_assert_int_eq(decode(big, 8), -1);
	big[2] = FILE_FOLDER_MAX + 1;
	ck_assert_int_eq(decode(big, 7 + FILE_FOLDER_MAX + 1), -1);
	big[2] = FILE_FOLDER_MAX;
	ck_assert_int_eq(decode(big, 7 + FILE_FOLDER_MAX), 0);
	big[2] = 0;
	big[3] = (FILE_NAME_MAX + 1) >> 8;
	big[4] = (FILE_NAME_MAX + 1) & 0xff;
	ck_assert_int_eq(decode(big, 7 + FILE_NAME_MAX + 1), -1);
	big[4] = 0;
	ck_assert_int_eq(decode(big, 7 + FILE_NAME_MAX), 0);
}
END_TEST

/* The longest one, and one that asks for nothing but a name. */
START_TEST(encoded)
{
	struct file_ask long_one = { .root = 7,
		.ownlen = FILE_FOLDER_MAX,
		.namelen = FILE_NAME_MAX,
		.siblinglen = FILE_NAME_MAX };
	const struct file_ask short_one = { .namelen = 1, .name = "x" };
	uint8_t buf[FILE_ASK_MAX];
	struct writer w;

	memset(long_one.own, 'o', FILE_FOLDER_MAX);
	memset(long_one.name, 'n', FILE_NAME_MAX);
	memset(long_one.sibling, 's', FILE_NAME_MAX);
	writer_init(&w, buf, sizeof(buf));
	file_ask_encode(&long_one, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_eq(w.len, FILE_ASK_MAX);
	ck_assert_int_eq(decode(buf, w.len), 0);
	ck_assert_mem_eq(&ask, &long_one, sizeof(ask));
	writer_init(&w, buf, sizeof(buf));
	file_ask_encode(&short_one, &w);
	ck_assert_int_eq(decode(buf, w.len), 0);
	ck_assert_uint_eq(ask.ownlen + ask.siblinglen, 0);
	ck_assert_uint_eq(ask.namelen, 1);
	ck_assert_mem_eq(ask.name, "x", 1);
}
END_TEST

Suite *suite_file_ask(void);

Suite *
suite_file_ask(void)
{
	Suite *s = suite_create("file_ask");
	TCase *tc = tcase_create("file_ask");

	tcase_add_test(tc, decoded);
	tcase_add_test(tc, encoded);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_file_ask)
