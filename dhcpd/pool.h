/* SPDX-License-Identifier: ISC */
/*
 * The bindings: which address is whose.  All memory is taken while the
 * configuration or the leases are loaded; afterwards every operation works
 * within it and costs about the same, however full the ranges are.
 *
 * Expiry is in seconds of the wall clock, as stored; offers are held by
 * milliseconds of the clock that never goes back.
 */
#ifndef DHCPD_POOL_H
#define DHCPD_POOL_H

#include <sys/queue.h>

#include "dhcpd/classify.h"

/*
 * A client sends its REQUEST within the four retransmissions of RFC 2131
 * 4.1, 4 + 8 + 16 + 32 seconds; so long nobody else is offered the address.
 */
#define POOL_OFFER_MS 60000
#define POOL_DECLINE_S 600 /* as dnsmasq: how long a stranger may stay */

enum binding_state {
	BINDING_UNUSED, /* a slot without an address */
	BINDING_IDLE, /* expired or released; remembers its last client */
	BINDING_OFFERED,
	BINDING_BOUND,
	BINDING_DECLINED
};

struct hold;

struct binding {
	struct lease l; /* as it is stored, or as it was offered */
	uint8_t state; /* enum binding_state */
	struct hold *hold; /* the undecided proposal for it, or NULL */
	uint64_t until_ms; /* OFFERED */
	size_t list; /* IDLE: which of the pool's lists holds it */
	bool telling; /* tftpd is to be told of it */
	LIST_ENTRY(binding) by_addr;
	LIST_ENTRY(binding) by_id;
	LIST_ENTRY(binding) by_hw;
	TAILQ_ENTRY(binding) entry; /* unused, offered, or an idle list */
	TAILQ_ENTRY(binding) tell; /* while telling */
};

LIST_HEAD(binding_list, binding);
TAILQ_HEAD(binding_queue, binding);

/*
 * Bindings that were never used are not touched, so that a large
 * dhcp-lease-max takes memory only for the leases that there are.
 */
struct binding_chunk {
	struct binding *v;
	size_t n;
	size_t used; /* those before were in use once */
};

#define POOL_CHUNKS_MAX 64

struct pool {
	uint64_t seed;
	struct dhcp_conf *conf; /* NULL before the first */
	struct binding_chunk chunk[POOL_CHUNKS_MAX];
	size_t nchunks;
	size_t capacity;
	size_t nbound; /* BOUND */
	struct binding_list *by_addr; /* mask + 1 heads each */
	struct binding_list *by_id;
	struct binding_list *by_hw;
	size_t mask;
	struct binding_queue unused; /* after they were used */
	struct binding_queue offered; /* soonest to lapse first */
	struct binding_queue *idle; /* one a range, and one for the rest */
	size_t nidle; /* lists */
	struct binding_queue telling; /* tell.h; what goes first is first */
	size_t sweep_chunk; /* where the next search for expired ones goes on */
	size_t sweep_at;
};

/* seed: any number that clients do not know.  NULL without memory. */
struct pool *pool_new(uint64_t seed);
void pool_free(struct pool *);

/* Room for n bindings in all; -1 without memory, all else unchanged. */
int pool_reserve(struct pool *, size_t n);

/*
 * Makes room for what a configuration needs; after it pool_use() cannot
 * fail.  The configuration stays the caller's.
 */
int pool_prepare(
    struct pool *, const struct dhcp_conf *, struct binding_queue **lists);
void pool_use(struct pool *, struct dhcp_conf *, struct binding_queue *lists);

/* A row of the store; replaces what is known of its address. */
int pool_load(struct pool *, const struct lease *);
/* After the last row: expired ones become idle, the oldest first. */
int pool_loaded(struct pool *, uint64_t now_s);

struct binding *pool_at(const struct pool *, uint32_t addr);

/*
 * The binding of a client: one that is being stored before one that is
 * bound, offered, idle.  NULL when there is none.
 */
struct binding *pool_of(const struct pool *, const struct client *);

/* The next binding of exactly this client that is bound; NULL to start. */
struct binding *
pool_bound_of(const struct pool *, const struct client *, uint32_t but_addr);

/*
 * A binding for an address, new unless there is one; where all memory is in
 * use, the place of an idle one.  NULL when there is none either.
 */
struct binding *pool_get(struct pool *, uint32_t addr);

/* Changes of state; the identity goes along with offers and leases. */
void pool_offer(
    struct pool *, struct binding *, const struct client *, uint64_t now_ms);
void pool_store(struct pool *, struct binding *, const struct lease *);
void pool_forget(struct pool *, struct binding *);

/* A released or expired binding, or a free offer, may be had by others. */
void pool_idle(struct pool *, struct binding *);

/* Whether a binding keeps its address from others than its client. */
bool pool_taken(const struct binding *, uint64_t now_s);

/* Lapses offers and a share of the expired leases; cheap, once a second. */
void pool_tick(struct pool *, uint64_t now_s, uint64_t now_ms);

/*
 * A free address for a new client: by a hash of its hardware address, going
 * upwards, and where no address is free that which is idle for longest.  0
 * when there is none.
 */
uint32_t pool_choose(struct pool *, const struct request *);

/* The net of a request that has addr in a pool that its tags open. */
const struct conf_net *pool_net_dynamic(
    const struct dhcp_conf *, const struct request *, uint32_t addr);

/* The net to serve addr from: that, else a static range's, else any. */
const struct conf_net *
pool_net(const struct dhcp_conf *, const struct request *, uint32_t addr);

#endif
