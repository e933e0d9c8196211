/* SPDX-License-Identifier: ISC */
/* The set of reserved addresses. */
#include <string.h>

#include "tests/unit/parent_conf.h"

START_TEST(empty)
{
	struct addrs a = { 0 };

	ck_assert(!addrs_has(&a, 1));
	ck_assert(!addrs_has(&a, 0));
	ck_assert_int_eq(addrs_add(&a, 0), 0);
	ck_assert(!addrs_has(&a, 0));
	ck_assert_uint_eq(a.n, 0);
	addrs_free(&a);
}
END_TEST

/* Random addresses of a small space against a table of all of them. */
START_TEST(like_a_table)
{
	static bool want[4096];
	struct addrs a = { 0 };
	uint32_t addr, base = 0xc0a80000U + (uint32_t)_i * 0x01010101U;
	size_t i, n = 0;

	memset(want, 0, sizeof(want));
	srandom((unsigned int)_i);
	for (i = 0; i < 3000; i++) {
		addr = (uint32_t)random() % 4096;
		n += want[addr] ? 0 : 1;
		want[addr] = true;
		ck_assert_int_eq(addrs_add(&a, base + addr), 0);
		ck_assert_uint_eq(a.n, n);
	}
	for (addr = 0; addr < 4096; addr++)
		ck_assert_int_eq(addrs_has(&a, base + addr), want[addr]);
	ck_assert(!addrs_has(&a, base + 4096));
	ck_assert(!addrs_has(&a, base - 1));
	addrs_free(&a);
	ck_assert(!addrs_has(&a, base));
}
END_TEST

/* The configuration keeps its reservations when interfaces change. */
START_TEST(copied_with_a_configuration)
{
	struct record rec = { .kind = RECORD_HOST };
	struct conf *c = conf_new(1), *copy;
	uint32_t i;

	copy = conf_copy(c, 2);
	ck_assert(!addrs_has(&copy->reserved, 1));
	conf_free(copy);
	for (i = 1; i <= 1000; i++) {
		rec.u.host.addr = i;
		parent_conf_add(c, &rec);
	}
	copy = conf_copy(c, 2);
	conf_free(c);
	for (i = 1; i <= 1000; i++)
		ck_assert(addrs_has(&copy->reserved, i));
	ck_assert(!addrs_has(&copy->reserved, 1001));
	ck_assert_int_eq(addrs_add(&copy->reserved, 1001), 0);
	ck_assert(addrs_has(&copy->reserved, 1001));
	conf_free(copy);
}
END_TEST

/*
 * Many addresses, in a row or at a distance that is a power of two,
 * which a hash by the lowest bits would put into one place.  A table with long
 * runs takes very long.
 */
START_TEST(many)
{
	const uint32_t steps[] = { 1, 256, 4096 };
	uint32_t step = steps[_i], i;
	struct addrs a = { 0 };

	for (i = 0; i < 200000; i++)
		ck_assert_int_eq(addrs_add(&a, 0x0a000001 + i * step), 0);
	ck_assert_uint_le(a.nslots, 4U * 200000);
	for (i = 0; i < 200000; i++)
		if (!addrs_has(&a, 0x0a000001 + i * step))
			ck_abort_msg("lost %u", i);
	for (i = 0; i < 200000; i++)
		if (step > 1 && addrs_has(&a, 0x0a000002 + i * step))
			ck_abort_msg("extra %u", i);
	addrs_free(&a);
}
END_TEST

Suite *suite_addrs(void);

Suite *
suite_addrs(void)
{
	Suite *s = suite_create("addrs");
	TCase *tc = tcase_create("addrs");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, empty);
	tcase_add_loop_test(tc, like_a_table, 0, 10);
	tcase_add_test(tc, copied_with_a_configuration);
	tcase_add_loop_test(tc, many, 0, 3);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_addrs)
