/* SPDX-License-Identifier: ISC */
/* How long a packet has waited in the buffer of its socket. */
#ifndef DAEMON_PACKET_AGE_H
#define DAEMON_PACKET_AGE_H

#include <stdint.h>

struct msghdr;

/* Milliseconds; 0 if the socket does not have SO_TIMESTAMPNS. */
uint32_t packet_age_ms(struct msghdr *);

#endif
