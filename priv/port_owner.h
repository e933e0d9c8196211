/* SPDX-License-Identifier: ISC */
/* Finds the process that uses a port. */
#ifndef PRIV_PORT_OWNER_H
#define PRIV_PORT_OWNER_H

#include <stdint.h>
#include <sys/types.h>

#include "priv/proc.h"

struct port_owner {
	uid_t uid; /* of the creator of the socket; 0 also if there is none */
	pid_t pid; /* of pxeguard: the parent */
	char name[PROC_NAME_MAX];
};

/*
 * Finds the process whose socket prevents that a port is bound to a device.
 * False if there is none, if it was not found within two seconds, or if this
 * process may not see it: after the start the parent cannot look at the
 * descriptors of others.  The uid is then still set.
 */
bool port_owner_find(
    int family, int type, uint16_t port, uint32_t ifindex, struct port_owner *);

/* Whether a process has a UDP socket with this port, at any address. */
bool port_owner_is(pid_t, uint16_t port);

#endif
