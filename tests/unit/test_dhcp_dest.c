/* SPDX-License-Identifier: ISC */
/* The engine: where replies go, by which relay, and from which range. */
#include <errno.h>

#include "tests/unit/dhcp_fixture.h"

static struct packet r;

/* A DISCOVER that is changed first; where its answer goes. */
static const struct dest *
goes(uint32_t ciaddr, uint32_t giaddr, bool broadcast, uint8_t hlen,
    uint32_t from)
{
	static struct dest d;
	const struct action *s;
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_field(&m, MSG_CIADDR, ciaddr);
	msg_field(&m, MSG_GIADDR, giaddr);
	if (broadcast)
		msg_broadcast(&m);
	m.buf[2] = hlen;
	m.from = from;
	msg_opt(&m, OPT_CLIENT_ID, "abc", 3);
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_ptr_nonnull(s);
	d = *s->dest;
	return &d;
}

START_TEST(destinations)
{
	const struct dest *d;

	case_range(&k, IP(10, 0, 0, 10), IP(10, 0, 0, 20), "", "");
	case_ready(&k);
	d = goes(0, 0, false, 6, 0);
	ck_assert(d->addr >= FIRST && d->addr <= LAST && d->direct);
	d = goes(0, 0, true, 6, 0);
	ck_assert(d->addr == UINT32_MAX && d->port == 68 && d->direct);
	d = goes(0, 0, false, 0, 0); /* nobody to make an entry for */
	ck_assert(d->addr == UINT32_MAX && d->direct);
	/* Who discovers has no address, whatever it says. */
	d = goes(IP(192, 168, 1, 60), 0, false, 6, 0);
	ck_assert(d->addr != IP(192, 168, 1, 60) && d->direct);
	d = goes(0, IP(10, 0, 0, 1), false, 6, 0);
	ck_assert(d->addr == IP(10, 0, 0, 1) && d->port == 67 && !d->direct);
	d = goes(IP(10, 0, 0, 12), IP(10, 0, 0, 1), true, 6, 0);
	ck_assert(d->addr == IP(10, 0, 0, 1) && d->port == 67);
	ck_assert_uint_eq(d->src, CASE_SERVER);
}
END_TEST

/* dhcp-alternate-port: to clients and to relays. */
START_TEST(alternate_ports)
{
	const struct dest *d;

	case_range(&k, IP(10, 0, 0, 10), IP(10, 0, 0, 20), "", "");
	case_ports(&k, 1067, 2068);
	case_ready(&k);
	d = goes(0, 0, false, 6, 0);
	ck_assert(d->addr >= FIRST && d->addr <= LAST && d->port == 2068);
	d = goes(0, 0, true, 6, 0);
	ck_assert(d->addr == UINT32_MAX && d->port == 2068);
	d = goes(0, IP(10, 0, 0, 1), false, 6, 0);
	ck_assert(d->addr == IP(10, 0, 0, 1) && d->port == 1067);
}
END_TEST

START_TEST(renewal_goes_back)
{
	struct engine_input in = { .kind = ENGINE_PACKET,
		.ifindex = CASE_IFINDEX,
		.local = CASE_SERVER };
	struct dhcp_msg m;
	uint32_t addr;

	/* To where it came from, if that is the client's own address. */
	case_ready(&k);
	addr = case_boot_up(&k, 1);
	msg_begin(&m, PACKET_INFORM, 1, 1);
	msg_field(&m, MSG_CIADDR, addr);
	msg_broadcast(&m); /* means nothing here */
	in.data = m.buf;
	in.len = m.w.len;
	in.from = addr;
	in.from_port = 1068;
	(void)engine_step(k.e, &in, &k.now);
	ck_assert_uint_eq(k.e->dest.addr, addr);
	ck_assert_uint_eq(k.e->dest.port, 1068);
	in.from_port = 1;
	(void)engine_step(k.e, &in, &k.now);
	ck_assert_uint_eq(k.e->dest.port, 1);
	in.from = addr + 1;
	(void)engine_step(k.e, &in, &k.now);
	ck_assert_uint_eq(k.e->dest.addr, addr);
	ck_assert_uint_eq(k.e->dest.port, 68);
	ck_assert(!k.e->dest.direct);
}
END_TEST

