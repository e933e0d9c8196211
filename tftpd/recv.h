/* SPDX-License-Identifier: ISC */
/*
 * Connects the event loop to the server: receives requests at port 69 and the
 * answers of clients on the sockets of their sessions, passes them to the
 * server, sends packets for it, and runs its timers.  With tftp-single-port the
 * sockets of sessions receive requests as well.
 */
#ifndef TFTPD_RECV_H
#define TFTPD_RECV_H

#include "tftpd/busy_poll.h"
#include "tftpd/listen.h"

/* Must be called once; -1 if out of memory. */
int recv_init(struct server *, const struct listen_set *);

/*
 * Allocates the events of the first max sessions, which are those that will be
 * used (tftpd/table.h); -1 if out of memory.
 */
int recv_prepare(uint32_t max);

/* Handles a packet at port 69; for listen_start(). */
void
recv_request(const struct server_from *, const void *, size_t, bool truncated);

/* Must be called at the end of each event that may have set a timer. */
void recv_arm_timer(uint64_t now_ms);

/* For struct role_ops: whether to poll for packets or to sleep. */
enum role_turn recv_poll(void);

/* For struct server_ops. */
enum blocks_result recv_op_packet(struct session *, const void *, size_t);
enum blocks_result recv_op_blocks(
    struct session *, uint64_t first, uint32_t count, uint64_t *unsent);
void recv_op_watch(struct session *);
void recv_op_drain(struct session *, uint64_t now_ms);
void recv_op_release(struct session *);

#endif
