/* SPDX-License-Identifier: ISC */
/* The versions of the libraries of a program, for --version. */
#ifndef DAEMON_LIBRARY_H
#define DAEMON_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* The only argument with which a role's program prints its libraries. */
#define LIBRARY_ARGUMENT "--libraries"

#define LIBRARY_LINE_MAX 128

struct library {
	const char *name;
	const char *running; /* NULL: it does not tell */
	const char *compiled; /* "": unknown */
};

/* Whether main() has this argument, and no other. */
bool library_asked(int argc, char *const argv[]);

/* "NAME VERSION (compiled with VERSION)" and a newline; returns dst. */
const char *library_line(const struct library *, char dst[LIBRARY_LINE_MAX]);

/* Writes the lines to standard output; returns the exit status. */
int library_print(const struct library *, size_t n);

#endif
