/* SPDX-License-Identifier: ISC */
/* Decides how long a transfer waits for its client. */
#include "tftpd/transfer_wait.h"

#define SHORT_RETRIES 8 /* retransmissions at a timeout below 1 s */

/*
 * A negotiated timeout takes effect once the client has acknowledged the OACK.
 * Otherwise a forged request could hold a transfer for as long as it specifies.
 */
uint32_t
transfer_wait_retry_ms(const struct transfer *t)
{
	if (!t->proven)
		return TRANSFER_RETRY_MS;
	if (t->terms.timeout_ms != 0)
		return t->terms.timeout_ms;
	return pace_retry_ms(&t->pace);
}

/*
 * How long to wait for the answer to a window.  Without a negotiated timeout
 * the last block is then retransmitted as a probe: by RFC 7440 a client that
 * misses a block reports the gap, and a client whose ACK was lost repeats it.
 */
uint32_t
transfer_wait_answer_ms(const struct transfer *t)
{
	if (t->proven && t->terms.timeout_ms == 0 && t->probes_sent == 0)
		return pace_probe_ms(&t->pace, t->terms.window == 1);
	return t->retry_ms;
}

/* How long a transfer may make no progress: at least four negotiated timeouts.
 */
static uint64_t
silence_max(const struct transfer *t)
{
	uint64_t four = (uint64_t)t->terms.timeout_ms * 4;

	return four > TRANSFER_SILENCE_MS ? four : TRANSFER_SILENCE_MS;
}

/* Whether the client is silent.  Our own pauses do not count, up to a limit. */
bool
transfer_wait_over(const struct transfer *t, uint64_t now_ms)
{
	uint64_t held =
	    t->held_ms < TRANSFER_HELD_MS ? t->held_ms : TRANSFER_HELD_MS;

	return now_ms - t->progress_ms >= silence_max(t) + held;
}

void
transfer_wait_longer(struct transfer *t)
{
	uint32_t max = TRANSFER_RETRY_MAX_MS;

	if (t->proven && t->terms.timeout_ms != 0) {
		/*
		 * RFC 2349: the timeout is constant.  Below one second, which
		 * only utimeout can request, it is constant for a few tries
		 * only, because a client that has gone away must not get a
		 * window every 10 ms.
		 */
		if (t->terms.timeout_ms >= TRANSFER_RETRY_MS ||
		    t->sends < SHORT_RETRIES)
			return;
		max = TRANSFER_RETRY_MS;
	}
	t->retry_ms = t->retry_ms > max / 2 ? max : t->retry_ms * 2;
}

/* Counts a pause that the client did not cause; no time counts twice. */
void
transfer_wait_held(struct transfer *t, uint64_t from_ms, uint64_t to_ms)
{
	if (from_ms < t->held_to_ms)
		from_ms = t->held_to_ms;
	if (to_ms <= from_ms)
		return;
	t->held_ms += to_ms - from_ms;
	t->held_to_ms = to_ms;
}
