/* SPDX-License-Identifier: ISC */
/*
 * Takes the serials of manifests from a damaged database, with SQLite, as far
 * as their table can be read.
 */
#ifndef LEASED_SERIAL_SALVAGE_H
#define LEASED_SERIAL_SALVAGE_H

#include "leased/store.h"

enum serial_salvage {
	SERIAL_SALVAGE_ALL, /* or there are none */
	SERIAL_SALVAGE_LOST, /* some may be missing */
	SERIAL_SALVAGE_FAILED, /* they cannot be stored: see store->why */
};

/* Within a transaction of the new database; wal may be -1. */
enum serial_salvage
serial_salvage(struct store *, int db, int wal, uint64_t *found);

#endif
