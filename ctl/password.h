/* SPDX-License-Identifier: ISC */
/* The password of a secret key. */
#ifndef CTL_PASSWORD_H
#define CTL_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#define PASSWORD_MAX 1024 /* bytes, with a NUL */

/*
 * Reads a password: the first line of a file, of standard input if it is "-",
 * or from the terminal without echo if it is NULL.  twice: asks for it again,
 * and refuses an empty one.  -1 after a message.
 */
int password_get(char dst[PASSWORD_MAX], const char *file, bool twice);

#endif
