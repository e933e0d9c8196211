/* SPDX-License-Identifier: ISC */
/* Nouns after a number. */
#ifndef DAEMON_PLURAL_H
#define DAEMON_PLURAL_H

#include <stdint.h>

/* What follows the noun: "%u lease%s". */
static inline const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

#endif
