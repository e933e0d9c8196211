/* SPDX-License-Identifier: ISC */
/* Finds a running pxeguard by /proc, and reads what it keeps. */
#ifndef COMMAND_STARTED_FIND_H
#define COMMAND_STARTED_FIND_H

#include <stdbool.h>
#include <sys/types.h>

#include "priv/started.h"

/*
 * For --test: notes what a reload of the running pxeguard with the same
 * configuration file could not do, if there is one in these namespaces.
 */
void started_compare(const struct conf *, const struct options *);

/* Whether a process is the parent of a pxeguard; fills in what it keeps. */
bool started_of(pid_t, struct started *);

/* Looks for one in these namespaces that has this configuration file. */
bool started_search(const char *conf_file, struct started *);

/*
 * Reads the text from a descriptor of a process.  False if it is none, or if
 * another user made the file; a device or FIFO is not opened, because that may
 * wait or have effects.
 */
bool started_read(pid_t, const char *fd, char text[STARTED_TEXT_MAX]);

#endif
