/* SPDX-License-Identifier: ISC */
/*
 * The table of serials of manifests in the lease database.  It is made when a
 * database without it is opened; the version of the schema stays, because an
 * older pxeguard ignores the table.
 */
#ifndef LEASED_SQLITE_SERIAL_H
#define LEASED_SQLITE_SERIAL_H

#include "leased/store_sqlite.h"

#define SQLITE_SERIAL_COLUMNS "root, folder, serial"

extern const char sqlite_serial_create[];

/* store_ops.put_serial and load_serials */
enum store_result sqlite_serial_put(struct store *, const struct serial_row *);
enum store_result sqlite_serial_load(struct store *, size_t from, size_t max,
    store_serial_fn *row, void *arg, size_t *n);

/* SQLITE_SERIAL_COLUMNS of a row; false if it is invalid. */
bool sqlite_serial_read(sqlite3_stmt *, struct serial_row *);

#endif
