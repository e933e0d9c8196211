/* SPDX-License-Identifier: ISC */
/* A configuration of tftpd while it is put together. */
#ifndef TFTPD_PLAN_H
#define TFTPD_PLAN_H

#include "daemon/iface.h"
#include "tftpd/listen.h"

/* What came with the records, interfaces and sockets. */
struct plan {
	bool enabled;
	bool single_port;
	uint32_t nroots; /* of single interfaces */
	uint64_t cache; /* bytes of packets that may lie ready */
	uint32_t ports; /* of transfers; 0: as many as there are */
	struct server_conf server;
	struct listen_set listen;
	uint32_t nifaces;
	struct {
		uint32_t index;
		uint32_t mtu;
		uint8_t root;
	} iface[TFTP_SOCKETS_MAX];
};

/* Gives back all that it holds and starts anew. */
void plan_clear(struct plan *);

/* As in struct role_ops; -1 with a sentence in why. */
int plan_record(struct plan *, const struct record *, char *why);
int plan_iface(struct plan *, const struct iface *, char *why);
int plan_socket(
    struct plan *, enum socket_use, uint32_t ifindex, int fd, char *why);

/*
 * All is there: tells each listener what it has to know, and how many transfers
 * there are ports and descriptors for.
 */
int plan_finish(struct plan *, uint32_t max_fds, char *why);

#endif
