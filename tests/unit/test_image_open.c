/* SPDX-License-Identifier: ISC */
/* What is opened below a root, and what is not, in a tree made for it. */
/* Runs in: imaged.  The file is in daemon/, as --test looks for files, too. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "tests/unit/image_case.h"

Suite *suite_image_open(void);

static struct image_rule rule;

static void
set_up(void)
{
	image_set_up();
	image_folder("sub");
	image_folder("sub/deep");
	image_write("plain", "hello", 0644);
	image_write("sub/deep/file", "deeper", 0444);
	rule = (struct image_rule){ .uid = geteuid() };
}

/* The file of that name, with that content. */
static void
check_given(const char *name, const char *content)
{
	struct image im;

	ck_assert_msg(image_open(image_root, name, &rule, &im) == FILE_OK,
	    "%s: %s", name, strerror(im.err));
	ck_assert_int_eq(im.st.st_size, (off_t)strlen(content));
	ck_assert_int_eq(fcntl(im.fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(im.fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	image_check_content(im.fd, content);
	ck_assert_int_eq(close(im.fd), 0);
}

static void
check_status(const char *name, enum file_status expect)
{
	struct image im;
	enum file_status s = image_open(image_root, name, &rule, &im);

	ck_assert_msg(s == expect, "%s: %d", name, (int)s);
	ck_assert_int_eq(s == FILE_OK, im.fd != -1);
	if (im.fd != -1)
		ck_assert_int_eq(close(im.fd), 0);
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
	image_write("new", "other", 0644);
	ck_assert_int_eq(renameat(image_root, "new", image_root, "plain"), 0);
	check_given("plain", "other");
	ck_assert_int_eq(unlinkat(image_root, "plain", 0), 0);
	check_status("plain", FILE_MISSING);
}
END_TEST

START_TEST(test_names)
{
	char big[FILE_NAME_MAX + 2];

	ck_assert(!image_name_ok("", 0));
	ck_assert(!image_name_ok("pla\0in", 6));
	ck_assert(!image_name_ok("plain\0", 6));
	ck_assert(!image_name_ok("..", 2));
	ck_assert(!image_name_ok("../secret", 9));
	ck_assert(!image_name_ok("sub/../plain", 12));
	ck_assert(!image_name_ok("sub/..", 6));
	ck_assert(!image_name_ok("/../secret", 10));
	ck_assert(image_name_ok("...", 3));
	ck_assert(image_name_ok("../secret", 1));
	ck_assert(image_name_ok("..plain", 7));
	ck_assert(image_name_ok("/", 1));
	check_status("...", FILE_MISSING);
	check_status("..\\secret", FILE_MISSING);
	memset(big, 'a', sizeof(big));
	ck_assert(image_name_ok(big, FILE_NAME_MAX));
	ck_assert(!image_name_ok(big, FILE_NAME_MAX + 1));
	big[256] = '\0'; /* one component */
	check_status(big, FILE_NAME);
	big[255] = '\0';
	check_status(big, FILE_MISSING);
	memset(big, '/', sizeof(big));
	big[FILE_NAME_MAX] = '\0';
	check_status(big, FILE_KIND);
}
END_TEST

START_TEST(test_links_inside)
{
	image_link("plain", "near");
	image_link("sub/deep/file", "far");
	image_link("../../plain", "sub/deep/up");
	image_link("/sub/deep", "folder");
	image_link("/plain", "sub/absolute");
	image_link("near", "chain");
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

	(void)snprintf(there, sizeof(there), "%s/secret", image_base);
	image_link(there, "absolute");
	image_link("../secret", "up");
	image_link("../../../../../../../../secret", "sub/deep/far-up");
	image_link("..", "parent");
	image_link("/proc/self/root", "magic");
	image_link("nowhere", "dangling");
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
	image_link("b", "a");
	image_link("a", "b");
	image_link("self", "self");
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
	ck_assert_int_eq(mkfifoat(image_root, "fifo", 0666), 0);
	check_status("fifo", FILE_KIND);
	ck_assert_int_ne(s = socket(AF_UNIX, SOCK_STREAM, 0), -1);
	(void)snprintf(
	    sun.sun_path, sizeof(sun.sun_path), "%s/root/socket", image_base);
	ck_assert_int_eq(bind(s, (struct sockaddr *)&sun, sizeof(sun)), 0);
	check_status("socket", FILE_KIND);
	(void)close(s);
	/* Where this user may make one. */
	if (mknodat(image_root, "null", S_IFCHR | 0666, makedev(1, 3)) == 0)
		check_status("null", FILE_KIND);
	image_link("fifo", "to-fifo");
	check_status("to-fifo", FILE_KIND);
}
END_TEST

START_TEST(test_modes)
{
	image_write("owner", "x", 0600);
	image_write("group", "x", 0640);
	image_write("others", "only", 0604);
	image_write("executable", "x", 0711);
	image_link("owner", "to-owner");
	check_status("owner", FILE_DENIED);
	check_status("group", FILE_DENIED);
	check_given("others", "only");
	check_status("executable", FILE_DENIED);
	check_status("to-owner", FILE_DENIED);
	image_write("empty", "", 0644);
	check_given("empty", "");
}
END_TEST

/* As the user it runs as, who may search what others may. */
START_TEST(test_closed_folder)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(fchmodat(image_root, "sub", 0700, 0), 0);
	image_write("hidden", "x", 0);
	ck_assert_int_eq(mkfifoat(image_root, "closed-fifo", 0600), 0);
	ck_assert_int_eq(seteuid(65534), 0);
	check_status("sub/deep/file", FILE_DENIED);
	check_status("sub", FILE_KIND);
	check_status("hidden", FILE_DENIED);
	check_status("closed-fifo", FILE_KIND);
	check_given("plain", "hello");
	ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

/* tftp-secure: it is the owner that counts, not the mode. */
START_TEST(test_secure)
{
	image_write("ours", "ours", 0600);
	image_write("theirs", "x", 0644);
	if (geteuid() == 0)
		ck_assert_int_eq(
		    fchownat(image_root, "theirs", 65534, 0, 0), 0);
	else
		rule.uid++;
	rule.secure = true;
	if (geteuid() == 0)
		check_given("ours", "ours");
	check_status("theirs", FILE_DENIED);
	check_status("sub", FILE_KIND);
	rule.secure = false;
	check_given("theirs", "x");
	check_status("ours", FILE_DENIED);
}
END_TEST

START_TEST(test_meets_link)
{
	image_link("plain", "near");
	image_link("sub", "folder");
	image_link("nowhere", "dangling");
	ck_assert(image_meets_link(image_root, "near"));
	ck_assert(image_meets_link(image_root, "folder/none"));
	ck_assert(image_meets_link(image_root, "dangling"));
	ck_assert(!image_meets_link(image_root, "plain"));
	ck_assert(!image_meets_link(image_root, "none"));
	ck_assert(!image_meets_link(image_root, "sub/deep/none/near"));
}
END_TEST

START_TEST(test_no_descriptors_left)
{
	int before = image_next_fd();

	ck_assert_int_eq(mkfifoat(image_root, "fifo", 0666), 0);
	image_write("owner", "x", 0600);
	check_status("fifo", FILE_KIND);
	check_status("owner", FILE_DENIED);
	check_status("sub", FILE_KIND);
	check_status("none", FILE_MISSING);
	check_given("plain", "hello");
	ck_assert(!image_meets_link(image_root, "plain"));
	ck_assert_int_eq(image_next_fd(), before);
}
END_TEST

START_TEST(test_system_error)
{
	struct image im;

	/* No root at all stands for whatever the system may come up with. */
	ck_assert_int_eq(image_open(-1, "plain", &rule, &im), FILE_ERROR);
	ck_assert_int_eq(im.err, EBADF);
	ck_assert_int_eq(im.fd, -1);
}
END_TEST

Suite *
suite_image_open(void)
{
	Suite *s = suite_create("image_open");
	TCase *tc = tcase_create("open");

	tcase_add_checked_fixture(tc, set_up, image_tear_down);
	tcase_add_test(tc, test_plain);
	tcase_add_test(tc, test_replaced);
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_links_inside);
	tcase_add_test(tc, test_links_outside);
	tcase_add_test(tc, test_loops);
	tcase_add_test(tc, test_kinds);
	tcase_add_test(tc, test_modes);
	tcase_add_test(tc, test_closed_folder);
	tcase_add_test(tc, test_secure);
	tcase_add_test(tc, test_meets_link);
	tcase_add_test(tc, test_no_descriptors_left);
	tcase_add_test(tc, test_system_error);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the files that are opened, as another user. */
UNIT_MAIN_ALSO(suite_image_open, SCMP_SYS(dup), SCMP_SYS(fcntl),
    SCMP_SYS(geteuid), SCMP_SYS(mknodat), SCMP_SYS(openat), SCMP_SYS(symlinkat),
    SCMP_SYS(fchmodat), SCMP_SYS(pread64), SCMP_SYS(socket), SCMP_SYS(write),
    SCMP_SYS(bind), SCMP_SYS(fchmod), SCMP_SYS(fchownat), SCMP_SYS(renameat),
    SCMP_SYS(setresuid), SCMP_SYS(unlinkat))
