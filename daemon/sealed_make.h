/* SPDX-License-Identifier: ISC */
/*
 * Makes files in memory (memfd_create(2)) that nobody can change once they are
 * sealed: a process that maps one need not fear that another truncates it.
 */
#ifndef DAEMON_SEALED_MAKE_H
#define DAEMON_SEALED_MAKE_H

#include <stddef.h>
#include <sys/types.h>

/* An empty file; -1 with errno. */
int sealed_make_new(const char *name);

/* Writes all n bytes; -1 with errno, ENOSPC if there is no more memory. */
int sealed_make_write(int fd, const void *, size_t n, off_t at);

/* Seals it against all changes; -1 with errno. */
int sealed_make_end(int fd);

#endif
