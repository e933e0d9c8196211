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

struct policy {
	uint32_t nrules;
	struct record_tftp_client *rules;
};

/* Appends a rule; -1 without memory, or where there are too many already. */
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
