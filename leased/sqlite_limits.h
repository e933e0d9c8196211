/* SPDX-License-Identifier: ISC */
/* What an SQLite connection may do with a database that is untrusted input. */
#ifndef LEASED_SQLITE_LIMITS_H
#define LEASED_SQLITE_LIMITS_H

#include <sqlite3.h>

/*
 * Bounds lengths and depths, and turns off triggers, views and extensions.
 * Returns -1 if the library is too old for a setting.
 */
int sqlite_limits_set(sqlite3 *);

#endif
