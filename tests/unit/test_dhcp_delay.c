/* SPDX-License-Identifier: ISC */
/* dhcp-reply-delay: the queue of replies, and what the engine puts into it. */
#include "tests/unit/pxe_case.h"

#define ROUNDS 20
#define STEPS 12000

/* ------------------------------------------------------------ the queue */

/* What the queue should hold, in no order. */
static struct model {
	struct delay_key key;
	uint64_t due_ms;
	uint64_t order;
	uint8_t mark;
} model[DELAY_MAX];
static size_t nmodel;

static uint32_t
below(uint32_t n)
{
	return (uint32_t)random() % n;
}

/* Few enough values that keys meet again. */
static struct delay_key
random_key(void)
{
	struct delay_key key = { .xid = below(60),
		.giaddr = below(2),
		.ifindex = 1 + below(2),
		.type = below(2) ? PACKET_OFFER : PACKET_ACK,
		.pxe = below(2),
		.hwtype = 1,
		.hwlen = 6 };

	case_mac(below(20), key.hw);
	return key;
}

static struct model *
model_find(const struct delay_key *key)
{
	size_t i;

	for (i = 0; i < nmodel; i++)
		if (memcmp(&model[i].key, key, sizeof(*key)) == 0)
			return &model[i];
	return NULL;
}

static struct model *
model_first(void)
{
	struct model *best = NULL;
	size_t i;

	for (i = 0; i < nmodel; i++)
		if (best == NULL || model[i].due_ms < best->due_ms ||
		    (model[i].due_ms == best->due_ms &&
			model[i].order < best->order))
			best = &model[i];
	return best;
}

static void
queue_put(struct delay_queue *q, uint64_t now_ms, uint64_t order)
{
	struct delay_key key = random_key();
	struct delayed *d = delay_find(q, &key);
	struct model *m = model_find(&key);
	uint64_t due_ms = now_ms + below(4) * 1000;

	ck_assert((d == NULL) == (m == NULL));
	if (d != NULL) {
		ck_assert_uint_eq(d->due_ms, m->due_ms);
		ck_assert_uint_eq(d->reply[0], m->mark);
		return;
	}
	d = delay_add(q, &key, due_ms);
	ck_assert((d == NULL) == (nmodel == DELAY_MAX));
	if (d == NULL)
		return;
	m = &model[nmodel++];
	*m = (struct model){ key, due_ms, order, (uint8_t)order };
	d->reply[0] = m->mark;
	d->len = 1;
}

static void
queue_take(struct delay_queue *q, uint64_t now_ms)
{
	struct delayed *d = delay_take(q, now_ms);
	struct model *m = model_first();

	if (m == NULL || m->due_ms > now_ms) {
		ck_assert_ptr_null(d);
		return;
	}
	ck_assert_ptr_nonnull(d);
	ck_assert_mem_eq(&d->key, &m->key, sizeof(m->key));
	ck_assert_uint_eq(d->reply[0], m->mark);
	*m = model[--nmodel];
}

/* Whatever comes and goes: the order, the keys, and the number of places. */
START_TEST(queue)
{
	struct delay_queue q;
	uint64_t now_ms = 1000;
	size_t i;
	/* The first rounds fill it up. */
	uint32_t takes = _i < 2 ? 1 : 8;

	srandom((unsigned int)_i);
	nmodel = 0;
	ck_assert_int_eq(delay_init(&q, (uint64_t)_i), 0);
	for (i = 0; i < STEPS; i++) {
		if (below(16) < takes)
			queue_take(&q, now_ms);
		else
			queue_put(&q, now_ms, i);
		if (below(64) == 0)
			now_ms += below(1500);
		ck_assert_uint_eq(q.n, nmodel);
		if (i % 8 == 0)
			ck_assert_uint_eq(delay_next_ms(&q),
			    nmodel == 0 ? 0 : model_first()->due_ms);
	}
	now_ms += 60000;
	while (nmodel > 0)
		queue_take(&q, now_ms);
	queue_take(&q, now_ms);
}
END_TEST

/* ----------------------------------------------------------- the engine */

static void
delay(uint8_t seconds, const char *tags)
{
	struct record rec = { .kind = RECORD_REPLY_DELAY };

	rec.u.reply_delay.seconds = seconds;
	case_tags(&rec.u.reply_delay.tags, tags);
	case_add(&k, &rec);
}

