/* SPDX-License-Identifier: ISC */
/*
 * Errors to clients that get no transfer.  They leave, like everything else
 * here, by a socket that the parent connected: tftpd has no right to name a
 * destination itself.
 */
#ifndef TFTPD_REFUSE_H
#define TFTPD_REFUSE_H

#include "tftpd/server.h"

#define REFUSE_SLOTS 64 /* that wait for their socket */
#define REFUSE_MS 10000 /* from then on one may give way to another */

/*
 * Keeps a packet for the client until its socket is there.  Returns the id to
 * ask the parent for one with, which no session has, or 0 when too many wait.
 */
uint32_t refuse_hold(const void *, size_t, uint64_t now_ms);

/* Whether an id is of this kind. */
bool refuse_id(uint32_t id);

/*
 * The parent's answer: sends what waits.  The socket stays the caller's, -1
 * when there is none.  False when nothing waits under this id any more, as the
 * parent took too long.
 */
bool refuse_send(uint32_t id, int sock);

#endif
