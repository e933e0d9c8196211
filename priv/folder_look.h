/* SPDX-License-Identifier: ISC */
/* Looking at a folder whose file server may not answer. */
#ifndef PRIV_FOLDER_LOOK_H
#define PRIV_FOLDER_LOOK_H

/* Before the start nobody is served: there is time to mount a folder. */
#define FOLDER_LOOK_START_MS 30000
#define FOLDER_LOOK_MS 3000

/*
 * Whether a folder is there, as seen by a process of its own, which the kernel
 * may keep for as long as it likes.  0 or an errno: ETIMEDOUT where there is no
 * answer in limit_ms, and at once as long as one before has none.
 */
int folder_look(const char *path, int limit_ms);

#endif
