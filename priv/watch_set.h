/* SPDX-License-Identifier: ISC */
/*
 * The watched folders of one configuration, and what an event of inotify means
 * for them.  Pure: the caller reads the events.
 */
#ifndef PRIV_WATCH_SET_H
#define PRIV_WATCH_SET_H

#include <stdbool.h>
#include <sys/inotify.h>

#include "daemon/buf.h"

#define WATCH_PAIRS_MAX 4096 /* of all folders */
#define WATCH_NONE UINT32_MAX

struct watch_pair {
	int wd;
	uint32_t folder; /* its index */
	char *name; /* "": all files of the folder */
};

/* All zero is an empty set. */
struct watch_set {
	struct watch_pair *pairs;
	size_t npairs, pairs_cap;
	char **folders; /* their paths */
	size_t nfolders, folders_cap;
};

/*
 * Adds a folder with the pairs of watch_way() and watch_files().  -1 with
 * errno: E2BIG beyond WATCH_PAIRS_MAX, EINVAL for malformed pairs.
 */
int watch_set_add(struct watch_set *, const char *path, struct reader *pairs);

/*
 * Whether an event means that something has changed.  name: its name, or "".
 * *folder: the first folder that it is about; WATCH_NONE: any of them.
 */
bool watch_set_event(const struct watch_set *, const struct inotify_event *,
    const char *name, uint32_t *folder);

void watch_set_free(struct watch_set *);

#endif
