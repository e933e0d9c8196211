/* SPDX-License-Identifier: ISC */
/*
 * A configuration from standard input.  It can be read once only, so it is kept
 * in memory for reloads.
 */
#ifndef PRIV_CONF_STDIN_H
#define PRIV_CONF_STDIN_H

#include <stdbool.h>

#define CONF_STDIN_NAME "-"
#define CONF_STDIN_SHOWN "standard input"

/*
 * Reads standard input to its end, for conf_stdin_open(), if it was not read
 * before.  Only at the start, as a running parent may not make such files.
 * Returns 0, or -1 with errno.
 */
int conf_stdin_read(void);

/*
 * A descriptor of the text from its begin, or -1 with errno: ENODATA if it was
 * not read at the start.  The descriptors share their offset, so only one may
 * be read at a time.
 */
int conf_stdin_open(void);

#endif
