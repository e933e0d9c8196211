/* SPDX-License-Identifier: ISC */
/* Opens a session: gets the socket from the parent, the file from imaged. */
#ifndef TFTPD_OPENING_H
#define TFTPD_OPENING_H

#include "tftpd/server.h"

/* Requests the file and the socket of a new session. */
void opening_begin(struct server *, struct session *, uint64_t now_ms);

/*
 * Answers of the parent and of imaged.  If they return true, the session owns
 * fd; otherwise the caller does.  mtu: of the path to the client; 0: unknown.
 * way: enum file_way bits.
 */
bool opening_socket(struct server *, uint32_t id, int err, uint32_t mtu, int fd,
    uint64_t now_ms);
/*
 * FILE_BLOCKS: the table of hashes for the file that comes next.  Returns
 * whether it has taken over the descriptor.
 */
bool opening_table(struct server *, uint32_t id, int fd);

bool opening_file(struct server *, uint32_t id, enum file_status, uint8_t way,
    uint64_t size, int fd, uint64_t now_ms);

/* imaged is down; or it is up again, and gets the pending requests again. */
void opening_imaged_down(struct server *);
void opening_imaged_up(struct server *, uint64_t now_ms);

/* Warns if the parent or imaged has not answered in time. */
void opening_warn_late(struct server *, uint64_t now_ms);

#endif
