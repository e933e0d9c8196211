/* SPDX-License-Identifier: ISC */
/* The state machine of one transfer: what to send, when, and when to stop. */
#include "tftpd/transfer.h"

#include <string.h>

#include "tftpd/packet.h"
#include "tftpd/transfer_number.h"
#include "tftpd/transfer_wait.h"

#define GAPS_TRUSTED 3 /* confirmed gaps in a row: then gaps are trusted */
#define PROBES_MAX 3

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

static void
finish(struct transfer *t, struct transfer_actions *a, enum transfer_end end)
{
	t->state = TRANSFER_DONE;
	a->end = (uint8_t)end;
}

static void
transfer_set_timer(
    struct transfer *t, struct transfer_actions *a, uint64_t at_ms)
{
	if (t->gap_pending && t->gap_until_ms < at_ms)
		at_ms = t->gap_until_ms;
	t->retry_at_ms = at_ms;
	a->timer_ms = at_ms;
}

/* Starts a measurement of the round trip, unless one is running. */
static void
rtt_start(struct transfer *t, uint64_t block, uint64_t now_ms)
{
	if (t->rtt_block != 0)
		return;
	t->rtt_block = block;
	t->rtt_from_ms = now_ms;
	t->resend_seen = false;
}

/* An answer to a retransmission measures nothing (Karn's algorithm). */
static void
rtt_take(struct transfer *t, uint64_t acked, uint64_t now_ms)
{
	if (t->rtt_block == 0 || acked < t->rtt_block)
		return;
	if (!t->resend_seen)
		pace_round_trip(&t->pace, now_ms - t->rtt_from_ms);
	t->rtt_block = 0;
}

/* The last block of the window. */
static uint64_t
window_end(const struct transfer *t)
{
	uint64_t end = t->acked + t->terms.window;

	return end < t->last ? end : t->last;
}

/* How many of the blocks [first, end) are not above `high`. */
static uint64_t
sent_before(uint64_t first, uint64_t end, uint64_t high)
{
	if (end > high)
		end = high + 1;
	return end > first ? end - first : 0;
}

/* Sends the rest of the window from `next` on, or a part of it. */
static void
window_send(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	uint32_t part = pace_part(&t->pace, t->terms.window);
	uint64_t end = window_end(t);

	if (t->next > end)
		return;
	/* Retransmissions are paced, too. */
	if (part < t->terms.window && now_ms < t->part_at_ms) {
		transfer_set_timer(t, a, t->part_at_ms);
		return;
	}
	t->part_at_ms = now_ms + PACE_MS;
	if (t->next == t->acked + 1) {
		t->flight_from_ms = now_ms;
		t->extended = false;
	}
	if (end - t->next + 1 > part)
		end = t->next + part - 1;
	a->first = t->sent_first = t->next;
	a->count = (uint32_t)(end - t->next + 1);
	if (t->next <= t->high)
		t->resend_seen = true;
	t->resent += sent_before(t->next, end + 1, t->high);
	t->next = end + 1;
	t->high_before = t->high;
	if (end > t->high)
		t->high = end;
	t->sends++;
	if (end < window_end(t)) {
		transfer_set_timer(t, a, t->part_at_ms);
		return;
	}
	if (end > t->high_before)
		rtt_start(t, end, now_ms);
	transfer_set_timer(t, a, now_ms + transfer_wait_answer_ms(t));
}

/* Retransmits all unacknowledged blocks. */
static void
window_again(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	t->gap_pending = false;
	t->retransmit_high = t->high;
	t->again = true;
	t->next = t->acked + 1;
	window_send(t, a, now_ms);
}

/* Retransmits the last block, to learn what the client has received. */
static void
probe(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	t->probes_sent++;
	t->probe_block = t->high;
	t->again = true;
	t->resend_seen = true;
	t->resent++;
	t->sends++;
	a->first = t->sent_first = t->next - 1;
	a->count = 1;
	t->high_before = t->high;
	transfer_set_timer(t, a, now_ms + t->retry_ms);
}

/* The client has made progress: resets the back-off. */
static void
progress(struct transfer *t, uint64_t now_ms)
{
	t->proven = true;
	t->probes_sent = 0;
	t->sends = 0;
	t->retry_ms = transfer_wait_retry_ms(t);
	t->progress_ms = now_ms;
	t->held_ms = 0;
}

static void
transfer_on_start(
    struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	if (t->state != TRANSFER_NEW)
		return;
	t->progress_ms = now_ms;
	if (t->terms.oack) {
		t->state = TRANSFER_OACK;
		t->sends = 1;
		a->oack = true;
		transfer_set_timer(t, a, now_ms + t->retry_ms);
		return;
	}
	t->state = TRANSFER_DATA;
	window_send(t, a, now_ms);
}

