/* SPDX-License-Identifier: ISC */
/* Sends all leases to dhcpd, as fast as its channel takes them. */
#ifndef LEASED_LOAD_H
#define LEASED_LOAD_H

#include "leased/store.h"

struct chan;
struct event_base;
struct load;

/*
 * shown: the store's name in log lines, which must stay valid.  Without
 * memory the process ends.
 */
struct load *load_new(struct event_base *, struct store *, const char *shown);

/* Answers the LEASE_LOAD of that id; abandons an earlier one. */
void load_start(struct load *, struct chan *, uint32_t id);

/* The channel is about to be closed. */
void load_cancel(struct load *);

#endif
