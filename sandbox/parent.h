/* SPDX-License-Identifier: ISC */
/* The privileges of the parent: its capabilities and its seccomp filter. */
#ifndef SANDBOX_PARENT_H
#define SANDBOX_PARENT_H

#include <stdint.h>

enum sandbox_able {
	SANDBOX_ABLE,
	SANDBOX_PARENT_LACKS, /* only the parent lacks capabilities */
	SANDBOX_ROLES_LACK, /* roles cannot enter their sandboxes */
};

/*
 * Whether the parent has all capabilities that it and its roles need.  Those
 * that are missing are logged in one line.
 */
enum sandbox_able sandbox_check(uint8_t layers_disabled);

/*
 * The capabilities that the parent keeps, as bits, and those of its bounding
 * set.
 */
uint64_t sandbox_parent_caps(uint8_t layers_disabled, uint64_t *bounding);

/*
 * Keeps of all capabilities only those that read what other processes are:
 * sys_ptrace and dac_read_search.  Returns 0, or -1 with errno.
 */
int sandbox_keep_reading(void);

/* Reduces the parent's capabilities and installs its filter; or exits. */
void sandbox_parent(uint8_t layers_disabled);

#endif
