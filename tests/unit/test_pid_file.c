/* SPDX-License-Identifier: ISC */
/* The pid file: what may be written over, and what may be removed. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"
#include "priv/pid_file.h"
#include "tests/unit/unit.h"

static char dir[] = "/tmp/test_pid_file.XXXXXX";
static char path[64], other[64];
static char said[2 * LOG_LINE_MAX];

static void
sink(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	(void)snprintf(said, sizeof(said), "%s", line);
}

static void
file_write(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, text, strlen(text)), strlen(text));
	ck_assert_int_eq(close(fd), 0);
}

static const char *
file_read(const char *name)
{
	static char text[64];
	int fd = open(name, O_RDONLY);
	ssize_t n;

	ck_assert_int_ne(fd, -1);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	(void)close(fd);
	return text;
}

/* Sets the time of a file to so many seconds ago. */
static void
file_age(const char *name, time_t age_s)
{
	struct timespec t[2] = { { .tv_nsec = UTIME_OMIT } };

	t[1].tv_sec = time(NULL) - age_s;
	t[1].tv_nsec = 0;
	ck_assert_int_eq(utimensat(AT_FDCWD, name, t, 0), 0);
}

static const char *
own_text(void)
{
	static char text[32];

	(void)snprintf(text, sizeof(text), "%d\n", getpid());
	return text;
}

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/pid", dir);
	(void)snprintf(other, sizeof(other), "%s/other", dir);
	log_init("test", LOG_INFO);
	log_set_sink(sink, NULL);
	said[0] = '\0';
}

static void
teardown(void)
{
	(void)unlink(path);
	(void)unlink(other);
	(void)rmdir(path);
	(void)rmdir(dir);
}

static int
apply(const char *name, bool first)
{
	return pid_file_apply(name, (struct log_place){ NULL, 0 }, first);
}

static void
check_claimed(void)
{
	struct stat st;

	ck_assert_int_eq(apply(path, true), 0);
	ck_assert_str_eq(said, "");
	ck_assert_str_eq(file_read(path), own_text());
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0644);
	pid_file_remove();
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_str_eq(said, "");
}

static void
check_refused(const char *text, const char *why)
{
	if (text != NULL)
		file_write(path, text);
	ck_assert_int_eq(apply(path, true), -1);
	ck_assert_msg(strstr(said, why) != NULL, "%s", said);
	if (text != NULL)
		ck_assert_str_eq(file_read(path), text);
	/* It is not ours to remove either. */
	pid_file_remove();
	if (text != NULL)
		ck_assert_str_eq(file_read(path), text);
}

START_TEST(absent_or_empty)
{
	(void)umask(022);
	check_claimed();
	file_write(path, "");
	check_claimed();
}
END_TEST

START_TEST(none_is_named)
{
	ck_assert_int_eq(apply("", true), 0);
	pid_file_remove();
	ck_assert_str_eq(said, "");
}
END_TEST

/* The number of a process that has ended. */
START_TEST(left_by_an_earlier_run)
{
	char text[32];
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	(void)snprintf(text, sizeof(text), "%d\n", child);
	file_write(path, text);
	check_claimed();
	/* Longer than what replaces it. */
	file_write(path, "2147483647\n");
	check_claimed();
}
END_TEST

/* In a container each run has the same number. */
START_TEST(our_own_number)
{
	file_write(path, own_text());
	check_claimed();
}
END_TEST

static pid_t
child_start(void)
{
	int fds[2];
	pid_t child;

	ck_assert_int_eq(pipe(fds), 0);
	if ((child = fork()) == 0) {
		/* Lasts as long as its parent. */
		(void)close(fds[1]);
		(void)!read(fds[0], said, 1);
		_exit(0);
	}
	(void)close(fds[0]);
	return child;
}

START_TEST(number_of_a_running_process)
{
	char text[32];
	pid_t child = child_start();

	(void)snprintf(text, sizeof(text), "%d\n", child);
	check_refused(text, "in use by process");
	ck_assert_ptr_nonnull(strstr(said, "(test_pid_file)"));
	/* Older than the process, so it was written for another one. */
	file_age(path, 3600);
	said[0] = '\0';
	check_claimed();
	(void)kill(child, SIGKILL);
}
END_TEST

START_TEST(not_written_by_us)
{
	static const char *const texts[] = { "precious data\n", "\n", "0\n",
		"-1\n", "12", "12 \n", " 12\n", "12\n\n", "12\n34\n", "012\n",
		"12a\n", "99999999999\n", "4294967297\n", "1\0" };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_refused(texts[i], "not written by pxeguard");
}
END_TEST

START_TEST(of_another_user)
{
	if (geteuid() != 0)
		return;
	file_write(path, "2147483647\n");
	ck_assert_int_eq(chown(path, 65534, 0), 0);
	check_refused(NULL, "not written by pxeguard");
	ck_assert_str_eq(file_read(path), "2147483647\n");
}
END_TEST

