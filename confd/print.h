/* SPDX-License-Identifier: ISC */
/* Prints records as lines of the configuration language.  No I/O. */
#ifndef CONFD_PRINT_H
#define CONFD_PRINT_H

#include <stddef.h>

#include "daemon/record.h"

#define PRINT_MAX RECORD_LINE_MAX /* room for the lines of any record */

/*
 * Prints the directives that produce this record.  Defaults print nothing; a
 * singleton record (DHCP, TFTP, DAEMON, STORE) prints one line for each
 * setting. Returns dst, always with a NUL; NULL if it does not fit or a value
 * cannot be printed.
 */
char *print_record(char *dst, size_t dstsz, const struct record *);

#endif
