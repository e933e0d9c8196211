/* SPDX-License-Identifier: ISC */
/* A whole configuration in canonical form, for --print-config.  Pure. */
#ifndef CONFD_PRINT_CONFIG_H
#define CONFD_PRINT_CONFIG_H

#include "confd/config.h"

typedef void print_line_fn(const char *line, void *arg);

/*
 * Passes the lines of all records to a function, in order and without a
 * newline.  They parse to the same records.  A line that would not, because of
 * its length or because of bytes that are not text, is not passed but reported
 * as an error of the configuration, as by config_finish().
 */
void print_config(struct config *c, print_line_fn *put, void *arg);

#endif
