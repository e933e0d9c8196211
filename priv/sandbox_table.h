/* SPDX-License-Identifier: ISC */
/* The system calls that each process may make. */
#ifndef PRIV_SANDBOX_TABLE_H
#define PRIV_SANDBOX_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define SANDBOX_STAGE_SETUP 1 /* from the walls to the configuration */
#define SANDBOX_STAGE_SERVE 2 /* from then on */

enum sandbox_test {
	SANDBOX_ANY, /* the argument does not matter */
	SANDBOX_EQUAL, /* it is `value` */
	SANDBOX_CLEAR, /* none of the bits in `value` is set in it */
};

#define SANDBOX_ARGS_MAX 2 /* tests of one row */

/* What one argument must be. */
struct sandbox_arg {
	uint8_t test; /* enum sandbox_test */
	uint8_t arg; /* number of the argument, from 0 */
	uint64_t value;
};

/* One allowed call; a call may stand in several rows. */
struct sandbox_call {
	int nr; /* SCMP_SYS() */
	uint16_t setup; /* ROLE_BIT()s that may make it in stage 1 */
	uint16_t serve; /* ... and in stage 2 */
	struct sandbox_arg args[SANDBOX_ARGS_MAX]; /* all must hold */
};

extern const struct sandbox_call sandbox_calls[];
extern const size_t sandbox_ncalls;

/*
 * The parent's own calls, and those by which a new role starts and raises
 * its walls: filters are inherited.  The rows of sandbox_calls[] are allowed
 * to the parent as well, for the same reason.  Its filter has one stage.
 */
extern const struct sandbox_call sandbox_parent_calls[];
extern const size_t sandbox_nparent_calls;

#endif
