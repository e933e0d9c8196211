/* SPDX-License-Identifier: ISC */
/* What the TFTP and the HTTP server take from records alike. */
#include <stdio.h>
#include <string.h>

#include "daemon/file_conf.h"
#include "daemon/record.h"
#include "daemon/role.h"
#include "tests/unit/unit.h"

static struct file_conf f;
static const struct file_service service = { "TFTP", "enable-tftp", "tftp://" };
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
	return file_conf_record(&f, &r, &service, why);
}

START_TEST(names_and_roots)
{
	struct record r = { .kind = RECORD_TFTP };
	struct record other = { .kind = RECORD_RANGE };
	int n;

	r.u.tftp.lowercase = true;
	r.u.tftp.unique = RECORD_TFTP_UNIQUE_MAC;
	(void)snprintf(r.u.tftp.root, sizeof(r.u.tftp.root), "/srv");
	ck_assert_int_eq(file_conf_record(&f, &r, &service, why), 0);
	ck_assert(f.lowercase);
	ck_assert_uint_eq(f.unique, RECORD_TFTP_UNIQUE_MAC);
	ck_assert_str_eq(f.root[0], "/srv");
	ck_assert_int_eq(file_conf_record(&f, &other, &service, why), 0);
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

START_TEST(interfaces)
{
	struct iface ifc = { .name = "eth0", .mtu = 9000, .root = 2 };
	const struct file_iface *found;
	uint32_t n;

	for (n = 0; n < TFTP_SOCKETS_MAX; n++) {
		ifc.index = n + 1;
		ck_assert_int_eq(file_conf_iface(&f, &ifc, &service, why), 0);
	}
	ck_assert_int_eq(file_conf_iface(&f, &ifc, &service, why), -1);
	ck_assert_str_eq(why,
	    "TFTP is enabled on more than 160 interfaces; list the interfaces that need it: interface=NAME,... or enable-tftp=NAME,...");
	ck_assert_ptr_nonnull(found = file_conf_find(&f, n, why));
	ck_assert_uint_eq(found->index, n);
	ck_assert_uint_eq(found->mtu, 9000);
	ck_assert_uint_eq(found->root, 2);
	ck_assert_ptr_null(file_conf_find(&f, n + 1, why));
	ck_assert_str_eq(why, "no record of interface 161");
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
	tcase_add_test(tc, interfaces);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_file_conf)
