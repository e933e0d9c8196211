/* SPDX-License-Identifier: ISC */
/* What a new configuration needs of the host: interfaces, folders, ports. */
#ifndef PRIV_PREPARE_H
#define PRIV_PREPARE_H

#include "priv/conf.h"
#include "priv/reload.h"

/*
 * Checks folders, binds ports and fits limits for a configuration whose
 * interfaces were found; before: the one in force, NULL at the start, when
 * the parent also gives up what it needs no more.  0, or -1 after a log line.
 */
int prepare_host(struct conf *, const struct conf *before);

/* The roles that need it, those that it concerns, those to replace. */
void prepare_roles(
    struct reload_input *, const struct conf *, const struct conf *before);

#endif
