/* SPDX-License-Identifier: ISC */
/* The lease store when the disk is full, or its process is killed. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store_case.h"

/* Puts until it fails; returns how many went in, from address first on. */
static uint32_t
put_until_full(struct store *s, uint32_t first)
{
	enum store_result r = STORE_OK;
	uint32_t n;

	for (n = 0; n < 10000; n++) {
		struct lease l = lease(first + n, 1);

		if ((r = put(s, &l)) != STORE_OK)
			break;
	}
	ck_assert_msg(r == STORE_FAILED, "%d: %s", (int)r, s->why);
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	return n;
}

static void
check_mended(struct store *s, uint32_t stored)
{
	struct store_open o = { .file = NULL };
	struct lease l = lease(5, 1);

	ck_assert_int_eq(put(s, &l), STORE_OK);
	ck_assert_uint_eq(load_all(s, 100).n, stored + 1);
	s->ops->close(s);
	s = must_open(&o);
	ck_assert_uint_eq(o.rows, stored + 1);
	s->ops->close(s);
}

START_TEST(test_file_limit)
{
	struct store *s = open_store();
	struct rlimit lim, old;
	uint32_t n;

	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	lim = old;
	lim.rlim_cur = 200 * 1024;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &lim), 0);
	n = put_until_full(s, 100);
	ck_assert_uint_gt(n, 1);
	ck_assert_uint_eq(put_until_full(s, 100 + n), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	check_mended(s, n);
}
END_TEST

/* A start on a disk without room: leases are read, and stored once mended. */
START_TEST(test_file_limit_at_start)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease l = lease(100, 1);
	struct rlimit lim, old;

	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	lim = old;
	lim.rlim_cur = 4096; /* less than one page of the log */
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &lim), 0);
	s = must_open(&o);
	ck_assert(o.full);
	ck_assert_uint_eq(o.rows, 1);
	ck_assert_uint_eq(put_until_full(s, 200), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	check_mended(s, 1);
}
END_TEST

/* A real full disk, where this user may mount one. */
START_TEST(test_full_disk)
{
	char filler[128], junk[4096];
	struct store *s;
	uint32_t n;
	int fd;

	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("tmpfs", dir, "tmpfs", 0, "size=512k") == -1)
		return;
	s = open_store();
	(void)snprintf(filler, sizeof(filler), "%s/filler", dir);
	memset(junk, 1, sizeof(junk));
	ck_assert_int_ne(fd = open(filler, O_CREAT | O_WRONLY, 0600), -1);
	n = put_until_full(s, 100);
	while (write(fd, junk, sizeof(junk)) > 0)
		continue;
	ck_assert_int_eq(close(fd), 0);
	ck_assert_ptr_nonnull(strstr(s->why, "full"));
	ck_assert_uint_eq(put_until_full(s, 100 + n), 0);
	ck_assert_int_eq(
	    mount("tmpfs", dir, "tmpfs", MS_REMOUNT, "size=8m"), 0);
	check_mended(s, n);
	(void)umount2(dir, MNT_DETACH);
}
END_TEST

/* The life of a process that is killed: reports each commit to fd. */
static void __attribute__((noreturn)) commit_forever(int fd)
{
	struct store_open o = { .file = NULL };
	struct store *s = try_open(&o);
	uint32_t i, batch;

	if (s == NULL)
		_exit(1);
	sandboxed_narrow();
	for (batch = (uint32_t)o.rows / 3;; batch++) {
		if (s->ops->begin(s) != STORE_OK)
			_exit(1);
		for (i = 0; i < 3; i++) {
			struct lease l = lease(1 + batch * 3 + i, 1);

			if (s->ops->put(s, &l) != STORE_OK)
				_exit(1);
		}
		if (s->ops->commit(s) != STORE_OK)
			_exit(1);
		if (write(fd, &batch, sizeof(batch)) != sizeof(batch))
			_exit(1);
		(void)s->ops->tidy(s);
	}
}

/* Kills it in the middle, and reads what it had reported until then. */
static uint32_t
run_and_kill(useconds_t life_us)
{
	uint32_t batch, durable = 0;
	int fds[2], status;
	pid_t pid;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0) {
		(void)close(fds[0]);
		commit_forever(fds[1]);
	}
	(void)close(fds[1]);
	/* The first report tells that it is under way. */
	ck_assert_int_eq(read(fds[0], &batch, sizeof(batch)), sizeof(batch));
	durable = batch + 1;
	(void)usleep(life_us);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	while (read(fds[0], &batch, sizeof(batch)) == sizeof(batch))
		durable = batch + 1;
	(void)close(fds[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	return durable;
}

START_TEST(test_killed)
{
	struct store_open o = { .file = NULL };
	struct store *s;
	uint32_t durable;
	int i;

	for (i = 0; i < 20; i++) {
		durable = run_and_kill((useconds_t)(i * 1700));
		s = must_open(&o);
		/* All that was reported, and no batch in part. */
		ck_assert_uint_ge(o.rows, durable * 3);
		ck_assert_uint_eq(o.rows % 3, 0);
		ck_assert_uint_eq(o.unreadable, 0);
		s->ops->close(s);
	}
}
END_TEST

/* The log does not grow for ever. */
START_TEST(test_tidy)
{
	struct store *s = serve_store();
	char wal[160];
	struct stat st;
	uint32_t i;

	for (i = 0; i < 4000; i++) {
		struct lease l = lease(1 + i, 1);

		ck_assert_int_eq(put(s, &l), STORE_OK);
		ck_assert_int_eq(s->ops->tidy(s), STORE_OK);
	}
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_int_lt(st.st_size, 1100 * 4200);
	s->ops->close(s);
}
END_TEST

Suite *suite_store_failure(void);

Suite *
suite_store_failure(void)
{
	Suite *s = suite_create("store_failure");
	TCase *tc = tcase_create("failures");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_file_limit);
	tcase_add_test(tc, test_file_limit_at_start);
	tcase_add_test(tc, test_full_disk);
	tcase_add_test(tc, test_killed);
	tcase_add_test(tc, test_tidy);
	suite_add_tcase(s, tc);
	return s;
}

/* A file system that is full, a limit of size, a process that is killed. */
UNIT_MAIN_ALSO(suite_store_failure, SCMP_SYS(fchown), SCMP_SYS(pipe2),
    SCMP_SYS(unshare), SCMP_SYS(clone), SCMP_SYS(set_robust_list),
    SCMP_SYS(kill), SCMP_SYS(wait4), SCMP_SYS(clock_nanosleep), SCMP_SYS(mount),
    SCMP_SYS(rt_sigaction), SCMP_SYS(prlimit64), SCMP_SYS(write),
    SCMP_SYS(umount2))
