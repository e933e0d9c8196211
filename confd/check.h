/* SPDX-License-Identifier: ISC */
/* Checks that look at more than one line. */
#ifndef CONFD_CHECK_H
#define CONFD_CHECK_H

#include "confd/builder.h"

/* check_tags.c: tags that are tested but never set, and the other way. */
void check_tags(struct config *);

/* check_hosts.c: reservations against each other and against the ranges. */
void check_hosts(struct config *);

/* check_tftp.c; lowers tftp-max to the number of ports. */
void check_tftp(struct config *);

#endif
