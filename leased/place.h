/* SPDX-License-Identifier: ISC */
/* Which file holds the leases, and whether it can be used. */
#ifndef LEASED_PLACE_H
#define LEASED_PLACE_H

#include <stddef.h>

#include "daemon/record.h"

#define PLACE_SUFFIX ".db" /* of the database beside a text file */
#define PLACE_SHOWN_MAX 200

struct place {
	char file[RECORD_PATH_MAX + 8]; /* the database, as seen from here */
	char text[RECORD_PATH_MAX + 8]; /* leases to import; "": none */
	char shown[PLACE_SHOWN_MAX]; /* the database as its owner would say */
	char text_shown[PLACE_SHOWN_MAX];
	bool strange; /* the database file holds something else */
};

/*
 * named: the lease file as its owner wrote it, an absolute path.  dir: where
 * its folder is for this process, "" for the root.  Where `named` is a
 * database, it is used; else where NAME.db exists, that is, and a text file
 * is imported into it; else `named` is made.  What is to be used exists with
 * mode 0600 at least, and can be written.  -1 with a sentence in why.
 */
int place_find(struct place *, const char *named, const char *dir, char *why,
    size_t whysz);

/* Makes the database file where there is none; -1 with a sentence in why. */
int place_make(const struct place *, char *why, size_t whysz);

#endif
