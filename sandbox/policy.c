/* SPDX-License-Identifier: ISC */
/* Prints the tables of system calls. */
#include "sandbox/policy.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <seccomp.h>

#include "sandbox/table.h"

struct row {
	const struct sandbox_call *call;
	char *name;
	size_t at; /* in the table */
};

static const char *
process_name(enum role r)
{
	return r == ROLE_PRIV ? "pxeguard" : role_name(r);
}

static int
row_cmp(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int by_name = strcmp(x->name, y->name);

	if (by_name != 0)
		return by_name;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void
arg_print(FILE *f, const struct sandbox_arg *a, bool first)
{
	static const char *const tests[] = {
		[SANDBOX_EQUAL] = "=",
		[SANDBOX_CLEAR] = "without",
		[SANDBOX_ONLY] = "only",
	};
	char number[32];

	if (a->test == SANDBOX_ANY)
		return;
	(void)snprintf(
	    number, sizeof(number), "%#llx", (unsigned long long)a->value);
	(void)fprintf(f, "%s argument %u %s ", first ? "" : " and", a->arg,
	    tests[a->test]);
	if (a->text[0] >= '0' && a->text[0] <= '9')
		(void)fprintf(f, "%s", a->text);
	else
		(void)fprintf(f, "%s (%s)", a->text, number);
}

/* A table, as far as it is about one process. */
static void
policy_rows(
    FILE *f, enum role role, const struct sandbox_call *calls, size_t ncalls)
{
	struct row *rows = calloc(ncalls, sizeof(*rows));
	size_t i, n = 0;
	unsigned int k;

	for (i = 0; rows != NULL && i < ncalls; i++) {
		if ((calls[i].setup & ROLE_BIT(role)) == 0 || calls[i].nr < 0)
			continue;
		rows[n].call = &calls[i];
		rows[n].at = i;
		rows[n].name = seccomp_syscall_resolve_num_arch(
		    SCMP_ARCH_NATIVE, calls[i].nr);
		if (rows[n].name != NULL)
			n++;
	}
	if (n > 0)
		qsort(rows, n, sizeof(*rows), row_cmp);
	for (i = 0; i < n; i++) {
		(void)fprintf(f, "%s %s %s", process_name(role),
		    rows[i].call->serve & ROLE_BIT(role) ? "always" : "start",
		    rows[i].name);
		for (k = 0; k < SANDBOX_ARGS_MAX; k++)
			arg_print(f, &rows[i].call->args[k], k == 0);
		(void)fputc('\n', f);
		free(rows[i].name);
	}
	free(rows);
}

void
sandbox_policy_print(FILE *f, enum role only)
{
	enum role r;

	for (r = ROLE_PRIV; r < ROLE_MAX; r++) {
		if (only != ROLE_MAX && only != r)
			continue;
		if (r == ROLE_PRIV)
			policy_rows(
			    f, r, sandbox_parent_calls, sandbox_nparent_calls);
		else
			policy_rows(f, r, sandbox_calls, sandbox_ncalls);
	}
}

enum role
sandbox_policy_role(const char *name)
{
	enum role r;

	for (r = ROLE_PRIV; r < ROLE_MAX; r++)
		if (strcmp(process_name(r), name) == 0)
			break;
	return r;
}
