/* SPDX-License-Identifier: ISC */
/* The sentence on a file that cannot be given names who is in the way. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/file.h"
#include "imaged/explain.h"
#include "tests/unit/unit.h"

Suite *suite_image_explain(void);

static char base[64];
static int root = -1;
static char text[EXPLAIN_MAX];

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

/* a/b/c/file, to be closed somewhere, and a user who is nobody's friend. */
static void
set_up(void)
{
	int fd;

	(void)umask(0);
	(void)strcpy(base, "/tmp/pxeguard-explain-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(base));
	ck_assert_int_eq(chmod(base, 0755), 0);
	ck_assert_int_ne(root = open(base, O_PATH | O_DIRECTORY), -1);
	ck_assert_int_eq(mkdirat(root, "a", 0755), 0);
	ck_assert_int_eq(mkdirat(root, "a/b", 0755), 0);
	ck_assert_int_eq(mkdirat(root, "a/b/c", 0755), 0);
	fd = openat(root, "a/b/c/file", O_CREAT | O_WRONLY, 0644);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(close(fd), 0);
}

static void
tear_down(void)
{
	(void)close(root);
	(void)nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
explain(const char *name, int err)
{
	bool root_user = geteuid() == 0;

	if (root_user)
		ck_assert_int_eq(seteuid(65534), 0);
	memset(text, 0x55, sizeof(text));
	image_explain(root, name, strlen(name), err, text);
	if (root_user)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_ptr_nonnull(memchr(text, '\0', sizeof(text)));
}

static void
check_says(const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "%s", text);
}

START_TEST(test_file)
{
	ck_assert_int_eq(fchmodat(root, "a/b/c/file", 0600, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says("the file \"a/b/c/file\" (mode 0600, owner ");
	check_says("chmod o+r");
	explain("//a//b/c/./file", EACCES);
	check_says("the file \"//a//b/c/./file\" (mode 0600");
}
END_TEST

START_TEST(test_folder)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(fchmodat(root, "a/b", 0700, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says("the folder \"a/b\" (mode 0700, owner 0:");
	check_says("chmod o+x");
	explain("/a/b/none", EACCES);
	check_says("the folder \"/a/b\" (mode 0700");
	ck_assert_int_eq(chmod(base, 0700), 0);
	explain("a/b/c/file", EACCES);
	ck_assert_msg(strstr(text, "the folder \".\"") != NULL ||
			  strstr(text, "the folder \"\"") != NULL,
	    "%s", text);
}
END_TEST

START_TEST(test_link)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(fchmodat(root, "a/b", 0700, 0), 0);
	ck_assert_int_eq(symlinkat("a/b/c/file", root, "link"), 0);
	explain("link", EACCES);
	check_says("a symbolic link in \".\" leads through a folder");
	ck_assert_int_eq(symlinkat("/a/b/c", root, "a/link"), 0);
	explain("a/link/file", EACCES);
	check_says("a symbolic link in \"a\" leads through a folder");
}
END_TEST

START_TEST(test_module)
{
	explain("a/b/c/file", EACCES);
	check_says("SELinux or AppArmor");
}
END_TEST

START_TEST(test_others)
{
	explain("a", ELOOP);
	check_says("circle");
	explain("a", EMFILE);
	check_says("too many files");
	explain("a", EIO);
	check_says(strerror(EIO));
	check_says("see that");
}
END_TEST

START_TEST(test_hostile)
{
	char name[FILE_NAME_MAX + 64];

	memset(name, '\n', sizeof(name));
	name[FILE_NAME_MAX] = '\0';
	explain(name, EACCES);
	ck_assert_ptr_null(strchr(text, '\n'));
	ck_assert_int_eq(mkdirat(root, "x\ny", 0700), 0);
	if (geteuid() == 0) {
		explain("x\ny/z", EACCES);
		check_says("the folder \"x\\x0ay\"");
	}
	memset(name, '/', sizeof(name));
	image_explain(root, name, sizeof(name), EACCES, text);
	ck_assert_ptr_nonnull(memchr(text, '\0', sizeof(text)));
}
END_TEST

Suite *
suite_image_explain(void)
{
	Suite *s = suite_create("image_explain");
	TCase *tc = tcase_create("explain");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test_file);
	tcase_add_test(tc, test_folder);
	tcase_add_test(tc, test_link);
	tcase_add_test(tc, test_module);
	tcase_add_test(tc, test_others);
	tcase_add_test(tc, test_hostile);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_image_explain)
