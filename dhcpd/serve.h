/* SPDX-License-Identifier: ISC */
/*
 * The inside of the engine: its handlers of messages, and what they use.
 * Nobody but the engine's own files includes this.
 */
#ifndef DHCPD_SERVE_H
#define DHCPD_SERVE_H

#include "dhcpd/answer.h"
#include "dhcpd/engine.h"

/* The request is in e->packet and e->rq, classified. */
void serve_discover(struct engine *);
void serve_request(struct engine *);
void serve_release(struct engine *);
void serve_decline(struct engine *);
void serve_inform(struct engine *);
void serve_bootp(struct engine *);

/* Whether dhcp-host reserves addr for the client of the request. */
bool serve_reserved(struct engine *, uint32_t addr);

/* That address, if nothing keeps it from its client now; else 0. */
uint32_t serve_reserved_free(struct engine *);

/* Whether the client may have addr from a pool. */
bool serve_dynamic(const struct engine *, uint32_t addr);

/*
 * Proposes that the client of the request gets addr, and holds the reply; or
 * joins the proposal that is already undecided.
 */
void grant_propose(
    struct engine *, const struct conf_net *, uint32_t addr, uint32_t lease_s);
void grant_release(struct engine *, struct binding *);
void grant_decline(struct engine *, struct binding *);
void grant_durable(struct engine *, uint32_t id);
void grant_refused(struct engine *, uint32_t id, const char *reason);
void grant_resend(struct engine *);

/* Whether one more lease would be too many. */
bool grant_limit(const struct engine *, const struct binding *);

void engine_drop(struct engine *, enum engine_drop);

/* The binding was bound before this moment, and is still. */
bool engine_bound(const struct engine *, const struct binding *);

/* A note about the message in hand; addr 0: none. */
struct note *
engine_note(struct engine *, enum note_kind, uint8_t type, uint32_t addr);
void engine_note_fail(
    struct engine *, uint8_t type, uint32_t addr, const char *text);

/* Sends e->reply, now or when a neighbour entry stands. */
void
engine_reply(struct engine *, uint8_t type, uint32_t yiaddr, uint32_t server);

/* Sends what a place holds, the same way. */
void engine_deliver(struct engine *, struct hold *);
void engine_store(struct engine *, struct hold *);

#endif
