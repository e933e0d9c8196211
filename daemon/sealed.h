/* SPDX-License-Identifier: ISC */
/* Recognizes sealed files; see sealed_make.h. */
#ifndef DAEMON_SEALED_H
#define DAEMON_SEALED_H

#include <stdbool.h>
#include <sys/stat.h>

/* Whether nobody can shrink, grow or write this file; sets *st if so. */
bool sealed_is(int fd, struct stat *st);

#endif
