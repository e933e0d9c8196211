/* SPDX-License-Identifier: ISC */
/* The tftp-roots of the configuration, and their directories. */
#ifndef IMAGED_ROOTS_H
#define IMAGED_ROOTS_H

#include <net/if.h>

#include "imaged/lookup.h"

/* The roots of a configuration, by number; zeroed, then filled. */
struct roots {
	char path[LOOKUP_ROOTS_MAX][RECORD_PATH_MAX]; /* "": none */
	char name[LOOKUP_ROOTS_MAX][IFNAMSIZ]; /* interface; "": all */
	uint8_t count; /* how many are for one interface only */
};

/* Appends a root; -1 if there are too many. */
int roots_add(struct roots *, const struct record_tftp_root *);

/*
 * Opens the roots with O_PATH; -1 for each that does not exist.  Must be called
 * once, after the first stage of the sandbox.
 */
void roots_open(int fd[LOOKUP_ROOTS_MAX]);

/* -1 with the reason in why[] if names cannot be resolved in one of them. */
int roots_verify(const int fd[], const struct roots *, char *why);

/*
 * -1 with the reason if an open root differs: a process cannot change its
 * roots. With tftp-no-fail roots may be missing; their paths may change.
 */
int roots_kept(
    const int fd[], const struct roots *was, const struct roots *is, char *why);

/* Logs the folder and owner of each root. */
void roots_log(const int fd[], const struct roots *);

#endif
