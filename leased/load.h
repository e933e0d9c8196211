/* SPDX-License-Identifier: ISC */
/* Sends all rows to dhcpd, in slices that its channel can take. */
#ifndef LEASED_LOAD_H
#define LEASED_LOAD_H

#include "leased/store.h"

struct chan;
struct event_base;
struct load;

/* shown: the store's name in log lines; it must stay.  NULL: no memory. */
struct load *load_new(struct event_base *, struct store *, const char *shown);
void load_free(struct load *);

/* Answers the LEASE_LOAD of that id; one under way is forgotten. */
void load_start(struct load *, struct chan *, uint32_t id);

/* The channel goes away. */
void load_cancel(struct load *);

#endif
