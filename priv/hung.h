/* SPDX-License-Identifier: ISC */
/*
 * The paths at which a process of the parent hangs, because a file server or a
 * disk does not answer.
 */
#ifndef PRIV_HUNG_H
#define PRIV_HUNG_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a process still hangs at this path: another one would, too. */
bool hung_at(const char *path);

/* How many more processes may be left hanging. */
size_t hung_room(void);

/*
 * Kills a process that may hang in the kernel, without waiting for its end.  It
 * is reaped with the roles.  fd: readable when it has ended; closed then.
 */
void hung_leave(const char *path, int pid, int fd);

#endif
