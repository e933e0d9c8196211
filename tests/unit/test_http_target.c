/* SPDX-License-Identifier: ISC */
/* Targets of requests as paths. */
#include <string.h>

#include "httpd/target.h"
#include "tests/unit/unit.h"

static const struct {
	const char *target;
	enum target_reason why;
	const char *path;
} cases[] = {
	{ "/", TARGET_OK, "/" },
	{ "/a/b", TARGET_OK, "/a/b" },
	{ "//a//b", TARGET_OK, "//a//b" },
	{ "/a%20b", TARGET_OK, "/a b" },
	{ "/%41%4a%4A%ff", TARGET_OK, "/AJJ\xff" },
	{ "/a%2", TARGET_ESCAPE, NULL },
	{ "/a%", TARGET_ESCAPE, NULL },
	{ "/a%g0", TARGET_ESCAPE, NULL },
	{ "/a%0G", TARGET_ESCAPE, NULL },
	{ "/a%-1", TARGET_ESCAPE, NULL },
	{ "/a%%41", TARGET_ESCAPE, NULL },
	{ "/a%2541", TARGET_OK, "/a%41" },
	{ "/a?b%zz", TARGET_OK, "/a" },
	{ "/a%3fb#c", TARGET_OK, "/a?b" },
	{ "/a+b", TARGET_OK, "/a+b" },
	{ "http://h/a", TARGET_OK, "/a" },
	{ "HTTPS://[fd00::1]:443/a/b?c", TARGET_OK, "/a/b" },
	{ "http://h", TARGET_OK, "" },
	{ "http:/h", TARGET_FORM, NULL },
	{ "ftp://h/a", TARGET_FORM, NULL },
	{ "*", TARGET_FORM, NULL },
	{ "h:80", TARGET_FORM, NULL },
	{ "a", TARGET_FORM, NULL },
	{ "", TARGET_FORM, NULL },
};

START_TEST(target)
{
	const char *want = cases[_i].path;
	char path[TARGET_PATH_MAX];
	size_t n;

	ck_assert_int_eq(
	    target_path(cases[_i].target, strlen(cases[_i].target), path, &n),
	    cases[_i].why);
	if (want != NULL) {
		ck_assert_uint_eq(n, strlen(want));
		ck_assert(memcmp(path, want, n) == 0);
	}
}
END_TEST

/* Bytes behind the length are not read, nor is there an end at a NUL. */
START_TEST(target_length)
{
	char path[TARGET_PATH_MAX];
	size_t n;

	ck_assert_int_eq(target_path("/a%41", 3, path, &n), TARGET_ESCAPE);
	ck_assert_int_eq(target_path("/a%41", 4, path, &n), TARGET_ESCAPE);
	ck_assert_int_eq(target_path("/a%41b", 5, path, &n), TARGET_OK);
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(target_path("/a\0b%00c", 8, path, &n), TARGET_OK);
	ck_assert_uint_eq(n, 6);
	ck_assert(memcmp(path, "/a\0b\0c", n) == 0);
}
END_TEST

START_TEST(target_long)
{
	static char long_target[TARGET_PATH_MAX + 2];
	char path[TARGET_PATH_MAX];
	size_t n;

	memset(long_target, '/', sizeof(long_target));
	ck_assert_int_eq(
	    target_path(long_target, TARGET_PATH_MAX, path, &n), TARGET_OK);
	ck_assert_uint_eq(n, TARGET_PATH_MAX);
	ck_assert_int_eq(
	    target_path(long_target, TARGET_PATH_MAX + 1, path, &n),
	    TARGET_LONG);
}
END_TEST

Suite *suite_http_target(void);

Suite *
suite_http_target(void)
{
	Suite *s = suite_create("http_target");
	TCase *tc = tcase_create("target");

	tcase_add_loop_test(
	    tc, target, 0, (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_test(tc, target_length);
	tcase_add_test(tc, target_long);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_http_target)
