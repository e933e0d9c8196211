/* SPDX-License-Identifier: ISC */
/*
 * Checks the folders that become roots of roles.  The parent does this because
 * it can log the most precise reason.
 */
#ifndef PRIV_ROOTS_CHECK_H
#define PRIV_ROOTS_CHECK_H

#include "priv/conf.h"

/*
 * Checks the folders of a new configuration, each of which may take limit_ms to
 * answer.  With tftp-no-fail, missing folders are cleared, and TFTP is disabled
 * if all are missing.  If only interfaces have changed, the result of the
 * previous check is kept.  At the start, when `before` is NULL, the default
 * folder of the lease database is created.  Returns -1 after logging the
 * reason.
 */
int roots_check(struct conf *, const struct conf *before, int limit_ms);

/*
 * The same for --test: logs everything that a start finds missing, and creates
 * nothing.  Returns the roles that have no folder to work in.
 */
uint16_t roots_check_test(struct conf *);

#endif
