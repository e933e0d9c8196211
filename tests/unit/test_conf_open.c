/* SPDX-License-Identifier: ISC */
/* Opening what a configuration names: what is refused is never opened. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/open_error.h"
#include "priv/conf_open.h"
#include "tests/unit/unit.h"

static char dir[] = "/tmp/test_conf_open.XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[100];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
setup(void)
{
	int fd;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	fd = open(path_of("file"), O_WRONLY | O_CREAT | O_EXCL, 0600);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, "text", 4), 4);
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(symlink("file", path_of("link")), 0);
	ck_assert_int_eq(mkfifo(path_of("fifo"), 0600), 0);
	ck_assert_int_eq(mkdir(path_of("dir"), 0700), 0);
}

static void
teardown(void)
{
	static const char *const names[] = { "file", "link", "fifo", "socket" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(path_of(names[i]));
	(void)rmdir(path_of("dir"));
	(void)rmdir(dir);
}

static void
check_refused(const char *path, bool directory, const char *text)
{
	int error = 0;

	ck_assert_int_eq(conf_open(path, directory, &error), -1);
	ck_assert_str_eq(open_error_text(error), text);
}

START_TEST(files_and_directories_are_opened)
{
	static const char *const names[] = { "file", "link" };
	char buf[8];
	size_t i;
	int fd, error, lowest = open("/dev/null", O_RDONLY);

	(void)close(lowest);
	for (i = 0; i < 2; i++) {
		error = 1;
		fd = conf_open(path_of(names[i]), false, &error);
		ck_assert_int_ne(fd, -1);
		ck_assert_int_eq(error, 0);
		ck_assert_int_eq(read(fd, buf, sizeof(buf)), 4);
		ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
		ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
		/* Nothing else is left open. */
		(void)close(fd);
		ck_assert_int_eq(open("/dev/null", O_RDONLY), lowest);
		(void)close(lowest);
	}
	fd = conf_open(path_of("dir"), true, &error);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(faccessat(fd, ".", R_OK, 0), 0);
	(void)close(fd);
}
END_TEST

START_TEST(others_are_refused_by_name)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(
	    un.sun_path, sizeof(un.sun_path), "%s", path_of("socket"));
	ck_assert_int_eq(bind(s, (struct sockaddr *)&un, sizeof(un)), 0);
	check_refused(path_of("socket"), false, "a socket, not a regular file");
	check_refused(path_of("fifo"), false, "a FIFO, not a regular file");
	check_refused("/dev/null", false, "a device, not a regular file");
	check_refused(path_of("dir"), false, "a directory, not a regular file");
	check_refused(path_of("file"), true, "Not a directory");
	check_refused(path_of("fifo"), true, "Not a directory");
	check_refused(path_of("none"), false, "No such file or directory");
	check_refused(path_of("none"), true, "No such file or directory");
	(void)close(s);
}
END_TEST

/* What root can read would else be shown to whoever makes the link. */
START_TEST(links_of_users)
{
	static const struct {
		uid_t link;
		uid_t file;
		bool opened;
	} t[] = {
		{ 0, 0, true },
		{ 0, 65534, true },
		{ 65534, 65534, true },
		{ 65534, 0, false },
		{ 65534, 65533, false },
	};
	int fd, error;
	size_t i;

	if (geteuid() != 0)
		return; /* only root gives files away */
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(
		    lchown(path_of("link"), t[i].link, t[i].link), 0);
		ck_assert_int_eq(
		    lchown(path_of("file"), t[i].file, t[i].file), 0);
		fd = conf_open(path_of("link"), false, &error);
		ck_assert_msg((fd != -1) == t[i].opened, "case %zu", i);
		if (fd == -1)
			ck_assert_int_eq(error, OPEN_ERROR_LINK);
		else
			(void)close(fd);
		fd = conf_open(path_of("file"), false, &error);
		ck_assert_int_ne(fd, -1);
		(void)close(fd);
	}
}
END_TEST

START_TEST(files_of_the_kernel_are_refused)
{
	check_refused(
	    "/proc/self/environ", false, "part of the proc file system");
	check_refused(
	    "/proc/sys/kernel/hostname", false, "part of the proc file system");
	check_refused("/proc/self", true, "part of the proc file system");
	check_refused("/sys/kernel/uevent_seqnum", false,
	    "part of the sysfs file system");
	check_refused("/sys/kernel", true, "part of the sysfs file system");
}
END_TEST

