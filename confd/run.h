/* SPDX-License-Identifier: ISC */
/* Runs one line of the configuration. */
#ifndef CONFD_RUN_H
#define CONFD_RUN_H

#include <stdbool.h>

#include "confd/lexer.h"
#include "confd/source.h"

struct config;

/*
 * Runs the line at c->here, or reports its error.  arg: the line is from the
 * command line.  Returns true for an include, which the caller must handle.
 */
bool
run_line(struct config *, enum lexer_result, const struct line *, bool arg);

/* Runs a line of a file of hosts or options in the same way. */
void run_value(
    struct config *, enum lexer_result, enum source_lines, const struct line *);

#endif
