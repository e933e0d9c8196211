/* SPDX-License-Identifier: ISC */
/*
 * Finds and opens the files of the lease database for a reader, by the rules of
 * leased (leased/dbfile.h, leased/recover.h).  Nothing is locked or written.
 */
#ifndef COMMAND_LEASES_FILES_H
#define COMMAND_LEASES_FILES_H

#include <stdbool.h>

#include "daemon/record.h"

struct leases_files {
	int db; /* read-only descriptors; -1: there is no such file */
	int wal;
	char path[RECORD_PATH_MAX + 32]; /* of the database */
	bool recovering; /* what leased has moved aside to recover it */
};

/*
 * named: dhcp-leasefile.  Returns -1 after logging what is wrong and what to
 * do; a file that is missing is no error.
 */
int leases_files_open(struct leases_files *, const char *named);
void leases_files_close(struct leases_files *);

#endif
