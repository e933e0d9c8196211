/* SPDX-License-Identifier: ISC */
/*
 * The serials of manifests for imaged: sends all that are stored, and commits
 * new ones in batches.  Batches have a distance in time, so that imaged cannot
 * keep leases waiting for the disk.
 */
#ifndef LEASED_SERIAL_STORE_H
#define LEASED_SERIAL_STORE_H

#include "daemon/chan.h"
#include "leased/store.h"

#define SERIAL_STORE_PAUSE_MS 100 /* between two commits */

struct event_base;
struct serial_store;

/*
 * shown: the store's name in log lines, which must stay valid, as the store.
 * Without memory the process ends.
 */
struct serial_store *
serial_store_new(struct event_base *, struct store *, const char *shown);

/* The channel to imaged; NULL: it has ended.  What it has put is committed. */
void serial_store_peer(struct serial_store *, struct chan *);

/* SERIAL_LOAD and SERIAL_PUT; -1: malformed, or too many. */
int serial_store_message(struct serial_store *, struct msg *);

/* Commits and answers what waits, now. */
void serial_store_finish(struct serial_store *);

#endif
