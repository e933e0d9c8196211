/* SPDX-License-Identifier: ISC */
/* Why a role's filter killed it, in words for the log. */
#include "sandbox/death.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <seccomp.h>

#include "sandbox/table.h"

/*
 * What the C library calls to end a process: it says why on standard error,
 * and raises SIGABRT.  Roles need none of these calls.
 */
static const int abort_calls[] = { SCMP_SYS(write), SCMP_SYS(writev),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(tgkill), SCMP_SYS(gettid) };

static bool
is_abort(int nr)
{
	size_t i;

	for (i = 0; i < sizeof(abort_calls) / sizeof(abort_calls[0]); i++)
		if (abort_calls[i] == nr)
			return true;
	return false;
}

/* Whether the role may make the call with some arguments. */
static bool
is_known(enum role role, int nr)
{
	size_t i;

	for (i = 0; i < sandbox_ncalls; i++)
		if (sandbox_calls[i].nr == nr &&
		    (sandbox_calls[i].serve & ROLE_BIT(role)) != 0)
			return true;
	return false;
}

const char *
sandbox_death_text(
    enum role role, uint32_t nr, uint32_t arch, char *dst, size_t size)
{
	char *name = seccomp_syscall_resolve_num_arch(arch, (int)nr);
	const char *call = name == NULL ? "without a name" : name;

	if (is_known(role, (int)nr))
		(void)snprintf(dst, size,
		    "forbidden arguments of system call %s (%u)", call, nr);
	else if (is_abort((int)nr))
		(void)snprintf(dst, size,
		    "forbidden system call %s (%u), which the C library makes to abort on heap corruption or a failed assertion",
		    call, nr);
	else
		(void)snprintf(
		    dst, size, "forbidden system call %s (%u)", call, nr);
	free(name);
	return dst;
}
