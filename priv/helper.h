/* SPDX-License-Identifier: ISC */
/* Processes that the parent forks for what may hang, such as a file server. */
#ifndef PRIV_HELPER_H
#define PRIV_HELPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Forks.  *fd is an end of a channel, whose other end the other process has; in
 * the helper, which gets 0, it is the only descriptor.  -1 with errno.
 */
pid_t helper_fork(int *fd);

/*
 * Waits for a message of a helper (POLLIN), or only for its end (0), until
 * end_ms of clock_mono_ms().  False if there is none by then.
 */
bool helper_wait(int fd, short events, uint64_t end_ms);

#endif
