/* SPDX-License-Identifier: ISC */
/*
 * The file with the parent's process id.  A file is written only if it does not
 * exist, is empty, or was left behind by an earlier run.  It is removed at the
 * end only if it is still the one that was written.
 */
#ifndef PRIV_PID_FILE_H
#define PRIV_PID_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "daemon/log.h"

/*
 * Applies pid-file of a configuration; path is "" for none, and its line is for
 * messages.  The first call writes the file, while the parent is still fully
 * privileged.  A later call with another path logs that the change requires a
 * restart.  Returns 0, or -1 after logging the reason.
 */
int pid_file_apply(const char *path, struct log_place, bool first);

/*
 * For --test: whether the first pid_file_apply() could write the file.  A
 * pxeguard that runs may have it.  Returns 0, or -1 after logging the reason.
 */
int pid_file_test(const char *path, struct log_place);

/* Removes the file if it is still the one that was written. */
void pid_file_remove(void);

/*
 * Reads the process id in a file that a running pxeguard has written.  0: there
 * is none, for a reason that is in *why.
 */
pid_t pid_file_read(const char *path, const char **why);

#endif