/*
 * The client has reported a gap after `acked`: it dropped all blocks after the
 * gap (RFC 7440 section 4), so the window is retransmitted.  But the ACK of a
 * duplicate block looks the same, and so does the ACK of a client that keeps
 * blocks after a gap; retransmissions would cause more of these ACKs.  The
 * window is therefore retransmitted after a doubtful gap only if no ACK closes
 * the gap in time; until then the window advances.
 */
static void
transfer_on_gap(struct transfer *t, struct transfer_actions *a, bool doubtful,
    uint64_t now_ms)
{
	if (!doubtful) {
		window_again(t, a, now_ms);
		return;
	}
	window_send(t, a, now_ms);
	t->extended = true;
	t->gap_pending = true;
	t->gap_until_ms = now_ms + t->pace.srtt8 / 4 + TRANSFER_GAP_MS;
	if (t->gap_until_ms < t->retry_at_ms)
		transfer_set_timer(t, a, t->gap_until_ms);
}

/*
 * Whether more than one block or ACK was lost: the end of the window, as by a
 * full queue.
 */
static bool
tail_lost(const struct transfer *t, uint64_t block)
{
	return t->high - block > t->terms.window / 8 + 1u;
}

/*
 * A duplicate ACK.  At windowsize 1 it acknowledges a duplicate block;
 * answering it would duplicate every following block: the Sorcerer's Apprentice
 * Syndrome, RFC 1123 4.2.3.1.  With larger windows it may answer a probe or a
 * retransmitted window.
 */
static void
transfer_on_ack_again(
    struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	if (t->terms.window == 1 || t->next <= t->acked + 1 || t->gap_pending)
		return;
	if (t->probes_sent > 0 && tail_lost(t, t->acked))
		pace_silent(&t->pace);
	transfer_on_gap(t, a,
	    t->again || t->acked <= t->retransmit_high ||
		t->acked == t->probe_block,
	    now_ms);
}

static void
transfer_on_oack_ack(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a, uint64_t now_ms)
{
	/* RFC 2347: an ACK of block 0 accepts the options. */
	if (ev->block != 0)
		return;
	if (t->sends == 1)
		pace_round_trip(&t->pace, now_ms - t->progress_ms);
	t->state = TRANSFER_DATA;
	progress(t, now_ms);
	window_send(t, a, now_ms);
}

/*
 * Whether an ACK within the retransmitted blocks may answer a duplicate block.
 * After some confirmed gaps the client is known to drop blocks after a gap, and
 * its ACKs are trusted, except for the last block of the first transmission.
 */
static bool
gap_doubtful(const struct transfer *t, uint64_t block)
{
	if (!t->again || block > t->retransmit_high)
		return false;
	return t->gaps_confirmed < GAPS_TRUSTED || block == t->retransmit_high;
}

/* Learns from an ACK of new blocks. */
static void
window_learn(struct transfer *t, uint64_t block, uint64_t now_ms)
{
	uint32_t got = (uint32_t)(block - t->acked);

	if (t->terms.window == 1)
		return;
	/* The gap closed without a retransmission. */
	if (t->gap_pending || (t->again && block == t->retransmit_high))
		t->gaps_confirmed = 0;
	if (!t->extended && t->probes_sent == 0)
		pace_flight(
		    &t->pace, now_ms - t->flight_from_ms, got, t->terms.window);
	if (t->probes_sent > 0 && tail_lost(t, block))
		pace_silent(&t->pace);
	if (block == t->high && !t->again)
		pace_clean(&t->pace);
	else if (block < t->high)
		pace_gap(&t->pace, got, t->terms.window);
}

static void
transfer_on_ack(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a, uint64_t now_ms)
{
	uint64_t block;

	if (t->state == TRANSFER_OACK) {
		transfer_on_oack_ack(t, ev, a, now_ms);
		return;
	}
	if (t->state != TRANSFER_DATA ||
	    !transfer_ack_block(t, ev->block, &block))
		return;
	if (block == t->acked) {
		transfer_on_ack_again(t, a, now_ms);
		return;
	}
	rtt_take(t, block, now_ms);
	if (block == t->high)
		pace_needless_probes(&t->pace, t->probes_sent);
	else
		t->lossy = true;
	window_learn(t, block, now_ms);
	progress(t, now_ms);
	t->acked = block;
	t->gap_pending = false;
	if (t->next <= t->acked)
		t->next = t->acked + 1;
	if (t->acked == t->last) {
		finish(t, a, TRANSFER_SENT);
	} else if (t->next > t->acked + 1) {
		transfer_on_gap(t, a, gap_doubtful(t, block), now_ms);
	} else {
		t->again = false;
		window_send(t, a, now_ms);
	}
}

