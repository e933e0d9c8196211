/* SPDX-License-Identifier: ISC */
/*
 * The blocks of a transfer and their numbers on the wire.  Pure; part of
 * tftpd/transfer.h.
 *
 * Blocks are counted from 1 in 64 bits.  A file of n bytes has n / blksize + 1
 * blocks; the last one is shorter than the others, perhaps empty (RFC 1350). On
 * the wire, block number 65535 is followed by `rollover`, each time.
 */
#ifndef TFTPD_TRANSFER_NUMBER_H
#define TFTPD_TRANSFER_NUMBER_H

#include "tftpd/transfer.h"

/*
 * Sets the last block of an open_end transfer, and its length, which is less
 * than blksize.  Must be called before its ACK can arrive.
 */
void transfer_end_at(struct transfer *, uint64_t block, uint32_t len);

/* The number of a block on the wire. */
uint16_t transfer_wire(uint64_t block, uint16_t rollover);

/*
 * Finds the block that an ACK refers to: the one from `acked` to `high` with
 * this number on the wire.  False if there is none because the ACK is older.
 */
bool transfer_ack_block(const struct transfer *, uint16_t wire, uint64_t *);

/*
 * Whether an ACK with this number would be the first one of the client, and
 * thus prove that its address is not forged.
 */
bool transfer_proves(const struct transfer *, uint16_t wire);

/* Bytes in a block that exists. */
uint32_t transfer_block_len(const struct transfer *, uint64_t block);

/* Bytes of the file that the client has acknowledged. */
uint64_t transfer_bytes(const struct transfer *);

#endif
