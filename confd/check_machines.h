/* SPDX-License-Identifier: ISC */
/* Checks of dhcp-host: machines with several lines, and routers. */
#ifndef CONFD_CHECK_MACHINES_H
#define CONFD_CHECK_MACHINES_H

struct config;

void check_machines(struct config *);

#endif
