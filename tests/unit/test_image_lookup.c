/* SPDX-License-Identifier: ISC */
/* Where imaged looks for a file: roots, own folders, siblings; hostile asks. */
#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "imaged/lookup.h"
#include "tests/unit/image_case.h"

Suite *suite_image_lookup(void);

static struct lookup_conf finder;
static struct file_ask ask;
static struct lookup got;

static void
set_up(void)
{
	image_set_up();
	image_folder("one");
	image_folder("two");
	image_folder("one/52-54-00-12-34-56");
	image_folder("one/shared");
	image_write("one/plain", "hello", 0644);
	image_write("one/both", "of all", 0644);
	image_write("one/shared/kernel", "kernel", 0644);
	image_write("one/52-54-00-12-34-56/both", "of one", 0644);
	image_write("one/52-54-00-12-34-56/mine", "mine", 0644);
	image_write("two/plain", "other", 0644);
	lookup_conf_init(&finder);
	finder.rule.uid = geteuid();
	finder.root[0] = openat(image_root, "one", O_PATH | O_DIRECTORY);
	finder.root[15] = openat(image_root, "two", O_PATH | O_DIRECTORY);
	ck_assert_int_ne(finder.root[0], -1);
	ck_assert_int_ne(finder.root[15], -1);
}

static void
tear_down(void)
{
	(void)close(finder.root[0]);
	(void)close(finder.root[15]);
	image_tear_down();
}

static size_t
put(char *dst, size_t dstsz, const char *text)
{
	ck_assert_uint_le(strlen(text), dstsz);
	memcpy(dst, text, strlen(text));
	return strlen(text);
}

static enum file_status
find(uint8_t root, const char *own, const char *name, const char *sibling)
{
	ask.root = root;
	ask.ownlen = put(ask.own, sizeof(ask.own), own);
	ask.namelen = put(ask.name, sizeof(ask.name), name);
	ask.siblinglen = put(ask.sibling, sizeof(ask.sibling), sibling);
	return lookup_open(&finder, &ask, &got);
}

/* Finds that content on that way. */
static void
check_given(uint8_t root, const char *own, const char *name,
    const char *sibling, const char *content, uint8_t way)
{
	ck_assert_msg(find(root, own, name, sibling) == FILE_OK, "%s: %s", name,
	    strerror(got.image.err));
	ck_assert_int_eq(got.image.st.st_size, (off_t)strlen(content));
	image_check_content(got.image.fd, content);
	ck_assert_uint_eq(got.way, way);
	(void)close(got.image.fd);
}

static void
check_status(uint8_t root, const char *own, const char *name,
    const char *sibling, enum file_status expect)
{
	enum file_status s = find(root, own, name, sibling);

	ck_assert_msg(s == expect, "%s %s %s: %d", own, name, sibling, (int)s);
	ck_assert_int_eq(got.image.fd, -1);
	ck_assert_uint_eq(got.way, 0);
}

START_TEST(test_roots)
{
	check_given(0, "", "plain", "", "hello", 0);
	check_given(15, "", "plain", "", "other", 0);
	check_status(1, "", "plain", "", FILE_MISSING);
	check_status(16, "", "plain", "", FILE_NAME);
	check_status(255, "", "plain", "", FILE_NAME);
	check_status(0, "", "../two/plain", "", FILE_NAME);
	check_status(15, "", "shared/kernel", "", FILE_MISSING);
}
END_TEST

#define OWN "52-54-00-12-34-56"

START_TEST(test_own)
{
	check_given(0, OWN, "both", "", "of one", FILE_WAY_OWN);
	check_given(0, OWN, "/both", "", "of one", FILE_WAY_OWN);
	check_given(0, OWN, "mine", "", "mine", FILE_WAY_OWN);
	/* The folder is there, so nothing beside it counts. */
	check_status(0, OWN, "plain", "", FILE_MISSING);
	check_status(0, OWN, "shared/kernel", "", FILE_MISSING);
	/* The folder is not there. */
	check_given(0, "52-54-00-00-00-00", "both", "", "of all", 0);
	check_given(15, OWN, "plain", "", "other", 0);
	check_status(0, "52-54-00-00-00-00", "mine", "", FILE_MISSING);
	check_given(0, "", "both", "", "of all", 0);
}
END_TEST

