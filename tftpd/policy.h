/* SPDX-License-Identifier: ISC */
/*
 * What the owner grants to which client (tftp-client): rules by network or by
 * hardware address, for firmware that breaks when it gets what it asks for.
 */
#ifndef TFTPD_POLICY_H
#define TFTPD_POLICY_H

#include "daemon/endpoint.h"
#include "daemon/record.h"
#include "tftpd/option.h"

struct policy_rule {
	struct record_tftp_client r;
	uint32_t next; /* the one before it in its chain, and 1 */
};

/* All zero is an empty policy. */
struct policy {
	uint32_t nrules, cap;
	struct policy_rule *rules;
	/*
	 * The last rule of each chain, and 1; 0 where it is empty.  Rules of a
	 * single address are in cap chains by its hash.  Those of a network,
	 * and of a hardware address with '*' in it, are in one.
	 */
	uint32_t *single;
	uint32_t wide;
};

/* Appends a rule; -1 without memory. */
int policy_add(struct policy *, const struct record_tftp_client *);
void policy_free(struct policy *);

/*
 * Lowers the limits by every rule that names the client: by its address or,
 * where hwlen is not 0, by its hardware address.  The last rule that names a
 * rollover decides that.
 */
void policy_apply(const struct policy *, const struct endpoint *client,
    uint8_t hwtype, const uint8_t *hw, uint8_t hwlen, struct tftp_limits *);

#endif
