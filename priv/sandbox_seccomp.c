/* SPDX-License-Identifier: ISC */
/*
 * System call filters, built from the table.
 *
 * What the table does not allow ends the process.  So that the log can name
 * the call, numbers that the library knows raise SIGSYS in a handler first:
 * it reports and then makes a call that no kernel has, for which, as for
 * foreign architectures and refused arguments, the kernel kills at once.
 */
#include "priv/sandbox_walls.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <seccomp.h>

#include "priv/sandbox_table.h"

#define ROLE_REPORT_FD 3 /* the channel to the parent */
#define NR_NAMED 512 /* system call numbers below this may have names */
#define NR_DEADLY 4095 /* ... and this one never does */

/* Reports the call to the parent and dies.  Async-signal-safe. */
static void
sigsys_role(int sig, siginfo_t *info, void *ctx)
{
	uint8_t buf[MSG_HEADER + 8];
	struct writer w;

	(void)sig;
	(void)ctx;
	writer_init(&w, buf, sizeof(buf));
	writer_u16(&w, MSG_DYING);
	writer_u16(&w, 0);
	writer_u32(&w, 0);
	writer_u32(&w, (uint32_t)info->si_syscall);
	writer_u32(&w, (uint32_t)info->si_arch);
	(void)send(ROLE_REPORT_FD, buf, w.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	(void)syscall(NR_DEADLY);
	_exit(1);
}

/* The parent has nobody to report to but standard error. */
static void
sigsys_parent(int sig, siginfo_t *info, void *ctx)
{
	char line[] = "pxeguard: killed by its seccomp filter: call 0000\n";
	char *digit = line + sizeof(line) - 3;
	int nr = info->si_syscall;

	(void)sig;
	(void)ctx;
	for (; nr > 0 && *digit == '0'; nr /= 10)
		*digit-- = (char)('0' + nr % 10);
	(void)!write(STDERR_FILENO, line, sizeof(line) - 1);
	(void)syscall(NR_DEADLY);
	_exit(1);
}

/* A stack of its own, in case the role's is what was damaged. */
static int
sigsys_install(void (*report)(int, siginfo_t *, void *), struct wall_error *e)
{
	static uint8_t stack[64 * 1024];
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_sigaction = report,
		.sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigfillset(&sa.sa_mask);
	if (sigaltstack(&ss, NULL) == -1 || sigaction(SIGSYS, &sa, NULL) == -1)
		return wall_fail(e, "install the SIGSYS report");
	return 0;
}

/* libseccomp returns -errno. */
static int
filter_fail(struct wall_error *e, const char *step, int r)
{
	errno = -r;
	return wall_fail(e, step);
}

static int
filter_allow(scmp_filter_ctx ctx, const struct sandbox_call *c)
{
	struct scmp_arg_cmp cmp[SANDBOX_ARGS_MAX];
	unsigned int i, n = 0;

	for (i = 0; i < SANDBOX_ARGS_MAX; i++) {
		const struct sandbox_arg *a = &c->args[i];

		if (a->test == SANDBOX_EQUAL)
			cmp[n++] = SCMP_CMP(a->arg, SCMP_CMP_EQ, a->value, 0);
		else if (a->test == SANDBOX_CLEAR)
			cmp[n++] =
			    SCMP_CMP(a->arg, SCMP_CMP_MASKED_EQ, a->value, 0);
	}
	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, c->nr, n, cmp);
}

/* A call with any arguments, which may be asked for more than once. */
static int
filter_allow_any(scmp_filter_ctx ctx, int nr, bool *allowed)
{
	if (nr < 0 || nr >= NR_NAMED || allowed[nr])
		return 0; /* not of this architecture, or known already */
	allowed[nr] = true;
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
}

/* Every named call that has no rule yet is reported before it kills. */
static int
filter_name_the_rest(scmp_filter_ctx ctx, const bool *allowed)
{
	int nr, r;

	for (nr = 0; nr < NR_NAMED; nr++) {
		char *name;

		if (allowed[nr])
			continue;
		name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, nr);
		if (name == NULL)
			continue;
		free(name);
		if ((r = seccomp_rule_add(ctx, SCMP_ACT_TRAP, nr, 0)) < 0)
			return r;
	}
	return 0;
}

static scmp_filter_ctx
filter_new(struct wall_error *e)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);

	if (ctx == NULL) {
		(void)wall_fail(e, "seccomp_init");
		return NULL;
	}
	/* A tree instead of a list: the filter is long, calls are many. */
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	(void)seccomp_attr_set(
	    ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	return ctx;
}

/*
 * Filters are inherited: until its own stands, a role runs under that of the
 * parent, whose refusals it reports as well.
 */
int
wall_seccomp_report(struct wall_error *e)
{
	return sigsys_install(sigsys_role, e);
}

int
wall_seccomp(enum role role, int stage, struct wall_error *e)
{
	bool allowed[NR_NAMED] = { false };
	scmp_filter_ctx ctx;
	size_t i;
	int r = 0;

	if ((ctx = filter_new(e)) == NULL)
		return -1;
	for (i = 0; i < sandbox_ncalls && r == 0; i++) {
		const struct sandbox_call *c = &sandbox_calls[i];
		uint16_t roles =
		    stage == SANDBOX_STAGE_SETUP ? c->setup : c->serve;

		if ((roles & ROLE_BIT(role)) == 0)
			continue;
		if (c->nr >= 0 && c->nr < NR_NAMED)
			allowed[c->nr] = true;
		r = filter_allow(ctx, c);
	}
	if (r == 0)
		r = filter_name_the_rest(ctx, allowed);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r < 0 ? filter_fail(e, "seccomp", r) : 0;
}

int
wall_seccomp_parent(struct wall_error *e)
{
	bool allowed[NR_NAMED] = { false };
	scmp_filter_ctx ctx;
	size_t i;
	int r;

	if (sigsys_install(sigsys_parent, e) == -1 ||
	    (ctx = filter_new(e)) == NULL)
		return -1;
	/*
	 * Roles start with root's rights and give them up themselves; with
	 * no-new-privileges here they could not have them.
	 */
	r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);
	for (i = 0; i < sandbox_nparent_calls && r == 0; i++)
		r = filter_allow_any(ctx, sandbox_parent_calls[i], allowed);
	for (i = 0; i < sandbox_ncalls && r == 0; i++)
		r = filter_allow_any(ctx, sandbox_calls[i].nr, allowed);
	if (r == 0)
		r = filter_name_the_rest(ctx, allowed);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r < 0 ? filter_fail(e, "seccomp", r) : 0;
}
