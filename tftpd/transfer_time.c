/* SPDX-License-Identifier: ISC */
/* How long a transfer waits for its client, and when it gives up. */
#include "tftpd/transfer.h"

#define SHORT_TIMES 8 /* that a window is sent at such a time */

/*
 * A negotiated time holds once the client has taken the OACK; until then
 * it would let anyone occupy a transfer for as long as they like.
 */
uint32_t
transfer_retry_ms(const struct transfer *t)
{
	if (!t->proven)
		return TRANSFER_RETRY_MS;
	if (t->terms.timeout_ms != 0)
		return t->terms.timeout_ms;
	return pace_retry_ms(&t->pace);
}

/*
 * How long to wait for the answer to a window that has left.  Without a
 * negotiated time its last block is then sent once more, to ask: RFC 7440
 * makes a client that misses something tell so, and one whose ACK was lost
 * repeat it.
 */
uint32_t
transfer_answer_ms(const struct transfer *t)
{
	if (t->proven && t->terms.timeout_ms == 0 && t->probed == 0)
		return pace_probe_ms(&t->pace, t->terms.window == 1);
	return t->retry_ms;
}

/* How long it may stand still: a long negotiated time gets four tries. */
static uint64_t
silence_max(const struct transfer *t)
{
	uint64_t four = (uint64_t)t->terms.timeout_ms * 4;

	return four > TRANSFER_SILENCE_MS ? four : TRANSFER_SILENCE_MS;
}

/* What we had to wait for ourselves is not its silence, within reason. */
bool
transfer_silent(const struct transfer *t, uint64_t now_ms)
{
	uint64_t held =
	    t->held_ms < TRANSFER_HELD_MS ? t->held_ms : TRANSFER_HELD_MS;

	return now_ms - t->progress_ms >= silence_max(t) + held;
}

void
transfer_back_off(struct transfer *t)
{
	uint32_t max = TRANSFER_RETRY_MAX_MS;

	if (t->proven && t->terms.timeout_ms != 0) {
		/*
		 * RFC 2349: the client has said how long.  Less than a second,
		 * which only utimeout can ask for, holds for some times: who
		 * is gone is not sent a window each 10 ms.
		 */
		if (t->terms.timeout_ms >= TRANSFER_RETRY_MS ||
		    t->sends < SHORT_TIMES)
			return;
		max = TRANSFER_RETRY_MS;
	}
	t->retry_ms = t->retry_ms > max / 2 ? max : t->retry_ms * 2;
}

/* It is not the client that keeps us waiting; no time counts twice. */
void
transfer_held(struct transfer *t, uint64_t from_ms, uint64_t to_ms)
{
	if (from_ms < t->held_to_ms)
		from_ms = t->held_to_ms;
	if (to_ms <= from_ms)
		return;
	t->held_ms += to_ms - from_ms;
	t->held_to_ms = to_ms;
}
