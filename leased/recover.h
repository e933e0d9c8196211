/* SPDX-License-Identifier: ISC */
/*
 * Recovery of a damaged lease database: it is renamed, and its leases are
 * copied to a new one.  No file is removed, and a crash or a full disk at any
 * point loses nothing: until the new database is complete, the damaged one is
 * named FILE.recovering, and the next start continues with it.  At the end it
 * is renamed to FILE.damaged-DATE.
 */
#ifndef LEASED_RECOVER_H
#define LEASED_RECOVER_H

#include "leased/dbfile.h"
#include "leased/store.h"

#define RECOVER_WHY_MAX 300

struct recover {
	const struct dbfile *dbfile;
	bool pending; /* there is a FILE.recovering */
	bool read; /* its leases were copied to the new database */
	char reason[RECOVER_WHY_MAX]; /* "": found by an earlier start */
	uint64_t leases; /* recovered */
	uint64_t bad_rows;
	uint64_t bad_pages;
	struct store_open given; /* while the store is opened: the caller's */
};

/*
 * Finds an unfinished recovery, and a write-ahead log without its database.
 * -1 with a sentence in why.
 */
int
recover_begin(struct recover *, const struct dbfile *, char *why, size_t whysz);

/*
 * Opens the store.  A damaged one is moved aside, and a new one is filled with
 * its leases instead of those of o->fill().  NULL with a reason that does
 * not name the store.
 */
struct store *
recover_open(struct recover *, struct store_open *o, char *why, size_t whysz);

/* The new database is complete; gives the damaged one its final name. */
int recover_end(struct recover *, uint64_t now_s, char *why, size_t whysz);

#endif