/* What is no folder is none; a folder that comes counts at once. */
START_TEST(test_own_is_no_folder)
{
	image_write("one/192.168.1.50", "x", 0644);
	image_link("nowhere", "one/192.168.1.51");
	image_link("192.168.1.52", "one/192.168.1.52");
	image_link(OWN, "one/192.168.1.53");
	check_given(0, "192.168.1.50", "both", "", "of all", 0);
	check_given(0, "192.168.1.51", "both", "", "of all", 0);
	check_status(0, "192.168.1.52", "both", "", FILE_DENIED);
	check_given(0, "192.168.1.53", "both", "", "of one", FILE_WAY_OWN);
	ck_assert_int_eq(unlinkat(image_root, "one/192.168.1.51", 0), 0);
	image_folder("one/192.168.1.51");
	check_status(0, "192.168.1.51", "both", "", FILE_MISSING);
}
END_TEST

/* Links lead out of the own folder, but not out of the root. */
START_TEST(test_own_links)
{
	image_link("../shared/kernel", "one/" OWN "/relative");
	image_link("/shared/kernel", "one/" OWN "/absolute");
	image_link("../../secret", "one/" OWN "/out");
	image_link("../../two/plain", "one/" OWN "/other-root");
	check_given(0, OWN, "relative", "", "kernel", FILE_WAY_OWN);
	check_given(0, OWN, "absolute", "", "kernel", FILE_WAY_OWN);
	check_status(0, OWN, "out", "", FILE_MISSING);
	check_status(0, OWN, "other-root", "", FILE_MISSING);
}
END_TEST

START_TEST(test_sibling)
{
	check_given(
	    0, "", "kernel", "shared/kernel", "kernel", FILE_WAY_SIBLING);
	check_given(0, "", "plain", "shared/kernel", "hello", 0);
	check_status(0, "", "none", "shared/none", FILE_MISSING);
	/* Only what is missing has a sibling. */
	image_write("one/closed", "x", 0600);
	check_status(0, "", "closed", "plain", FILE_DENIED);
	check_status(0, "", "shared", "plain", FILE_KIND);
	check_status(0, "", "none", "closed", FILE_DENIED);
	ck_assert_str_eq(got.path, "closed");
	check_status(0, "", "none", "shared", FILE_KIND);
}
END_TEST

START_TEST(test_sibling_in_own)
{
	image_folder("one/" OWN "/efi");
	image_write("one/" OWN "/efi/grub", "own", 0644);
	image_write("one/shared/grub", "all", 0644);
	check_given(
	    0, OWN, "grub", "efi/grub", "own", FILE_WAY_OWN | FILE_WAY_SIBLING);
	check_status(0, OWN, "grub", "shared/grub", FILE_MISSING);
	check_given(
	    0, "0.0.0.0", "grub", "shared/grub", "all", FILE_WAY_SIBLING);
}
END_TEST

/* For a log: what was looked for, and not its sibling. */
START_TEST(test_path)
{
	image_write("one/" OWN "/closed", "x", 0600);
	check_status(0, OWN, "closed", "", FILE_DENIED);
	ck_assert_str_eq(got.path, OWN "/closed");
	ck_assert_int_eq(got.image.err, EACCES);
	check_status(0, "", "none", "nor/this", FILE_MISSING);
	ck_assert_str_eq(got.path, "none");
	check_status(0, OWN, "none", "nor/this", FILE_MISSING);
	ck_assert_str_eq(got.path, OWN "/none");
	check_status(0, "0.0.0.0", "none", "nor/this", FILE_MISSING);
	ck_assert_str_eq(got.path, "none");
}
END_TEST

START_TEST(test_hostile)
{
	static const char *const own[] = { ".", "..", "/", "shared/", "/shared",
		"a/b", "../two" };
	char big[FILE_NAME_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		check_status(0, own[i], "plain", "", FILE_NAME);
	check_status(0, "", "", "", FILE_NAME);
	check_status(0, "", "", "plain", FILE_NAME);
	check_status(0, "", "plain", "..", FILE_NAME);
	check_status(0, "", "none", "../two/plain", FILE_NAME);
	check_status(0, OWN, "../plain", "", FILE_NAME);
	check_status(0, "...", "none", "", FILE_MISSING);
	/* NULs, and the longest that there can be. */
	ask.ownlen = 4;
	memcpy(ask.own, "a\0b", 4);
	ck_assert_int_eq(lookup_open(&finder, &ask, &got), FILE_NAME);
	(void)find(0, "", "plain", "");
	ask.siblinglen = 3;
	memcpy(ask.sibling, "a\0b", 3);
	ck_assert_int_eq(lookup_open(&finder, &ask, &got), FILE_NAME);
	memset(big, '/', sizeof(big));
	big[FILE_NAME_MAX] = '\0';
	memset(ask.own, 'o', sizeof(ask.own));
	ask.ownlen = sizeof(ask.own);
	ask.namelen = put(ask.name, sizeof(ask.name), big);
	ask.siblinglen = put(ask.sibling, sizeof(ask.sibling), big);
	ck_assert_int_eq(lookup_open(&finder, &ask, &got), FILE_KIND);
}
END_TEST

START_TEST(test_secure)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(fchownat(image_root, "one/plain", 65534, 0, 0), 0);
	check_given(0, "", "plain", "", "hello", 0);
	finder.rule.secure = true;
	check_status(0, "", "plain", "", FILE_DENIED);
	check_given(0, "", "both", "", "of all", 0);
}
END_TEST

