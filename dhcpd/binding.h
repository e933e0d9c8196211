/* SPDX-License-Identifier: ISC */
/*
 * A binding: an address and the client that has it, had it last, or was
 * offered it.  Identifier and name take only the room of their real length:
 * the first bytes are in the binding, the others in further parts (slab.h).
 */
#ifndef DHCPD_BINDING_H
#define DHCPD_BINDING_H

#include <sys/queue.h>

#include "dhcpd/client.h"

enum binding_state {
	BINDING_UNUSED, /* a place without an address */
	BINDING_IDLE, /* expired or released; remembers its last client */
	BINDING_OFFERED,
	BINDING_BOUND,
	BINDING_DECLINED
};

#define BINDING_PART 32

struct binding_part {
	struct binding_part *next; /* NULL: the last */
	uint8_t data[BINDING_PART];
};

/* Parts besides the one in the binding, for the longest name and identifier. */
#define BINDING_PARTS_MAX \
	((LEASE_ID_MAX + (LEASE_NAME_MAX - 1) - 1) / BINDING_PART)

struct pending;

struct binding {
	uint32_t addr; /* host order */
	uint8_t state; /* enum binding_state */
	uint8_t hwtype;
	uint8_t hwlen;
	uint8_t idlen; /* 0: no identifier */
	uint8_t namelen; /* 0: no name */
	bool telling; /* tftpd must be told about it */
	uint32_t list; /* IDLE: which of the pool's lists holds it */
	uint8_t hw[LEASE_HW_MAX];
	uint32_t relay; /* as in struct lease, in host order; 0: none */
	uint64_t start_s; /* as in struct lease */
	uint64_t expiry_s; /* 0: it was offered, but never leased */
	uint64_t until_ms; /* OFFERED */
	struct pending *pending; /* the undecided proposal for it, or NULL */
	LIST_ENTRY(binding) by_addr;
	LIST_ENTRY(binding) by_id;
	LIST_ENTRY(binding) by_hw;
	TAILQ_ENTRY(binding) entry; /* unused, offered, or an idle list */
	TAILQ_ENTRY(binding) tell; /* while telling */
	struct binding_part text; /* identifier and name, without a NUL */
};

LIST_HEAD(binding_list, binding);
TAILQ_HEAD(binding_queue, binding);

/* Copies what the binding holds.  A lease gets the state of the binding. */
void binding_id(const struct binding *, uint8_t id[LEASE_ID_MAX]);
void binding_name(const struct binding *, char name[LEASE_NAME_MAX]);
void binding_client(const struct binding *, struct client *);
void binding_lease(const struct binding *, struct lease *);

/* False if the client has no hardware address, or sends no identifier. */
bool binding_same_hw(const struct binding *, const struct client *);
bool binding_same_id(const struct binding *, const struct client *);

/* Whether it is the client's, as by client_owns(). */
bool binding_is_of(const struct binding *, const struct client *);

#endif
