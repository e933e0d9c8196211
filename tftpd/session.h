/* SPDX-License-Identifier: ISC */
/* Runs sessions that have their file and socket, until they end. */
#ifndef TFTPD_SESSION_H
#define TFTPD_SESSION_H

#include "tftpd/server.h"

void session_run(struct server *, struct session *, uint64_t now_ms);

/* Handle a packet, or an error, on the socket of a session. */
void session_answer(
    struct server *, struct session *, const void *, size_t, uint64_t now_ms);
void
session_sock_error(struct server *, struct session *, int err, uint64_t now_ms);

/* The client has retransmitted its request. */
void session_repeat(struct server *, struct session *, uint64_t now_ms);

/* The timer of the session is due. */
void session_expire(struct server *, struct session *, uint64_t now_ms);

/* Sends an error to the client, if the session has a socket. */
void session_error(
    struct server *, struct session *, enum tftp_code, const char *text);

/* Ends a session that is replaced by another one, without an error packet. */
void session_replace(
    struct server *, struct session *, enum transfer_end, uint64_t now_ms);
void session_stop(struct server *, struct session *, uint64_t now_ms);
void session_free(struct server *, struct session *);

#endif
