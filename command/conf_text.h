/* SPDX-License-Identifier: ISC */
/*
 * The lines that confd sends for --print-config.  They are kept until the
 * configuration is known to be correct, so that a slow reader does not delay
 * confd, and nothing of an incorrect configuration is printed.
 */
#ifndef COMMAND_CONF_TEXT_H
#define COMMAND_CONF_TEXT_H

/* Escapes and keeps a line; -1 if out of memory or beyond the limit. */
int conf_text_add(const char *line);

/* Writes all lines to standard output; returns the exit status. */
int conf_text_write(void);

#endif
