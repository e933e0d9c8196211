/* SPDX-License-Identifier: ISC */
/* Finds the processes below a process. */
#ifndef COMMAND_CONFINE_CHILDREN_H
#define COMMAND_CONFINE_CHILDREN_H

#include <stddef.h>
#include <sys/types.h>

/* A process, and the one that it is a child of. */
struct confine_relation {
	pid_t pid, above;
};

/*
 * The processes below a process, at any depth, those that are closer first.
 * Returns their number, or -1 with E2BIG if there are more than max.  Pure.
 */
int confine_below(
    const struct confine_relation *, size_t n, pid_t, pid_t *pids, int max);

/* The same of all processes of the system; -1 with errno. */
int confine_children(pid_t, pid_t *pids, int max);

#endif
