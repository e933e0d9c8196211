/* SPDX-License-Identifier: ISC */
/*
 * Opens the files of a configuration in a separate process, because a file
 * server or a disk may not answer.  The process exists while a configuration is
 * parsed.
 */
#ifndef PRIV_CONF_OPENER_H
#define PRIV_CONF_OPENER_H

#include <stdbool.h>

#include "daemon/buf.h"

/*
 * How long a file or folder may take to answer.  At the start, nobody is served
 * yet: there is time to mount it.
 */
#define CONF_OPENER_START_MS 30000
#define CONF_OPENER_MS 3000

/*
 * Like conf_open().  If there is no answer in limit_ms, or if an earlier
 * process still hangs at this path, the error is OPEN_ERROR_AWAY.  All other
 * files then get OPEN_ERROR_SKIPPED until conf_opener_end(), as the
 * configuration cannot be parsed any more.
 */
int
conf_opener_open(const char *path, bool directory, int limit_ms, int *error);

/* The inotify watches of a folder. */
struct conf_opener_watch {
	bool done; /* the process has answered */
	int error; /* why not all of it could be watched; 0: it could */
	struct reader pairs; /* as in priv/watch_walk.h, until the next call */
};

/*
 * The same for a directory.  Before it is opened, it and the way to it are
 * watched by an inotify instance, also if it cannot be opened.
 */
int conf_opener_watch(const char *path, int inotify, int limit_ms,
    struct conf_opener_watch *, int *error);

/* Ends the process. */
void conf_opener_end(void);

#endif
