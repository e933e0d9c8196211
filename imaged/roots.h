/* SPDX-License-Identifier: ISC */
/* The tftp-roots: which there are, and whether files can come from them. */
#ifndef IMAGED_ROOTS_H
#define IMAGED_ROOTS_H

#include <net/if.h>

#include "imaged/find.h"

/* Those of a configuration, by number; zeroed, then filled. */
struct roots {
	char path[FIND_ROOTS_MAX][RECORD_PATH_MAX]; /* "": none */
	char name[FIND_ROOTS_MAX][IFNAMSIZ]; /* interface; "": all */
	uint8_t count; /* of those for one interface */
};

/* -1 where there is no room. */
int roots_add(struct roots *, const struct record_tftp_root *);

/*
 * Opens the folders that this process was given, for resolving names only;
 * -1 stands for those that there are not.  To be called once, behind the
 * walls of the first stage.
 */
void roots_open(int fd[FIND_ROOTS_MAX]);

/*
 * Whether names can be looked up in all of them; -1 with a sentence in
 * why[ROLE_WHY_MAX].
 */
int roots_check(const int fd[], const struct roots *, char *why);

/*
 * The folders of a process cannot be exchanged: -1 with a sentence where
 * `is` names others than `was`.
 */
int roots_kept(const struct roots *was, const struct roots *is, char *why);

/* A line for each, of where boot files come from. */
void roots_log(const int fd[], const struct roots *);

#endif
