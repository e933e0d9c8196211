/* SPDX-License-Identifier: ISC */
/*
 * The file that holds the parent's process id.  Only an absent file, an empty
 * one and one that an earlier run left behind are written to, and the file is
 * removed at the end only while it is still ours.
 */
#ifndef PRIV_PID_FILE_H
#define PRIV_PID_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The path in a configuration, "" for none.  The first one is written to,
 * while the parent has all its rights; for a later one that differs, a log
 * line tells that it needs a restart.  0, or -1 after a log line.
 */
int pid_file_apply(const char *path, bool first);

/* Removes the file if it is still the one that was claimed. */
void pid_file_remove(void);

/* The process id in a file's text: digits and a newline; 0: none. */
pid_t pid_file_parse(const char *text, size_t len);

#endif
