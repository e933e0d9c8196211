/* SPDX-License-Identifier: ISC */
/* What --test says of the lease database. */
#ifndef LEASED_DBFILE_TEST_H
#define LEASED_DBFILE_TEST_H

#include "leased/dbfile.h"

/*
 * Whether the database could be opened or made.  It is not changed, as a daemon
 * may have it open; so damage, which the start repairs, is not looked for.  -1
 * with a sentence in why, as of dbfile_make() and the store.
 */
int dbfile_test(const struct dbfile *, char *why, size_t whysz);

#endif
