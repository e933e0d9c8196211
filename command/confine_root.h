/* SPDX-License-Identifier: ISC */
/* Compares the tree that a role sees with the folders that it should. Pure. */
#ifndef COMMAND_CONFINE_ROOT_H
#define COMMAND_CONFINE_ROOT_H

#include "command/confine_compare.h"

/* Appends formatted text to a string, as far as it fits. */
__attribute__((format(printf, 3, 4))) void
confine_say(char *dst, size_t size, const char *fmt, ...);

/*
 * Appends the folders that the role sees, by their paths on the host, whose
 * mounts are given.  Returns whether they are those wanted.
 */
bool
confine_root(const struct confine_proc *, const struct confine_mounts *host,
    const struct confine_want *, char *dst, size_t size);

/* Appends what a root of a kind is specified to be. */
void confine_root_expected(enum sandbox_root, char *dst, size_t size);

#endif