START_TEST(links)
{
	file_write(other, "");
	ck_assert_int_eq(symlink(other, path), 0);
	check_refused(NULL, "a symbolic link");
	ck_assert_str_eq(file_read(other), "");
	(void)unlink(path);
	file_write(other, "2147483647\n");
	ck_assert_int_eq(link(other, path), 0);
	check_refused(NULL, "hard link");
	ck_assert_str_eq(file_read(other), "2147483647\n");
}
END_TEST

START_TEST(no_regular_files)
{
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	check_refused(NULL, "not a regular file");
	(void)unlink(path);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	check_refused(NULL, "not a regular file");
	ck_assert_int_eq(rmdir(path), 0);
	(void)snprintf(path, sizeof(path), "%s/no/pid", dir);
	check_refused(NULL, "No such file or directory");
}
END_TEST

START_TEST(a_full_disk_leaves_nothing)
{
	static char page[8192];
	int fd;

	if (unshare(CLONE_NEWNS) == -1)
		return; /* without root's rights */
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount("none", dir, "tmpfs", 0, "size=4096"), 0);
	fd = open(other, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ne(fd, -1);
	(void)!write(fd, page, sizeof(page));
	ck_assert_int_eq(apply(path, true), -1);
	ck_assert_ptr_nonnull(strstr(said, strerror(ENOSPC)));
	ck_assert_int_eq(access(path, F_OK), -1);
	(void)close(fd);
	ck_assert_int_eq(umount(dir), 0);
}
END_TEST

/* What others have done to it meanwhile. */
START_TEST(removed_only_while_it_is_ours)
{
	ck_assert_int_eq(apply(path, true), 0);
	file_write(path, "4711\n");
	pid_file_remove();
	ck_assert_str_eq(file_read(path), "4711\n");
	ck_assert_ptr_nonnull(strstr(said, "no longer ours"));
	(void)unlink(path);

	/* Another file with the same text. */
	ck_assert_int_eq(apply(path, true), 0);
	file_write(other, own_text());
	ck_assert_int_eq(rename(other, path), 0);
	pid_file_remove();
	ck_assert_str_eq(file_read(path), own_text());
	(void)unlink(path);

	ck_assert_int_eq(apply(path, true), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink("/dev/null", path), 0);
	pid_file_remove();
	ck_assert_int_eq(readlink(path, other, sizeof(other)), 9);
}
END_TEST

START_TEST(a_change_needs_a_restart)
{
	ck_assert_int_eq(apply(path, true), 0);
	ck_assert_int_eq(apply(path, false), 0);
	ck_assert_str_eq(said, "");
	ck_assert_int_eq(apply(other, false), 0);
	ck_assert_ptr_nonnull(strstr(said, "requires a restart"));
	ck_assert_ptr_nonnull(strstr(said, path));
	said[0] = '\0';
	ck_assert_int_eq(apply("", false), 0);
	ck_assert_ptr_nonnull(strstr(said, "requires a restart"));
	ck_assert_int_eq(access(other, F_OK), -1);
	pid_file_remove();
	ck_assert_int_eq(access(path, F_OK), -1);
	said[0] = '\0';
	ck_assert_int_eq(apply(path, false), 0);
	ck_assert_ptr_nonnull(strstr(said, "still using none"));
	ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

START_TEST(texts)
{
	static const char *const wrong[] = { "2147483648\n", "\n", "", "0\n",
		"01\n", "1", "1 \n", "-1\n", "12345678901\n" };
	const char *why;
	size_t i;

	file_write(path, "1\n");
	ck_assert_int_eq(pid_file_read(path, &why), 1);
	/* The highest number that is one; no process can have it. */
	file_write(path, "2147483647\n");
	ck_assert_int_eq(pid_file_read(path, &why), 0);
	ck_assert_str_eq(why, "the process that wrote it has ended");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		file_write(path, wrong[i]);
		ck_assert_int_eq(pid_file_read(path, &why), 0);
		ck_assert_str_eq(why, "not written by pxeguard");
	}
}
END_TEST

Suite *suite_pid_file(void);

Suite *
suite_pid_file(void)
{
	Suite *s = suite_create("pid_file");
	TCase *tc = tcase_create("pid_file");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, absent_or_empty);
	tcase_add_test(tc, none_is_named);
	tcase_add_test(tc, left_by_an_earlier_run);
	tcase_add_test(tc, our_own_number);
	tcase_add_test(tc, number_of_a_running_process);
	tcase_add_test(tc, not_written_by_us);
	tcase_add_test(tc, of_another_user);
	tcase_add_test(tc, links);
	tcase_add_test(tc, no_regular_files);
	tcase_add_test(tc, a_full_disk_leaves_nothing);
	tcase_add_test(tc, removed_only_while_it_is_ours);
	tcase_add_test(tc, a_change_needs_a_restart);
	tcase_add_test(tc, texts);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the files of others. */
UNIT_MAIN_ALSO(suite_pid_file, SCMP_SYS(chown), SCMP_SYS(getppid),
    SCMP_SYS(utimensat), SCMP_SYS(rmdir), SCMP_SYS(link), SCMP_SYS(mkdir),
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(kill), SCMP_SYS(mknodat),
    SCMP_SYS(rename), SCMP_SYS(symlink), SCMP_SYS(umask), SCMP_SYS(unshare))
