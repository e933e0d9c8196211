/* SPDX-License-Identifier: ISC */
/* The deeds that only one role can do; see bad_role.c. */
#ifndef LIVE_BAD_DEEDS_H
#define LIVE_BAD_DEEDS_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/chan.h"
#include "daemon/msg.h"

#define BAD_SOCKETS_MAX 16

struct bad {
	enum role role;
	char deed[64];
	char honest[512]; /* path of the program that it is without a deed */
	uint32_t ifindex; /* of br0 */
	uint32_t n; /* how often a deed was repeated, for ids */
	unsigned int commits;
	int folder; /* imaged: a directory */
	int sockets[BAD_SOCKETS_MAX]; /* of its services */
	size_t nsockets;
};

extern struct bad bad;

bool is(const char *deed);

/*
 * By role: what it does once it serves, again and again if the deed is a
 * flood.
 */
extern void (*const deeds_serving[ROLE_MAX])(void);

/* By role: what it does with a message; NULL: nothing. */
extern void (*const deeds_answering[ROLE_MAX])(struct chan *, struct msg *);

/* Ends what the sockets of its services are for. */
void sockets_shut(void);

/* Those of bad_dhcp.c. */
void dhcpd_deeds(void);
void leased_deeds(void);
/* Of leased and imaged; false for another deed. */
bool serial_deeds(enum role to, enum msg_type with_row);

#endif
