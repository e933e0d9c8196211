/* SPDX-License-Identifier: ISC */
/* Messages of pxeguard-sign. */
#ifndef CTL_TELL_H
#define CTL_TELL_H

#include <stdbool.h>

#define TELL_NAME "pxeguard-sign"

/* Exit statuses. */
enum tell_status {
	TELL_OK = 0,
	TELL_BAD = 1, /* verify: something is not signed */
	TELL_FAILED = 2 /* usage, or an error */
};

/* Lines on standard error, escaped, with the program's name before them. */
void tell_error(const char *, ...) __attribute__((format(printf, 1, 2)));
void tell_warning(const char *, ...) __attribute__((format(printf, 1, 2)));

/* A line on standard output, escaped. */
void tell_line(const char *, ...) __attribute__((format(printf, 1, 2)));

/* Whether all of standard output was written; else it says why. */
bool tell_finish(void);

#endif
