/* SPDX-License-Identifier: ISC */
/*
 * Running tests under the filter of the process that the code is part of.
 *
 * Where SANDBOXED in the environment names folders, such as "dhcpd", "priv" or
 * "daemon", each test runs in a process of its own.  That may make the system
 * calls of the filter of that process, those that the test framework needs,
 * and those that the test program names for what it does itself.  Any other
 * call fails the test, which tells its name.  tests/run (make check-sandboxed)
 * names the folders whose headers a program includes.
 *
 * Fixtures run outside, in the process that Check made: what they open, the
 * test inherits; what it changes in memory, they do not see.
 */
#ifndef TESTS_UNIT_SANDBOXED_H
#define TESTS_UNIT_SANDBOXED_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/msg.h"
#include "sandbox/table.h"
#include "sandbox/seccomp.h"

#define SANDBOXED_FDS 256 /* descriptors that are looked at */
#define SANDBOXED_STATUS 112 /* of a test that made a forbidden call */

#define SANDBOXED_PARENT ROLE_BIT(ROLE_PRIV)

/* Seen by the process of the test, its children, and its parent. */
struct sandboxed_report {
	volatile bool refused; /* a call was */
	volatile int nr; /* which */
	volatile bool let_go; /* see sandboxed_let_go() */
};
static struct sandboxed_report *sandboxed_report;

/* The calls that the test program itself needs. */
static const int *sandboxed_also;
static size_t sandboxed_nalso;

static uint16_t sandboxed_roles;
static int sandboxed_stage;
static bool sandboxed_confined;

/* The processes that run the code of a folder. */
static inline uint16_t
sandboxed_who(const char *folder)
{
	uint16_t all = 0;
	enum role r;

	for (r = ROLE_CONFD; r < ROLE_MAX; r++) {
		if (strcmp(folder, role_name(r)) == 0)
			return ROLE_BIT(r);
		all |= ROLE_BIT(r);
	}
	if (strcmp(folder, "daemon") == 0)
		return all;
	if (strcmp(folder, "priv") == 0)
		return SANDBOXED_PARENT;
	(void)fprintf(
	    stderr, "SANDBOXED: %s is no folder of the daemon\n", folder);
	exit(EXIT_FAILURE);
}

/*
 * Code of several processes has the calls that all of them may make.  confd
 * ends with its first stage, leased opens its database in that one and says
 * by sandboxed_narrow() when it serves; the parent has one stage.
 */
static inline void
sandboxed_init(const int *also, size_t n)
{
	const char *folders = getenv("SANDBOXED");
	char buf[64], *folder, *state = NULL;

	if (folders == NULL)
		return;
	(void)snprintf(buf, sizeof(buf), "%s", folders);
	for (folder = strtok_r(buf, ", ", &state); folder != NULL;
	     folder = strtok_r(NULL, ", ", &state))
		sandboxed_roles |= sandboxed_who(folder);
	sandboxed_stage = sandboxed_roles == ROLE_BIT(ROLE_CONFD) ||
				  sandboxed_roles == ROLE_BIT(ROLE_LEASED) ||
				  sandboxed_roles == SANDBOXED_PARENT
			      ? SANDBOX_STAGE_SETUP
			      : SANDBOX_STAGE_SERVE;
	sandboxed_also = also;
	sandboxed_nalso = n;
}

static inline void
sandboxed_refused(int sig, siginfo_t *info, void *ctx)
{
	(void)sig;
	(void)ctx;
	sandboxed_report->nr = info->si_syscall;
	sandboxed_report->refused = true;
	_exit(SANDBOXED_STATUS);
}

static inline int
sandboxed_allow(scmp_filter_ctx ctx, int nr, int fd)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 1,
	    SCMP_CMP(0, SCMP_CMP_EQ, (scmp_datum_t)fd, 0));
}

/*
 * What Check needs to tell a result: it writes to a file that has no name any
 * more.  Beside that, the terminal.
 */
static inline int
sandboxed_allow_framework(scmp_filter_ctx ctx)
{
	struct stat st;
	int fd, r = 0;

	for (fd = STDOUT_FILENO; fd < SANDBOXED_FDS && r == 0; fd++) {
		if (fstat(fd, &st) == -1 ||
		    (fd > STDERR_FILENO &&
			(!S_ISREG(st.st_mode) || st.st_nlink != 0)))
			continue;
		if ((r = sandboxed_allow(ctx, SCMP_SYS(write), fd)) == 0 &&
		    (r = sandboxed_allow(ctx, SCMP_SYS(lseek), fd)) == 0 &&
		    (r = sandboxed_allow(ctx, SCMP_SYS(ioctl), fd)) == 0 &&
		    (r = sandboxed_allow(ctx, SCMP_SYS(fstat), fd)) == 0)
			r = sandboxed_allow(ctx, SCMP_SYS(newfstatat), fd);
	}
	return r;
}

