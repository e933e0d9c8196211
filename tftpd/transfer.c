/* SPDX-License-Identifier: ISC */
/* One TFTP read: what to send when, and when to stop. */
#include "tftpd/transfer.h"

#include "tftpd/packet.h"

#define GAPS_BELIEVED 3 /* that stayed, in a row */
#define PROBES_MOST 3

static void
finish(struct transfer *t, struct transfer_actions *a, enum transfer_end end)
{
	t->state = TRANSFER_DONE;
	a->end = (uint8_t)end;
}

static void
timer_set(struct transfer *t, struct transfer_actions *a, uint64_t at_ms)
{
	if (t->doubt && t->doubt_at_ms < at_ms)
		at_ms = t->doubt_at_ms;
	t->retry_at_ms = at_ms;
	a->timer_ms = at_ms;
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
	if (t->rtt_block == 0 || acked < t->rtt_block)
		return;
	if (!t->resend_seen)
		pace_round_trip(&t->pace, now_ms - t->rtt_from_ms);
	t->rtt_block = 0;
}

/* The last block that may be under way. */
static uint64_t
window_end(const struct transfer *t)
{
	uint64_t end = t->acked + t->terms.window;

	return end < t->last ? end : t->last;
}

/* Sends what the window has room for, or a part of it, from `next` on. */
static void
window_send(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	uint32_t part = pace_part(&t->pace, t->terms.window);
	uint64_t end = window_end(t);

	if (t->next > end)
		return;
	/* What is sent again keeps the pace, too. */
	if (part < t->terms.window && now_ms < t->part_at_ms) {
		timer_set(t, a, t->part_at_ms);
		return;
	}
	t->part_at_ms = now_ms + PACE_MS;
	if (t->next == t->acked + 1) {
		t->flight_from_ms = now_ms;
		t->slid = false;
	}
	if (end - t->next + 1 > part)
		end = t->next + part - 1;
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
	if (end < window_end(t)) {
		timer_set(t, a, t->part_at_ms);
		return;
	}
	if (end > t->high_before)
		rtt_start(t, end, now_ms);
	timer_set(t, a, now_ms + transfer_answer_ms(t));
}

/* Sends again all that waits for an ACK. */
static void
window_again(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	t->doubt = false;
	t->echo = t->high;
	t->again = true;
	t->next = t->acked + 1;
	window_send(t, a, now_ms);
}

/* The last block once more, to learn what the client has. */
static void
probe(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	t->probed++;
	t->asked = t->high;
	t->again = true;
	t->resend_seen = true;
	t->resent++;
	t->sends++;
	a->first = t->sent_first = t->next - 1;
	a->count = 1;
	t->high_before = t->high;
	timer_set(t, a, now_ms + t->retry_ms);
}

/* The client has got further: the back-off starts anew. */
static void
progress(struct transfer *t, uint64_t now_ms)
{
	t->proven = true;
	t->probed = 0;
	t->sends = 0;
	t->retry_ms = transfer_retry_ms(t);
	t->progress_ms = now_ms;
	t->held_ms = 0;
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
		timer_set(t, a, now_ms + t->retry_ms);
		return;
	}
	t->state = TRANSFER_DATA;
	window_send(t, a, now_ms);
}

/*
 * The client has told of a gap after `acked`: it has dropped what it got
 * behind it (RFC 7440 section 4), and the window goes out again.  But a late
 * echo of what was sent before looks just so, and so does the ACK of a
 * client that keeps what it got behind the gap: to answer each of those
 * would breed new ones.  Such a gap is therefore believed only if it stays;
 * until then the window slides on.
 */
static void
on_gap(struct transfer *t, struct transfer_actions *a, bool doubtful,
    uint64_t now_ms)
{
	if (!doubtful) {
		window_again(t, a, now_ms);
		return;
	}
	window_send(t, a, now_ms);
	t->slid = true;
	t->doubt = true;
	t->doubt_at_ms = now_ms + t->pace.srtt8 / 4 + TRANSFER_DOUBT_MS;
	if (t->doubt_at_ms < t->retry_at_ms)
		timer_set(t, a, t->doubt_at_ms);
}

/*
 * Whether the answer to a probe tells that much of the window's end was lost,
 * as in a queue that was full.  One block or an ACK may be lost by chance.
 */
static bool
tail_lost(const struct transfer *t, uint64_t block)
{
	return t->high - block > t->terms.window / 8 + 1u;
}

/*
 * An ACK of what was acknowledged before.  In lockstep it is the echo of a
 * block sent twice, and to answer it would double every block from then on:
 * the Sorcerer's Apprentice, RFC 1123 4.2.3.1.  With windows it may be that of
 * a probe, or of a window, that was sent again.
 */
