/* SPDX-License-Identifier: ISC */
/* Files and directories that the configuration includes. */
#ifndef CONFD_INCLUDE_H
#define CONFD_INCLUDE_H

#include "confd/config.h"

struct source;

/* Records what an argument or a file includes, for config_want(). */
void include_collect_arg(struct config *, const char *arg);
void include_collect_text(
    struct config *, struct source *, const struct config_text *);

/* Runs all lines in order; an included file at the line that includes it. */
void include_walk(struct config *);

#endif