/* Longer than the clock of a file system takes for a step. */
static void
tick(void)
{
	const struct timespec t = { .tv_nsec = 20000000 };

	ck_assert_int_eq(nanosleep(&t, NULL), 0);
}

/* Each answer is what is there now. */
START_TEST(test_changes)
{
	check_given(0, "", "plain", "", "hello", 0);
	tick();
	image_write("one/new", "replaced", 0644);
	ck_assert_int_eq(
	    renameat(image_root, "one/new", image_root, "one/plain"), 0);
	check_given(0, "", "plain", "", "replaced", 0);
	tick();
	image_write("one/plain", "in its place", 0644);
	check_given(0, "", "plain", "", "in its place", 0);
	tick();
	ck_assert_int_eq(fchmodat(image_root, "one/plain", 0600, 0), 0);
	check_status(0, "", "plain", "", FILE_DENIED);
	tick();
	ck_assert_int_eq(fchmodat(image_root, "one/plain", 0644, 0), 0);
	check_given(0, "", "plain", "", "in its place", 0);
	tick();
	ck_assert_int_eq(
	    renameat(image_root, "one/plain", image_root, "one/away"), 0);
	check_status(0, "", "plain", "", FILE_MISSING);
	check_given(0, "", "away", "", "in its place", 0);
	tick();
	ck_assert_int_eq(unlinkat(image_root, "one/away", 0), 0);
	check_status(0, "", "away", "", FILE_MISSING);
}
END_TEST

START_TEST(test_turned_link)
{
	image_link("shared", "one/current");
	check_given(0, "", "current/kernel", "", "kernel", 0);
	image_folder("one/next");
	image_write("one/next/kernel", "next", 0644);
	image_link("next", "one/turned");
	ck_assert_int_eq(
	    renameat(image_root, "one/turned", image_root, "one/current"), 0);
	check_given(0, "", "current/kernel", "", "next", 0);
}
END_TEST

START_TEST(test_no_descriptors_left)
{
	int before = image_next_fd();

	check_given(0, OWN, "both", "", "of one", FILE_WAY_OWN);
	check_given(0, "0.0.0.0", "plain", "", "hello", 0);
	check_status(0, OWN, "plain", "shared/kernel", FILE_MISSING);
	check_status(0, "", "shared", "", FILE_KIND);
	ck_assert_int_eq(image_next_fd(), before);
}
END_TEST

Suite *
suite_image_lookup(void)
{
	Suite *s = suite_create("image_lookup");
	TCase *tc = tcase_create("find");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test_roots);
	tcase_add_test(tc, test_own);
	tcase_add_test(tc, test_own_is_no_folder);
	tcase_add_test(tc, test_own_links);
	tcase_add_test(tc, test_sibling);
	tcase_add_test(tc, test_sibling_in_own);
	tcase_add_test(tc, test_path);
	tcase_add_test(tc, test_hostile);
	tcase_add_test(tc, test_secure);
	tcase_add_test(tc, test_changes);
	tcase_add_test(tc, test_turned_link);
	tcase_add_test(tc, test_no_descriptors_left);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make and change the files that are found, and wait. */
UNIT_MAIN_ALSO(suite_image_lookup, SCMP_SYS(dup), SCMP_SYS(geteuid),
    SCMP_SYS(mkdirat), SCMP_SYS(openat), SCMP_SYS(pread64), SCMP_SYS(symlinkat),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(fchownat), SCMP_SYS(write),
    SCMP_SYS(fchmod), SCMP_SYS(renameat), SCMP_SYS(unlinkat),
    SCMP_SYS(fchmodat))