/* A REQUEST of client 1 for a lease; the destination of its ACK. */
static const struct dest *
ack_goes(uint32_t requested, uint32_t server, uint32_t ciaddr, uint32_t from)
{
	const struct actions *a;
	const struct action *s;
	struct dhcp_msg m;

	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, ciaddr);
	if (requested != 0)
		msg_opt32(&m, OPT_REQUESTED_IP, requested);
	if (server != 0)
		msg_opt32(&m, OPT_SERVER_ID, server);
	m.from = from;
	m.unicast = from != 0;
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(s);
	a = case_outcome(&k, ENGINE_DURABLE, s->id);
	if ((s = act_find(a, ACTION_NEIGH, 0)) == NULL)
		s = act_find(a, ACTION_SEND, 0);
	ck_assert_ptr_nonnull(s);
	return s->dest;
}

/* Firmware leaves an old address in ciaddr (RFC 2131 table 5 wants 0). */
START_TEST(stale_ciaddr)
{
	const struct dest *d;
	uint32_t addr, stale = IP(10, 9, 0, 77);

	case_ready(&k);
	addr = case_discover(&k, 1);
	d = ack_goes(addr, CASE_SERVER, stale, 0);
	ck_assert(d->addr == addr && d->neigh && d->direct);
	d = ack_goes(addr, 0, stale, 0);
	ck_assert(d->addr == addr && d->neigh && d->direct);
}
END_TEST

/* A client that renews gets its ACK although it does not answer ARP. */
START_TEST(renewal_without_arp)
{
	struct engine_input in = { .kind = ENGINE_NEIGH_DONE, .error = EPERM };
	const struct action *s;
	const struct dest *d;
	uint32_t addr;

	case_ready(&k);
	addr = case_boot_up(&k, 1);
	d = ack_goes(0, 0, addr, addr);
	ck_assert(d->addr == addr && d->neigh && d->direct);
	ck_assert_uint_eq(d->port, 68);
	ck_assert_uint_eq(d->hwlen, 6);
	/* Without an entry the kernel asks by ARP; it is no broadcast. */
	in.id = TAILQ_FIRST(&k.e->pending.neigh)->id;
	s = act_find(engine_step(k.e, &in, &k.now), ACTION_SEND, 0);
	ck_assert(s->dest->addr == addr && !s->dest->neigh);
}
END_TEST

/* Behind a router there is no neighbour to enter. */
START_TEST(renewal_across_a_router)
{
	const struct action *s;
	const struct dest *d;
	struct dhcp_msg m;
	uint32_t addr;

	case_range(&k, IP(10, 0, 0, 10), IP(10, 0, 0, 20), "", "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_field(&m, MSG_GIADDR, IP(10, 0, 0, 1));
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	addr = r.yiaddr;
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_GIADDR, IP(10, 0, 0, 1));
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	d = ack_goes(0, 0, addr, addr);
	ck_assert(d->addr == addr && !d->neigh && !d->direct);
	/* A relayed renewal goes back to the relay. */
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_GIADDR, IP(10, 0, 0, 1));
	msg_field(&m, MSG_CIADDR, addr);
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	s = case_sent(&k, case_outcome(&k, ENGINE_DURABLE, s->id));
	ck_assert(s->dest->addr == IP(10, 0, 0, 1) && s->dest->port == 67);
}
END_TEST

