/* SPDX-License-Identifier: ISC */
/* --version: what this build can do, and the libraries that it uses. */
#ifndef PRIV_VERSION_H
#define PRIV_VERSION_H

/*
 * Prints it on standard output.  Roles are asked for the libraries that they
 * alone are linked with; one that does not answer within a few seconds is left
 * out.  Returns the exit status.
 */
int version_print(void);

#endif
