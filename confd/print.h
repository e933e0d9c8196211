/* SPDX-License-Identifier: ISC */
/* Records as lines of the configuration language.  Pure. */
#ifndef CONFD_PRINT_H
#define CONFD_PRINT_H

#include <stddef.h>

#include "daemon/record.h"

#define PRINT_MAX 8192 /* room for the lines of any record */

/*
 * Writes the lines that give this record when they are read: none for a
 * default, several for the records that exist once.  Returns dst, ended with
 * a NUL; NULL when it does not fit or a value cannot be written.
 */
char *print_record(char *dst, size_t dstsz, const struct record *);

#endif