START_TEST(nak_is_broadcast)
{
	const struct action *s;
	struct dhcp_msg m;

	case_range(&k, IP(10, 0, 0, 10), IP(10, 0, 0, 20), "", "");
	case_ready(&k);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, FIRST);
	m.unicast = true;
	m.from = FIRST;
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
	/* By the relay, which must broadcast it. */
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_GIADDR, IP(10, 0, 0, 1));
	msg_opt32(&m, OPT_REQUESTED_IP, FIRST);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_uint_eq(s->dest->addr, IP(10, 0, 0, 1));
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(r.type, PACKET_NAK);
	ck_assert_uint_ne(r.flags & PACKET_BROADCAST, 0);
}
END_TEST

/* A broadcast would not reach a client behind a router. */
START_TEST(nak_across_a_router)
{
	const struct action *s;
	struct dhcp_msg m;
	int unicast;

	case_range(&k, IP(10, 0, 0, 10), IP(10, 0, 0, 20), "", "");
	case_ready(&k);
	for (unicast = 1; unicast >= 0; unicast--) {
		msg_begin(&m, PACKET_REQUEST, 1, 1);
		msg_field(&m, MSG_CIADDR, IP(10, 0, 0, 30));
		m.unicast = unicast;
		m.from = IP(10, 0, 0, 30);
		s = act_find(msg_step(&k, &m), ACTION_SEND, 0);
		if (!unicast) {
			ck_assert_ptr_null(s);
			break;
		}
		ck_assert(s->dest->addr == IP(10, 0, 0, 30));
		ck_assert(!s->dest->direct && !s->dest->neigh);
		ck_assert_uint_eq(s->dest->port, 68);
		ck_assert(reply_parse(&r, s->data, s->len));
		ck_assert_uint_eq(r.type, PACKET_NAK);
		ck_assert_uint_eq(r.flags & PACKET_BROADCAST, 0);
		ck_assert_uint_eq(r.ciaddr, IP(10, 0, 0, 30));
	}
}
END_TEST

/* The relay, or this host, broadcasts it on the client's link. */
START_TEST(nak_on_the_link)
{
	const struct action *s;
	struct dhcp_msg m;

	case_dhcp(&k, 1000, true);
	case_range(&k, IP(10, 0, 0, 10), IP(10, 0, 0, 20), "", "");
	case_ready(&k);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_GIADDR, IP(10, 0, 0, 1));
	msg_field(&m, MSG_CIADDR, IP(10, 0, 0, 30));
	m.unicast = true;
	m.from = IP(10, 0, 0, 1);
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_uint_eq(s->dest->addr, IP(10, 0, 0, 1));
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(r.type, PACKET_NAK);
	ck_assert_uint_ne(r.flags & PACKET_BROADCAST, 0);
	/* A client on the link that was on another one before. */
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, IP(10, 0, 0, 30));
	m.from = IP(10, 0, 0, 30);
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
}
END_TEST

