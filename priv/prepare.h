/* SPDX-License-Identifier: ISC */
/* Prepares the host for a new configuration: folders, ports, limits. */
#ifndef PRIV_PREPARE_H
#define PRIV_PREPARE_H

#include "priv/conf.h"
#include "priv/reload.h"

/*
 * Checks folders, binds ports and adapts limits for a configuration whose
 * interfaces are known.  before: the one in force; NULL at the start, when the
 * parent also drops its privileges.  Returns 0, or -1 after logging the reason.
 */
int prepare_host(struct conf *, const struct conf *before);

/*
 * The roles that a configuration needs and whose programs are not installed, as
 * ROLE_BIT()s, after logging what to install.
 */
uint16_t prepare_programs(const struct conf *);

/* Fills in the roles that are needed, changed and to be replaced. */
void prepare_roles(
    struct reload_input *, const struct conf *, const struct conf *before);

#endif
