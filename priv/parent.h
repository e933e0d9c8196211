/* SPDX-License-Identifier: ISC */
/*
 * The state of the parent.  priv/reload.c decides which processes run with
 * which configuration; reload_run.c carries that out, with parse.c, which has
 * confd read the configuration, prepare.c, which binds ports, and role_boot.c,
 * which says how a role starts.  handle.c does what roles ask for.
 */
#ifndef PRIV_PARENT_H
#define PRIV_PARENT_H

#include "priv/child.h"
#include "priv/conf.h"
#include "priv/options.h"
#include "priv/reload.h"

struct event_base;

struct parent {
	struct event_base *base;
	const struct options *options;
	struct reload reload;
	struct conf *conf; /* in force; NULL before the first */
	struct conf *next; /* that is coming; NULL: none */
	uint32_t confd; /* the process that reads `next`; 0: none */
	int exit_status;
	void (*started)(void); /* the first configuration is in force */
};

extern struct parent parent;

#endif