static void
on_ack_again(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	if (t->terms.window == 1 || t->next <= t->acked + 1 || t->doubt)
		return;
	if (t->probed > 0 && tail_lost(t, t->acked))
		pace_silent(&t->pace);
	on_gap(t, a, t->again || t->acked <= t->echo || t->acked == t->asked,
	    now_ms);
}

static void
on_oack_ack(struct transfer *t, const struct transfer_event *ev,
    struct transfer_actions *a, uint64_t now_ms)
{
	/* RFC 2347: block 0 acknowledges the options. */
	if (ev->block != 0)
		return;
	if (t->sends == 1)
		pace_round_trip(&t->pace, now_ms - t->progress_ms);
	t->state = TRANSFER_DATA;
	progress(t, now_ms);
	window_send(t, a, now_ms);
}

/*
 * Whether an ACK within what was sent twice may be an echo.  A client whose
 * gaps have stayed drops what lies behind them, and is believed; but for the
 * block that would end what was sent first.
 */
static bool
gap_doubtful(const struct transfer *t, uint64_t block)
{
	if (!t->again || block > t->echo)
		return false;
	return t->gaps_stayed < GAPS_BELIEVED || block == t->echo;
}

/* What an ACK of new blocks tells of the path. */
static void
window_learn(struct transfer *t, uint64_t block, uint64_t now_ms)
{
	uint32_t got = (uint32_t)(block - t->acked);

	if (t->terms.window == 1)
		return;
	/* It closed by itself. */
	if (t->doubt || (t->again && block == t->echo))
		t->gaps_stayed = 0;
	if (!t->slid && t->probed == 0)
		pace_flight(
		    &t->pace, now_ms - t->flight_from_ms, got, t->terms.window);
	if (t->probed > 0 && tail_lost(t, block))
		pace_silent(&t->pace);
	if (block == t->high && !t->again)
		pace_clean(&t->pace);
	else if (block < t->high)
		pace_gap(&t->pace, got, t->terms.window);
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
	if (t->state != TRANSFER_DATA ||
	    !transfer_ack_block(t, ev->block, &block))
		return;
	if (block == t->acked) {
		on_ack_again(t, a, now_ms);
		return;
	}
	rtt_take(t, block, now_ms);
	if (block == t->high)
		pace_in_vain(&t->pace, t->probed);
	else
		t->lossy = true;
	window_learn(t, block, now_ms);
	progress(t, now_ms);
	t->acked = block;
	t->doubt = false;
	if (t->next <= t->acked)
		t->next = t->acked + 1;
	if (t->acked == t->last) {
		finish(t, a, TRANSFER_SENT);
	} else if (t->next > t->acked + 1) {
		on_gap(t, a, gap_doubtful(t, block), now_ms);
	} else {
		t->again = false;
		window_send(t, a, now_ms);
	}
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
		timer_set(t, a, now_ms + t->retry_ms);
	} else if (t->state == TRANSFER_DATA) {
		window_again(t, a, now_ms);
	}
}

/*
 * Once, and where nothing was ever lost a few times: then the client is rather
 * slow than deaf, and would get each window twice.
 */
static bool
may_probe(const struct transfer *t)
{
	return t->state == TRANSFER_DATA && t->proven &&
	       t->terms.timeout_ms == 0 &&
	       t->probed < (t->lossy ? 1 : PROBES_MOST);
}

static void
on_timer(struct transfer *t, struct transfer_actions *a, uint64_t now_ms)
{
	if (now_ms < t->retry_at_ms) {
		a->timer_ms = t->retry_at_ms;
		return;
	}
	/* First: neither repeated ACKs nor a full socket may go on for ever. */
	if (transfer_silent(t, now_ms)) {
		finish(t, a, t->proven ? TRANSFER_SILENT : TRANSFER_NO_ANSWER);
		return;
	}
	if (t->doubt && now_ms >= t->doubt_at_ms) {
		if (t->gaps_stayed < GAPS_BELIEVED)
			t->gaps_stayed++;
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
	t->probes++;
	if (t->probed > 0 || !may_probe(t))
		transfer_back_off(t);
	if (may_probe(t))
		probe(t, a, now_ms);
	else
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
		/* What did not leave has not asked for an answer. */
		t->rtt_block = 0;
		if (ev->unsent == t->sent_first && t->sends > 0)
			t->sends--;
	}
	if (ev->wait_ms != 0)
		transfer_held(t, now_ms, now_ms + ev->wait_ms);
	timer_set(t, a,
	    now_ms + (ev->wait_ms != 0 ? ev->wait_ms : TRANSFER_PARTIAL_MS));
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
