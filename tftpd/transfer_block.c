/* SPDX-License-Identifier: ISC */
/* What a transfer is: its blocks, their numbers and lengths, its ends. */
#include "tftpd/transfer.h"

#include <string.h>

void
transfer_init(struct transfer *t, const struct transfer_terms *terms)
{
	memset(t, 0, sizeof(*t));
	t->terms = *terms;
	t->state = TRANSFER_NEW;
	if (terms->open_end)
		t->last = UINT64_MAX;
	else
		transfer_end_at(t, terms->size / terms->blksize + 1,
		    (uint32_t)(terms->size % terms->blksize));
	t->next = 1;
	t->retry_ms = TRANSFER_RETRY_MS;
}

void
transfer_end_at(struct transfer *t, uint64_t block, uint32_t len)
{
	t->last = block;
	t->last_len = len;
}

#define NUMBERS (UINT16_MAX + 1)

uint16_t
transfer_wire(uint64_t block, uint16_t rollover)
{
	if (block < NUMBERS)
		return (uint16_t)block;
	return (uint16_t)(rollover +
			  (block - NUMBERS) % (uint64_t)(NUMBERS - rollover));
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
	uint64_t turn = NUMBERS - start, base;

	if (wire >= t->acked) {
		*block = wire; /* of the first turn */
	} else if (wire < start) {
		return false; /* the next turns have no such block */
	} else if (t->acked < NUMBERS) {
		*block = NUMBERS + (uint64_t)(wire - start);
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

const char *
transfer_end_text(enum transfer_end end)
{
	static const char *const text[TRANSFER_END_MAX] = {
		[TRANSFER_RUNNING] = "running",
		[TRANSFER_SENT] = "sent",
		[TRANSFER_UNCONFIRMED] = "sent, last ACK missing",
		[TRANSFER_PROBE] = "probe",
		[TRANSFER_ABORTED] = "client gave up",
		[TRANSFER_NO_ANSWER] = "no answer from client",
		[TRANSFER_SILENT] = "client fell silent",
		[TRANSFER_UNREACHABLE] = "client unreachable",
		[TRANSFER_TRUNCATED] = "file was truncated",
		[TRANSFER_READ_FAILED] = "file cannot be read",
		[TRANSFER_SEND_FAILED] = "packet cannot be sent",
		[TRANSFER_STOPPED] = "server stopping",
		[TRANSFER_REPLACED] = "replaced by a new request",
		[TRANSFER_GAVE_WAY] = "gave way to another client",
		[TRANSFER_NO_PLACE] = "no transfer has ended in time",
	};

	return (unsigned int)end < TRANSFER_END_MAX ? text[end] : "?";
}
