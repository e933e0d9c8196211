/* SPDX-License-Identifier: ISC */
/* The values of hexadecimal digits. */
#include <string.h>

#include "daemon/hex.h"
#include "tests/unit/unit.h"

START_TEST(every_byte)
{
	static const char lower[] = "0123456789abcdef";
	static const char upper[] = "0123456789ABCDEF";
	const char *l, *u;
	int c;

	for (c = 1; c < 256; c++) {
		l = strchr(lower, c);
		u = strchr(upper, c);
		ck_assert_int_eq(
		    hex_digit_value(c), l != NULL   ? (int)(l - lower)
					: u != NULL ? (int)(u - upper)
						    : -1);
	}
	ck_assert_int_eq(hex_digit_value(0), -1);
	ck_assert_int_eq(hex_digit_value(-1), -1);
	ck_assert_int_eq(hex_digit_value(256 + '0'), -1);
}
END_TEST

Suite *suite_hex(void);

Suite *
suite_hex(void)
{
	Suite *s = suite_create("hex");
	TCase *tc = tcase_create("hex");

	tcase_add_test(tc, every_byte);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_hex)