/* A FIFO may have a writer that waits for its reader, a device may act. */
START_TEST(what_is_refused_was_not_opened)
{
	char events[4096];
	int watch = inotify_init1(IN_NONBLOCK), error, fd;

	ck_assert_int_ne(
	    inotify_add_watch(watch, path_of("fifo"), IN_OPEN), -1);
	ck_assert_int_ne(inotify_add_watch(watch, path_of("dir"), IN_OPEN), -1);
	ck_assert_int_ne(
	    inotify_add_watch(watch, path_of("file"), IN_OPEN), -1);
	ck_assert_int_eq(conf_open(path_of("fifo"), false, &error), -1);
	ck_assert_int_eq(conf_open(path_of("dir"), false, &error), -1);
	ck_assert_int_eq(conf_open(path_of("file"), true, &error), -1);
	ck_assert_int_eq(read(watch, events, sizeof(events)), -1);
	ck_assert_int_eq(errno, EAGAIN);
	/* The watch does see what is opened. */
	fd = conf_open(path_of("file"), false, &error);
	ck_assert_int_gt(read(watch, events, sizeof(events)), 0);
	(void)close(fd);
	(void)close(watch);
}
END_TEST

START_TEST(without_proc_it_says_so)
{
#ifdef PXEGUARD_SANITIZE
	return; /* LeakSanitizer needs /proc when the test ends */
#endif
	if (unshare(CLONE_NEWNS) == -1)
		return; /* without root's rights */
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount("none", "/proc", "tmpfs", 0, NULL), 0);
	check_refused(
	    path_of("file"), false, "cannot be opened without /proc; mount it");
	check_refused(
	    path_of("dir"), true, "cannot be opened without /proc; mount it");
}
END_TEST

/* Every text is one of its own, and errno keeps its texts. */
START_TEST(texts_and_numbers)
{
	int error = open_error_of_fs(0x9fa0), last = error;

	ck_assert_int_ge(error, OPEN_ERROR_FS);
	ck_assert_str_eq(
	    open_error_text(error), "part of the proc file system");
	while (strncmp(open_error_text(last), "part of the ", 12) == 0)
		last++;
	ck_assert_int_ge(last - error, 25);
	ck_assert_ptr_nonnull(strstr(open_error_text(last), "Unknown error"));
	ck_assert_int_eq(
	    open_error_of_fs(0xffffffffcafe4a11), open_error_of_fs(0xcafe4a11));
	/* ext4, tmpfs, btrfs, xfs, overlay, nfs, FUSE: these store files. */
	ck_assert_int_eq(open_error_of_fs(0xef53), 0);
	ck_assert_int_eq(open_error_of_fs(0x01021994), 0);
	ck_assert_int_eq(open_error_of_fs(0x9123683e), 0);
	ck_assert_int_eq(open_error_of_fs(0x58465342), 0);
	ck_assert_int_eq(open_error_of_fs(0x794c7630), 0);
	ck_assert_int_eq(open_error_of_fs(0x6969), 0);
	ck_assert_int_eq(open_error_of_fs(0x65735546), 0);
	ck_assert_str_eq(open_error_text(EACCES), strerror(EACCES));
	ck_assert(open_error_irregular(open_error_of_mode(S_IFIFO)));
	ck_assert(open_error_irregular(open_error_of_mode(S_IFSOCK)));
	ck_assert(open_error_irregular(open_error_of_mode(S_IFBLK)));
	ck_assert(open_error_irregular(open_error_of_mode(S_IFDIR)));
	ck_assert(open_error_irregular(open_error_of_mode(0)));
	ck_assert_int_eq(open_error_of_mode(S_IFREG | 0777), 0);
	ck_assert(!open_error_irregular(error));
	ck_assert(!open_error_irregular(ENOENT));
}
END_TEST

Suite *suite_conf_open(void);

Suite *
suite_conf_open(void)
{
	Suite *s = suite_create("conf_open");
	TCase *tc = tcase_create("conf_open");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, files_and_directories_are_opened);
	tcase_add_test(tc, others_are_refused_by_name);
	tcase_add_test(tc, links_of_users);
	tcase_add_test(tc, files_of_the_kernel_are_refused);
	tcase_add_test(tc, what_is_refused_was_not_opened);
	tcase_add_test(tc, without_proc_it_says_so);
	tcase_add_test(tc, texts_and_numbers);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make what is not to be opened, and watch it. */
UNIT_MAIN_ALSO(suite_conf_open, SCMP_SYS(faccessat2), SCMP_SYS(inotify_init1),
    SCMP_SYS(unshare), SCMP_SYS(inotify_add_watch), SCMP_SYS(mount),
    SCMP_SYS(lchown))
