/* SPDX-License-Identifier: ISC */
/* The keys and exemptions of a configuration of imaged. */
#include "tests/unit/checking_case.h"

START_TEST(keys)
{
	struct msg m = { .fd = -1 };

	ck_assert_uint_eq(checking_mode(), RECORD_VERIFY_OFF);
	ck_assert(!checking_preloads());
	/* Without a key nothing could be served. */
	verify(RECORD_VERIFY_REQUIRE, NULL);
	ck_assert_int_eq(checking_conf_end(why), -1);
	ck_assert_ptr_nonnull(strstr(why, "there is no key; add verify-key"));
	verify(RECORD_VERIFY_OFF, NULL);
	ck_assert_int_eq(checking_conf_end(why), 0);
	/* The same key in two files is accepted, another key of its id is not.
	 */
	verify(RECORD_VERIFY_WARN, "a/*");
	ck_assert_int_eq(add_key("/k", key_text(0)), 0);
	ck_assert_int_eq(add_key("/k2", key_text(0)), 0);
	ck_assert_int_eq(add_key("/s", signify_key), 0);
	ck_assert_int_eq(add_key("/bad", key_text(1)), -1);
	ck_assert_ptr_nonnull(strstr(why, "verify-key /bad: another key has"));
	ck_assert_int_eq(add_key("/k\n", "hello\n"), -1);
	ck_assert_ptr_nonnull(strstr(why, "verify-key /k\\x0a: "));
	ck_assert_ptr_nonnull(strstr(why, "; write the file of a public key"));
	reader_init(&m.body, (const uint8_t *)"\0\1", 2);
	ck_assert_int_eq(checking_conf_key(&m, why), -2);
	ck_assert_int_eq(checking_conf_end(why), 0);
	ck_assert_uint_eq(checking_mode(), RECORD_VERIFY_OFF);
	checking_conf_commit(&rule, roots);
	ck_assert_uint_eq(checking_mode(), RECORD_VERIFY_WARN);
	ck_assert(checking_preloads());
	ck_assert_ptr_nonnull(strstr(said, "not checking \"a/*\""));
	ck_assert(logged("accepting signatures by key 0101010101010101"));
	/* What was not committed is forgotten. */
	verify(RECORD_VERIFY_REQUIRE, NULL);
	ck_assert_int_eq(add_key("/k", key_text(0)), 0);
	checking_conf_drop();
	ck_assert_uint_eq(checking_mode(), RECORD_VERIFY_WARN);
	verify(RECORD_VERIFY_REQUIRE, NULL);
	ck_assert_int_eq(checking_conf_end(why), -1);
}
END_TEST

/* A file of this size is read as a whole, and a larger one is refused. */
START_TEST(long_key)
{
	static char text[SIGN_TEXT_MAX + 2];
	const char *key = key_text(0);

	verify(RECORD_VERIFY_WARN, NULL);
	memset(text, '\n', SIGN_TEXT_MAX + 1);
	memcpy(text, key, strlen(key));
	ck_assert_int_eq(add_key("/k", text), -1);
	ck_assert_ptr_nonnull(strstr(why, "verify-key /k: too long "));
	text[SIGN_TEXT_MAX] = '\0';
	ck_assert_int_eq(add_key("/k", text), 0);
	checking_conf_drop();
}
END_TEST

Suite *suite_image_checking_conf(void);

Suite *
suite_image_checking_conf(void)
{
	Suite *s = suite_create("image_checking_conf");
	TCase *tc = tcase_create("image_checking_conf");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, keys);
	tcase_add_test(tc, long_key);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN_ALSO(suite_image_checking_conf, CHECKING_CASE_CALLS)
