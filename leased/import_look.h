/* SPDX-License-Identifier: ISC */
/* Whether a start would import a lease file, without opening the database. */
#ifndef LEASED_IMPORT_LOOK_H
#define LEASED_IMPORT_LOOK_H

#include "leased/dbfile.h"

enum import_look {
	IMPORT_LOOK_OPEN, /* there is no lease, and no import was noted */
	IMPORT_LOOK_NOTED,
	IMPORT_LOOK_LEASES, /* there are leases, and no import was noted */
};

/*
 * Reads the database, which another process may be using, without the library.
 * What cannot be read, or is damaged, counts as LEASES: a recovery imports
 * nothing.
 */
enum import_look import_look(const struct dbfile *);

#endif