START_TEST(relayed)
{
	struct dhcp_msg m;
	uint32_t v;

	case_range(&k, IP(10, 0, 0, 10), IP(10, 0, 0, 20), "", "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_field(&m, MSG_GIADDR, IP(10, 0, 0, 1));
	msg_opt(&m, OPT_AGENT, "\1\4eth7", 6);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(r.yiaddr >= IP(10, 0, 0, 10) && r.yiaddr <= IP(10, 0, 0, 20));
	ck_assert_uint_eq(r.giaddr, IP(10, 0, 0, 1));
	ck_assert(packet_u32(&r, OPT_ROUTER, &v));
	ck_assert_uint_eq(v, IP(10, 0, 0, 1)); /* the relay is its router */
	ck_assert(packet_u32(&r, OPT_SERVER_ID, &v));
	ck_assert_uint_eq(v, CASE_SERVER);
	ck_assert_uint_eq(r.len[OPT_AGENT], 6);
	/* From a net that no range is for. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_field(&m, MSG_GIADDR, IP(172, 16, 0, 1));
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_NO_RANGE, 1);
}
END_TEST

START_TEST(impossible_relays)
{
	static const uint32_t bad[] = { CASE_SERVER, IP(127, 0, 0, 1),
		IP(224, 0, 0, 1), UINT32_MAX, IP(0, 0, 0, 1),
		IP(192, 168, 1, 255), IP(192, 168, 1, 0) };
	struct dhcp_msg m;
	size_t i;

	case_ready(&k);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		msg_begin(&m, PACKET_DISCOVER, 1, 1);
		msg_field(&m, MSG_GIADDR, bad[i]);
		ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
		dropped(DROP_RELAY, i + 1);
	}
}
END_TEST

/* A network of its own behind br1, with a range of no addresses. */
static void
other_net(uint8_t mode)
{
	struct record rec;

	case_iface(&k, "br1", 7, IP(172, 16, 0, 1), 0xffff0000);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.mode = mode;
	rec.u.range.start = rec.u.range.end = IP(172, 16, 0, 0);
	rec.u.range.lease_s = 600;
	case_add(&k, &rec);
}

START_TEST(no_range)
{
	const struct actions *a;
	struct dhcp_msg m;

	case_iface(&k, "br1", 7, IP(172, 16, 0, 1), 0xffff0000);
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 7;
	a = msg_step(&k, &m);
	ck_assert_str_eq(act_note(a, NOTE_NO_RANGE, 0)->ifname, "br1");
	ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 8;
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_UNSERVED, 1);
}
END_TEST

START_TEST(proxy_only)
{
	struct dhcp_msg m;

	other_net(RECORD_RANGE_PROXY);
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 7;
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_PROXY, 1);
}
END_TEST

START_TEST(static_range)
{
	struct dhcp_msg m;

	other_net(RECORD_RANGE_STATIC);
	case_reserve(&k, 1, IP(172, 16, 3, 3), "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 7;
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_uint_eq(r.yiaddr, IP(172, 16, 3, 3));
	msg_begin(&m, PACKET_DISCOVER, 2, 1);
	m.ifindex = 7;
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_NO_ADDRESS, 1);
}
END_TEST

START_TEST(neighbour_fails)
{
	struct engine_input in = { .kind = ENGINE_NEIGH_DONE, .error = EPERM };
	const struct actions *a;
	const struct action *s;
	struct dhcp_msg m;
	uint64_t due;

	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	in.id = act_find(msg_step(&k, &m), ACTION_NEIGH, 0)->id;
	a = engine_step(k.e, &in, &k.now);
	s = act_find(a, ACTION_SEND, 0);
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
	ck_assert_ptr_nonnull(act_note(a, NOTE_NEIGH, 0));
	/* A second outcome for the same is nothing. */
	ck_assert_uint_eq(engine_step(k.e, &in, &k.now)->n, 0);
	/* No outcome at all. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	(void)msg_step(&k, &m);
	due = engine_due_ms(k.e);
	ck_assert_uint_eq(due, k.now.mono_ms + 500);
	in.kind = ENGINE_DUE;
	k.now.mono_ms = due - 1;
	ck_assert_uint_eq(engine_step(k.e, &in, &k.now)->n, 0);
	k.now.mono_ms = due;
	s = act_find(engine_step(k.e, &in, &k.now), ACTION_SEND, 0);
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
	ck_assert_uint_eq(engine_due_ms(k.e), 0);
}
END_TEST

/* Nobody has replies sent to hosts of networks that are not served. */
START_TEST(no_reflection)
{
	static const struct {
		uint32_t ciaddr;
		uint32_t giaddr;
		bool answered;
	} t[] = {
		{ IP(192, 168, 1, 9), 0, true },
		{ IP(10, 0, 0, 5), 0, true }, /* the network of a range */
		{ IP(11, 0, 0, 5), 0, false },
		{ IP(198, 51, 100, 9), 0, false },
		{ IP(198, 51, 100, 9), IP(10, 0, 0, 1), true }, /* by relay */
		{ IP(198, 51, 100, 9), IP(198, 51, 100, 1), false },
		{ IP(192, 168, 1, 9), IP(198, 51, 100, 1), false },
		{ IP(192, 168, 1, 255), 0, false },
		{ IP(192, 168, 1, 0), 0, false },
		{ IP(10, 255, 255, 255), 0, false },
		{ CASE_SERVER, 0, false },
		{ IP(127, 0, 0, 1), 0, false },
		{ IP(224, 0, 0, 1), 0, false },
		{ UINT32_MAX, 0, false },
	};
	struct dhcp_msg m;
	size_t i;

	case_range(&k, IP(10, 0, 0, 10), IP(10, 0, 0, 20), "", "");
	case_ready(&k);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		msg_begin(&m, PACKET_INFORM, 1, 1);
		msg_field(&m, MSG_CIADDR, t[i].ciaddr);
		msg_field(&m, MSG_GIADDR, t[i].giaddr);
		m.from = IP(192, 168, 1, 9);
		m.unicast = true;
		ck_assert_msg((case_ask(&k, &m, &r) != 0) == t[i].answered,
		    "case %zu", i);
	}
	dropped(DROP_ADDRESS, 9);
	dropped(DROP_NO_RANGE, 2);
	/* A NAK goes to another network only if it was asked for there. */
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, IP(198, 51, 100, 9));
	m.from = IP(192, 168, 1, 9);
	m.unicast = true;
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_ADDRESS, 10);
	ck_assert(act_note(&k.e->out, NOTE_MESSAGE, 1)->failed);
	m.from = IP(198, 51, 100, 9);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_NAK);
	ck_assert_uint_eq(k.e->dest.addr, IP(198, 51, 100, 9));
}
END_TEST

