/* SPDX-License-Identifier: ISC */
/*
 * Sends errors to clients that get no transfer.  Like all packets, they are
 * sent on a socket that the parent has connected: tftpd cannot choose a
 * destination.
 */
#ifndef TFTPD_REFUSE_H
#define TFTPD_REFUSE_H

#include "tftpd/server.h"

#define REFUSE_SLOTS 64 /* errors that can wait for a socket */
#define REFUSE_MS 10000 /* after this time a waiting error may be dropped */

/*
 * Keeps a packet until its socket arrives.  Returns the id for the request to
 * the parent, which no session has, or 0 if too many packets wait.
 */
uint32_t refuse_hold(const void *, size_t, uint64_t now_ms);

/* Whether an id belongs to an error and not to a session. */
bool refuse_id(uint32_t id);

/*
 * The parent has answered: sends the packet.  sock: -1 if there is none; the
 * caller closes it.  False if no packet waits under this id any more because
 * the parent took too long.
 */
bool refuse_send(uint32_t id, int sock);

#endif
