/* SPDX-License-Identifier: ISC */
/*
 * The note in a database of what its first leases were taken from.  Its table
 * is made with the note, so an older pxeguard can use the database, too.
 */
#ifndef LEASED_SQLITE_IMPORTED_H
#define LEASED_SQLITE_IMPORTED_H

#include "leased/store_sqlite.h"

#define SQLITE_IMPORTED "imported" /* the table */

/* store_ops.note_import */
enum store_result
sqlite_imported_write(struct store *, const struct store_import *);

/*
 * Whether the first leases may be put into it: it has no row and no note.  The
 * note, if there is one, is copied to *note.
 */
enum store_result sqlite_imported_read(
    struct store_sqlite *, struct store_import *note, bool *may_fill);

#endif