/* BOOTP replies to ciaddr, but not to one of another network. */
START_TEST(bootp_ciaddr)
{
	const struct action *s;
	struct dhcp_msg m;

	case_reserve(&k, 1, IP(192, 168, 1, 60), "");
	case_ready(&k);
	msg_begin(&m, 0, 1, 9);
	msg_field(&m, MSG_CIADDR, IP(198, 51, 100, 9));
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(s);
	s = case_sent(&k, case_outcome(&k, ENGINE_DURABLE, s->id));
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(s->dest->addr, IP(192, 168, 1, 60));
	msg_field(&m, MSG_CIADDR, IP(192, 168, 1, 60));
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	s = case_sent(&k, case_outcome(&k, ENGINE_DURABLE, s->id));
	ck_assert_ptr_nonnull(s);
	ck_assert(s->dest->in_use);
}
END_TEST

START_TEST(places_run_out)
{
	struct dhcp_msg m;
	const struct action *s;
	int i;

	/* More replies wait than there is room: the rest is broadcast. */
	case_ready(&k);
	for (i = 0; i < PENDING_MAX; i++) {
		msg_begin(&m, PACKET_DISCOVER, 1, 1);
		s = act_find(msg_step(&k, &m), ACTION_NEIGH, 0);
		ck_assert_ptr_nonnull(s);
	}
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	s = act_find(msg_step(&k, &m), ACTION_SEND, 0);
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
	/* A lease cannot be held then, so it is not granted. */
	ck_assert_uint_eq(case_select(&k, 2, LAST), 0);
	ck_assert(act_note(&k.e->out, NOTE_MESSAGE, 1)->failed);
	dropped(DROP_PLACES, 1);
}
END_TEST

Suite *suite_dhcp_dest(void);

Suite *
suite_dhcp_dest(void)
{
	const TTest *const tests[] = { destinations, alternate_ports,
		renewal_goes_back, stale_ciaddr, renewal_without_arp,
		renewal_across_a_router, nak_is_broadcast, nak_across_a_router,
		nak_on_the_link, relayed, impossible_relays, no_range,
		proxy_only, static_range, neighbour_fails, no_reflection,
		bootp_ciaddr, places_run_out };

	return suite_of("dhcp_dest", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_dest)
