/* SPDX-License-Identifier: ISC */
/*
 * Actions of the engine.  Each function adds an action to the running step,
 * or counts a message that leads to none.
 */
#ifndef DHCPD_ACTION_H
#define DHCPD_ACTION_H

#include "dhcpd/state.h"

/* Counts a message that is not answered. */
void action_drop(struct engine *, enum engine_drop);
const char *action_drop_text(enum engine_drop);

/*
 * Adds a note about the running message.  addr: 0 for none.  The caller may
 * fill in the other fields.  NULL when the step has ENGINE_NOTES_MAX already.
 */
struct note *
action_note(struct engine *, enum note_kind, uint8_t type, uint32_t addr);

/* Adds a note that a message failed; text: the reason. */
void action_note_fail(
    struct engine *, uint8_t type, uint32_t addr, const char *text);

/* Notes on the reply in e->reply: options without room, and for log-dhcp. */
void action_note_reply(struct engine *, uint8_t type, uint32_t yiaddr);

/*
 * Sends e->reply to the client from the address `local`, at once or once a
 * neighbour entry is set.
 */
void
action_reply(struct engine *, uint8_t type, uint32_t yiaddr, uint32_t local);

/*
 * The same for an OFFER or a reply of the proxy, which dhcp-reply-delay may
 * hold back.  A reply that waits for the same client and xid is replaced, and
 * the new one is sent when the old one was due.  classify_range() has been
 * called. message: the note on the reply, or NULL.
 */
void action_reply_late(struct engine *, uint8_t type, uint32_t yiaddr,
    uint32_t local, struct note *message);

/* Whether a reply of this type waits for the client of the running packet. */
bool action_waits(struct engine *, uint8_t type);

/* Sends a reply that was held back, or asks for its neighbour entry. */
void action_delayed(struct engine *, struct delayed *);

/* Sends a pending reply in the same way, and frees its place. */
void action_deliver(struct engine *, struct pending *);

/*
 * Sends a reply that waited for a neighbour entry: to the client's address if
 * the entry is set (error 0) or the client uses the address already, else by
 * broadcast.
 */
void action_neigh_done(struct engine *, struct pending *, uint32_t error);

/* From where the client of e->reply will load its boot file. */
enum boot_from action_boots_here(const struct engine *);

/*
 * Tells tftpd or httpd that the client at this address will ask for its boot
 * file.
 */
void action_booting(struct engine *, uint32_t addr, enum boot_from);

/* Sends a proposal to leased, if leased is there; see grant_resend(). */
void action_store(struct engine *, struct pending *);

#endif
