/* SPDX-License-Identifier: ISC */
/* --version: what this build can do, and the libraries that it uses. */
#ifndef COMMAND_VERSION_H
#define COMMAND_VERSION_H

/*
 * Prints it on standard output, with the libraries that only roles are linked
 * with, for which it runs them.  Returns the exit status: 1, after a message,
 * if a role gave no answer within seconds.
 */
int version_print(void);

#endif
