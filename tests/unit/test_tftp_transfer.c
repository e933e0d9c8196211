/* SPDX-License-Identifier: ISC */
/*
 * The transfer state machine: single steps, then whole transfers against a
 * simulated client over a network that loses, doubles, delays and reorders.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/packet.h"
#include "tftpd/transfer.h"

static struct transfer_actions
step(struct transfer *t, enum transfer_event_kind kind, uint16_t v,
    uint64_t now_ms)
{
	struct transfer_event ev = {
		.kind = (uint8_t)kind, .block = v, .code = v, .end = (uint8_t)v
	};

	return transfer_step(t, &ev, now_ms);
}

static void
make(struct transfer *t, uint64_t size, uint16_t blksize, uint16_t window,
    bool oack)
{
	struct transfer_terms terms = {
		.size = size, .blksize = blksize, .window = window, .oack = oack
	};

	transfer_init(t, &terms);
}

static void
expect_blocks(const struct transfer_actions *a, uint64_t first, uint32_t count)
{
	ck_assert_uint_eq(a->count, count);
	if (count > 0)
		ck_assert_uint_eq(a->first, first);
	ck_assert(!a->oack);
	ck_assert_int_eq(a->end, TRANSFER_RUNNING);
}

START_TEST(block_counts)
{
	static const struct {
		uint64_t size, last;
		uint32_t len;
	} t[] = { { 0, 1, 0 }, { 1, 1, 1 }, { 511, 1, 511 }, { 512, 2, 0 },
		{ 513, 2, 1 }, { 1024, 3, 0 }, { 5368709120ULL, 10485761, 0 } };
	struct transfer x;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		make(&x, t[i].size, 512, 1, false);
		ck_assert_uint_eq(x.last, t[i].last);
		ck_assert_uint_eq(transfer_block_len(&x, x.last), t[i].len);
	}
}
END_TEST

START_TEST(wire_numbers)
{
	ck_assert_uint_eq(transfer_wire(65535, 0), 65535);
	ck_assert_uint_eq(transfer_wire(65536, 0), 0);
	ck_assert_uint_eq(transfer_wire(131072, 0), 0);
	ck_assert_uint_eq(transfer_wire(131073, 0), 1);
	ck_assert_uint_eq(transfer_wire(65535, 1), 65535);
	ck_assert_uint_eq(transfer_wire(65536, 1), 1);
	ck_assert_uint_eq(transfer_wire(131070, 1), 65535);
	ck_assert_uint_eq(transfer_wire(131071, 1), 1);
	ck_assert_uint_eq(transfer_wire(0, 1), 0);
}
END_TEST

START_TEST(lockstep)
{
	struct transfer_actions a;
	struct transfer t;

	make(&t, 1000, 512, 1, true);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	ck_assert(a.oack);
	ck_assert_uint_eq(a.count, 0);
	ck_assert_uint_eq(a.timer_ms, TRANSFER_RETRY_MS);
	/* Only block 0 acknowledges an OACK. */
	a = step(&t, TRANSFER_EV_ACK, 1, 1);
	expect_blocks(&a, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 0, 2);
	expect_blocks(&a, 1, 1);
	a = step(&t, TRANSFER_EV_ACK, 1, 3);
	expect_blocks(&a, 2, 1);
	a = step(&t, TRANSFER_EV_ACK, 2, 4);
	ck_assert_int_eq(a.end, TRANSFER_SENT);
	ck_assert_uint_eq(transfer_bytes(&t), 1000);
	ck_assert_uint_eq(t.resent, 0);
	/* Nothing happens after the end. */
	a = step(&t, TRANSFER_EV_ACK, 1, 5);
	ck_assert_uint_eq(a.count, 0);
	ck_assert_uint_eq(a.timer_ms, 0);
}
END_TEST

