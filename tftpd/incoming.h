/* SPDX-License-Identifier: ISC */
/*
 * What arrives: requests at port 69, and on the sockets of sessions what
 * clients answer.  With tftp-single-port these sockets get requests as well.
 */
#ifndef TFTPD_INCOMING_H
#define TFTPD_INCOMING_H

#include "tftpd/listen.h"

struct incoming {
	struct server *server;
	const struct listen_set *listening;
	/* After one packet or some: timers may have been set. */
	void (*done)(uint64_t now_ms);
	/* The rest is private. */
	bool single_port; /* sessions share port 69 with the listeners */
	bool awake;
	struct sweep sweep;
	uint64_t answers;
};

void incoming_init(const struct incoming *);

/* From now on sessions get sockets at port 69, or at ports of their own. */
void incoming_single_port(bool);

/*
 * Makes what max sessions need to be watched; -1 when there is no memory.  Of a
 * pool that has grown for a configuration that failed, the first ones have it.
 */
int incoming_prepare(uint32_t max);

/* A packet at port 69; for listen_start(). */
void incoming_request(
    const struct server_from *, const void *, size_t, bool truncated);

/* As the operations of struct server_ops; forgetting closes nothing. */
void incoming_watch(struct session *);
void incoming_look(struct session *, uint64_t now_ms);
void incoming_forget(struct session *);

/* How many packets clients have answered with, in all. */
uint64_t incoming_answers(void);

/*
 * Looks at the sessions that are not watched, again and again while there are
 * packets, for as long as the event loop may wait for its turn.  `awake`: this
 * server does not sleep, so more of them may be taken from the event loop.
 */
void incoming_sweep(bool awake);

/* Whether there are such sessions. */
bool incoming_sweeps(void);

/* Before this server sleeps: all sessions are watched again. */
void incoming_watch_all(void);

#endif
