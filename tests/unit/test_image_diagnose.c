/* SPDX-License-Identifier: ISC */
/* The sentence on a file that cannot be given names who is in the way. */
#include <errno.h>
#include <stdbool.h>

#include "imaged/diagnose.h"
#include "tests/unit/image_case.h"

#define NOBODY 65534

Suite *suite_image_diagnose(void);

static char text[DIAGNOSE_MAX];
static struct image_rule rule;

/* a/b/c/file, to be closed somewhere, and a user who is nobody's friend. */
static void
set_up(void)
{
	image_set_up();
	image_folder("a");
	image_folder("a/b");
	image_folder("a/b/c");
	image_write("a/b/c/file", "", 0644);
	rule = (struct image_rule){ .uid = NOBODY, .gid = NOBODY };
}

static void
explain(const char *name, int err)
{
	bool root_user = geteuid() == 0;

	if (root_user)
		ck_assert_int_eq(seteuid(NOBODY), 0);
	memset(text, 0x55, sizeof(text));
	image_diagnose(image_root, name, &rule, err, text);
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
	ck_assert_int_eq(fchmodat(image_root, "a/b/c/file", 0600, 0), 0);
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
	ck_assert_int_eq(fchmodat(image_root, "a/b", 0700, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says("the folder \"a/b\" (mode 0700, owner 0:");
	check_says("chmod o+x");
	explain("/a/b/none", EACCES);
	check_says("the folder \"/a/b\" (mode 0700");
	ck_assert_int_eq(fchmodat(image_root, ".", 0700, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says("tftp-root (mode 0700, owner 0:");
	check_says("chmod o+x");
	explain("/", EACCES);
	check_says("tftp-root (mode 0700, owner 0:");
}
END_TEST

START_TEST(test_link)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(fchmodat(image_root, "a/b", 0700, 0), 0);
	image_link("a/b/c/file", "link");
	explain("link", EACCES);
	check_says("the symbolic link \"link\" leads through a folder");
	image_link("/a/b/c", "a/link");
	explain("a/link/file", EACCES);
	check_says("the symbolic link \"a/link\" leads through a folder");
}
END_TEST

/* The owner of a file may lack a right that others have. */
START_TEST(test_own)
{
	if (geteuid() != 0)
		return;
	image_write("ours", "", 0044);
	ck_assert_int_eq(fchownat(image_root, "ours", NOBODY, 0, 0), 0);
	explain("ours", EACCES);
	check_says(
	    "the file \"ours\" (mode 0044, owner 65534:0) may not be read by its owner; chmod u+r");
	ck_assert_int_eq(fchownat(image_root, "a/b", NOBODY, 0, 0), 0);
	ck_assert_int_eq(fchmodat(image_root, "a/b", 0077, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says(
	    "the folder \"a/b\" (mode 0077, owner 65534:0) may not be searched by its owner; chmod u+x");
}
END_TEST

/* A group has its own rights, be they more or fewer than those of others. */
START_TEST(test_group)
{
	if (geteuid() != 0)
		return;
	rule.gid = getegid();
	ck_assert_int_eq(fchownat(image_root, ".", 0, rule.gid, 0), 0);
	ck_assert_int_eq(fchmodat(image_root, ".", 0750, 0), 0);
	ck_assert_int_eq(fchmodat(image_root, "a/b", 0700, 0), 0);
	image_link("a/b/c/file", "link");
	explain("link", EACCES);
	check_says("the symbolic link \"link\" leads through a folder");
	ck_assert_int_eq(fchownat(image_root, "a/b", 0, rule.gid, 0), 0);
	ck_assert_int_eq(fchmodat(image_root, "a/b", 0705, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says("may not be searched by its group; chmod g+x");
	ck_assert_int_eq(fchmodat(image_root, "a/b", 0755, 0), 0);
	ck_assert_int_eq(fchownat(image_root, "a/b/c/file", 0, rule.gid, 0), 0);
	ck_assert_int_eq(fchmodat(image_root, "a/b/c/file", 0604, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says("may not be read by its group; chmod g+r");
}
END_TEST

START_TEST(test_secure)
{
	rule.secure = true;
	rule.uid = geteuid() + 1;
	explain("a/b/c/file", EACCES);
	check_says("the file \"a/b/c/file\" (mode 0644, owner ");
	check_says("does not belong to user pxeguard-imaged");
	check_says("chown pxeguard-imaged it");
	/* What is not readable either is to be given to the user first. */
	ck_assert_int_eq(fchmodat(image_root, "a/b/c/file", 0600, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says("chown pxeguard-imaged it");
	rule.uid = geteuid();
	ck_assert_int_eq(fchmodat(image_root, "a/b/c/file", 0044, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says("chmod u+r it");
	ck_assert_int_eq(fchmodat(image_root, "a/b/c/file", 0400, 0), 0);
	explain("a/b/c/file", EACCES);
	check_says("SELinux or AppArmor");
}
END_TEST

static bool
explain_missing(const char *name)
{
	memset(text, 0x55, sizeof(text));
	return image_diagnose_missing(image_root, name, text);
}

/* Only links that lead nowhere are worth a line. */
START_TEST(test_missing)
{
	image_link("/srv/tftpboot/a/b/c/file", "a/absolute");
	image_link("../../../b/c/../none", "a/b/dangling");
	image_link("a/b", "good");
	image_link("good/dangling", "chain");
	ck_assert(explain_missing("a/absolute"));
	check_says(
	    "\"a/absolute\" is a symbolic link whose target does not exist");
	check_says("make it a relative link");
	ck_assert(explain_missing("/a//absolute/below"));
	check_says("\"/a//absolute\" is a symbolic link");
	ck_assert(explain_missing("good/dangling"));
	check_says("\"good/dangling\" is a symbolic link");
	ck_assert(explain_missing("chain"));
	check_says("\"chain\" is a symbolic link");
	ck_assert(!explain_missing("good/none"));
	ck_assert(!explain_missing("none"));
	ck_assert(!explain_missing("a/none/below"));
	ck_assert(!explain_missing("a/b/c/file/below"));
	ck_assert(!explain_missing("a/b/c/file"));
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
	check_says("loop of symbolic links");
	explain("a", EMFILE);
	check_says("too many files");
	explain("a", EIO);
	check_says(strerror(EIO));
	check_says("check the file system");
}
END_TEST

START_TEST(test_hostile)
{
	char name[FILE_NAME_MAX + 64];

	memset(name, '\n', sizeof(name));
	name[FILE_NAME_MAX] = '\0';
	explain(name, EACCES);
	ck_assert_ptr_null(strchr(text, '\n'));
	ck_assert_int_eq(mkdirat(image_root, "x\ny", 0700), 0);
	if (geteuid() == 0) {
		explain("x\ny/z", EACCES);
		check_says("the folder \"x\\x0ay\"");
	}
	memset(name, '/', FILE_NAME_MAX);
	explain(name, EACCES);
	ck_assert(!image_diagnose_missing(image_root, name, text));
}
END_TEST

Suite *
suite_image_diagnose(void)
{
	Suite *s = suite_create("image_diagnose");
	TCase *tc = tcase_create("explain");

	tcase_add_checked_fixture(tc, set_up, image_tear_down);
	tcase_add_test(tc, test_file);
	tcase_add_test(tc, test_folder);
	tcase_add_test(tc, test_link);
	tcase_add_test(tc, test_own);
	tcase_add_test(tc, test_group);
	tcase_add_test(tc, test_secure);
	tcase_add_test(tc, test_missing);
	tcase_add_test(tc, test_module);
	tcase_add_test(tc, test_others);
	tcase_add_test(tc, test_hostile);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the files that cannot be had, as another user. */
UNIT_MAIN_ALSO(suite_image_diagnose, SCMP_SYS(fchmodat), SCMP_SYS(geteuid),
    SCMP_SYS(symlinkat), SCMP_SYS(getegid), SCMP_SYS(openat),
    SCMP_SYS(setresuid), SCMP_SYS(fchownat), SCMP_SYS(mkdirat), SCMP_SYS(write),
    SCMP_SYS(fchmod))
