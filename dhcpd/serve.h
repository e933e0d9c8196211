/* SPDX-License-Identifier: ISC */
/*
 * The handlers of DISCOVER, RELEASE, DECLINE, INFORM and BOOTP.  The message
 * is in e->packet, and e->rq says what it is by the configuration.
 */
#ifndef DHCPD_SERVE_H
#define DHCPD_SERVE_H

#include "dhcpd/state.h"

void serve_discover(struct engine *);
void serve_release(struct engine *);
void serve_decline(struct engine *);
void serve_inform(struct engine *);
void serve_bootp(struct engine *);

/* Whether a server identifier from a client names this server. */
bool serve_is_us(const struct engine *, uint32_t server);

/* Whether dhcp-host reserves addr for the client of the request. */
bool serve_reserved(struct engine *, uint32_t addr);

/* The address reserved for the client, if it can be given now; else 0. */
uint32_t serve_reserved_free(struct engine *);

/* Whether a range that is open to the client may give addr to any client. */
bool serve_dynamic(const struct engine *, uint32_t addr);

/* Why no range has addresses for the client, for the log; NULL: one has. */
const char *serve_no_range(const struct engine *);

#endif
