/* SPDX-License-Identifier: ISC */
/* How many descriptors the parent and the roles may hold. */
#ifndef PRIV_LIMITS_H
#define PRIV_LIMITS_H

#include "priv/conf.h"

/*
 * The parent's own limit, up to what it was started with: answers that wait
 * to be read hold descriptors.  Once, at the start.
 */
void limits_raise(void);

/* RLIMIT_NOFILE of a role. */
uint32_t limits_role(enum role, const struct conf *);

/*
 * Lowers the number of transfers, with a line in the log, to what the system's
 * limit of descriptors allows, or that of the tftpd that runs (0: none does).
 * It does not depend on the interfaces.  -1 when there is no record to change.
 */
int limits_fit(struct conf *, uint32_t running_fds);

/*
 * Pure: how many transfers there can be, of `max`, where tftpd may have `fds`
 * descriptors; never less than one.
 */
uint32_t limits_transfers(uint32_t max, uint64_t fds);

#endif
