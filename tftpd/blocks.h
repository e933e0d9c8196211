/* SPDX-License-Identifier: ISC */
/*
 * Sends the blocks of a window from a file to the network.
 *
 * A window is read by one preadv2() or copied from a mapping into slots that
 * each begin with a header, and sent by one send() that the kernel splits into
 * packets (UDP_SEGMENT).  If the path does not support that, each block is sent
 * separately.  Nothing here waits for the socket or for a disk, except on file
 * systems that do not support RWF_NOWAIT.
 */
#ifndef TFTPD_BLOCKS_H
#define TFTPD_BLOCKS_H

#include <stddef.h>

#include "tftpd/netascii.h"
#include "tftpd/transfer.h"

#define BLOCKS_WAIT_MS 3 /* between two attempts to read from a slow disk */
#define BLOCKS_WAIT_LONG_MS 10 /* after some tries */
#define BLOCKS_WAIT_LONGEST_MS 50
#define BLOCKS_WAITS_MAX 300 /* in a row, then the transfer fails: 13 s */

struct checked_file;
struct map;

/* The file and socket of a transfer; part of its session. */
struct blocks {
	int file; /* descriptors; -1: none */
	int sock; /* connected */
	int table; /* of the hashes of its blocks; until it is there */
	bool netascii; /* translate while reading; the window is 1 */
	struct checked_file *checked; /* NULL: the content is not compared */
	/* The rest is private. */
	bool file_known; /* file_map() has tried to map it */
	struct map *map; /* NULL: the file is read */
	bool file_waits; /* the file system has no RWF_NOWAIT */
	bool whole_only; /* UDP_SEGMENT does not work on this path */
	uint16_t segment; /* the socket's UDP_SEGMENT; 0: not set */
	uint16_t waits; /* reads in a row that would have waited */
	struct netascii_at ascii; /* start of `ascii_block` */
	struct netascii_at ascii_next;
	uint64_t ascii_block; /* the last one translated; 0: none */
};

enum blocks_result {
	BLOCKS_OK,
	BLOCKS_FULL, /* the socket is full; see *unsent */
	BLOCKS_WAIT, /* data is not in memory yet; retry in some ms */
	BLOCKS_UNREACHABLE, /* reported by ICMP */
	BLOCKS_TRUNCATED, /* the file is shorter than at the start */
	BLOCKS_CHANGED, /* it is not what was checked any more */
	BLOCKS_READ_FAILED, /* see errno */
	BLOCKS_SEND_FAILED, /* see errno */
};

/* Counters of all transfers together. */
struct blocks_stats {
	uint64_t sends; /* of one block */
	uint64_t segmented; /* sends of several blocks */
	uint64_t segmented_blocks;
	uint64_t cannot_segment; /* sockets without UDP_SEGMENT */
	uint64_t mapped; /* transfers of mapped files */
	uint64_t reads;
	uint64_t waits; /* reads that a disk delayed */
	uint64_t filtered; /* packets dropped by this host's packet filter */
};

/* Initializes it without file and socket. */
void blocks_init(struct blocks *);

/* Closes the file and the socket. */
void blocks_close(struct blocks *);

/*
 * Sends blocks [first, first + count) of the transfer, and sets *unsent to the
 * first block that was not sent.  At the end of a translated file it calls
 * transfer_end_at().
 */
enum blocks_result blocks_send(struct blocks *, struct transfer *,
    uint64_t first, uint32_t count, uint64_t *unsent);

/* How long to pause after BLOCKS_WAIT; longer after many waits. */
uint32_t blocks_wait_ms(const struct blocks *);

/* Sends one packet other than DATA. */
enum blocks_result blocks_send_packet(struct blocks *, const void *, size_t);

/* Sends one packet on a connected socket that belongs to no transfer. */
enum blocks_result blocks_send_once(int sock, const void *, size_t);

/* The result that an errno of a connected UDP socket stands for. */
enum blocks_result blocks_result_of(int err);

extern struct blocks_stats blocks_stats;

#endif
