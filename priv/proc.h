/* SPDX-License-Identifier: ISC */
/* What /proc says of other processes. */
#ifndef PRIV_PROC_H
#define PRIV_PROC_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PROC_NAME_MAX 64 /* a name of 15 bytes, escaped */

/* Whether /proc counts processes as getpid(2) does. */
bool proc_is_ours(void);

/* The next process in an open /proc; 0 at its end. */
pid_t proc_next(DIR *);

/*
 * Reads a file of a process, such as "stat", and ends it with a NUL.  Returns
 * the bytes read, or -1.
 */
ssize_t proc_read(pid_t, const char *name, char *buf, size_t size);

/* Fields of proc_pid_stat(5) that are numbers. */
#define PROC_STAT_PARENT 4
#define PROC_STAT_START 22 /* in clock ticks since the system was started */

/* One of them; -1 if it cannot be read. */
long long proc_stat(pid_t, int field);

/*
 * Reads a symbolic link of a process, such as "exe", and ends it with a NUL;
 * a longer one is cut.  False if it cannot be read.
 */
bool proc_link(pid_t, const char *name, char *dst, size_t size);

/* Whether a process is in the same namespace as this one, such as "ns/net". */
bool proc_shares(pid_t, const char *ns);

/* Whether all user IDs of a process are 0. */
bool proc_is_root(pid_t);

/* The name of a process for log lines, "" if unknown; returns dst. */
const char *proc_name(pid_t, char dst[PROC_NAME_MAX]);

/*
 * Whether a name of proc_name() is that of pxeguard or of one of its roles. Any
 * user can give a process that name.
 */
bool proc_name_is_pxeguard(const char *name);

#endif
