/* SPDX-License-Identifier: ISC */
/*
 * From a file to the network: the blocks of a window.
 *
 * A window is read by one preadv2(), or found in a mapping, cut into slots
 * behind headers, and leaves by one send() that the kernel cuts into packets
 * (UDP_SEGMENT), where the path allows that, else by one send() for each block.
 * Of files that are mapped, packets may lie ready.
 * After a window has left, the next one is read ahead into a slab, while there
 * is a free one.  Nothing here waits, neither for the socket nor for a disk,
 * but for file systems that cannot say that they would.
 */
#ifndef TFTPD_DATA_H
#define TFTPD_DATA_H

#include <stddef.h>

#include "tftpd/netascii.h"
#include "tftpd/transfer.h"

#define DATA_WAIT_MS 3 /* between two looks for what a disk reads */
#define DATA_WAIT_LONG_MS 10 /* after some of them */
#define DATA_WAIT_LONGEST_MS 50
#define DATA_WAITS_MAX 300 /* in a row, until a disk is given up: 13 s */

struct map;
struct ready;
struct slab;

/* What one transfer reads from and sends to; part of its session. */
struct data {
	int file; /* descriptors; -1: none */
	int sock; /* connected */
	bool netascii; /* translate while reading; the window is 1 */
	/* The rest is private. */
	bool file_known; /* whether it can be mapped was found out */
	struct map *map; /* NULL: it is read */
	struct ready *ready; /* its packets; NULL: they are put together here */
	bool file_waits; /* the file system has no RWF_NOWAIT */
	bool whole_only; /* the path does not segment */
	bool broken; /* a part of a packet is in the socket: no more may be */
	uint16_t segment; /* the socket's UDP_SEGMENT; 0: not set */
	uint16_t waits; /* reads in a row that would have waited */
	struct slab *slab;
	uint64_t held_first; /* blocks in the slab, ready to leave */
	uint32_t held_count;
	struct netascii_at ascii; /* where `ascii_block` begins */
	struct netascii_at ascii_next;
	uint64_t ascii_block; /* 0: none was translated yet */
};

enum data_result {
	DATA_OK,
	DATA_FULL, /* the socket takes no more; see *unsent */
	DATA_WAIT, /* the disk is still reading; come back in some ms */
	DATA_UNREACHABLE, /* ICMP told so */
	DATA_TRUNCATED, /* the file ends before the block does */
	DATA_READ_FAILED, /* errno tells */
	DATA_SEND_FAILED, /* errno tells */
};

/* What happened, for all transfers together. */
struct data_stats {
	uint64_t sends; /* of one block */
	uint64_t segmented; /* sends of several blocks */
	uint64_t segmented_blocks;
	uint64_t cannot_segment; /* sockets whose path does not */
	uint64_t mapped; /* transfers of files that are mapped, */
	uint64_t ready; /* and of those whose packets lie ready */
	uint64_t reads;
	uint64_t waits; /* reads of what no disk has brought yet */
	uint64_t no_slab; /* windows that could not be read ahead */
};

/* No file, no socket. */
void data_init(struct data *);

/* Closes both and gives the slab back. */
void data_close(struct data *);

/*
 * Sends blocks [first, first + count) of the transfer.  *unsent is set to the
 * first block that did not leave.  Tells the transfer where it ends, by
 * transfer_end_at(), when the end of a translated file is read.
 */
enum data_result data_send_blocks(struct data *, struct transfer *,
    uint64_t first, uint32_t count, uint64_t *unsent);

/* After DATA_WAIT: how long to pause, the longer the longer it lasts. */
uint32_t data_wait_ms(const struct data *);

/*
 * To be called when all blocks that may leave have left: reads ahead what
 * follows, while the client's ACK is on its way.
 */
void data_ahead(struct data *, const struct transfer *);

/* One packet other than DATA. */
enum data_result data_send_packet(struct data *, const void *, size_t);

/* The same by a connected socket that belongs to no transfer. */
enum data_result data_send_once(int sock, const void *, size_t);

/* What an errno of a connected UDP socket means. */
enum data_result data_result_of(int err);

extern struct data_stats data_stats;

#endif
