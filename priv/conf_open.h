/* SPDX-License-Identifier: ISC */
/* Opening the files and directories that the configuration names. */
#ifndef PRIV_CONF_OPEN_H
#define PRIV_CONF_OPEN_H

#include <stdbool.h>

/*
 * A regular file or a directory of a file system that stores files.  All else
 * is refused before it is opened, because opening or reading it can wait
 * (FIFO), act (device, tracefs) or tell what root alone may know (proc).
 * Returns a descriptor for reading, or -1 with an error for
 * open_error_text() in *error.
 */
int conf_open(const char *path, bool directory, int *error);

#endif
