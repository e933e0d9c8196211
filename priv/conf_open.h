/* SPDX-License-Identifier: ISC */
/* Opens the files and directories that the configuration names. */
#ifndef PRIV_CONF_OPEN_H
#define PRIV_CONF_OPEN_H

#include <stdbool.h>

/*
 * Opens a regular file, or a directory, of a file system that stores files.
 * Everything else is rejected before it is opened, because opening or reading
 * it can block (FIFO), have side effects (device, tracefs) or reveal data that
 * only root may read (proc).
 * Returns a descriptor for reading, or -1 with an error for
 * open_error_text() in *error.
 */
int conf_open(const char *path, bool directory, int *error);

#endif
