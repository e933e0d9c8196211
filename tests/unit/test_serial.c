/* SPDX-License-Identifier: ISC */
/* The encoding of the serial of a manifest. */
#include <string.h>

#include "daemon/serial.h"
#include "tests/unit/unit.h"

/* The codec takes what a row may be, and nothing else. */
START_TEST(codec)
{
	uint8_t buf[SERIAL_ENCODED_MAX + 1];
	struct serial_row row, back;
	struct reader r;
	struct writer w;

	memset(row.root, 'r', sizeof(row.root));
	memset(row.folder, 'f', sizeof(row.folder));
	row.root[0] = '/';
	row.root[sizeof(row.root) - 1] = '\0';
	row.folder[sizeof(row.folder) - 1] = '\0';
	row.serial = INT64_MAX;
	writer_init(&w, buf, sizeof(buf));
	serial_row_encode(&row, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_eq(w.len, SERIAL_ENCODED_MAX);
	reader_init(&r, buf, w.len);
	serial_row_decode(&r, &back);
	ck_assert(reader_done(&r));
	ck_assert_str_eq(back.root, row.root);
	ck_assert_str_eq(back.folder, row.folder);
	ck_assert_uint_eq(back.serial, row.serial);
	row.serial++;
	writer_init(&w, buf, sizeof(buf));
	serial_row_encode(&row, &w);
	reader_init(&r, buf, w.len);
	serial_row_decode(&r, &back);
	ck_assert(!reader_ok(&r));
	(void)strcpy(row.root, "/");
	row.folder[0] = '\0';
	row.serial = 0;
	writer_init(&w, buf, sizeof(buf));
	serial_row_encode(&row, &w);
	ck_assert_uint_eq(w.len, SERIAL_ENCODED_MIN);
	(void)strcpy(row.root, "r");
	ck_assert(!serial_row_valid(&row));
	(void)strcpy(row.root, "/r");
	ck_assert(serial_row_valid(&row));
	(void)strcpy(row.folder, "/f");
	ck_assert(!serial_row_valid(&row));
}
END_TEST

Suite *suite_serial(void);

Suite *
suite_serial(void)
{
	Suite *s = suite_create("serial");
	TCase *tc = tcase_create("serial");

	tcase_add_test(tc, codec);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_serial)
