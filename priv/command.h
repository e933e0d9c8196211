/* SPDX-License-Identifier: ISC */
/*
 * A command, such as --test: a start that prints something and ends before it
 * serves.  The parent knows it only by these functions, so that no file of
 * priv/ but main.c uses command/.
 */
#ifndef PRIV_COMMAND_H
#define PRIV_COMMAND_H

#include "priv/child.h"
#include "priv/conf.h"
#include "priv/options.h"
#include "priv/reload.h"

struct command {
	bool quiet; /* it logs errors only */

	/*
	 * One of these two is called when the configuration is correct.  The
	 * first prints what was asked for and returns the exit status.  The
	 * second is called in place of prepare_host() and prepare_roles(),
	 * after the interfaces were found; the start fails unless the input
	 * becomes RELOAD_PARSED.
	 */
	int (*print)(struct conf *, const struct options *);
	void (*prepare)(struct conf *, struct reload_input *);

	/* Each of the others may be NULL. */
	/* The configuration has errors, which were reported; NULL: logs it. */
	void (*errors)(uint32_t errors);
	/* A line of the configuration, in answer to PARSE_LINES; or -1. */
	int (*line)(const char *line);
	/* A role rejected the configuration; NULL: that ends the start. */
	void (*rejected)(void);
	/* The configuration was committed. */
	void (*started)(void);
	void (*ended)(const struct child *);
	/* The exit status, of a start with this one; called at any end. */
	int (*end)(int status);
	/* For dispatch.h. */
	int (*explain_text)(void *arg, const uint8_t *text, size_t len);
	int (*explained)(void *arg, const char *why);
};

#endif
