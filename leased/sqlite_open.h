/* SPDX-License-Identifier: ISC */
/* Opens a lease database: settings, owner, schema, checks. */
#ifndef LEASED_SQLITE_OPEN_H
#define LEASED_SQLITE_OPEN_H

#include "leased/store.h"

/* For store_sqlite.open. */
struct store *sqlite_open(struct store_open *, char *why, size_t whysz);

#endif