/* What leaves at this time of what was held back. */
static const struct actions *
due_at(uint64_t mono_ms)
{
	struct engine_input in = { .kind = ENGINE_DUE };

	k.now.mono_ms = mono_ms;
	return engine_step(k.e, &in, &k.now);
}

static const struct actions *
discovers(uint32_t client, uint32_t xid, bool pxe)
{
	static struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, client, xid);
	msg_broadcast(&m);
	if (pxe)
		msg_opt(
		    &m, OPT_VENDOR_CLASS, CLASS_BIOS, sizeof(CLASS_BIOS) - 1);
	return msg_step(&k, &m);
}

static size_t
count_sent(const struct actions *a)
{
	size_t n = 0;

	while (act_find(a, ACTION_SEND, n) != NULL)
		n++;
	return n;
}

/* The delay of the OFFER to a client; 0: it is sent at once. */
static uint64_t
delay_of(uint32_t client, bool pxe)
{
	uint64_t start_ms = k.now.mono_ms, due_ms;

	if (count_sent(discovers(client, client, pxe)) == 1)
		return 0;
	due_ms = engine_due_ms(k.e);
	ck_assert_uint_eq(count_sent(due_at(due_ms - 1)), 0);
	ck_assert_uint_eq(count_sent(due_at(due_ms)), 1);
	ck_assert_uint_eq(engine_due_ms(k.e), 0);
	return due_ms - start_ms;
}

/* The newest line with tags, else the newest without. */
START_TEST(lines)
{
	struct record rec = { .kind = RECORD_MATCH };

	rec.u.match.how = RECORD_MATCH_VENDORCLASS;
	rec.u.match.len = 3;
	memcpy(rec.u.match.data, "PXE", 3);
	(void)strcpy(rec.u.match.set, "pxe");
	case_add(&k, &rec);
	if (_i > 0) {
		delay(9, "pxe");
		delay(3, "pxe");
		delay(7, "!pxe,pxe");
	}
	if (_i > 1) {
		delay(8, "");
		delay(2, "");
	}
	if (_i > 2)
		delay(0, "pxe");
	case_ready(&k);
	/* At least the seconds, and no more than a millisecond above. */
	ck_assert_uint_eq(delay_of(1, true), _i == 1 || _i == 2 ? 3001 : 0);
	ck_assert_uint_eq(delay_of(2, false), _i > 1 ? 2001 : 0);
}
END_TEST

/* The time counts from each packet, and nothing else is held back. */
START_TEST(nothing_waits)
{
	uint32_t client, addr;
	struct packet p;

	delay(2, "");
	case_ready(&k);
	for (client = 1; client <= 50; client++)
		ck_assert_uint_eq(count_sent(discovers(client, 7, false)), 0);
	k.now.mono_ms += 500;
	ck_assert_uint_eq(count_sent(discovers(51, 7, false)), 0);
	/* One that knows its offer already gets its ACK at once. */
	addr = pool_of(k.e->pool, &k.e->rq.client)->addr;
	ck_assert_uint_eq(case_select(&k, 51, addr), PACKET_ACK);
	ck_assert_uint_eq(count_sent(due_at(3000)), 0);
	ck_assert_uint_eq(count_sent(due_at(3001)), 50);
	ck_assert_uint_eq(count_sent(due_at(3500)), 0);
	ck_assert_uint_eq(count_sent(due_at(3501)), 1);
	ck_assert(reply_parse(&p, k.e->out.v[0].data, k.e->out.v[0].len));
	ck_assert(p.type == PACKET_OFFER && p.yiaddr == addr);
	ck_assert_uint_eq(k.e->count.delayed, 51);
	ck_assert_uint_eq(k.e->count.sent[PACKET_OFFER], 51);
}
END_TEST

/* The time in which a packet was not read counts, too. */
START_TEST(read_late)
{
	static const struct {
		uint32_t age_ms;
		uint64_t due_ms; /* 0: it is sent at once */
	} t[] = { { 0, 3001 }, { 1, 3000 }, { 1999, 1002 }, { 2000, 0 },
		{ 60000, 0 } };
	struct dhcp_msg m;
	size_t i;

	delay(2, "");
	case_ready(&k);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct engine_input in = { .kind = ENGINE_PACKET,
			.data = m.buf,
			.ifindex = CASE_IFINDEX,
			.local = CASE_SERVER,
			.from_port = 68,
			.age_ms = t[i].age_ms };

		msg_begin(&m, PACKET_DISCOVER, (uint32_t)i, 1);
		msg_broadcast(&m);
		writer_u8(&m.w, OPT_END);
		in.len = m.w.len;
		k.now.mono_ms = 1000;
		ck_assert_uint_eq(count_sent(engine_step(k.e, &in, &k.now)),
		    t[i].due_ms == 0);
		ck_assert_uint_eq(engine_due_ms(k.e), t[i].due_ms);
		(void)due_at(9000);
	}
}
END_TEST

