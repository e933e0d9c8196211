/* SPDX-License-Identifier: ISC */
/* Checks that compare several lines. */
#ifndef CONFD_CHECK_H
#define CONFD_CHECK_H

struct config;

/* Runs all checks; the configuration must have been read to its end. */
void check_config(struct config *);

#endif
