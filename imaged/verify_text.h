/* SPDX-License-Identifier: ISC */
/* Says why a file was refused, and what to do.  Pure. */
#ifndef IMAGED_VERIFY_TEXT_H
#define IMAGED_VERIFY_TEXT_H

#include "imaged/verifier.h"

#define VERIFY_TEXT_MAX 640

/*
 * For the log: the rule, the key, and the next step.  dst has VERIFY_TEXT_MAX
 * bytes; names are escaped.  Returns dst.
 */
char *verify_text(const struct verdict *, char *dst);

/* Whether the reason is a missing or wrong signature, not a failed check. */
bool verify_is_unsigned(enum verify_why);

#endif
