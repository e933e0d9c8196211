/* SPDX-License-Identifier: ISC */
/* The system calls that each process may make. */
#ifndef SANDBOX_TABLE_H
#define SANDBOX_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define SANDBOX_STAGE_SETUP 1 /* from the sandbox to the configuration */
#define SANDBOX_STAGE_SERVE 2 /* from then on */

enum sandbox_test {
	SANDBOX_ANY, /* any value is allowed */
	SANDBOX_EQUAL, /* the argument must equal `value` */
	SANDBOX_CLEAR, /* no bit of `value` may be set in the argument */
	/*
	 * Only bits of `value` may be set in its lower 32 bits: the kernel
	 * uses no others of flags that are an int.
	 */
	SANDBOX_ONLY,
};

#define SANDBOX_ARGS_MAX 2 /* tests of one row */

/* The test of one argument. */
struct sandbox_arg {
	uint8_t test; /* enum sandbox_test */
	uint8_t arg; /* number of the argument, from 0 */
	uint64_t value;
	const char *text; /* the value as the table has it */
};

/* One allowed call; a call may have several rows. */
struct sandbox_call {
	int nr; /* SCMP_SYS() */
	uint16_t setup; /* roles that may make it in stage 1, as ROLE_BIT()s */
	uint16_t serve; /* roles that may make it in stage 2 */
	struct sandbox_arg args[SANDBOX_ARGS_MAX]; /* all must be true */
};

extern const struct sandbox_call sandbox_calls[];
extern const size_t sandbox_ncalls;

/*
 * The parent's own calls, and the calls by which a new role starts and enters
 * its sandbox, because the role inherits the parent's filter.  For the same
 * reason the parent's filter also allows the rows of sandbox_calls[].  It has
 * only one stage.
 */
extern const struct sandbox_call sandbox_parent_calls[];
extern const size_t sandbox_nparent_calls;

#endif