/* The rows of one table that all of the roles may make. */
static inline int
sandboxed_allow_rows(scmp_filter_ctx ctx, const struct sandbox_call *rows,
    size_t n, uint16_t roles, int stage)
{
	size_t i;
	int r = 0;

	for (i = 0; i < n && r == 0; i++) {
		uint16_t may = stage == SANDBOX_STAGE_SETUP ? rows[i].setup
							    : rows[i].serve;

		if ((may & roles) == roles)
			r = sandbox_seccomp_row(ctx, &rows[i]);
	}
	return r;
}

static inline void
sandboxed_enter(int stage)
{
	struct sigaction sa = { .sa_sigaction = sandboxed_refused,
		.sa_flags = SA_SIGINFO };
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_TRAP);
	const bool parent = sandboxed_roles == SANDBOXED_PARENT;
	size_t i;
	int r;

	ck_assert_ptr_nonnull(ctx);
	r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (i = 0; i < sandboxed_nalso && r == 0; i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, sandboxed_also[i], 0);
	if (r == 0)
		r = sandboxed_allow_framework(ctx);
	if (r == 0 && parent)
		r = sandboxed_allow_rows(ctx, sandbox_parent_calls,
		    sandbox_nparent_calls, SANDBOXED_PARENT, stage);
	if (r == 0)
		r = sandboxed_allow_rows(ctx, sandbox_calls, sandbox_ncalls,
		    parent ? 0 : sandboxed_roles, stage);
	ck_assert_int_eq(r, 0);
	if (!sandboxed_confined)
		ck_assert_int_eq(sigaction(SIGSYS, &sa, NULL), 0);
	sandboxed_confined = true;
	ck_assert_int_eq(seccomp_load(ctx), 0);
	seccomp_release(ctx);
}

/* From here on the test may do what a role may that serves. */
static inline void
sandboxed_narrow(void)
{
	if (sandboxed_roles == 0)
		return;
	ck_assert_int_eq(sandboxed_stage, SANDBOX_STAGE_SETUP);
	sandboxed_enter(SANDBOX_STAGE_SERVE);
}

/* Ends as the test did: by its signal, its status, or a forbidden call. */
static inline void
sandboxed_result(int status)
{
	char *name;

	/* An assertion that fails ends with 1, as some tests must. */
	if (sandboxed_report->refused) {
		name = seccomp_syscall_resolve_num_arch(
		    SCMP_ARCH_NATIVE, sandboxed_report->nr);
		(void)fprintf(stderr, "forbidden system call %s (%d)\n",
		    name == NULL ? "without a name" : name,
		    sandboxed_report->nr);
		exit(SANDBOXED_STATUS);
	}
	if (WIFSIGNALED(status)) {
		(void)signal(WTERMSIG(status), SIG_DFL);
		(void)raise(WTERMSIG(status));
	}
	if (WEXITSTATUS(status) != 0)
		exit(WEXITSTATUS(status));
}

/*
 * What two processes hold is not closed until both close it, and some tests
 * wait for the end of a connection.
 */
static inline void
sandboxed_let_go(void)
{
	struct stat st;
	int fd;

	for (fd = STDERR_FILENO + 1; fd < SANDBOXED_FDS; fd++)
		if (fstat(fd, &st) == 0 &&
		    (S_ISSOCK(st.st_mode) || S_ISFIFO(st.st_mode)))
			(void)close(fd);
	sandboxed_report->let_go = true;
}

/* Runs the body of a test, under a filter where one is asked for. */
static inline void
sandboxed_run(void (*body)(int), int i)
{
	int status;
	pid_t pid;

	if (sandboxed_roles == 0) {
		body(i);
		return;
	}
	sandboxed_report = mmap(NULL, sizeof(*sandboxed_report),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(sandboxed_report, MAP_FAILED);
	(void)fflush(NULL);
	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0) {
		while (!sandboxed_report->let_go)
			(void)usleep(100);
		sandboxed_enter(sandboxed_stage);
		body(i);
		(void)fflush(NULL);
		_exit(0);
	}
	sandboxed_let_go();
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	sandboxed_result(status);
}

/* Check's macro, with the body one call further. */
#undef START_TEST
#define START_TEST(name)                                                   \
	static void name##_body(int _i CK_ATTRIBUTE_UNUSED);               \
	static void name##_fn(int i)                                       \
	{                                                                  \
		sandboxed_run(name##_body, i);                             \
	}                                                                  \
	static const TTest name##_ttest = { "" #name, name##_fn, __FILE__, \
		__LINE__ };                                                \
	static const TTest *name = &name##_ttest;                          \
	static void name##_body(int _i CK_ATTRIBUTE_UNUSED)

#endif
