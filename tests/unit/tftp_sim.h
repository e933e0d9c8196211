/* SPDX-License-Identifier: ISC */
/*
 * One transfer against a simulated client, over a network that loses, doubles,
 * delays and reorders, that is narrow, or whose host goes away.
 */
#ifndef TESTS_UNIT_TFTP_SIM_H
#define TESTS_UNIT_TFTP_SIM_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/packet.h"
#include "tftpd/transfer_number.h"

/* Check writes something for each ck_assert(): too slow for a million. */
#define must(ok, what)                                                         \
	do {                                                                   \
		if (!(ok))                                                     \
			ck_abort_msg("seed %" PRIu64 ": %s: not %s", sim_seed, \
			    what, #ok);                                        \
	} while (0)

/* ------------------------------------------------- the simulated network */

static uint64_t sim_seed; /* of the transfer that runs */

#define FLIGHT_MAX 4096
#define KEPT_MAX 1024

struct flight {
	uint64_t at_us;
	uint64_t order; /* of those that arrive at the same time */
	bool data; /* to the client; else to the server */
	bool oack;
	uint16_t wire;
	uint32_t len;
	uint64_t block; /* what it really is: the client may not look */
};

struct weather {
	unsigned int loss; /* per thousand */
	unsigned int dup;
	unsigned int reorder; /* delayed much longer than the others */
	unsigned int full; /* sends that the socket takes only in part */
	unsigned int held; /* of those: a limit or the disk, not the socket */
	unsigned int repeat; /* the client repeats its request, at first */
	uint64_t delay_us;
	uint64_t gone_ms; /* from then on ICMP says that nobody is there */
	/* The narrow link on the way to the client; 0: there is none. */
	uint64_t block_us; /* that a block takes on it */
	uint64_t queue; /* blocks that can wait for it */
	bool police; /* they do not wait: they are tokens */
};

/* Ways in which clients read RFC 7440. */
enum kind {
	DROPS, /* drops what lies behind a gap, and tells of it once */
	NOISY, /* and tells of it with each block */
	KEEPS, /* keeps what lies behind a gap */
	EARLY, /* as DROPS, and acknowledges half a window as well */
	KINDS
};

struct sim {
	uint64_t rng;
	uint64_t now_us;
	struct weather w;
	struct flight heap[FLIGHT_MAX];
	size_t n;
	uint64_t packets;
	uint64_t unproven; /* packets before the client has answered */
	uint64_t held_ms;
	uint64_t order;
	struct transfer t;
	uint64_t real_last; /* where the file ends */
	uint32_t real_len;
	uint64_t timer_ms; /* 0: none */
	uint8_t end;
	uint64_t ended_ms;
	/* The client: a receiver after RFC 7440. */
	uint64_t have; /* blocks received in order */
	uint64_t bytes;
	uint32_t in_window;
	bool done; /* it has the last block */
	bool dead; /* and does nothing more */
	bool wrong; /* it took a block for another */
	uint64_t dies_at; /* block after which it is dead */
	uint64_t client_timer_us; /* it repeats its last ACK then */
	bool gap_acked;
	enum kind kind;
	bool kept[KEPT_MAX]; /* of KEEPS: beyond `have`, by number */
	uint64_t link_free_us; /* the narrow link has sent all */
};

static uint64_t
rnd(struct sim *s)
{
	s->rng ^= s->rng << 13;
	s->rng ^= s->rng >> 7;
	s->rng ^= s->rng << 17;
	return s->rng * 0x2545f4914f6cdd1dULL >> 11;
}

static bool
chance(struct sim *s, unsigned int per_thousand)
{
	return rnd(s) % 1000 < per_thousand;
}

static void
heap_swap(struct sim *s, size_t a, size_t b)
{
	struct flight f = s->heap[a];

	s->heap[a] = s->heap[b];
	s->heap[b] = f;
}

static bool
sooner(const struct flight *a, const struct flight *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void
heap_push(struct sim *s, const struct flight *f)
{
	size_t i = s->n;

	if (s->n == FLIGHT_MAX)
		return; /* a router's queue is full as well */
	s->heap[s->n] = *f;
	s->heap[s->n++].order = ++s->order;
	for (; i > 0 && sooner(&s->heap[i], &s->heap[(i - 1) / 2]);
	     i = (i - 1) / 2)
		heap_swap(s, i, (i - 1) / 2);
}

static struct flight
heap_pop(struct sim *s)
{
	struct flight f = s->heap[0];
	size_t i = 0, c;

	s->heap[0] = s->heap[--s->n];
	while ((c = 2 * i + 1) < s->n) {
		if (c + 1 < s->n && sooner(&s->heap[c + 1], &s->heap[c]))
			c++;
		if (!sooner(&s->heap[c], &s->heap[i]))
			break;
		heap_swap(s, i, c);
		i = c;
	}
	return f;
}

/*
 * The narrow link: false when its queue is full, else when it is through.  As
 * a policer it lets pass at once, while there are tokens.
 */
static bool
link_take(struct sim *s, uint64_t *at_us)
{
	uint64_t waits;

	if (s->link_free_us < s->now_us)
		s->link_free_us = s->now_us;
	waits = (s->link_free_us - s->now_us) / s->w.block_us;
	if (waits >= s->w.queue)
		return false;
	s->link_free_us += s->w.block_us;
	if (!s->w.police)
		*at_us += s->link_free_us - s->now_us;
	return true;
}

/* One packet into the network. */
static void
net_send(struct sim *s, struct flight f)
{
	unsigned int copies = chance(s, s->w.dup) ? 2 : 1;

	s->packets++;
	while (copies-- > 0) {
		if (chance(s, s->w.loss))
			continue;
		f.at_us = s->now_us + 20 + s->w.delay_us;
		if (f.data && s->w.block_us != 0 && !link_take(s, &f.at_us))
			continue;
		if (chance(s, s->w.reorder))
			f.at_us += rnd(s) % (s->w.delay_us * 4 + 2000);
		heap_push(s, &f);
	}
}

static void server_act(struct sim *, struct transfer_actions);

static void
server_event(struct sim *s, const struct transfer_event *ev)
{
	server_act(s, transfer_step(&s->t, ev, s->now_us / 1000));
}

/* How long our own side needs before it can go on; 0: the socket is full. */
static uint32_t
held_back(struct sim *s)
{
	uint32_t ms;

	if (!chance(s, s->w.held))
		return 0;
	ms = (uint32_t)(1 + rnd(s) % 2000);
	s->held_ms += ms;
	return ms;
}

static void
server_act(struct sim *s, struct transfer_actions a)
{
	struct flight f = { .data = true };
	uint32_t i, left = a.count;

	if (a.oack) {
		f.oack = true;
		net_send(s, f);
	}
	if (a.count > 1 && chance(s, s->w.full))
		left = (uint32_t)(rnd(s) % a.count);
	if (s->w.gone_ms != 0 && s->now_us / 1000 >= s->w.gone_ms &&
	    a.end == TRANSFER_RUNNING && (a.oack || a.count > 0)) {
		server_event(
		    s, &(struct transfer_event){ .kind = TRANSFER_EV_FAIL,
			   .end = TRANSFER_UNREACHABLE });
		return;
	}
	for (i = 0; i < left; i++) {
		f.block = a.first + i;
		if (s->t.terms.open_end && f.block == s->real_last)
			transfer_end_at(&s->t, f.block, s->real_len);
		f.wire = transfer_wire(f.block, s->t.terms.rollover);
		f.len = transfer_block_len(&s->t, f.block);
		net_send(s, f);
	}
	if (!s->t.proven) {
		s->unproven += left + a.oack;
		must(s->unproven <= TRANSFER_UNPROVEN_MAX,
		    "more than the bound to an address that may be forged");
	}
	/* A time limit alone would let a storm of packets pass. */
	must(s->t.sends < 100000, "sends without progress");
	if (a.timer_ms != 0)
		s->timer_ms = a.timer_ms;
	if (a.end != TRANSFER_RUNNING) {
		s->end = a.end;
		s->ended_ms = s->now_us / 1000;
		return;
	}
	if (left < a.count)
		server_event(
		    s, &(struct transfer_event){ .kind = TRANSFER_EV_PARTIAL,
			   .unsent = a.first + left,
			   .wait_ms = held_back(s) });
}

static void
client_ack(struct sim *s)
{
	struct flight f = { .wire =
				transfer_wire(s->have, s->t.terms.rollover) };

	s->in_window = 0;
	net_send(s, f);
}

/* The next block is here; the client may have those after it already. */
static void
client_advance(struct sim *s, uint32_t len)
{
	do {
		s->have++;
		s->bytes +=
		    s->have == s->real_last ? s->real_len : s->t.terms.blksize;
		s->kept[s->have % KEPT_MAX] = false;
		s->in_window++;
	} while (s->kept[(s->have + 1) % KEPT_MAX]);
	s->done = s->have == s->real_last;
	must(s->done || len == s->t.terms.blksize, "a full block");
}

static void
client_data(struct sim *s, const struct flight *f)
{
	uint16_t want = transfer_wire(s->have + 1, s->t.terms.rollover);

	if (f->wire != want) {
		/* Tells where the gap begins, or repeats a lost ACK. */
		if (s->kind == KEEPS && f->block > s->have &&
		    f->block - s->have < KEPT_MAX)
			s->kept[f->block % KEPT_MAX] = true;
		if (!s->gap_acked || s->kind == NOISY || f->block == s->have) {
			s->gap_acked = true;
			client_ack(s);
		}
		return;
	}
	s->gap_acked = false;
	if (f->block != s->have + 1)
		s->wrong = true;
	client_advance(s, f->len);
	if (s->have >= s->dies_at) {
		s->dead = true;
		return;
	}
	if (s->in_window >= s->t.terms.window || s->done ||
	    (s->kind == EARLY && s->in_window == s->t.terms.window / 2))
		client_ack(s);
}

static void
client_take(struct sim *s, const struct flight *f)
{
	if (s->dead)
		return;
	s->client_timer_us = s->now_us + 3000000;
	if (f->oack) {
		if (s->have == 0)
			client_ack(s);
		return;
	}
	/* The client dallies: it answers the echo of its last block too. */
	if (s->done) {
		client_ack(s);
		return;
	}
	client_data(s, f);
}

/* The next thing that happens; false when nothing will. */
static bool
sim_next(struct sim *s)
{
	uint64_t at = UINT64_MAX, timer = UINT64_MAX, client = UINT64_MAX;
	struct flight f;

	if (s->n > 0)
		at = s->heap[0].at_us;
	if (s->timer_ms != 0)
		timer = s->timer_ms * 1000;
	if (!s->dead && !s->done && s->client_timer_us != 0)
		client = s->client_timer_us;
	if (at == UINT64_MAX && timer == UINT64_MAX)
		return false;
	if (at <= timer && at <= client) {
		f = heap_pop(s);
		s->now_us = at;
		if (f.data)
			client_take(s, &f);
		else
			server_event(
			    s, &(struct transfer_event){
				   .kind = TRANSFER_EV_ACK, .block = f.wire });
	} else if (client < timer) {
		s->now_us = client;
		s->client_timer_us = s->now_us + 3000000;
		s->gap_acked = false;
		client_ack(s);
	} else {
		s->now_us = timer > s->now_us ? timer : s->now_us;
		s->timer_ms = 0;
		server_event(
		    s, &(struct transfer_event){ .kind = TRANSFER_EV_TIMER });
	}
	return true;
}

static struct sim sim;

/* One transfer, from its first packet to its end. */
static void
sim_run(uint64_t seed, const struct transfer_terms *terms,
    const struct weather *w, uint64_t dies_at)
{
	struct sim *s = &sim;
	uint64_t silence = TRANSFER_SILENCE_MS;

	sim_seed = seed;
	memset(s, 0, sizeof(*s));
	s->rng = seed * 0x9e3779b97f4a7c15ULL | 1;
	s->w = *w;
	s->dies_at = dies_at;
	s->now_us = 1000000;
	s->kind = terms->window > 1 ? (enum kind)(seed % KINDS) : DROPS;
	s->real_last = terms->size / terms->blksize + 1;
	s->real_len = (uint32_t)(terms->size % terms->blksize);
	transfer_init(&s->t, terms);
	if (terms->timeout_ms * 4 > silence)
		silence = terms->timeout_ms * 4;
	server_event(s, &(struct transfer_event){ .kind = TRANSFER_EV_START });
	while (s->end == TRANSFER_RUNNING) {
		if (chance(s, w->repeat) && s->packets < 100) {
			server_event(s, &(struct transfer_event){
					    .kind = TRANSFER_EV_REPEAT });
			if (s->end != TRANSFER_RUNNING)
				break;
		}
		must(sim_next(s), "it hangs");
		/* Never longer than the limit without any progress. */
		must(s->now_us / 1000 <= s->t.progress_ms + silence +
					     s->held_ms + 8000 +
					     terms->timeout_ms,
		    "it is over its time");
		must(s->t.high <= s->real_last, "blocks beyond the last one");
		must(s->t.acked <= s->have, "more acknowledged than sent");
		must(s->t.high <= s->t.acked + terms->window,
		    "more than a window in flight");
	}
	ck_assert_msg(!s->wrong, "seed %" PRIu64 ": wrong block", seed);
	if (s->end == TRANSFER_SENT) {
		ck_assert(s->done);
		ck_assert_uint_eq(s->bytes, terms->size);
	} else if (w->gone_ms != 0) {
		must(s->end == TRANSFER_UNREACHABLE ||
			 s->end == TRANSFER_UNCONFIRMED,
		    "the end that ICMP told");
	} else {
		ck_assert_msg(
		    s->end == TRANSFER_SILENT || s->end == TRANSFER_NO_ANSWER,
		    "seed %" PRIu64 ": end %u", seed, s->end);
	}
}

#endif
