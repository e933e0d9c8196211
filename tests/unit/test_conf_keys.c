/* SPDX-License-Identifier: ISC */
/* The hash table of confd, beside a plain array. */
#include <stdio.h>
#include <string.h>

#include "confd/keys.h"
#include "tests/unit/unit.h"

#define MANY 50000

START_TEST(none)
{
	struct keys k = { 0 };

	ck_assert_uint_eq(keys_find(&k, "x", 1), KEYS_NONE);
	keys_free(&k);
	keys_free(&k);
}
END_TEST

START_TEST(many)
{
	struct keys k = { 0 };
	uint32_t i;
	char key[16];
	int n;

	for (i = 0; i < MANY; i++) {
		n = snprintf(key, sizeof(key), "%u", i);
		ck_assert(keys_put(&k, key, (size_t)n, i));
		/* Half of the slots are free, so that a search is short. */
		ck_assert_uint_ge(k.mask + 1, 2 * k.n);
	}
	ck_assert_uint_eq(k.n, MANY);
	for (i = 0; i < MANY; i++) {
		n = snprintf(key, sizeof(key), "%u", i);
		ck_assert_uint_eq(keys_find(&k, key, (size_t)n), i);
		ck_assert_uint_eq(k.key[i].len, n);
		ck_assert_mem_eq(keys_bytes(&k, i), key, n);
		/* A byte less or more is another key. */
		key[n] = 'x';
		ck_assert_uint_eq(keys_find(&k, key, (size_t)n + 1), KEYS_NONE);
	}
	ck_assert_uint_eq(keys_find(&k, "50000", 5), KEYS_NONE);
	ck_assert(keys_put(&k, "7", 1, 71));
	ck_assert_uint_eq(keys_find(&k, "7", 1), 71);
	ck_assert_uint_eq(k.n, MANY);
	keys_free(&k);
}
END_TEST

START_TEST(any_bytes)
{
	struct keys k = { 0 };
	static const uint8_t zero[4096];
	uint32_t i;

	for (i = 0; i <= sizeof(zero); i++)
		ck_assert(keys_put(&k, zero, i, i));
	for (i = 0; i <= sizeof(zero); i++)
		ck_assert_uint_eq(keys_find(&k, zero, i), i);
	keys_free(&k);
}
END_TEST

Suite *suite_conf_keys(void);

Suite *
suite_conf_keys(void)
{
	Suite *s = suite_create("conf_keys");
	TCase *t = tcase_create("keys");

	tcase_add_test(t, none);
	tcase_add_test(t, many);
	tcase_add_test(t, any_bytes);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_keys)
