/* SPDX-License-Identifier: ISC */
/* Prints what --confinement has found. */
#ifndef COMMAND_CONFINE_PRINT_H
#define COMMAND_CONFINE_PRINT_H

#include <stdio.h>

#include "command/confine_compare.h"

/* A process, compared. */
struct confine_shown {
	pid_t pid;
	const char *name; /* as of confine_want_name() */
	bool ended; /* while it was read: there are no results */
	int differences;
	struct confine_result results[CONFINE_ITEM_MAX];
};

struct confine_report {
	const struct confine_shown *list; /* the parent first */
	size_t n;
	uint16_t missing; /* ROLE_BIT()s of roles that should run */
	uint8_t layers_disabled; /* enum record_layer bits */
};

/* All that the report has found, with one for each missing role. */
int confine_differences(const struct confine_report *);

/* As text of at most 100 columns, where words are no longer. */
void confine_print(FILE *, const struct confine_report *);

/* As one JSON object, which pxeguard(8) describes. */
void confine_print_json(FILE *, const struct confine_report *);

#endif