START_TEST(no_apprentice)
{
	struct transfer_actions a;
	struct transfer t;
	int i;

	make(&t, 5000, 512, 1, false);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 1, 1);
	expect_blocks(&a, 2, 1);
	for (i = 0; i < 5; i++) {
		a = step(&t, TRANSFER_EV_ACK, 1, 2);
		expect_blocks(&a, 0, 0);
		a = step(&t, TRANSFER_EV_ACK, 0, 2); /* older still */
		expect_blocks(&a, 0, 0);
		a = step(&t, TRANSFER_EV_ACK, 3, 2); /* not yet sent */
		expect_blocks(&a, 0, 0);
	}
	a = step(&t, TRANSFER_EV_ACK, 2, 3);
	expect_blocks(&a, 3, 1);
}
END_TEST

START_TEST(back_off)
{
	struct transfer_actions a;
	uint64_t now = 0, waits[5];
	struct transfer t;
	int i;

	make(&t, 5000, 512, 1, true);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	for (i = 0; i < 4; i++) {
		waits[i] = a.timer_ms - now;
		now = a.timer_ms;
		/* A timer that fires too soon is set again. */
		a = step(&t, TRANSFER_EV_TIMER, 0, now - 1);
		ck_assert_uint_eq(a.timer_ms, now);
		a = step(&t, TRANSFER_EV_TIMER, 0, now);
		ck_assert(a.oack);
	}
	ck_assert_uint_eq(waits[0], 1000);
	ck_assert_uint_eq(waits[1], 2000);
	ck_assert_uint_eq(waits[2], 4000);
	ck_assert_uint_eq(waits[3], 8000);
	/* An address that never answered gets no more than five. */
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	ck_assert_int_eq(a.end, TRANSFER_NO_ANSWER);
}
END_TEST

/* Runs timers until the transfer ends; returns when that was. */
static uint64_t
starve(struct transfer *t, uint64_t now, uint8_t *end, unsigned int *sends)
{
	struct transfer_actions a;

	a = step(t, TRANSFER_EV_TIMER, 0, now);
	for (*sends = 0; a.end == TRANSFER_RUNNING; (*sends)++) {
		ck_assert_uint_gt(a.timer_ms, now);
		ck_assert_uint_lt(*sends, 100);
		now = a.timer_ms;
		a = step(t, TRANSFER_EV_TIMER, 0, now);
	}
	*end = a.end;
	return now;
}

START_TEST(silent_client)
{
	struct transfer t;
	unsigned int sends;
	uint64_t at;
	uint8_t end;

	make(&t, 5000, 512, 1, false);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	(void)step(&t, TRANSFER_EV_ACK, 1, 100);
	at = starve(&t, 100, &end, &sends);
	ck_assert_int_eq(end, TRANSFER_SILENT);
	ck_assert_uint_ge(at, 100 + TRANSFER_SILENCE_MS);
	ck_assert_uint_le(
	    at, 100 + TRANSFER_SILENCE_MS + TRANSFER_RETRY_MAX_MS);
}
END_TEST

START_TEST(negotiated_timeout)
{
	struct transfer_terms terms = { .size = 5000,
		.blksize = 512,
		.window = 1,
		.timeout_s = 30,
		.oack = true };
	struct transfer_actions a;
	struct transfer t;
	unsigned int sends;
	uint64_t at;
	uint8_t end;

	transfer_init(&t, &terms);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	/* Not in force before the client has taken it. */
	ck_assert_uint_eq(a.timer_ms, TRANSFER_RETRY_MS);
	a = step(&t, TRANSFER_EV_ACK, 0, 10);
	ck_assert_uint_eq(a.timer_ms, 10 + 30000);
	at = starve(&t, 10, &end, &sends);
	ck_assert_int_eq(end, TRANSFER_SILENT);
	ck_assert_uint_ge(at, 120000);
	ck_assert_uint_le(at, 120010 + 30000);
}
END_TEST

