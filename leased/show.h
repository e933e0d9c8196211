/* SPDX-License-Identifier: ISC */
/*
 * Prints the leases of a database that another process may be using, without a
 * lock and without changing it: the rows of schemas 1 to 3, or, if the database
 * is damaged, what can be recovered.
 */
#ifndef LEASED_SHOW_H
#define LEASED_SHOW_H

#include <sqlite3.h>

#include "daemon/lease_show.h"
#include "leased/store.h"

struct show {
	int db; /* descriptors, which stay the caller's; -1: no such file */
	int wal;
	enum lease_show_format format;
	uint64_t now_s; /* wall clock; decides what has expired */
	/* Takes up to LEASE_SHOW_TEXT_MAX bytes of text; -1 ends the work. */
	int (*text)(const void *, size_t n, void *arg);
	void *arg;

	uint32_t leases; /* shown */
	char why[LEASE_SHOW_WHY_MAX + 1]; /* PARTLY, FAILED: the reason */
	sqlite3 *library; /* an empty database in memory, from show_open() */
};

/*
 * Opens the library, which takes system calls that reading does not.  Returns
 * -1 with a sentence in why.
 */
int show_open(struct show *);

/* Reads the database and prints it, then closes the library. */
enum lease_show_outcome show_run(struct show *);

#endif
