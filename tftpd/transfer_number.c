/* SPDX-License-Identifier: ISC */
/* Maps the numbers on the wire to blocks, and blocks to bytes. */
#include "tftpd/transfer_number.h"

#define WIRE_NUMBERS (UINT16_MAX + 1) /* block numbers on the wire */

void
transfer_end_at(struct transfer *t, uint64_t block, uint32_t len)
{
	t->last = block;
	t->last_len = len;
}

uint16_t
transfer_wire(uint64_t block, uint16_t rollover)
{
	if (block < WIRE_NUMBERS)
		return (uint16_t)block;
	return (uint16_t)(rollover + (block - WIRE_NUMBERS) %
					 (uint64_t)(WIRE_NUMBERS - rollover));
}

uint32_t
transfer_block_len(const struct transfer *t, uint64_t block)
{
	if (block < t->last)
		return t->terms.blksize;
	return t->last_len;
}

uint64_t
transfer_bytes(const struct transfer *t)
{
	if (t->acked >= t->last)
		return (t->last - 1) * t->terms.blksize + t->last_len;
	return t->acked * t->terms.blksize;
}

bool
transfer_ack_block(const struct transfer *t, uint16_t wire, uint64_t *block)
{
	uint16_t start = t->terms.rollover;
	uint64_t turn = WIRE_NUMBERS - start, base;

	if (wire >= t->acked) {
		*block = wire; /* before the first rollover */
	} else if (wire < start) {
		return false; /* numbers below `start` are not used again */
	} else if (t->acked < WIRE_NUMBERS) {
		*block = WIRE_NUMBERS + (uint64_t)(wire - start);
	} else {
		base = transfer_wire(t->acked, start);
		*block = t->acked + (wire + turn - base) % turn;
	}
	return *block <= t->high;
}

bool
transfer_proves(const struct transfer *t, uint16_t wire)
{
	uint64_t block;

	if (t->proven)
		return false;
	if (t->state == TRANSFER_OACK)
		return wire == 0;
	return t->state == TRANSFER_DATA &&
	       transfer_ack_block(t, wire, &block) && block != t->acked;
}
