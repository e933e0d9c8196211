/* SPDX-License-Identifier: ISC */
/* One TFTP read: what to send when, and when to stop. */
#include "tftpd/transfer.h"

#include <string.h>

#include "tftpd/packet.h"

/*
 * A negotiated time holds once the client has taken the OACK; until then
 * it would let anyone occupy a transfer for as long as they like.
 */
static uint32_t
retry_first(const struct transfer *t)
{
	if (t->proven && t->terms.timeout_s != 0)
		return (uint32_t)t->terms.timeout_s * 1000;
	return TRANSFER_RETRY_MS;
}

/* How long it may stand still: a long negotiated time gets four tries. */
static uint64_t
silence_max(const struct transfer *t)
{
	uint64_t four = (uint64_t)t->terms.timeout_s * 4000;

	return four > TRANSFER_SILENCE_MS ? four : TRANSFER_SILENCE_MS;
}

void
transfer_init(struct transfer *t, const struct transfer_terms *terms)
{
	memset(t, 0, sizeof(*t));
	t->terms = *terms;
	t->state = TRANSFER_NEW;
	t->last = terms->size / terms->blksize + 1;
	t->next = 1;
	t->retry_ms = retry_first(t);
	t->rtt_ms = TRANSFER_RTT_MS;
}

uint16_t
transfer_wire(uint64_t block, uint8_t rollover)
{
	if (rollover == 0 || block == 0)
		return (uint16_t)block;
	return (uint16_t)((block - 1) % UINT16_MAX + 1);
}

uint32_t
transfer_block_len(const struct transfer *t, uint64_t block)
{
	if (block < t->last)
		return t->terms.blksize;
	return (uint32_t)(t->terms.size % t->terms.blksize);
}

uint64_t
transfer_bytes(const struct transfer *t)
{
	if (t->acked >= t->last)
		return t->terms.size;
	return t->acked * t->terms.blksize;
}

/*
 * The block that an ACK means: the one from `acked` to `high` that has this
 * number on the wire.  False when there is none, for the ACK is older.
 */
static bool
ack_block(const struct transfer *t, uint16_t wire, uint64_t *block)
{
	uint16_t base = transfer_wire(t->acked, t->terms.rollover);
	uint64_t ahead;

	if (t->terms.rollover == 0)
		ahead = (uint16_t)(wire - base);
	else if (wire == 0 && t->acked != 0)
		return false; /* there is no such block after the first turn */
	else
		ahead = (wire + (uint64_t)UINT16_MAX - base) % UINT16_MAX;
	*block = t->acked + ahead;
	return *block <= t->high;
}

static void
finish(struct transfer *t, struct transfer_actions *a, enum transfer_end end)
{
	t->state = TRANSFER_DONE;
	a->end = (uint8_t)end;
}

static void
timer_set(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	t->retry_at_ms = now_ms + t->retry_ms;
	a->timer_ms = t->retry_at_ms;
}

/* Starts to measure the round trip, unless that is under way. */
static void
rtt_start(struct transfer *t, uint64_t block, uint64_t now_ms)
{
	if (t->rtt_block != 0)
		return;
	t->rtt_block = block;
	t->rtt_from_ms = now_ms;
	t->resend_seen = false;
}

/* An answer to something sent twice measures nothing (Karn's rule). */
static void
rtt_take(struct transfer *t, uint64_t acked, uint64_t now_ms)
{
	uint64_t ms = now_ms - t->rtt_from_ms;

	if (t->rtt_block == 0 || acked < t->rtt_block)
		return;
	if (!t->resend_seen && ms <= TRANSFER_RETRY_MAX_MS)
		t->rtt_ms = (uint32_t)((t->rtt_ms * 3 + ms) / 4);
	t->rtt_block = 0;
}

