/* SPDX-License-Identifier: ISC */
/* What the TFTP and the HTTP server take from records alike. */
#include <stdio.h>
#include <string.h>

#include "daemon/file_conf.h"
#include "daemon/record.h"
#include "daemon/role.h"
#include "tests/unit/unit.h"

static struct file_conf f;
static char why[ROLE_WHY_MAX];

static void
setup(void)
{
	memset(&f, 0, sizeof(f));
	why[0] = '\0';
}

static void
teardown(void)
{
	file_conf_free(&f);
}

static int
add_root(const char *path)
{
	struct record r = { .kind = RECORD_TFTP_ROOT };

	(void)snprintf(
	    r.u.tftp_root.path, sizeof(r.u.tftp_root.path), "%s", path);
	return file_conf_record(&f, &r, "tftp://", why);
}

START_TEST(names_and_roots)
{
	struct record r = { .kind = RECORD_TFTP };
	struct record other = { .kind = RECORD_RANGE };
	int n;

	r.u.tftp.lowercase = true;
	r.u.tftp.unique = RECORD_TFTP_UNIQUE_MAC;
	(void)snprintf(r.u.tftp.root, sizeof(r.u.tftp.root), "/srv");
	ck_assert_int_eq(file_conf_record(&f, &r, "tftp://", why), 0);
	ck_assert(f.lowercase);
	ck_assert_uint_eq(f.unique, RECORD_TFTP_UNIQUE_MAC);
	ck_assert_str_eq(f.root[0], "/srv");
	ck_assert_int_eq(file_conf_record(&f, &other, "tftp://", why), 0);
	for (n = 0; n < RECORD_TFTP_ROOTS_MAX; n++)
		ck_assert_int_eq(add_root(n == 0 ? "/a" : "/b"), 0);
	ck_assert_uint_eq(f.nroots, RECORD_TFTP_ROOTS_MAX);
	ck_assert_str_eq(f.root[1], "/a");
	ck_assert_str_eq(f.root[RECORD_TFTP_ROOTS_MAX], "/b");
	ck_assert_int_eq(add_root("/c"), -1);
	ck_assert_ptr_nonnull(strstr(why, "more than"));
	ck_assert_uint_eq(f.nroots, RECORD_TFTP_ROOTS_MAX);
	ck_assert_int_eq(file_conf_finish(&f, why), 0);
}
END_TEST

Suite *suite_file_conf(void);

Suite *
suite_file_conf(void)
{
	Suite *s = suite_create("file_conf");
	TCase *tc = tcase_create("file_conf");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, names_and_roots);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_file_conf)