/* A turn has an end: the rest is due at once. */
START_TEST(turns)
{
	uint32_t client;

	delay(1, "");
	case_ready(&k);
	for (client = 1; client <= 100; client++)
		(void)discovers(client, client, false);
	ck_assert_uint_eq(count_sent(due_at(9000)), 64);
	ck_assert_uint_lt(engine_due_ms(k.e), 9000);
	ck_assert_uint_eq(count_sent(due_at(9000)), 36);
	ck_assert_uint_eq(engine_due_ms(k.e), 0);
}
END_TEST

/* A retransmission gets one OFFER, at the time of the first. */
START_TEST(repeated)
{
	const struct actions *a;
	const struct note *n;

	delay(2, "");
	case_ready(&k);
	a = discovers(1, 1, false);
	n = act_note(a, NOTE_MESSAGE, 1);
	ck_assert(n->type == PACKET_OFFER && n->delay_s == 2);
	k.now.mono_ms += 1000;
	a = discovers(1, 1, false);
	ck_assert_uint_eq(act_note(a, NOTE_MESSAGE, 1)->delay_s, 1);
	/* Another transaction is none. */
	(void)discovers(1, 2, false);
	(void)discovers(2, 1, false);
	ck_assert_uint_eq(k.e->count.delay_joined, 1);
	ck_assert_uint_eq(count_sent(due_at(3001)), 1);
	ck_assert_uint_eq(count_sent(due_at(3999)), 0);
	ck_assert_uint_eq(count_sent(due_at(4001)), 2);
	/* After it is sent, the next one is delayed anew. */
	ck_assert_uint_eq(count_sent(discovers(1, 1, false)), 0);
	ck_assert_uint_eq(engine_due_ms(k.e), 4001 + 2001);
}
END_TEST

/* A client that hears no broadcast: first the neighbour entry, then the OFFER.
 */
