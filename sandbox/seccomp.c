/* SPDX-License-Identifier: ISC */
/*
 * System call filters, built from the table.
 *
 * What the table does not allow ends the process.  So that the log can name
 * the call, it raises SIGSYS in a handler first, which reports and then makes
 * a call that no kernel has: for that one, as for calls of another
 * architecture, the kernel kills at once.
 */
#include "sandbox/seccomp.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <syslog.h>
#include <ucontext.h>
#include <unistd.h>

#include <seccomp.h>

#include "daemon/role.h"

#define REPORT_TEXT_MAX 200 /* of what the C library says at the end */
#define REPORT_PARTS_MAX 16
#define NR_DEADLY 4095 /* no kernel has a call of this number */

/*
 * The text that was to be written to standard error: the C library says there
 * why it ends a process, and a role has no other way to tell.  Empty for any
 * other call, and where the registers are not known.
 */
static void
refused_text(const siginfo_t *info, const void *ctx, char *dst, size_t size)
{
	const ucontext_t *u = ctx;
	const struct iovec *iov;
	struct iovec one;
	uintptr_t arg[3];
	size_t i, k, n = 0, o = 0;

	dst[0] = '\0';
#if defined(__x86_64__)
	arg[0] = (uintptr_t)u->uc_mcontext.gregs[REG_RDI];
	arg[1] = (uintptr_t)u->uc_mcontext.gregs[REG_RSI];
	arg[2] = (uintptr_t)u->uc_mcontext.gregs[REG_RDX];
#elif defined(__aarch64__)
	arg[0] = (uintptr_t)u->uc_mcontext.regs[0];
	arg[1] = (uintptr_t)u->uc_mcontext.regs[1];
	arg[2] = (uintptr_t)u->uc_mcontext.regs[2];
#else
	(void)u;
	return;
#endif
	if (arg[0] != STDERR_FILENO)
		return;
	if (info->si_syscall == SYS_writev) {
		memcpy(&iov, &arg[1], sizeof(arg[1]));
		n = arg[2];
	} else if (info->si_syscall == SYS_write) {
		memcpy(&one.iov_base, &arg[1], sizeof(arg[1]));
		one.iov_len = arg[2];
		iov = &one;
		n = 1;
	}
	for (i = 0; i < n && i < REPORT_PARTS_MAX; i++)
		for (k = 0; k < iov[i].iov_len && o + 1 < size; k++)
			dst[o++] = ((const char *)iov[i].iov_base)[k];
	while (o > 0 && dst[o - 1] == '\n')
		o--;
	dst[o] = '\0';
}

