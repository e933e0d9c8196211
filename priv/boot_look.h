/* SPDX-License-Identifier: ISC */
/*
 * Looks for boot files, in a process that may hang: see boot_files.h.  There is
 * one at a time.
 */
#ifndef PRIV_BOOT_LOOK_H
#define PRIV_BOOT_LOOK_H

#include <sys/types.h>

#include "priv/boot_files.h"
#include "priv/conf.h"

#define BOOT_LOOK_MS 30000 /* without an answer, the process is killed */

struct event_base;

/*
 * Starts to look; what is found is logged when it is known.  An earlier search
 * is given up.  uid, gid: of imaged.  The process has that user, or, when the
 * parent has no right to change it any more, goes by the modes of files and
 * folders.
 */
void
boot_look_start(struct event_base *, const struct conf *, uid_t uid, gid_t gid);

/* The same, and waits for the end. */
void boot_look_wait(const struct conf *, uid_t uid, gid_t gid, int limit_ms);

/* The same for boot_files_list(), also where clients have folders of their own.
 */
void boot_look_list(const struct conf *, uid_t uid, gid_t gid, int limit_ms,
    boot_files_found *, void *arg);

#endif
