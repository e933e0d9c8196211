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

/*
 * The answer to a request that is refused: FILE_UNSIGNED, FILE_ERROR if the
 * file cannot be read, or FILE_BUSY if the client may try again.
 */
enum file_status verify_status(enum verify_why);

#endif
