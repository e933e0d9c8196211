/* SPDX-License-Identifier: ISC */
/* Sends and receives single messages on a channel's socket, for chan.c. */
#ifndef DAEMON_CHAN_IO_H
#define DAEMON_CHAN_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Receives one message into buf, MSG_SIZE_MAX bytes.  Returns its length, 0
 * at the end of the channel, or -1 with errno; EMSGSIZE if bytes were
 * truncated, EMFILE if this process can have no more descriptors.  *nfds: how
 * many came with it, but not more than there is room for.  The first one,
 * close-on-exec, is in *fd, or *fd is -1; the others are closed.
 *
 * fd: NULL where none is allowed.  The kernel then drops those that came, and
 * this process need not close them: that waits for the server of a FUSE mount.
 */
ssize_t chan_io_recv(int sock, int flags, uint8_t *buf, int *fd, size_t *nfds);

/* Sends one message, with a descriptor unless fd is -1.  -1 with errno. */
int chan_io_send(int sock, const uint8_t *buf, size_t len, int fd);

/* Closes fd unless it is -1. */
void chan_io_close(int fd);

#endif