/* Sends what the window has room for, from `next` on. */
static void
window_send(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	uint64_t end = t->acked + t->terms.window; /* the last one allowed */

	if (end > t->last)
		end = t->last;
	if (t->next > end)
		return;
	a->first = t->sent_first = t->next;
	a->count = (uint32_t)(end - t->next + 1);
	if (t->next <= t->high) {
		t->resent += (end < t->high ? end : t->high) - t->next + 1;
		t->resend_seen = true;
	}
	t->next = end + 1;
	t->high_before = t->high;
	if (end > t->high)
		t->high = end;
	t->sends++;
	rtt_start(t, end, now_ms);
	timer_set(t, a, now_ms);
}

/* Sends again all that waits for an ACK. */
static void
window_again(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	t->doubt = false;
	t->next = t->acked + 1;
	window_send(t, a, now_ms);
	t->recover = t->high;
}

/* The client has got further: the back-off starts anew. */
static void
progress(struct transfer *t, uint64_t now_ms)
{
	t->proven = true;
	t->sends = 0;
	t->retry_ms = retry_first(t);
	t->progress_ms = now_ms;
}

static void
on_start(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	if (t->state != TRANSFER_NEW)
		return;
	t->progress_ms = now_ms;
	if (t->terms.oack) {
		t->state = TRANSFER_OACK;
		t->sends = 1;
		a->oack = true;
		timer_set(t, a, now_ms);
		return;
	}
	t->state = TRANSFER_DATA;
	window_send(t, a, now_ms);
}

/*
 * The client has told of a gap after `acked`: it has dropped what it got
 * behind it (RFC 7440 section 4), and the window goes out again.  But an echo
 * of a block or of an ACK looks just so, and to answer each of those would
 * breed new ones.  While blocks are under way for the second time the gap is
 * therefore believed only if it stays: until then the window slides on.
 */
static void
on_gap(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	uint64_t wait_ms = 2 * (uint64_t)t->rtt_ms + TRANSFER_DOUBT_MS;

	if (t->acked > t->recover || t->recover == 0) {
		window_again(t, a, now_ms);
		return;
	}
	window_send(t, a, now_ms);
	t->doubt = true;
	if (wait_ms < t->retry_ms) {
		t->retry_at_ms = now_ms + wait_ms;
		a->timer_ms = t->retry_at_ms;
	}
}

/*
 * An ACK of what was acknowledged before.  In lockstep it is the echo of a
 * block sent twice, and to answer it would double every block from then on:
 * the Sorcerer's Apprentice, RFC 1123 4.2.3.1.
 */
static void
on_ack_again(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	if (t->terms.window > 1 && t->next > t->acked + 1 && !t->doubt)
		on_gap(t, a, now_ms);
}

static void
on_oack_ack(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a, uint64_t now_ms)
{
	/* RFC 2347: block 0 acknowledges the options. */
	if (ev->block != 0)
		return;
	if (t->sends == 1)
		t->rtt_ms = (uint32_t)(now_ms - t->progress_ms);
	t->state = TRANSFER_DATA;
	progress(t, now_ms);
	window_send(t, a, now_ms);
}

static void
on_ack(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a, uint64_t now_ms)
{
	uint64_t block;

	if (t->state == TRANSFER_OACK) {
		on_oack_ack(t, ev, a, now_ms);
		return;
	}
	if (t->state != TRANSFER_DATA || !ack_block(t, ev->block, &block))
		return;
	if (block == t->acked) {
		on_ack_again(t, a, now_ms);
		return;
	}
	progress(t, now_ms);
	rtt_take(t, block, now_ms);
	t->acked = block;
	t->doubt = false;
	if (t->next <= t->acked)
		t->next = t->acked + 1;
	if (t->acked == t->last)
		finish(t, a, TRANSFER_SENT);
	else if (t->acked < t->high)
		on_gap(t, a, now_ms);
	else
		window_send(t, a, now_ms);
}

static void
on_error(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a)
{
	/* UEFI asks for the size so, and refuses the OACK once it has it. */
	if (t->state == TRANSFER_OACK &&
	    (ev->code == TFTP_EOPTION || ev->code == TFTP_EUNDEF))
		finish(t, a, TRANSFER_PROBE);
	else
		finish(t, a, TRANSFER_ABORTED);
}

