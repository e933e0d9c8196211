/* SPDX-License-Identifier: ISC */
/*
 * Opens the files of the lease database in a process of its own, because the
 * file server or the disk may not answer.
 */
#ifndef COMMAND_LEASES_OPEN_H
#define COMMAND_LEASES_OPEN_H

#include "command/leases_files.h"

#define LEASES_OPEN_MS 10000

/*
 * As leases_files_open(), for LEASES_OPEN_MS at most.  Returns -1 after the
 * reason was logged.
 */
int leases_open_files(struct leases_files *, const char *named);

#endif
