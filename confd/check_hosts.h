/* SPDX-License-Identifier: ISC */
/* Checks reservations against each other and against the ranges. */
#ifndef CONFD_CHECK_HOSTS_H
#define CONFD_CHECK_HOSTS_H

struct config;

void check_hosts(struct config *);

#endif
