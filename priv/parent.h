/* SPDX-License-Identifier: ISC */
/*
 * The state of the parent.  priv/reload.c decides which processes run with
 * which configuration.  reload_run.c carries out its decisions with
 * confd_run.c, which runs confd, prepare.c, which binds ports, and
 * role_boot.c, which builds the BOOT message.  child_events.c serves the
 * requests of roles.
 */
#ifndef PRIV_PARENT_H
#define PRIV_PARENT_H

#include "priv/child.h"
#include "priv/command.h"
#include "priv/conf.h"
#include "priv/options.h"
#include "priv/reload.h"

struct event_base;

struct parent {
	struct event_base *base;
	const struct options *options;
	const struct command *command; /* NULL: this is the daemon */
	struct reload reload;
	struct conf *conf; /* running configuration; NULL before the first */
	struct conf
	    *next; /* configuration of the reload in progress, or NULL */
	int exit_status;
	/* Called once, when the first configuration is committed. */
	void (*started)(void);
};

extern struct parent parent;

#endif
