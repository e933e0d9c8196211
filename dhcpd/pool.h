/* SPDX-License-Identifier: ISC */
/*
 * The bindings: which client has which address.  Memory is reserved while the
 * configuration or the leases are loaded (slab.h); no other function
 * allocates, and each costs about the same however full the ranges are.
 *
 * Leases expire by seconds of the wall clock, as they are stored; offers
 * lapse by milliseconds of the monotonic clock.
 */
#ifndef DHCPD_POOL_H
#define DHCPD_POOL_H

#include "dhcpd/binding_index.h"
#include "dhcpd/conf.h"

/*
 * How long an address stays offered: a client sends its REQUEST within the
 * four retransmissions of RFC 2131 4.1, 4 + 8 + 16 + 32 seconds.
 */
#define POOL_OFFER_MS 60000
/*
 * What a lease may take on average where names have about ten characters and
 * identifiers 7 to 19 bytes, with its share of the tables that find it.
 */
#define POOL_LEASE_BYTES 250
#define POOL_DECLINE_S 600 /* a declined address is withheld, as by dnsmasq */

struct pool {
	struct dhcp_conf *conf; /* NULL before the first */
	struct slab slab;
	struct binding_index index;
	size_t nbound; /* BOUND */
	struct binding_queue offered; /* soonest to lapse first */
	struct binding_queue *idle; /* one a range, and one for the rest */
	size_t nidle; /* lists */
	struct binding_queue telling; /* tell.h; in the order of sending */
	struct slab_place sweep; /* where the search for expired ones goes on */
};

/* seed: any number that clients do not know.  NULL without memory. */
struct pool *pool_new(uint64_t seed);
void pool_free(struct pool *);

/*
 * Makes room for what a configuration needs: one place for each address of a
 * dynamic range and each dhcp-host line, at most 2 * dhcp-lease-max and those
 * of the dhcp-host lines, and one for each existing lease.  After that
 * pool_use() cannot fail.  The caller keeps the configuration and, until
 * pool_use(), the lists.
 */
int pool_prepare(
    struct pool *, const struct dhcp_conf *, struct binding_queue **lists);
void pool_use(struct pool *, struct dhcp_conf *, struct binding_queue *lists);

/*
 * Enters a lease of the store; it replaces the binding of its address.  -1
 * without memory.
 */
int pool_load(struct pool *, const struct lease *);
/* Called after the last one: makes expired leases idle, the oldest first. */
int pool_loaded(struct pool *, uint64_t now_s);

static inline struct binding *
pool_at(const struct pool *p, uint32_t addr)
{
	return index_at(&p->index, addr);
}

static inline struct binding *
pool_of(const struct pool *p, const struct client *k)
{
	return index_of(&p->index, k);
}

/*
 * The binding of an address, or a new one.  When all places are in use, the
 * one that has been idle for longest is replaced, else the oldest offer; NULL
 * when there is none.
 */
struct binding *pool_get(struct pool *, uint32_t addr);

/* Changes of state.  An offer and a lease also set the client. */
void pool_offer(
    struct pool *, struct binding *, const struct client *, uint64_t now_ms);
void pool_store(struct pool *, struct binding *, const struct lease *);

/* The client does not take an offer: the binding is what it was before. */
void pool_lapse(struct pool *, struct binding *);

/* Whether a binding is a lease that has not expired. */
bool pool_bound(const struct binding *, uint64_t now_s);

/* Whether a binding keeps its address from other clients. */
bool pool_taken(const struct binding *, uint64_t now_s);

/* Once a second: offers lapse, and some of the expired leases become idle. */
void pool_tick(struct pool *, uint64_t now_s, uint64_t now_ms);

#endif
