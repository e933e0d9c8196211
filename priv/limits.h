/* SPDX-License-Identifier: ISC */
/* The descriptor limits of the parent and of roles. */
#ifndef PRIV_LIMITS_H
#define PRIV_LIMITS_H

#include "priv/conf.h"

/*
 * Raises the parent's own soft limit to the hard limit, because queued messages
 * hold descriptors.  Called once, at the start.
 */
void limits_raise(void);

/* RLIMIT_NOFILE of a role. */
uint32_t limits_role(enum role, const struct conf *);

/*
 * Lowers the number of transfers, with a log message, to what the descriptor
 * limits allow: that of the system, and that of the running tftpd (0: none
 * runs).  The result does not depend on the interfaces.  Returns -1 if there is
 * no TFTP record.
 */
int limits_fit(struct conf *, uint32_t running_fds);

/*
 * How many of `max` transfers are possible if tftpd may have `fds` descriptors;
 * at least one.  Pure.
 */
uint32_t limits_transfers(uint32_t max, uint64_t fds);

#endif