/* Sends again what waits for an ACK. */
static void
resend(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	if (t->state == TRANSFER_OACK) {
		t->sends++;
		t->resent++;
		a->oack = true;
		timer_set(t, a, now_ms);
	} else if (t->state == TRANSFER_DATA) {
		window_again(t, a, now_ms);
	}
}

static void
retry_back_off(struct transfer *t)
{
	uint32_t max = retry_first(t);

	if (max < TRANSFER_RETRY_MAX_MS)
		max = TRANSFER_RETRY_MAX_MS;
	t->retry_ms = t->retry_ms > max / 2 ? max : t->retry_ms * 2;
}

static void
on_timer(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	uint64_t end = t->acked + t->terms.window;

	if (now_ms < t->retry_at_ms) {
		a->timer_ms = t->retry_at_ms;
		return;
	}
	if (!t->proven && t->sends >= TRANSFER_UNPROVEN_MAX) {
		finish(t, a, TRANSFER_NO_ANSWER);
		return;
	}
	if (now_ms - t->progress_ms >= silence_max(t)) {
		finish(t, a, t->proven ? TRANSFER_SILENT : TRANSFER_NO_ANSWER);
		return;
	}
	if (t->state == TRANSFER_DATA && t->next <= t->last && t->next <= end) {
		/* The socket was full: the rest of the window is due. */
		window_send(t, a, now_ms);
		return;
	}
	if (t->doubt) {
		window_again(t, a, now_ms);
		return;
	}
	retry_back_off(t);
	resend(t, a, now_ms);
}

/* A request that was repeated because our answer to it is lost. */
static void
on_repeat(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	/* More answers than requests and retries would make us a flood. */
	if (t->proven || t->sends >= TRANSFER_UNPROVEN_MAX)
		return;
	resend(t, a, now_ms);
}

static void
on_partial(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a, uint64_t now_ms)
{
	if (t->state == TRANSFER_DATA && ev->unsent >= t->sent_first &&
	    ev->unsent < t->next) {
		if (t->high_before >= ev->unsent)
			t->resent -=
			    (t->high_before < t->next ? t->high_before + 1
						      : t->next) -
			    ev->unsent;
		t->high = t->high_before > ev->unsent - 1 ? t->high_before
							  : ev->unsent - 1;
		t->next = ev->unsent;
	}
	t->retry_at_ms = now_ms + TRANSFER_PARTIAL_MS;
	a->timer_ms = t->retry_at_ms;
}

static void
on_fail(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a)
{
	enum transfer_end end = ev->end;

	/* Many clients close their port without the last ACK. */
	if (end == TRANSFER_UNREACHABLE && t->state == TRANSFER_DATA &&
	    t->high == t->last && t->proven)
		end = TRANSFER_UNCONFIRMED;
	finish(t, a, end);
}

struct transfer_actions
transfer_step(
    struct transfer *t, const struct transfer_event *ev, uint64_t now_ms)
{
	struct transfer_actions a = { .end = TRANSFER_RUNNING };

	if (t->state == TRANSFER_DONE)
		return a;
	switch ((enum transfer_event_kind)ev->kind) {
	case TRANSFER_EV_START:
		on_start(t, &a, now_ms);
		break;
	case TRANSFER_EV_ACK:
		on_ack(t, ev, &a, now_ms);
		break;
	case TRANSFER_EV_ERROR:
		on_error(t, ev, &a);
		break;
	case TRANSFER_EV_TIMER:
		on_timer(t, &a, now_ms);
		break;
	case TRANSFER_EV_REPEAT:
		on_repeat(t, &a, now_ms);
		break;
	case TRANSFER_EV_PARTIAL:
		on_partial(t, ev, &a, now_ms);
		break;
	case TRANSFER_EV_FAIL:
		on_fail(t, ev, &a);
		break;
	}
	return a;
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
	};

	return (unsigned int)end < TRANSFER_END_MAX ? text[end] : "?";
}
