/* SPDX-License-Identifier: ISC */
/* "Did you mean": what an unknown name may be meant as. */
#ifndef CONFD_SUGGEST_H
#define CONFD_SUGGEST_H

#include <stdbool.h>

struct dhcp_option;

/*
 * The directive or the DHCP option of the closest name, or of one that is
 * often written for it; NULL when no name is close.
 */
const char *suggest_directive(const char *name);
const struct dhcp_option *suggest_option(const char *name);

/*
 * What to write instead of a directive that people write and that does not
 * exist, where the name of another one would say too little; or NULL.
 */
const char *suggest_instead(const char *name);

/*
 * Of many names, called for each of them: whether it is closer to `name` than
 * those before it.  *best is 0 before the first.
 */
bool
suggest_closer(const char *name, const char *candidate, unsigned int *best);

#endif
