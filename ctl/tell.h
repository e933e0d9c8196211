/* SPDX-License-Identifier: ISC */
/* Messages of pxeguard-sign. */
#ifndef CTL_TELL_H
#define CTL_TELL_H

#include <stdbool.h>
#include <stdio.h>

#define TELL_NAME "pxeguard-sign"

/* Exit statuses. */
enum tell_status {
	TELL_OK = 0,
	TELL_BAD = 1, /* verify: something is not signed */
	TELL_FAILED = 2 /* usage, or an error */
};

/* Writes the prefix as it is, the text escaped, and a newline. */
void tell(FILE *, const char *prefix, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Lines on standard error, with the program's name before them. */
#define tell_error(...) tell(stderr, TELL_NAME ": ", __VA_ARGS__)
#define tell_warning(...) tell(stderr, TELL_NAME ": warning: ", __VA_ARGS__)

/* A line on standard output. */
#define tell_line(...) tell(stdout, "", __VA_ARGS__)

/* Whether all of standard output was written; else it says why. */
bool tell_finish(void);

#endif