static void
transfer_on_error(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a)
{
	/* UEFI takes the size from the OACK, and then aborts the transfer. */
	if (t->state == TRANSFER_OACK &&
	    (ev->code == TFTP_EOPTION || ev->code == TFTP_EUNDEF))
		finish(t, a, TRANSFER_QUERY);
	else
		finish(t, a, TRANSFER_ABORTED);
}

/* Retransmits the OACK or the window. */
static void
resend(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	if (t->state == TRANSFER_OACK) {
		t->sends++;
		t->resent++;
		a->oack = true;
		transfer_set_timer(t, a, now_ms + t->retry_ms);
	} else if (t->state == TRANSFER_DATA) {
		window_again(t, a, now_ms);
	}
}

/*
 * Whether to probe before a retransmission: once, or a few times if nothing was
 * ever lost.  In that case the client is probably slow, and retransmissions
 * would send it each window twice.
 */
static bool
may_probe(const struct transfer *t)
{
	return t->state == TRANSFER_DATA && t->proven &&
	       t->terms.timeout_ms == 0 &&
	       t->probes_sent < (t->lossy ? 1 : PROBES_MAX);
}

static void
transfer_on_timer(
    struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	if (now_ms < t->retry_at_ms) {
		a->timer_ms = t->retry_at_ms;
		return;
	}
	/*
	 * Checked first, so that duplicate ACKs or a full socket cannot keep a
	 * transfer alive.
	 */
	if (transfer_wait_over(t, now_ms)) {
		finish(t, a, t->proven ? TRANSFER_SILENT : TRANSFER_NO_ANSWER);
		return;
	}
	if (t->gap_pending && now_ms >= t->gap_until_ms) {
		if (t->gaps_confirmed < GAPS_TRUSTED)
			t->gaps_confirmed++;
		window_again(t, a, now_ms);
		return;
	}
	if (t->state == TRANSFER_DATA && t->next <= window_end(t)) {
		/* The rest of the window is due. */
		window_send(t, a, now_ms);
		return;
	}
	if (!t->proven && t->sends >= TRANSFER_UNPROVEN_MAX) {
		finish(t, a, TRANSFER_NO_ANSWER);
		return;
	}
	t->timeouts++;
	if (t->probes_sent > 0 || !may_probe(t))
		transfer_wait_longer(t);
	if (may_probe(t))
		probe(t, a, now_ms);
	else
		resend(t, a, now_ms);
}

/* The client has repeated its request because our answer was lost. */
static void
transfer_on_repeat(
    struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	/* The limit keeps repeated requests from causing a flood. */
	if (t->proven || t->sends >= TRANSFER_UNPROVEN_MAX)
		return;
	resend(t, a, now_ms);
}

static void
transfer_on_partial(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a, uint64_t now_ms)
{
	if (t->state == TRANSFER_DATA && ev->unsent >= t->sent_first &&
	    ev->unsent < t->next) {
		t->resent -= sent_before(ev->unsent, t->next, t->high_before);
		t->high = t->high_before > ev->unsent - 1 ? t->high_before
							  : ev->unsent - 1;
		t->next = ev->unsent;
		/* Blocks that were not sent will not be answered. */
		t->rtt_block = 0;
		if (ev->unsent == t->sent_first && t->sends > 0)
			t->sends--;
	}
	if (ev->wait_ms != 0)
		transfer_wait_held(t, now_ms, now_ms + ev->wait_ms);
	transfer_set_timer(t, a,
	    now_ms + (ev->wait_ms != 0 ? ev->wait_ms : TRANSFER_PARTIAL_MS));
}

static void
transfer_on_fail(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a)
{
	enum transfer_end end = ev->end;

	/* Many clients close their port before they send the last ACK. */
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
		transfer_on_start(t, &a, now_ms);
		break;
	case TRANSFER_EV_ACK:
		transfer_on_ack(t, ev, &a, now_ms);
		break;
	case TRANSFER_EV_ERROR:
		transfer_on_error(t, ev, &a);
		break;
	case TRANSFER_EV_TIMER:
		transfer_on_timer(t, &a, now_ms);
		break;
	case TRANSFER_EV_REPEAT:
		transfer_on_repeat(t, &a, now_ms);
		break;
	case TRANSFER_EV_PARTIAL:
		transfer_on_partial(t, ev, &a, now_ms);
		break;
	case TRANSFER_EV_FAIL:
		transfer_on_fail(t, ev, &a);
		break;
	}
	return a;
}
