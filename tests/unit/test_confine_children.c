/* SPDX-License-Identifier: ISC */
/* The processes below a process. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/confine_children.h"
#include "tests/unit/unit.h"

#define N(list) (sizeof(list) / sizeof((list)[0]))

START_TEST(at_any_depth)
{
	/* In the order of a folder: a child may come before its parent. */
	static const struct confine_relation list[] = { { 30, 20 }, { 1, 0 },
		{ 10, 1 }, { 20, 10 }, { 21, 10 }, { 31, 21 }, { 40, 1 },
		{ 41, 40 }, { 32, 20 } };
	pid_t pids[8];

	ck_assert_int_eq(confine_below(list, N(list), 10, pids, 8), 5);
	ck_assert_int_eq(pids[0], 20);
	ck_assert_int_eq(pids[1], 21);
	ck_assert_int_eq(pids[2], 30);
	ck_assert_int_eq(pids[3], 32);
	ck_assert_int_eq(pids[4], 31);
	ck_assert_int_eq(confine_below(list, N(list), 30, pids, 8), 0);
	ck_assert_int_eq(confine_below(list, N(list), 99, pids, 8), 0);
	ck_assert_int_eq(confine_below(NULL, 0, 10, pids, 8), 0);
}
END_TEST

START_TEST(too_many)
{
	static const struct confine_relation list[] = { { 2, 1 }, { 3, 1 },
		{ 4, 3 } };
	pid_t pids[3];

	ck_assert_int_eq(confine_below(list, N(list), 1, pids, 3), 3);
	errno = 0;
	ck_assert_int_eq(confine_below(list, N(list), 1, pids, 2), -1);
	ck_assert_int_eq(errno, E2BIG);
	ck_assert_int_eq(confine_below(list, N(list), 1, pids, 1), -1);
}
END_TEST

/* A number was used again while the list was read. */
START_TEST(circles)
{
	static const struct confine_relation list[] = { { 2, 1 }, { 3, 2 },
		{ 2, 3 }, { 4, 4 }, { 1, 3 } };
	pid_t pids[4];

	ck_assert_int_eq(confine_below(list, N(list), 1, pids, 4), 2);
	ck_assert_int_eq(pids[0], 2);
	ck_assert_int_eq(pids[1], 3);
	ck_assert_int_eq(confine_below(list, N(list), 4, pids, 4), 0);
}
END_TEST

/* Of this process; one that has ended does not count, though it is there. */
START_TEST(of_this_process)
{
	pid_t pids[2], child;
	siginfo_t info;

	ck_assert_int_eq(confine_children(getpid(), pids, 2), 0);
	ck_assert_int_ne(child = fork(), -1);
	if (child == 0)
		for (;;)
			(void)pause();
	ck_assert_int_eq(confine_children(getpid(), pids, 2), 1);
	ck_assert_int_eq(pids[0], child);
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(
	    waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(confine_children(getpid(), pids, 2), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

Suite *suite_confine_children(void);

Suite *
suite_confine_children(void)
{
	Suite *s = suite_create("confine_children");
	TCase *tc = tcase_create("confine_children");

	tcase_add_test(tc, at_any_depth);
	tcase_add_test(tc, too_many);
	tcase_add_test(tc, circles);
	tcase_add_test(tc, of_this_process);
	suite_add_tcase(s, tc);
	return s;
}

/* A process that the test starts, and sees end. */
UNIT_MAIN_ALSO(suite_confine_children, SCMP_SYS(waitid), SCMP_SYS(pause))
