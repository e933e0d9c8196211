/* SPDX-License-Identifier: ISC */
/* The messages of a role that somebody has taken over; see bad_role.c. */
#ifndef LIVE_BAD_SAY_H
#define LIVE_BAD_SAY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/msg.h"

#define PARENT_FD 3
#define BURST 2000 /* messages in a row of a flood */

/*
 * Sends a message without chan, which refuses to send what is wrong.  -1 if the
 * channel is full.
 */
ssize_t say(int fd, enum msg_type, const void *body, size_t len);

/* To all peers: chan does not tell which descriptor is whose. */
void say_peer(enum msg_type, const void *body, size_t len);

/* Asks without end and reads nothing; PINGs are answered unseen. */
__attribute__((noreturn)) void ask_and_not_read(void (*ask)(void));

/* As many to the parent as it takes, at most BURST. */
void flood(enum msg_type, const void *body, size_t len);
void flood_log(const char *text, uint8_t priority);

/* -1 if the channel is full. */
ssize_t ask_socket(uint32_t ifindex, const uint8_t to[4], uint16_t port);

void ask_neigh(uint32_t ifindex, uint32_t host);

/* PEER_BAD with every number that a process of that role may have. */
void accuse_all(enum role);

/*
 * The message of a name, to all that it may go to: one byte too "short" or too
 * "long" (to the parent only), the shortest one of "zeros" or "ones", or the
 * longest one ("full") of ones.  folder: where a descriptor must come with it.
 */
void say_hostile(const char *name, const char *variant, int folder);

/* READY or REJECT of each configuration that there may be. */
void say_of_all_generations(enum msg_type);

void lie_about_death(void);

/* FILE_GIVE to a peer, with a duplicate of fd; -1: none. */
void give(enum role to, uint32_t id, uint8_t status, uint64_t size, int fd);

#endif
