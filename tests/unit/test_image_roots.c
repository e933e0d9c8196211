/* SPDX-License-Identifier: ISC */
/* The tftp-roots of a configuration: kept, searchable, and how many. */
#include "daemon/role.h"
#include "imaged/roots.h"
#include "tests/unit/image_case.h"

Suite *suite_image_roots(void);

static struct roots was, is;
static int open_fd[LOOKUP_ROOTS_MAX]; /* of the roots: all are there */
static char why[ROLE_WHY_MAX];

static void
add(struct roots *r, const char *path, const char *name)
{
	struct record_tftp_root rec = { 0 };

	(void)snprintf(rec.path, sizeof(rec.path), "%s", path);
	(void)snprintf(rec.name, sizeof(rec.name), "%s", name);
	ck_assert_int_eq(roots_add(r, &rec), 0);
}

static void
set_up(void)
{
	image_set_up();
	memset(&was, 0, sizeof(was));
	(void)strcpy(was.path[0], "/srv/tftp");
	add(&was, "/srv/lab", "eth1");
	is = was;
	why[0] = '\0';
}

START_TEST(test_add)
{
	struct record_tftp_root rec = { .path = "/x", .name = "eth9" };
	int i;

	ck_assert_uint_eq(is.count, 1);
	ck_assert_str_eq(is.path[1], "/srv/lab");
	ck_assert_str_eq(is.name[1], "eth1");
	ck_assert_str_eq(is.path[2], "");
	for (i = 2; i <= RECORD_TFTP_ROOTS_MAX; i++)
		ck_assert_int_eq(roots_add(&is, &rec), 0);
	ck_assert_int_eq(roots_add(&is, &rec), -1);
	ck_assert_uint_eq(is.count, RECORD_TFTP_ROOTS_MAX);
}
END_TEST

START_TEST(test_kept)
{
	ck_assert_int_eq(roots_kept(open_fd, &was, &is, why), 0);
	(void)strcpy(is.path[1], "/srv/l\nb");
	ck_assert_int_eq(roots_kept(open_fd, &was, &is, why), -1);
	ck_assert_ptr_nonnull(
	    strstr(why, "/srv/lab to /srv/l\\x0ab for eth1 at a reload"));
	is = was;
	add(&is, "/srv/new", "eth2");
	ck_assert_int_eq(roots_kept(open_fd, &was, &is, why), -1);
	ck_assert_ptr_nonnull(
	    strstr(why, "none to /srv/new for eth2 at a reload"));
	ck_assert_int_eq(roots_kept(open_fd, &is, &was, why), -1);
	ck_assert_ptr_nonnull(
	    strstr(why, "/srv/new to none for eth2 at a reload"));
	is = was;
	(void)strcpy(is.path[0], "/srv/all");
	ck_assert_int_eq(roots_kept(open_fd, &was, &is, why), -1);
	ck_assert_ptr_nonnull(strstr(why, "/srv/tftp to /srv/all at a reload"));
}
END_TEST

/* A root that is not there may get another path, as long as it is not there. */
START_TEST(test_kept_absent)
{
	int fd[LOOKUP_ROOTS_MAX] = { 0 };

	fd[1] = -1;
	(void)strcpy(is.path[1], "/srv/other");
	ck_assert_int_eq(roots_kept(fd, &was, &is, why), 0);
	(void)strcpy(is.path[0], "/srv/all");
	ck_assert_int_eq(roots_kept(fd, &was, &is, why), -1);
	ck_assert_ptr_nonnull(strstr(why, "/srv/tftp to /srv/all at a reload"));
}
END_TEST

START_TEST(test_check)
{
	int fd[LOOKUP_ROOTS_MAX], i;

	for (i = 0; i < LOOKUP_ROOTS_MAX; i++)
		fd[i] = -1;
	/* One that there is not is no fault: names in it are not found. */
	ck_assert_int_eq(roots_verify(fd, &is, why), 0);
	fd[0] = image_root;
	ck_assert_int_eq(roots_verify(fd, &is, why), 0);
	if (geteuid() != 0)
		return;
	image_folder("closed");
	ck_assert_int_eq(fchmodat(image_root, "closed", 0700, 0), 0);
	fd[1] = openat(image_root, "closed", O_PATH | O_DIRECTORY);
	ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_int_eq(roots_verify(fd, &is, why), -1);
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_ptr_nonnull(
	    strstr(why, "tftp-root /srv/lab (mode 0700, owner 0:0) may not"));
	ck_assert_ptr_nonnull(strstr(why, "chmod a+x it"));
	(void)close(fd[1]);
	ck_assert_int_eq(roots_verify(fd, &is, why), -1);
	ck_assert_ptr_nonnull(strstr(why, "tftp-root /srv/lab cannot"));
}
END_TEST

Suite *
suite_image_roots(void)
{
	Suite *s = suite_create("image_roots");
	TCase *tc = tcase_create("roots");

	tcase_add_checked_fixture(tc, set_up, image_tear_down);
	tcase_add_test(tc, test_add);
	tcase_add_test(tc, test_kept);
	tcase_add_test(tc, test_kept_absent);
	tcase_add_test(tc, test_check);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the folders, and have no right to some. */
UNIT_MAIN_ALSO(suite_image_roots, SCMP_SYS(geteuid), SCMP_SYS(mkdirat),
    SCMP_SYS(fchmodat), SCMP_SYS(openat), SCMP_SYS(setresuid))
