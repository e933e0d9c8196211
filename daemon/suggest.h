/* SPDX-License-Identifier: ISC */
/* "Did you mean": how much two names differ. */
#ifndef DAEMON_SUGGEST_H
#define DAEMON_SUGGEST_H

#define SUGGEST_MAX 48 /* bytes of a name; longer ones resemble none */

/*
 * The edit distance of two names: bytes inserted, deleted, replaced, or
 * exchanged with their neighbour.  Case, and '_' for '-', do not count.  A name
 * of more than SUGGEST_MAX bytes differs from all others by as many.
 */
unsigned int suggest_distance(const char *, const char *);

#endif
