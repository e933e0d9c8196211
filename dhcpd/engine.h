/* SPDX-License-Identifier: ISC */
/*
 * The DHCP server as a function: step(state, input, now) -> actions.  It uses
 * no clock and no socket, and allocates nothing for a packet.
 *
 * No ACK is sent before its lease is durable: a REQUEST leads to
 * ACTION_STORE, and its reply stays pending until ENGINE_DURABLE comes for
 * the same id (RFC 2131 3.1: the binding is committed to persistent storage
 * before the DHCPACK).
 */
#ifndef DHCPD_ENGINE_H
#define DHCPD_ENGINE_H

#include "dhcpd/state.h"

/* NULL without memory.  seed: a number that clients do not know. */
struct engine *engine_new(uint64_t seed);

/*
 * engine_prepare() allocates what a configuration needs; -1 without memory,
 * with nothing changed.  engine_use() takes it into use and frees the one
 * before; it cannot fail.  Between the two only engine_step() may be called.
 */
int engine_prepare(
    struct engine *, const struct dhcp_conf *, struct binding_queue **lists);
void engine_use(struct engine *, struct dhcp_conf *, struct binding_queue *);

/* When ENGINE_DUE is to come; 0: no reply waits. */
uint64_t engine_due_ms(const struct engine *);

/* When the oldest undecided proposal was sent to leased; 0: there is none. */
uint64_t engine_store_since(const struct engine *);

const struct actions *engine_step(
    struct engine *, const struct engine_input *, const struct engine_time *);

#endif
