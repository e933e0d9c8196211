/* SPDX-License-Identifier: ISC */
/* Checks at the start whether a lease database is damaged. */
#ifndef LEASED_SQLITE_CHECK_H
#define LEASED_SQLITE_CHECK_H

#include "leased/store_sqlite.h"

/*
 * Checks the structure of the file; sets *skipped if it is too large for that.
 * STORE_LOST with a reason when it is damaged.
 */
enum store_result sqlite_check_structure(struct store_sqlite *, bool *skipped);

/*
 * The same without a limit of size, and with the check constraints unless the
 * connection ignores them.
 */
enum store_result sqlite_check_pages(struct store_sqlite *);

/*
 * Reads all rows in the order in which they are stored, and counts them.
 * STORE_LOST when they are not in key order, as a search would miss some.
 */
enum store_result
sqlite_check_rows(struct store_sqlite *, uint64_t *rows, uint64_t *unreadable);

#endif