static void
report_send(enum msg_type type, const uint8_t *body, size_t len)
{
	uint8_t buf[MSG_HEADER + REPORT_TEXT_MAX + 3];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u16(&w, (uint16_t)type);
	writer_u16(&w, 0);
	writer_u32(&w, 0);
	writer_bytes(&w, body, len);
	(void)send(ROLE_CHANNEL_FD, buf, w.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Reports the call to the parent and dies.  Async-signal-safe. */
static void
sigsys_role(int sig, siginfo_t *info, void *ctx)
{
	char text[REPORT_TEXT_MAX];
	uint8_t body[REPORT_TEXT_MAX + 3];
	struct writer w;

	(void)sig;
	refused_text(info, ctx, text, sizeof(text));
	if (text[0] != '\0') {
		writer_init(&w, body, sizeof(body));
		writer_u8(&w, LOG_CRIT);
		writer_str(&w, text);
		report_send(MSG_LOG, body, w.len);
	}
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, (uint32_t)info->si_syscall);
	writer_u32(&w, (uint32_t)info->si_arch);
	report_send(MSG_DYING, body, w.len);
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
sigsys_install(void (*report)(int, siginfo_t *, void *), struct layer_error *e)
{
	static uint8_t stack[64 * 1024];
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_sigaction = report,
		.sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigfillset(&sa.sa_mask);
	if (sigaltstack(&ss, NULL) == -1 || sigaction(SIGSYS, &sa, NULL) == -1)
		return layer_fail(e, "install the SIGSYS report");
	return 0;
}

/* libseccomp returns -errno. */
static int
filter_fail(struct layer_error *e, const char *step, int r)
{
	errno = -r;
	return layer_fail(e, step);
}

int
sandbox_seccomp_row(scmp_filter_ctx ctx, const struct sandbox_call *c)
{
	struct scmp_arg_cmp cmp[SANDBOX_ARGS_MAX];
	unsigned int i, n = 0;
	int r;

	for (i = 0; i < SANDBOX_ARGS_MAX; i++) {
		const struct sandbox_arg *a = &c->args[i];

		if (a->test == SANDBOX_EQUAL)
			cmp[n++] = SCMP_CMP(a->arg, SCMP_CMP_EQ, a->value, 0);
		else if (a->test == SANDBOX_CLEAR)
			cmp[n++] =
			    SCMP_CMP(a->arg, SCMP_CMP_MASKED_EQ, a->value, 0);
		else if (a->test == SANDBOX_ONLY)
			cmp[n++] = SCMP_CMP(a->arg, SCMP_CMP_MASKED_EQ,
			    ~a->value & UINT32_MAX, 0);
	}
	r = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, c->nr, n, cmp);
	/* Some rows stand in the tables of a role and of the parent. */
	return r == -EEXIST ? 0 : r;
}

static scmp_filter_ctx
filter_new(struct layer_error *e)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_TRAP);

	if (ctx == NULL) {
		(void)layer_fail(e, "seccomp_init");
		return NULL;
	}
	/* A binary tree: the filter runs for every call. */
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (seccomp_attr_set(
		ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) < 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, NR_DEADLY, 0) < 0) {
		(void)layer_fail(e, "seccomp_rule_add");
		seccomp_release(ctx);
		return NULL;
	}
	return ctx;
}

/*
 * Filters are inherited: until its own stands, a role runs under that of the
 * parent, whose refusals it reports as well.
 */
int
sandbox_seccomp_report(struct layer_error *e)
{
	return sigsys_install(sigsys_role, e);
}

scmp_filter_ctx
sandbox_seccomp_filter(enum role role, int stage, struct layer_error *e)
{
	scmp_filter_ctx ctx;
	size_t i;
	int r = 0;

	if ((ctx = filter_new(e)) == NULL)
		return NULL;
	for (i = 0; i < sandbox_ncalls && r == 0; i++) {
		const struct sandbox_call *c = &sandbox_calls[i];
		uint16_t roles =
		    stage == SANDBOX_STAGE_SETUP ? c->setup : c->serve;

		/* A new role runs under the filter of the parent. */
		if (role == ROLE_PRIV || (roles & ROLE_BIT(role)))
			r = sandbox_seccomp_row(ctx, c);
	}
	if (role == ROLE_PRIV) {
		for (i = 0; i < sandbox_nparent_calls && r == 0; i++)
			r = sandbox_seccomp_row(ctx, &sandbox_parent_calls[i]);
		/*
		 * Roles start with root's rights and give them up themselves;
		 * with no-new-privileges here they could not have them.
		 */
		if (r == 0)
			r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);
	}
	if (r == 0)
		return ctx;
	seccomp_release(ctx);
	(void)filter_fail(e, "seccomp", r);
	return NULL;
}

int
sandbox_seccomp(enum role role, int stage, struct layer_error *e)
{
	scmp_filter_ctx ctx;
	int r;

	if ((ctx = sandbox_seccomp_filter(role, stage, e)) == NULL)
		return -1;
	r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r < 0 ? filter_fail(e, "seccomp", r) : 0;
}

int
sandbox_seccomp_parent(struct layer_error *e)
{
	if (sigsys_install(sigsys_parent, e) == -1)
		return -1;
	return sandbox_seccomp(ROLE_PRIV, SANDBOX_STAGE_SERVE, e);
}
