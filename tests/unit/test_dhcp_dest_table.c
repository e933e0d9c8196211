/* SPDX-License-Identifier: ISC */
/*
 * The destination of every reply (RFC 2131 4.1), in all combinations of
 * message, state, relay, ciaddr, broadcast flag, hardware address and ARP.
 */
#include <errno.h>

#include "tests/unit/dhcp_fixture.h"

#define LEASED IP(192, 168, 1, 77)
#define STALE IP(10, 9, 0, 77)
#define RELAY IP(192, 168, 1, 9)

/* What the client sends: one row for each state of RFC 2131 4.3.2. */
static const struct message {
	const char *name;
	uint8_t type; /* 0: BOOTP */
	bool requested; /* option 50, the leased address */
	bool wrong; /* option 50 is an address that it cannot have */
	bool server; /* option 54 */
	bool has_address; /* the client uses its address, in ciaddr */
	uint8_t reply;
} messages[] = {
	{ "DISCOVER", PACKET_DISCOVER, false, false, false, false,
	    PACKET_OFFER },
	{ "SELECTING", PACKET_REQUEST, true, false, true, false, PACKET_ACK },
	{ "INIT-REBOOT", PACKET_REQUEST, true, false, false, false,
	    PACKET_ACK },
	{ "RENEWING", PACKET_REQUEST, false, false, false, true, PACKET_ACK },
	{ "INFORM", PACKET_INFORM, false, false, false, true, PACKET_ACK },
	{ "NAK", PACKET_REQUEST, true, true, true, false, PACKET_NAK },
	{ "BOOTP", 0, false, false, false, false, PACKET_BOOTP },
};

struct combination {
	const struct message *m;
	bool relayed;
	bool stale; /* firmware left an old address in ciaddr */
	bool broadcast;
	bool hardware; /* the request has a hardware address */
	bool arp; /* the neighbour entry can be set */
};

struct destination {
	uint32_t addr;
	uint16_t port;
	bool neigh;
	bool direct;
};

/* What RFC 2131 4.1 says, and field practice where it differs. */
static struct destination
wanted(const struct combination *c)
{
	struct destination all = { UINT32_MAX, 68, false, true };

	if (c->relayed)
		return (struct destination){ RELAY, 67, false, false };
	if (c->m->reply == PACKET_NAK)
		return all;
	if (c->m->has_address) {
		/* Firmware that renews may not answer ARP. */
		bool neigh = c->m->type == PACKET_REQUEST && c->hardware;

		return (struct destination){ LEASED, 68, neigh, neigh };
	}
	if (c->broadcast || !c->hardware)
		return all;
	return (struct destination){ LEASED, 68, true, true };
}

static void
send_message(const struct combination *c, struct dhcp_msg *m)
{
	msg_begin(m, c->m->type, 1, 1);
	if (c->relayed)
		msg_field(m, MSG_GIADDR, RELAY);
	if (c->m->has_address)
		msg_field(m, MSG_CIADDR, LEASED);
	else if (c->stale)
		msg_field(m, MSG_CIADDR, STALE);
	if (c->broadcast)
		msg_broadcast(m);
	if (!c->hardware)
		m->buf[2] = 0;
	msg_opt(m, OPT_CLIENT_ID, "client", 6);
	if (c->m->requested)
		msg_opt32(m, OPT_REQUESTED_IP, c->m->wrong ? STALE : LEASED);
	if (c->m->server)
		msg_opt32(m, OPT_SERVER_ID, CASE_SERVER);
}

static void
check(const struct combination *c)
{
	struct engine_input neigh = { .kind = ENGINE_NEIGH_DONE };
	struct destination want = wanted(c);
	const struct actions *a;
	const struct action *s;
	struct dhcp_msg m;
	char text[160];

	(void)snprintf(text, sizeof(text), "%s%s%s%s%s%s", c->m->name,
	    c->relayed ? ", relayed" : "", c->stale ? ", stale ciaddr" : "",
	    c->broadcast ? ", broadcast" : "",
	    c->hardware ? "" : ", no hardware address",
	    c->arp ? "" : ", no ARP");
	send_message(c, &m);
	a = msg_step(&k, &m);
	if ((s = act_find(a, ACTION_STORE, 0)) != NULL)
		a = case_outcome(&k, ENGINE_DURABLE, s->id);
	s = act_find(a, ACTION_NEIGH, 0);
	ck_assert_msg((s != NULL) == want.neigh, "%s: neighbour entry", text);
	if (s != NULL) {
		ck_assert_msg(s->dest->addr == want.addr, "%s", text);
		neigh.id = s->id;
		neigh.error = c->arp ? 0 : EPERM;
		a = engine_step(k.e, &neigh, &k.now);
		/* Without an entry: by ARP if the client uses the address. */
		if (!c->arp && !c->m->has_address)
			want.addr = UINT32_MAX;
	}
	s = act_find(a, ACTION_SEND, 0);
	ck_assert_msg(s != NULL, "%s: no reply", text);
	ck_assert_msg(s->dest->addr == want.addr, "%s: to %08x, not %08x", text,
	    s->dest->addr, want.addr);
	ck_assert_msg(
	    s->dest->port == want.port, "%s: port %u", text, s->dest->port);
	ck_assert_msg(s->dest->direct == want.direct, "%s: route", text);
	ck_assert_uint_eq(s->dest->ifindex, CASE_IFINDEX);
	ck_assert_uint_eq(s->dest->src, CASE_SERVER);
	ck_assert_uint_eq(k.e->count.sent[c->m->reply], 1);
}

/* A client that has a lease, and for BOOTP a reservation, of LEASED. */
static void
begin(const struct combination *c)
{
	struct lease l;

	case_begin(&k);
	if (c->m->type == 0) {
		case_reserve(&k, 1, LEASED, "");
	}
	case_ready(&k);
	memset(&l, 0, sizeof(l));
	l.addr = addr_from_ip4(LEASED);
	l.hwtype = 1;
	l.hwlen = 6;
	case_mac(1, l.hw);
	l.idlen = 6;
	memcpy(l.id, "client", 6);
	l.expiry_s = CASE_WALL + 1000;
	ck_assert_int_eq(pool_load(k.e->pool, &l), 0);
}

START_TEST(all_combinations)
{
	struct combination c;
	unsigned int bits;

	c.m = &messages[_i];
	for (bits = 0; bits < 32; bits++) {
		c.relayed = (bits & 1) != 0;
		c.stale = (bits & 2) != 0;
		c.broadcast = (bits & 4) != 0;
		c.hardware = (bits & 8) != 0;
		c.arp = (bits & 16) != 0;
		/* BOOTP knows its clients by their hardware address alone. */
		if (c.m->type == 0 && (!c.hardware || c.stale))
			continue;
		begin(&c);
		check(&c);
		case_end(&k);
	}
}
END_TEST

Suite *suite_dhcp_dest_table(void);

Suite *
suite_dhcp_dest_table(void)
{
	Suite *s = suite_create("dhcp_dest_table");
	TCase *t = tcase_create("table");

	tcase_add_loop_test(t, all_combinations, 0,
	    (int)(sizeof(messages) / sizeof(messages[0])));
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_dest_table)