START_TEST(client_errors)
{
	static const struct {
		bool oack, acked;
		uint16_t code;
		enum transfer_end end;
	} x[] = {
		{ true, false, TFTP_EOPTION, TRANSFER_PROBE },
		{ true, false, TFTP_EUNDEF, TRANSFER_PROBE },
		{ true, false, TFTP_EFULL, TRANSFER_ABORTED },
		{ true, true, TFTP_EOPTION, TRANSFER_ABORTED },
		{ false, false, TFTP_EUNDEF, TRANSFER_ABORTED },
	};
	struct transfer_actions a;
	struct transfer t;
	size_t i;

	for (i = 0; i < sizeof(x) / sizeof(x[0]); i++) {
		make(&t, 5000, 512, 1, x[i].oack);
		(void)step(&t, TRANSFER_EV_START, 0, 0);
		if (x[i].acked)
			(void)step(&t, TRANSFER_EV_ACK, 0, 1);
		a = step(&t, TRANSFER_EV_ERROR, x[i].code, 2);
		ck_assert_int_eq(a.end, x[i].end);
	}
}
END_TEST

START_TEST(windowed)
{
	struct transfer_actions a;
	struct transfer t;

	make(&t, 100 * 512 + 5, 512, 8, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 0, 1);
	expect_blocks(&a, 1, 8);
	a = step(&t, TRANSFER_EV_ACK, 8, 2);
	expect_blocks(&a, 9, 8);
	/* A gap after 12: go on from 13. */
	a = step(&t, TRANSFER_EV_ACK, 12, 3);
	expect_blocks(&a, 13, 8);
	ck_assert_uint_eq(t.resent, 4);
	/* While those are under way, another gap may be an echo. */
	a = step(&t, TRANSFER_EV_ACK, 12, 4);
	expect_blocks(&a, 0, 0);
	ck_assert_uint_lt(a.timer_ms, 4 + TRANSFER_RETRY_MS);
	a = step(&t, TRANSFER_EV_ACK, 12, 5);
	expect_blocks(&a, 0, 0);
	ck_assert_uint_eq(a.timer_ms, 0);
	/* What the client does get makes the window slide. */
	a = step(&t, TRANSFER_EV_ACK, 14, 5);
	expect_blocks(&a, 21, 2);
	/* A gap that stays is believed. */
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 15, 8);
	ck_assert_uint_eq(t.retry_ms, TRANSFER_RETRY_MS);
	a = step(&t, TRANSFER_EV_ACK, 20, 106);
	expect_blocks(&a, 23, 6);
	a = step(&t, TRANSFER_EV_ACK, 28, 107);
	expect_blocks(&a, 29, 8);
	a = step(&t, TRANSFER_EV_ACK, 12, 108);
	expect_blocks(&a, 0, 0);
	/* An ACK that comes twice looks like a loss of the first block. */
	a = step(&t, TRANSFER_EV_ACK, 28, 109);
	expect_blocks(&a, 29, 8);
	/* The last window is short. */
	a = step(&t, TRANSFER_EV_ACK, 36, 111);
	for (uint16_t b = 44; b <= 92; b += 8)
		a = step(&t, TRANSFER_EV_ACK, b, 112);
	expect_blocks(&a, 93, 8);
	a = step(&t, TRANSFER_EV_ACK, 100, 113);
	expect_blocks(&a, 101, 1);
	a = step(&t, TRANSFER_EV_ACK, 101, 114);
	ck_assert_int_eq(a.end, TRANSFER_SENT);
}
END_TEST

START_TEST(partial_window)
{
	struct transfer_event ev = { .kind = TRANSFER_EV_PARTIAL };
	struct transfer_actions a;
	struct transfer t;

	make(&t, 100 * 512, 512, 8, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	(void)step(&t, TRANSFER_EV_ACK, 0, 1);
	ev.unsent = 4;
	a = transfer_step(&t, &ev, 1);
	ck_assert_uint_eq(a.timer_ms, 1 + TRANSFER_PARTIAL_MS);
	ck_assert_uint_eq(t.high, 3);
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 4, 5);
	ck_assert_uint_eq(t.resent, 0);
	ck_assert_uint_eq(t.retry_ms, TRANSFER_RETRY_MS);
	/* The same while sending again: only what left counts. */
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 1, 8);
	ck_assert_uint_eq(t.resent, 8);
	ev.unsent = 3;
	a = transfer_step(&t, &ev, 2000);
	ck_assert_uint_eq(t.resent, 2);
	ck_assert_uint_eq(t.high, 8);
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	expect_blocks(&a, 3, 6);
	ck_assert_uint_eq(t.resent, 8);
}
END_TEST