START_TEST(neighbour)
{
	const struct action *s;
	const struct actions *a;
	struct dhcp_msg m;

	delay(2, "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	a = msg_step(&k, &m);
	ck_assert_ptr_null(act_find(a, ACTION_NEIGH, 0));
	ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
	a = due_at(3001);
	ck_assert_ptr_nonnull(act_find(a, ACTION_NEIGH, 0));
	ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
	s = case_sent(&k, a);
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(s->dest->port, 68);
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(s->dest->addr, r.yiaddr);
}
END_TEST

/*
 * A reply whose neighbour entry did not come is sent as it was, though another
 * one begins to wait for an entry in the same step.
 */
START_TEST(neighbour_late)
{
	const struct action *s;
	const struct actions *a;
	struct dhcp_msg m;
	uint64_t late_ms;
	uint8_t hw[6];

	delay(2, "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	(void)msg_step(&k, &m);
	ck_assert_ptr_nonnull(act_find(due_at(3001), ACTION_NEIGH, 0));
	late_ms = engine_due_ms(k.e);
	k.now.mono_ms = late_ms - 2001;
	msg_begin(&m, PACKET_DISCOVER, 2, 2);
	(void)msg_step(&k, &m);
	a = due_at(late_ms);
	ck_assert_ptr_nonnull(act_find(a, ACTION_NEIGH, 0));
	s = act_find(a, ACTION_SEND, 0);
	ck_assert_ptr_nonnull(s);
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(r.xid, 1);
	case_mac(1, hw);
	ck_assert_mem_eq(r.hw, hw, sizeof(hw));
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
}
END_TEST

/* Where no reply can wait for its neighbour entry, it is broadcast. */
START_TEST(no_place)
{
	struct pending *p;
	const struct action *s;
	struct dhcp_msg m;

	delay(2, "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	(void)msg_step(&k, &m);
	while ((p = pending_get(&k.e->pending, PENDING_NEIGH)) != NULL)
		p->since_ms = 3000;
	s = act_find(due_at(3001), ACTION_SEND, 0);
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
	ck_assert_ptr_null(act_find(&k.e->out, ACTION_NEIGH, 0));
}
END_TEST

/* Without a place the OFFER is sent at once, and that is said. */
START_TEST(full)
{
	const struct actions *a;
	uint32_t client;

	case_range(&k, IP(10, 0, 0, 0), IP(10, 0, 255, 255), "", "");
	case_dhcp(&k, 2 * DELAY_MAX, false);
	delay(60, "");
	case_ready(&k);
	for (client = 1; client <= DELAY_MAX; client++) {
		struct dhcp_msg m;

		msg_begin(&m, PACKET_DISCOVER, client, 1);
		msg_field(&m, MSG_GIADDR, IP(10, 0, 0, 1));
		ck_assert_uint_eq(count_sent(msg_step(&k, &m)), 0);
	}
	ck_assert_uint_eq(k.e->count.delayed, DELAY_MAX);
	a = discovers(client, 1, false);
	ck_assert_uint_eq(count_sent(a), 1);
	ck_assert_ptr_nonnull(act_note(a, NOTE_DELAYS, 0));
	ck_assert_uint_eq(act_note(a, NOTE_MESSAGE, 1)->delay_s, 0);
	ck_assert_uint_eq(k.e->count.delay_full, 1);
}
END_TEST

/* A reload loses no reply, and changes no time. */
START_TEST(reloaded)
{
	delay(2, "");
	case_ready(&k);
	(void)discovers(1, 1, false);
	case_conf(&k);
	case_range(&k, IP(192, 168, 1, 50), IP(192, 168, 1, 150), "", "");
	ck_assert_int_eq(case_use(&k), 0);
	k.now.mono_ms += 1000;
	ck_assert_uint_eq(count_sent(discovers(1, 1, false)), 0);
	ck_assert_uint_eq(count_sent(discovers(2, 2, false)), 1);
	ck_assert_uint_eq(count_sent(due_at(3001)), 1);
	ck_assert_uint_eq(count_sent(discovers(1, 1, false)), 1);
}
END_TEST

/* Of a proxy: the OFFER and port 4011 are delayed, entries of a menu not. */
START_TEST(proxies)
{
	struct dhcp_msg m;

	delay(2, "");
	case_boot(&k, "pxelinux.0", "", 0, "");
	service(0, "first", "first", 0, "");
	service(0, "second", "second", 0, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(count_sent(msg_step(&k, &m)), 0);
	/* While it waits, a repetition does not mean that it was ignored. */
	k.now.mono_ms += 1500;
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_ptr_null(act_note(msg_step(&k, &m), NOTE_PROXY, 0));
	ck_assert_uint_eq(count_sent(due_at(k.now.mono_ms + 501)), 1);
	ck_assert(reply_parse(&r, k.e->out.v[0].data, k.e->out.v[0].len));
	is_proxy_reply();
	/* Once it was sent, it does. */
	k.now.mono_ms += 1000;
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_ptr_nonnull(act_note(msg_step(&k, &m), NOTE_PROXY, 0));
	ck_assert_uint_eq(count_sent(due_at(k.now.mono_ms + 2001)), 1);
	asks_port(&m, 0);
	ck_assert_uint_eq(count_sent(msg_step(&k, &m)), 0);
	ck_assert_uint_eq(count_sent(due_at(k.now.mono_ms + 2001)), 1);
	ck_assert(k.e->out.v[0].dest->pxe);
	asks_port(&m, 0);
	msg_opt(&m, OPT_VENDOR_ENCAP, "\x47\x04\x80\0\0\0\xff", 7);
	ck_assert_uint_eq(engine_due_ms(k.e), 0);
	ck_assert_ptr_nonnull(case_sent(&k, msg_step(&k, &m)));
}
END_TEST

static Suite *
suite(void)
{
	const TTest *const tests[] = { nothing_waits, read_late, turns,
		repeated, neighbour, neighbour_late, no_place, full, reloaded };
	Suite *s =
	    suite_of("dhcp_delay", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *t = tcase_create("lines"), *p = tcase_create("proxy"),
	      *q = tcase_create("queue");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, lines, 0, 4);
	suite_add_tcase(s, t);
	tcase_add_checked_fixture(p, setup_proxy, teardown);
	tcase_add_test(p, proxies);
	suite_add_tcase(s, p);
	tcase_add_loop_test(q, queue, 0, ROUNDS);
	suite_add_tcase(s, q);
	return s;
}

UNIT_MAIN(suite)
