/* SPDX-License-Identifier: ISC */
/*
 * Watches the folders of dhcp-hostsdir and dhcp-optsdir by inotify, and asks
 * for a reload when something in them has changed.
 *
 * Each reading of the configuration has an inotify instance of its own, to
 * which the folders are added before they are read, so that no change is
 * missed.  It replaces the previous instance when the configuration is in
 * force.  Until then the kernel queues the events of both.
 */
#ifndef PRIV_WATCH_H
#define PRIV_WATCH_H

#include "daemon/buf.h"

struct event_base;

/* Before the first reading.  changed: called when a reload is due. */
void watch_init(struct event_base *, void (*changed)(void));

/* A reading of the configuration begins. */
void watch_begin(void);

/*
 * The inotify instance of this reading, for watch_way() and watch_files().  -1
 * if there is none, which was logged.
 */
int watch_inotify(void);

/*
 * A folder of this reading, with the pairs that these two have written.  error:
 * what they returned.  Failures are logged.
 */
void watch_add(const char *path, struct reader *pairs, int error);

/* confd has read the files of this reading. */
void watch_parsed(void);

/* What was read is in force, or not. */
void watch_commit(void);
void watch_drop(void);

#endif
