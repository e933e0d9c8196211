/* SPDX-License-Identifier: ISC */
/*
 * A damaged lease database: moved aside, its leases taken into a new one.
 * Nothing is removed, and a crash or a full disk at any point loses nothing:
 * while the new database is not complete, the damaged one has a name that
 * the next start finds, FILE.recovering.  Then it gets its last name,
 * FILE.damaged-DATE.
 */
#ifndef LEASED_RECOVER_H
#define LEASED_RECOVER_H

#include "leased/place.h"
#include "leased/store.h"

#define RECOVER_WHY_MAX 300

struct recover {
	const struct place *place;
	bool pending; /* there is a FILE.recovering */
	bool read; /* its leases were taken into a new database */
	char reason[RECOVER_WHY_MAX]; /* "": found by an earlier start */
	uint64_t leases; /* recovered */
	uint64_t bad_rows;
	uint64_t bad_pages;
	bool described; /* what is lost was logged */
	const struct store_open *open; /* while the store is opened */
};

/*
 * Looks for what an earlier start left undone, and for a log without its
 * database.  -1 with a sentence in why.
 */
int
recover_begin(struct recover *, const struct place *, char *why, size_t whysz);

/*
 * Opens the store at its place.  One that is damaged is moved aside, and its
 * leases go into a new one instead of what fill() of o would put.  NULL with
 * a reason; it does not name the store.
 */
struct store *
recover_open(struct recover *, struct store_open *o, char *why, size_t whysz);

/* The new database is complete; gives the damaged one its last name. */
int recover_end(struct recover *, uint64_t now_s, char *why, size_t whysz);

#endif
