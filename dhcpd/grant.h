/* SPDX-License-Identifier: ISC */
/*
 * Changes of leases.  Each is proposed to leased, and takes effect when leased
 * has committed it.
 */
#ifndef DHCPD_GRANT_H
#define DHCPD_GRANT_H

#include "dhcpd/state.h"

/* Whether one more lease would exceed dhcp-lease-max. */
bool grant_limit(const struct engine *, const struct binding *);

/*
 * Proposes addr for the client of the request; the reply is pending until the
 * outcome.  A retransmitted REQUEST replaces the reply of its first proposal.
 */
void grant_propose(
    struct engine *, const struct conf_net *, uint32_t addr, uint32_t lease_s);

/* Proposes to end a lease, or to withhold an address used by another host. */
void grant_release(struct engine *, struct binding *);
void grant_decline(struct engine *, struct binding *);

/* The outcome of a proposal; an unknown id is ignored. */
void grant_durable(struct engine *, uint32_t id);
void grant_refused(struct engine *, uint32_t id, const char *reason);

/* leased is back: sends it all undecided proposals again. */
void grant_resend(struct engine *);

#endif
