/* SPDX-License-Identifier: ISC */
/* --version: what this build can do, and the libraries that it uses. */
#ifndef COMMAND_VERSION_H
#define COMMAND_VERSION_H

/*
 * Prints it on standard output.  Roles are asked for the libraries that they
 * alone are linked with; one that does not answer and end within seconds is
 * named on standard error, and the exit status, which is returned, is 1.
 */
int version_print(void);

#endif
