/* SPDX-License-Identifier: ISC */
/* What imaged opens, and what it does not, in a tree made for the purpose. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "imaged/open.h"
#include "tests/unit/unit.h"

Suite *suite_image_open(void);

static char base[64];
static int root = -1;

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static void
write_file(int dirfd, const char *name, const char *data, mode_t mode)
{
	int fd = openat(dirfd, name, O_CREAT | O_WRONLY | O_TRUNC, mode);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, data, strlen(data)), (ssize_t)strlen(data));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	ck_assert_int_eq(close(fd), 0);
}

static void
make_link(const char *to, const char *name)
{
	ck_assert_int_eq(symlinkat(to, root, name), 0);
}

/* A secret outside, and a root beside it. */
static void
set_up(void)
{
	int out;

	(void)umask(0);
	(void)strcpy(base, "/tmp/pxeguard-image-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(base));
	ck_assert_int_eq(chmod(base, 0755), 0);
	ck_assert_int_ne(out = open(base, O_PATH | O_DIRECTORY), -1);
	write_file(out, "secret", "secret", 0644);
	ck_assert_int_eq(mkdirat(out, "root", 0755), 0);
	root = openat(out, "root", O_PATH | O_DIRECTORY);
	ck_assert_int_ne(root, -1);
	ck_assert_int_eq(close(out), 0);
	ck_assert_int_eq(mkdirat(root, "sub", 0755), 0);
	ck_assert_int_eq(mkdirat(root, "sub/deep", 0755), 0);
	write_file(root, "plain", "hello", 0644);
	write_file(root, "sub/deep/file", "deeper", 0444);
}

static void
tear_down(void)
{
	(void)close(root);
	(void)nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static enum file_status
ask(const char *name, size_t n)
{
	struct image im;
	enum file_status s = image_open(root, name, n, &im);

	ck_assert_int_eq(s == FILE_OK, im.fd != -1);
	if (im.fd != -1)
		ck_assert_int_eq(close(im.fd), 0);
	return s;
}

/* The file of that name, with that content. */
static void
check_given(const char *name, const char *content)
{
	struct image im;
	char buf[64];
	ssize_t n;

	ck_assert_msg(image_open(root, name, strlen(name), &im) == FILE_OK,
	    "%s: %s", name, strerror(im.err));
	ck_assert_uint_eq(im.size, strlen(content));
	ck_assert_int_eq(fcntl(im.fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(im.fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	n = read(im.fd, buf, sizeof(buf));
	ck_assert_int_eq(n, (ssize_t)strlen(content));
	ck_assert_mem_eq(buf, content, (size_t)n);
	ck_assert_int_eq(close(im.fd), 0);
}

static void
check_status(const char *name, enum file_status expect)
{
	enum file_status s = ask(name, strlen(name));

	ck_assert_msg(s == expect, "%s: %d", name, (int)s);
}

START_TEST(test_plain)
{
	check_given("plain", "hello");
	check_given("/plain", "hello");
	check_given("//plain", "hello");
	check_given("./plain", "hello");
	check_given("sub/deep/file", "deeper");
	check_given("sub//./deep/file", "deeper");
	check_status("none", FILE_MISSING);
	check_status("sub/none", FILE_MISSING);
	check_status("plain/below", FILE_MISSING);
	check_status("plain/", FILE_MISSING);
	check_status("Plain", FILE_MISSING);
}
END_TEST

/* What was replaced is not given any more. */
START_TEST(test_replaced)
{
	check_given("plain", "hello");
	write_file(root, "new", "other", 0644);
	ck_assert_int_eq(renameat(root, "new", root, "plain"), 0);
	check_given("plain", "other");
	ck_assert_int_eq(unlinkat(root, "plain", 0), 0);
	check_status("plain", FILE_MISSING);
}
END_TEST

START_TEST(test_names)
{
	char big[FILE_NAME_MAX + 2];

	ck_assert_int_eq(ask("", 0), FILE_NAME);
	ck_assert_int_eq(ask("pla\0in", 6), FILE_NAME);
	ck_assert_int_eq(ask("plain\0", 6), FILE_NAME);
	check_status("..", FILE_NAME);
	check_status("../secret", FILE_NAME);
	check_status("sub/../plain", FILE_NAME);
	check_status("sub/..", FILE_NAME);
	check_status("/../secret", FILE_NAME);
	check_status("...", FILE_MISSING);
	check_status("..plain", FILE_MISSING);
	check_status("..\\secret", FILE_MISSING);
	memset(big, 'a', sizeof(big));
	ck_assert_int_eq(ask(big, FILE_NAME_MAX + 1), FILE_NAME);
	ck_assert_int_eq(ask(big, 256), FILE_NAME); /* one component */
	ck_assert_int_eq(ask(big, 255), FILE_MISSING);
	memset(big, '/', sizeof(big));
	ck_assert_int_eq(ask(big, FILE_NAME_MAX), FILE_KIND);
}
END_TEST

START_TEST(test_links_inside)
{
	make_link("plain", "near");
	make_link("sub/deep/file", "far");
	make_link("../../plain", "sub/deep/up");
	make_link("/sub/deep", "folder");
	make_link("/plain", "sub/absolute");
	make_link("near", "chain");
	check_given("near", "hello");
	check_given("far", "deeper");
	check_given("sub/deep/up", "hello");
	check_given("folder/file", "deeper");
	check_given("folder/up", "hello");
	check_given("sub/absolute", "hello");
	check_given("chain", "hello");
}
END_TEST

/* The secret has no name inside. */
START_TEST(test_links_outside)
{
	char there[80];

	(void)snprintf(there, sizeof(there), "%s/secret", base);
	make_link(there, "absolute");
	make_link("../secret", "up");
	make_link("../../../../../../../../secret", "sub/deep/far-up");
	make_link("..", "parent");
	make_link("/proc/self/root", "magic");
	make_link("nowhere", "dangling");
	check_status("absolute", FILE_MISSING);
	check_status("up", FILE_MISSING);
	check_status("sub/deep/far-up", FILE_MISSING);
	check_status("parent/secret", FILE_MISSING);
	check_status("parent", FILE_KIND); /* the root itself */
	check_given("parent/plain", "hello");
	check_status("magic/etc/passwd", FILE_MISSING);
	check_status("dangling", FILE_MISSING);
}
END_TEST

START_TEST(test_loops)
{
	make_link("b", "a");
	make_link("a", "b");
	make_link("self", "self");
	check_status("a", FILE_DENIED);
	check_status("self", FILE_DENIED);
	check_status("a/plain", FILE_DENIED);
}
END_TEST

START_TEST(test_kinds)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int s;

	check_status("sub", FILE_KIND);
	check_status("sub/", FILE_KIND);
	check_status(".", FILE_KIND);
	check_status("/", FILE_KIND);
	ck_assert_int_eq(mkfifoat(root, "fifo", 0666), 0);
	check_status("fifo", FILE_KIND);
	ck_assert_int_ne(s = socket(AF_UNIX, SOCK_STREAM, 0), -1);
	(void)snprintf(
	    sun.sun_path, sizeof(sun.sun_path), "%s/root/socket", base);
	ck_assert_int_eq(bind(s, (struct sockaddr *)&sun, sizeof(sun)), 0);
	check_status("socket", FILE_KIND);
	(void)close(s);
	/* Where this user may make one. */
	if (mknodat(root, "null", S_IFCHR | 0666, makedev(1, 3)) == 0)
		check_status("null", FILE_KIND);
	make_link("fifo", "to-fifo");
	check_status("to-fifo", FILE_KIND);
}
END_TEST

START_TEST(test_modes)
{
	write_file(root, "owner", "x", 0600);
	write_file(root, "group", "x", 0640);
	write_file(root, "others", "only", 0604);
	write_file(root, "executable", "x", 0711);
	make_link("owner", "to-owner");
	check_status("owner", FILE_DENIED);
	check_status("group", FILE_DENIED);
	check_given("others", "only");
	check_status("executable", FILE_DENIED);
	check_status("to-owner", FILE_DENIED);
	write_file(root, "empty", "", 0644);
	check_given("empty", "");
}
END_TEST

/* As the user it runs as, who may search what others may. */
START_TEST(test_closed_folder)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(fchmodat(root, "sub", 0700, 0), 0);
	write_file(root, "hidden", "x", 0);
	ck_assert_int_eq(mkfifoat(root, "closed-fifo", 0600), 0);
	ck_assert_int_eq(seteuid(65534), 0);
	check_status("sub/deep/file", FILE_DENIED);
	check_status("sub", FILE_KIND);
	check_status("hidden", FILE_DENIED);
	check_status("closed-fifo", FILE_KIND);
	check_given("plain", "hello");
	ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(test_no_descriptors_left)
{
	int before = dup(0), after;

	ck_assert_int_ne(before, -1);
	(void)close(before);
	ck_assert_int_eq(mkfifoat(root, "fifo", 0666), 0);
	write_file(root, "owner", "x", 0600);
	check_status("fifo", FILE_KIND);
	check_status("owner", FILE_DENIED);
	check_status("sub", FILE_KIND);
	check_status("..", FILE_NAME);
	check_status("none", FILE_MISSING);
	check_given("plain", "hello");
	after = dup(0);
	ck_assert_int_eq(after, before);
	(void)close(after);
}
END_TEST

START_TEST(test_system_error)
{
	struct image im;

	/* No root at all stands for whatever the system may come up with. */
	ck_assert_int_eq(image_open(-1, "plain", 5, &im), FILE_ERROR);
	ck_assert_int_eq(im.err, EBADF);
	ck_assert_int_eq(im.fd, -1);
}
END_TEST

Suite *
suite_image_open(void)
{
	Suite *s = suite_create("image_open");
	TCase *tc = tcase_create("open");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test_plain);
	tcase_add_test(tc, test_replaced);
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_links_inside);
	tcase_add_test(tc, test_links_outside);
	tcase_add_test(tc, test_loops);
	tcase_add_test(tc, test_kinds);
	tcase_add_test(tc, test_modes);
	tcase_add_test(tc, test_closed_folder);
	tcase_add_test(tc, test_no_descriptors_left);
	tcase_add_test(tc, test_system_error);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_image_open)