START_TEST(repeated_request)
{
	struct transfer_actions a;
	struct transfer t;
	int i;

	make(&t, 5000, 512, 1, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	for (i = 1; i < TRANSFER_UNPROVEN_MAX; i++) {
		a = step(&t, TRANSFER_EV_REPEAT, 0, 1);
		ck_assert(a.oack);
	}
	a = step(&t, TRANSFER_EV_REPEAT, 0, 1);
	ck_assert(!a.oack);
	(void)step(&t, TRANSFER_EV_ACK, 0, 2);
	a = step(&t, TRANSFER_EV_REPEAT, 0, 3);
	ck_assert(!a.oack);
	ck_assert_uint_eq(a.count, 0);
}
END_TEST

START_TEST(failures)
{
	struct transfer_actions a;
	struct transfer t;

	make(&t, 500, 512, 1, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	(void)step(&t, TRANSFER_EV_ACK, 0, 1);
	/* Everything is sent: the client has closed without its last ACK. */
	a = transfer_step(&t,
	    &(struct transfer_event){
		.kind = TRANSFER_EV_FAIL, .end = TRANSFER_UNREACHABLE },
	    2);
	ck_assert_int_eq(a.end, TRANSFER_UNCONFIRMED);

	make(&t, 5000, 512, 1, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = transfer_step(&t,
	    &(struct transfer_event){
		.kind = TRANSFER_EV_FAIL, .end = TRANSFER_UNREACHABLE },
	    2);
	ck_assert_int_eq(a.end, TRANSFER_UNREACHABLE);
}
END_TEST

/* Check writes something for each ck_assert(): too slow for a million. */
#define must(ok, what)                                         \
	do {                                                   \
		if (!(ok))                                     \
			ck_abort_msg("%s: not %s", what, #ok); \
	} while (0)

/* ------------------------------------------------- the simulated network */

#define FLIGHT_MAX 4096

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
	uint64_t delay_us;
};

struct sim {
	uint64_t rng;
	uint64_t now_us;
	struct weather w;
	struct flight heap[FLIGHT_MAX];
	size_t n;
	uint64_t packets;
	uint64_t order;
	struct transfer t;
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
	for (i = 0; i < left; i++) {
		f.block = a.first + i;
		f.wire = transfer_wire(f.block, s->t.terms.rollover);
		f.len = transfer_block_len(&s->t, f.block);
		net_send(s, f);
	}
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
			   .unsent = a.first + left });
}

static void
client_ack(struct sim *s)
{
	struct flight f = { .wire =
				transfer_wire(s->have, s->t.terms.rollover) };

	s->in_window = 0;
	net_send(s, f);
}

static void
client_data(struct sim *s, const struct flight *f)
{
	uint16_t want = transfer_wire(s->have + 1, s->t.terms.rollover);

	if (f->wire != want) {
		/* RFC 7440: tells once where the gap begins. */
		if (!s->gap_acked) {
			s->gap_acked = true;
			client_ack(s);
		}
		return;
	}
	s->gap_acked = false;
	if (f->block != s->have + 1)
		s->wrong = true;
	s->have++;
	s->bytes += f->len;
	s->done = f->len < s->t.terms.blksize;
	if (s->have >= s->dies_at) {
		s->dead = true;
		return;
	}
	if (++s->in_window >= s->t.terms.window || s->done)
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

	memset(s, 0, sizeof(*s));
	s->rng = seed * 0x9e3779b97f4a7c15ULL | 1;
	s->w = *w;
	s->dies_at = dies_at;
	s->now_us = 1000000;
	transfer_init(&s->t, terms);
	if (terms->timeout_s * 4000U > silence)
		silence = terms->timeout_s * 4000U;
	server_event(s, &(struct transfer_event){ .kind = TRANSFER_EV_START });
	while (s->end == TRANSFER_RUNNING) {
		must(sim_next(s), "it hangs");
		/* Never longer than the limit without any progress. */
		must(s->now_us / 1000 <= s->t.progress_ms + silence + 8000 +
					     terms->timeout_s * 1000U,
		    "it is over its time");
		must(s->t.high <= s->t.last, "blocks beyond the last one");
		must(s->t.acked <= s->have, "more acknowledged than sent");
		must(s->t.high <= s->t.acked + terms->window,
		    "more than a window in flight");
	}
	ck_assert_msg(!s->wrong, "seed %" PRIu64 ": wrong block", seed);
	if (s->end == TRANSFER_SENT) {
		ck_assert(s->done);
		ck_assert_uint_eq(s->bytes, terms->size);
	} else {
		ck_assert_msg(
		    s->end == TRANSFER_SILENT || s->end == TRANSFER_NO_ANSWER,
		    "seed %" PRIu64 ": end %u", seed, s->end);
	}
}

/* A number of blocks that has something to it. */
static uint64_t
some_size(uint64_t r, uint16_t blksize)
{
	static const uint64_t blocks[] = { 0, 1, 2, 3, 7, 64, 100, 255 };
	uint64_t n = blocks[r % 8] * blksize;

	switch (r / 8 % 4) {
	case 0:
		return n;
	case 1:
		return n + 1;
	case 2:
		return n == 0 ? 0 : n - 1;
	default:
		return n + r / 32 % blksize;
	}
}

START_TEST(storm)
{
	static const uint16_t windows[] = { 1, 1, 2, 3, 4, 8, 16, 64, 500 };
	uint64_t seed, total = 0, sent = 0, runs = 0, r;

	for (seed = 1; total < 1500000; seed++, runs++) {
		struct transfer_terms terms;
		struct weather w;

		sim.rng = seed * 0xda942042e4dd58b5ULL | 1;
		r = rnd(&sim);
		terms.blksize = r & 1 ? 512 : (uint16_t)(8 + r / 2 % 1400);
		terms.window = windows[rnd(&sim) % 9];
		terms.size = some_size(rnd(&sim), terms.blksize);
		terms.timeout_s =
		    rnd(&sim) % 4 == 0 ? (uint16_t)(1 + rnd(&sim) % 20) : 0;
		terms.oack = terms.window > 1 || terms.timeout_s != 0 ||
			     rnd(&sim) % 2 == 0;
		terms.rollover = (uint8_t)(rnd(&sim) % 2);
		w.loss = (unsigned int)(rnd(&sim) % 4 == 0 ? rnd(&sim) % 200
							   : rnd(&sim) % 30);
		w.dup = (unsigned int)(rnd(&sim) % 100);
		w.reorder = (unsigned int)(rnd(&sim) % 200);
		w.full = (unsigned int)(rnd(&sim) % 2 * 50);
		w.delay_us = rnd(&sim) % 50000;
		sim_run(seed, &terms, &w, UINT64_MAX);
		total += sim.packets;
		sent += sim.end == TRANSFER_SENT;
		/* With little loss there is no excuse. */
		if (w.loss <= 30)
			ck_assert_msg(sim.end == TRANSFER_SENT,
			    "seed %" PRIu64 " failed: %u", seed, sim.end);
	}
	printf("storm: %" PRIu64 " packets, %" PRIu64 " of %" PRIu64
	       " transfers sent\n",
	    total, sent, runs);
	ck_assert_uint_gt(sent * 100, runs * 95);
}
END_TEST

START_TEST(wraps)
{
	static const struct weather calm = { .loss = 0, .delay_us = 100 };
	static const struct weather rain = {
		.loss = 3, .dup = 5, .reorder = 5, .delay_us = 100
	};
	struct transfer_terms terms = { .blksize = 8, .oack = true };
	uint8_t rollover;

	for (rollover = 0; rollover < 2; rollover++) {
		terms.rollover = rollover;
		terms.window = 1;
		terms.size = 8 * 200000ULL; /* three wraps, exact multiple */
		sim_run(1, &terms, &calm, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
		ck_assert_uint_eq(sim.t.resent, 0);
		terms.window = 64;
		terms.size = 8 * 200000ULL + 3;
		sim_run(2, &terms, &calm, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
		ck_assert_uint_eq(sim.t.resent, 0);
		sim_run(3, &terms, &rain, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
	}
}
END_TEST

/* Doubled packets alone must never multiply the traffic. */
START_TEST(echoes_die_out)
{
	static const struct weather echo = {
		.dup = 300, .reorder = 20, .delay_us = 1000
	};
	struct transfer_terms terms = {
		.size = 512 * 20000ULL, .blksize = 512, .oack = true
	};
	static const uint16_t windows[] = { 1, 4, 64 };
	size_t i;

	for (i = 0; i < 3; i++) {
		terms.window = windows[i];
		sim_run(7 + i, &terms, &echo, UINT64_MAX);
		ck_assert_int_eq(sim.end, TRANSFER_SENT);
		/* Data and ACKs, each at most a few times. */
		printf("echoes: window %u, %" PRIu64 " packets\n", terms.window,
		    sim.packets);
		ck_assert_uint_lt(sim.packets, 20000 * 6);
	}
}
END_TEST

START_TEST(dying_clients)
{
	static const struct weather calm = { .loss = 10, .delay_us = 500 };
	struct transfer_terms terms = {
		.size = 512 * 50ULL, .blksize = 512, .window = 4, .oack = true
	};
	uint64_t seed;

	for (seed = 1; seed < 200; seed++) {
		sim_run(seed, &terms, &calm, 1 + seed % 51);
		ck_assert_int_ne(sim.end, TRANSFER_SENT);
		/* A dead client costs a bounded number of packets. */
		ck_assert_uint_lt(sim.packets, 400);
	}
}
END_TEST

/* Events in any order and with any value break no invariant. */
START_TEST(nonsense)
{
	uint64_t seed, i;

	for (seed = 1; seed < 400; seed++) {
		struct transfer_terms terms = { .blksize = 512 };
		struct transfer t;
		uint64_t now = 1000;

		sim.rng = seed * 0x9e3779b97f4a7c15ULL | 1;
		terms.size = rnd(&sim) % 100000000;
		terms.window = (uint16_t)(1 + rnd(&sim) % 65534);
		terms.oack = seed % 2;
		terms.rollover = seed / 2 % 2;
		transfer_init(&t, &terms);
		for (i = 0; i < 1000; i++) {
			struct transfer_event ev = {
				.kind =
				    (uint8_t)(rnd(&sim) %
					      (TRANSFER_EV_FAIL + (i > 900))),
				.end = TRANSFER_STOPPED,
				.block = (uint16_t)rnd(&sim),
				.code = (uint16_t)rnd(&sim),
				.unsent = rnd(&sim) % 200000
			};
			struct transfer_actions a;

			if (ev.kind == TRANSFER_EV_ERROR && i < 900)
				continue;
			a = transfer_step(&t, &ev, now);
			now += rnd(&sim) % 50;
			if (a.count > 0) {
				must(a.first >= 1, "a block that exists");
				must(a.first + a.count - 1 <= t.last,
				    "a block that exists");
				must(a.count <= terms.window, "one window");
			}
			must(t.acked <= t.last, "acknowledged");
			must(t.high <= t.last, "highest");
			must(t.resent < UINT64_MAX / 2, "resent");
		}
	}
}
END_TEST

Suite *suite_tftp_transfer(void);

Suite *
suite_tftp_transfer(void)
{
	Suite *s = suite_create("tftp_transfer");
	TCase *tc = tcase_create("steps");

	tcase_add_test(tc, block_counts);
	tcase_add_test(tc, wire_numbers);
	tcase_add_test(tc, lockstep);
	tcase_add_test(tc, no_apprentice);
	tcase_add_test(tc, back_off);
	tcase_add_test(tc, silent_client);
	tcase_add_test(tc, negotiated_timeout);
	tcase_add_test(tc, client_errors);
	tcase_add_test(tc, windowed);
	tcase_add_test(tc, partial_window);
	tcase_add_test(tc, repeated_request);
	tcase_add_test(tc, failures);
	tcase_add_test(tc, nonsense);
	suite_add_tcase(s, tc);
	tc = tcase_create("simulation");
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, storm);
	tcase_add_test(tc, wraps);
	tcase_add_test(tc, echoes_die_out);
	tcase_add_test(tc, dying_clients);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_transfer)
