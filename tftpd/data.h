/* SPDX-License-Identifier: ISC */
/* From a file to the network: the blocks of a window. */
#ifndef TFTPD_DATA_H
#define TFTPD_DATA_H

#include <stddef.h>

#include "tftpd/transfer.h"

enum data_result {
	DATA_OK,
	DATA_FULL, /* the socket takes no more; see *unsent */
	DATA_UNREACHABLE, /* ICMP told so */
	DATA_TRUNCATED, /* the file ends before the block does */
	DATA_READ_FAILED, /* errno tells */
	DATA_SEND_FAILED, /* errno tells */
};

/*
 * Reads blocks [first, first + count) of the transfer and sends them on the
 * connected socket.  *unsent is set to the first block that did not leave.
 * Does not block on the socket.
 */
enum data_result data_send_blocks(int file, int sock, const struct transfer *,
    uint64_t first, uint32_t count, uint64_t *unsent);

/* One packet other than DATA. */
enum data_result data_send_packet(int sock, const void *, size_t);

/* What an errno of a connected UDP socket means. */
enum data_result data_result_of(int err);

#endif
