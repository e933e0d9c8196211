/* SPDX-License-Identifier: ISC */
/* Opens a lease database: settings, owner, schema, checks. */
#ifndef LEASED_SQLITE_OPEN_H
#define LEASED_SQLITE_OPEN_H

#include "leased/store.h"

/* For store_sqlite.open. */
struct store *sqlite_open(struct store_open *, char *why, size_t whysz);

/*
 * Whether a database may be used: ours: it has pxeguard's application id, or no
 * table; version: its user_version.  -1 with the reason in why.
 */
int sqlite_owner(bool ours, int version, char *why, size_t whysz);

#endif
