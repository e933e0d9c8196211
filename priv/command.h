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

	/*
	 * Each of the others may be NULL.
	 *
	 * The configuration has errors, which were reported.  NULL: their
	 * number is logged.
	 */
	void (*errors)(uint32_t errors);
	/* A line in answer to PARSE_LINES.  -1: the reading fails. */
	int (*line)(const char *line);
	/* A role rejected the configuration.  NULL: the start fails. */
	void (*rejected)(void);
	/* The configuration was committed. */
	void (*started)(void);
	/* A process has ended. */
	void (*ended)(const struct child *);
	/*
	 * Called at any end, with the exit status of the start.  Returns that
	 * of the program.
	 */
	int (*end)(int status);
	/* For dispatch.h.  NULL: the message is refused. */
	int (*explain_text)(void *arg, const uint8_t *text, size_t len);
	int (*explained)(void *arg, const char *why);
};

#endif
