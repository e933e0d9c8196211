/* SPDX-License-Identifier: ISC */
/*
 * Watches a folder of the configuration, and the way to it.  This may hang with
 * a file server, so it runs in the process of priv/conf_opener.c.
 *
 * What is watched is written as pairs: u32 the watch descriptor, str the name
 * within that folder that matters, empty for all files in it.
 */
#ifndef PRIV_WATCH_WALK_H
#define PRIV_WATCH_WALK_H

#include <sys/inotify.h>

#include "daemon/buf.h"

/* On the way to a folder. */
#define WATCH_WAY (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
/* In the folder itself. */
#define WATCH_FILES (WATCH_WAY | IN_CLOSE_WRITE | IN_MODIFY)

#define WATCH_NAMES_MAX 64 /* pairs of one folder */
#define WATCH_LINKS_MAX 40 /* symbolic links on the way to it, as in Linux */

/*
 * Watches each directory on the path of a folder for the next component,
 * through symbolic links, so that a change of the path is noticed, or that a
 * missing part of it was created.  Returns 0, or an errno; the watches that
 * were added before an error are written, too.
 */
int watch_way(int inotify, const char *path, struct writer *);

/* Watches the files of an open folder.  Returns 0, or an errno. */
int watch_files(int inotify, int folder, struct writer *);

#endif
