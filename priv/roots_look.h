/* SPDX-License-Identifier: ISC */
/* Looking at folders whose file server may not answer. */
#ifndef PRIV_ROOTS_LOOK_H
#define PRIV_ROOTS_LOOK_H

#include <stddef.h>

#include "priv/conf.h"

#define ROOTS_LOOK_MAX (RECORD_TFTP_ROOTS_MAX + 1)

/* The error of a folder for which no process could be spared. */
#define ROOTS_LOOK_NONE (-1)

struct roots_look {
	const char *path; /* "": not looked at */
	int error; /* 0, an errno, or ROOTS_LOOK_NONE */
	struct folder_look look; /* of the folder; without an error */
};

/*
 * Whether folders exist, at most ROOTS_LOOK_MAX.  Each is inspected by a
 * process of its own, as that may hang; all at the same time, so that none
 * waits for another.  The error of a folder is ETIMEDOUT if there is no answer
 * in limit_ms, or if a process of an earlier call still hangs there.
 */
void roots_look(struct roots_look *, size_t n, int limit_ms);

/* The text of an error of roots_look(). */
const char *roots_look_text(int error);

#endif
