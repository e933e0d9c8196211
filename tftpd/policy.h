/* SPDX-License-Identifier: ISC */
/*
 * Limits for single clients (tftp-client): rules by network or hardware
 * address, for firmware that fails with options that it requests itself.
 */
#ifndef TFTPD_POLICY_H
#define TFTPD_POLICY_H

#include "daemon/host.h"
#include "tftpd/option.h"

struct policy_rule {
	struct record_tftp_client r;
	uint32_t next; /* index + 1 of the previous rule in its chain */
};

/* All zero is an empty policy. */
struct policy {
	uint32_t nrules, cap;
	struct policy_rule *rules;
	/*
	 * Heads of chains, as index + 1 of the last rule; 0 if empty. `single`
	 * has cap chains, by hash, of rules for one address. `wide` has the
	 * rules for networks and for hardware addresses with '*'.
	 */
	uint32_t *single;
	uint32_t wide;
};

/* Appends a rule; -1 if out of memory. */
int policy_add(struct policy *, const struct record_tftp_client *);
void policy_free(struct policy *);

/*
 * Applies every rule that matches the client by its address or, if that is
 * known, by its hardware address.  Rules can only lower the limits.  The last
 * matching rule with a rollover sets it.
 */
void policy_apply(const struct policy *, const struct endpoint *client,
    const struct host_id *, struct tftp_limits *);

#endif
