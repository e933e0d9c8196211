/* SPDX-License-Identifier: ISC */
/* Rejects, drops or repeats requests at port 69, or begins a session. */
#ifndef TFTPD_REQUEST_H
#define TFTPD_REQUEST_H

#include "tftpd/server.h"

/* Handles a packet at port 69. */
void request_handle(struct server *, const struct server_from *, const void *,
    size_t, uint64_t now_ms);

#endif
