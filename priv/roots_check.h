/* SPDX-License-Identifier: ISC */
/*
 * Checks the folders that become roots of roles.  The parent does this because
 * it can log the most precise reason.
 */
#ifndef PRIV_ROOTS_CHECK_H
#define PRIV_ROOTS_CHECK_H

#include "priv/conf.h"

/*
 * Checks the folders of a new configuration.  With tftp-no-fail, missing
 * folders are cleared, and TFTP is disabled if none is left.  If only
 * interfaces have changed, the result of the previous check is kept.  At the
 * start, when `before` is NULL, the default folder of the lease database is
 * created. Returns -1 after logging the reason.
 */
int roots_check(struct conf *, const struct conf *before);

/*
 * For --test: logs what roots_check() would find.  Returns the number of
 * warnings, and sets *fails if the daemon would not start on this host.
 */
uint32_t roots_check_test(const struct conf *, bool *fails);

#endif
