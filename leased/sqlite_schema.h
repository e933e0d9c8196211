/* SPDX-License-Identifier: ISC */
/* The tables of a lease database, and their conversion from older versions. */
#ifndef LEASED_SQLITE_SCHEMA_H
#define LEASED_SQLITE_SCHEMA_H

#include "leased/store_sqlite.h"

/* "PXEG": tells a lease database from one of another program. */
#define SQLITE_SCHEMA_APPLICATION 0x50584547
#define SQLITE_SCHEMA_VERSION 3 /* "PRAGMA user_version" */

/*
 * Within a transaction: creates the tables of a new database (version 0), or
 * converts the tables of an older one.  If they are up to date, writes the
 * version again, so that a file that cannot be written is noticed at once.
 * Prepares the statements, and counts the converted rows in *o.
 *
 * STORE_LOST when an older database is damaged; nothing is changed then, once
 * the transaction is rolled back.
 */
enum store_result
sqlite_schema_update(struct store_sqlite *, int version, struct store_open *o);

#endif
