/* SPDX-License-Identifier: ISC */
/* A configuration of tftpd that is being received from the parent. */
#ifndef TFTPD_PLAN_H
#define TFTPD_PLAN_H

#include "daemon/iface.h"
#include "tftpd/listen.h"

/* The records, interfaces and sockets received so far. */
struct plan {
	uint32_t ports; /* for transfers (tftp-port-range); 0: no limit */
	struct server_conf server;
	struct listen_set listen;
};

/* Frees and closes everything, and zeroes the plan. */
void plan_clear(struct plan *);

/* As in struct role_ops; -1 with the reason in why. */
int plan_record(struct plan *, const struct record *, char *why);
int plan_iface(struct plan *, const struct iface *, char *why);
int plan_socket(
    struct plan *, enum socket_use, uint32_t ifindex, int fd, char *why);

/*
 * Called at the end of the configuration: sets the MTU and root of each
 * listener, and limits the transfers to the available ports and descriptors.
 */
int plan_finish(struct plan *, uint32_t max_fds, char *why);

#endif
