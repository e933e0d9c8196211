/* SPDX-License-Identifier: ISC */
/* Relayed clients: link selection, subnet selection, server identifier. */
#include "dhcpd/agent.h"
#include "tests/unit/dhcp_fixture.h"

static struct packet r;

#define RELAY IP(10, 9, 9, 9) /* on no subnet of a range */
#define LINK IP(10, 1, 0, 0)
#define LINK_RELAY IP(10, 1, 0, 1) /* the address of the relay there */
#define FAR_FIRST IP(10, 1, 0, 50)
#define FAR_LAST IP(10, 1, 0, 250)
/* "Gi1/0/7", the link, and the server identifier that the relay asks for. */
#define AGENT "\1\7Gi1/0/7\5\4\12\1\0\0\13\4\12\1\0\1"
#define AGENT_LEN (sizeof(AGENT) - 1)

static void
far_range(void)
{
	struct record rec = { .kind = RECORD_RANGE };

	rec.u.range.start = FAR_FIRST;
	rec.u.range.end = FAR_LAST;
	rec.u.range.mask = 0xffffff00;
	rec.u.range.lease_s = 43200;
	case_add(&k, &rec);
}

static void
dhcp_record(bool subnet_selection)
{
	struct record rec = { .kind = RECORD_DHCP };

	rec.u.dhcp.lease_max = 10;
	rec.u.dhcp.subnet_selection = subnet_selection;
	case_add(&k, &rec);
}

static void
relayed(struct dhcp_msg *m, uint8_t type, const char *agent, size_t len)
{
	msg_begin(m, type, 1, 1);
	msg_field(m, MSG_GIADDR, RELAY);
	if (agent != NULL)
		msg_opt(m, OPT_AGENT, agent, len);
}

static void
is32(uint8_t code, uint32_t want)
{
	uint32_t v = 0;

	(void)packet_u32(&r, code, &v);
	ck_assert_msg(
	    v == want, "option %u: %08x instead of %08x", code, v, want);
}

START_TEST(link_selection)
{
	const struct action *s;
	struct dhcp_msg m;
	size_t end;
	const uint8_t *data;

	far_range();
	case_ready(&k);
	relayed(&m, PACKET_DISCOVER, AGENT, AGENT_LEN);
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_ptr_nonnull(s);
	ck_assert(s->dest->addr == RELAY && s->dest->port == 67);
	ck_assert_uint_eq(s->dest->src, CASE_SERVER);
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert(r.yiaddr >= FAR_FIRST && r.yiaddr <= FAR_LAST);
	is32(OPT_SERVER_ID, LINK_RELAY);
	is32(OPT_MASK, 0xffffff00);
	is32(OPT_ROUTER, LINK_RELAY);
	ck_assert_uint_eq(r.siaddr, CASE_SERVER);
	/* Option 82 comes back whole, and last. */
	data = s->data;
	for (end = s->len - 1; data[end] != OPT_END; end--)
		continue;
	ck_assert_uint_eq(data[end - AGENT_LEN - 2], OPT_AGENT);
	ck_assert_mem_eq(data + end - AGENT_LEN, AGENT, AGENT_LEN);
}
END_TEST

static void
relay_proxy(uint32_t addr)
{
	struct record rec = { .kind = RECORD_RELAY_PROXY };

	rec.u.relay_proxy.addr = addr;
	case_add(&k, &rec);
}

/* dhcp-proxy: none, any relay, this one, another one, and any beside one. */
START_TEST(relay_is_server)
{
	bool relay = _i == 1 || _i == 2;
	struct dhcp_msg m;

	far_range();
	if (_i == 1 || _i == 4)
		relay_proxy(0);
	if (_i == 2)
		relay_proxy(LINK_RELAY);
	if (_i >= 2)
		relay_proxy(LINK_RELAY + 1);
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_field(&m, MSG_GIADDR, LINK_RELAY);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is32(OPT_SERVER_ID, relay ? LINK_RELAY : CASE_SERVER);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_GIADDR, LINK_RELAY);
	msg_opt32(&m, OPT_REQUESTED_IP, r.yiaddr);
	msg_opt32(&m, OPT_SERVER_ID, LINK_RELAY);
	ck_assert_uint_eq(case_ask(&k, &m, &r), relay ? PACKET_ACK : 0);
	/* Without a relay nothing changes. */
	msg_begin(&m, PACKET_DISCOVER, 2, 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is32(OPT_SERVER_ID, CASE_SERVER);
}
END_TEST

static void
share(const char *iface, uint32_t via)
{
	struct record rec = { .kind = RECORD_SHARED };

	(void)snprintf(
	    rec.u.shared.iface, sizeof(rec.u.shared.iface), "%s", iface);
	rec.u.shared.via = via;
	rec.u.shared.addr = LINK;
	case_add(&k, &rec);
}

static bool
is_far(uint32_t addr)
{
	return addr >= FAR_FIRST && addr <= FAR_LAST;
}

/* shared-network: none, by name, by address, by another name and address. */
START_TEST(shared_interface)
{
	const struct action *s;
	struct dhcp_msg m;

	far_range();
	if (_i == 1)
		share("br0", 0);
	if (_i == 2)
		share("", CASE_SERVER);
	if (_i == 3)
		share("eth1", CASE_SERVER);
	if (_i == 4)
		share("", CASE_SERVER + 1);
	case_ready(&k);
	/* The range of the subnet comes first. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!is_far(r.yiaddr));
	is32(OPT_ROUTER, CASE_SERVER);
	/* The client has an address of the other network. */
	msg_begin(&m, PACKET_REQUEST, 2, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, FAR_FIRST);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	ck_assert_uint_eq(
	    case_ask(&k, &m, &r), _i == 1 || _i == 2 ? PACKET_ACK : PACKET_NAK);
	if (_i != 1 && _i != 2)
		return;
	ck_assert_uint_eq(r.yiaddr, FAR_FIRST);
	is32(OPT_SERVER_ID, CASE_SERVER);
	is32(OPT_MASK, 0xffffff00);
	is32(OPT_BROADCAST, LINK | 255);
	is32(OPT_ROUTER, 0);
	msg_begin(&m, PACKET_REQUEST, 2, 1);
	msg_field(&m, MSG_CIADDR, FAR_FIRST);
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(s);
	s = act_find(case_outcome(&k, ENGINE_DURABLE, s->id), ACTION_NEIGH, 0);
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(s->dest->addr, FAR_FIRST);
}
END_TEST

/* A relay that has an address in the network is its router all the same. */
START_TEST(shared_behind_relay)
{
	struct dhcp_msg m;

	far_range();
	share("br0", 0);
	case_ready(&k);
	relayed(&m, PACKET_DISCOVER, NULL, 0);
	msg_field(&m, MSG_GIADDR, LINK_RELAY);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(is_far(r.yiaddr));
	is32(OPT_ROUTER, LINK_RELAY);
	is32(OPT_SERVER_ID, CASE_SERVER);
}
END_TEST

/* The same for a relay: none, this one, another one. */
START_TEST(shared_relay)
{
	struct dhcp_msg m;

	far_range();
	if (_i > 0)
		share("", RELAY + (uint32_t)_i - 1);
	case_ready(&k);
	relayed(&m, PACKET_DISCOVER, NULL, 0);
	if (_i != 1) {
		ck_assert_ptr_null(case_sent(&k, msg_step(&k, &m)));
		return;
	}
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(is_far(r.yiaddr));
	is32(OPT_SERVER_ID, CASE_SERVER);
	is32(OPT_MASK, 0xffffff00);
	is32(OPT_ROUTER, 0);
	/* Clients beside the relay do not get it. */
	msg_begin(&m, PACKET_DISCOVER, 2, 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!is_far(r.yiaddr));
}
END_TEST

/* The whole dialogue: the client names the server as it was told. */
START_TEST(server_override)
{
	struct dhcp_msg m;
	uint32_t addr;

	far_range();
	case_ready(&k);
	relayed(&m, PACKET_DISCOVER, AGENT, AGENT_LEN);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	addr = r.yiaddr;
	relayed(&m, PACKET_REQUEST, AGENT, AGENT_LEN);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, LINK_RELAY);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	is32(OPT_SERVER_ID, LINK_RELAY);
	/* A NAK has it too. */
	relayed(&m, PACKET_REQUEST, AGENT, AGENT_LEN);
	msg_opt32(&m, OPT_REQUESTED_IP, addr + 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_NAK);
	is32(OPT_SERVER_ID, LINK_RELAY);
	/* A renewal by unicast arrives by way of the relay (RFC 5107 4). */
	relayed(&m, PACKET_REQUEST, AGENT, AGENT_LEN);
	msg_field(&m, MSG_CIADDR, addr);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	is32(OPT_SERVER_ID, LINK_RELAY);
	relayed(&m, PACKET_RELEASE, AGENT, AGENT_LEN);
	msg_field(&m, MSG_CIADDR, addr);
	msg_opt32(&m, OPT_SERVER_ID, LINK_RELAY);
	(void)case_ask(&k, &m, &r);
	ck_assert_uint_eq(k.e->pool->nbound, 0);
	/* Without the sub-option the identifier is not ours. */
	relayed(&m, PACKET_REQUEST, "\5\4\12\1\0\0", 6);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, LINK_RELAY);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_OTHER_SERVER, 1);
}
END_TEST

/* A relay that is on no subnet of a range, and names none. */
START_TEST(link_unknown)
{
	static const struct {
		const char *agent;
		size_t len;
	} t[] = {
		{ NULL, 0 },
		{ "\1\1x", 3 },
		{ "\5\4\12\2\0\0", 6 }, /* no range there */
		{ "\5\3\12\1\0", 5 },
		{ "\5\5\12\1\0\0\0", 7 },
		{ "\5\4\12\1\0", 5 }, /* cut off */
		{ "\1\377", 2 },
	};
	struct dhcp_msg m;
	size_t i;

	far_range();
	case_ready(&k);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		relayed(&m, PACKET_DISCOVER, t[i].agent, t[i].len);
		ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
		dropped(DROP_NO_RANGE, i + 1);
	}
}
END_TEST

/* A client that adds option 82 itself does not choose its subnet. */
START_TEST(link_of_client)
{
	struct dhcp_msg m;

	far_range();
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_AGENT, AGENT, AGENT_LEN);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(r.yiaddr >= FIRST && r.yiaddr <= LAST);
	is32(OPT_SERVER_ID, CASE_SERVER);
}
END_TEST

/* A relay on a network of this host: clients renew at the router there. */
START_TEST(relay_on_own_net)
{
	struct dhcp_msg m;
	uint32_t addr;

	case_ready(&k);
	relayed(&m, PACKET_DISCOVER, NULL, 0);
	msg_field(&m, MSG_GIADDR, CASE_SERVER + 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	addr = r.yiaddr;
	relayed(&m, PACKET_REQUEST, NULL, 0);
	msg_field(&m, MSG_GIADDR, CASE_SERVER + 1);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	is32(OPT_ROUTER, CASE_SERVER);
	ck_assert_uint_eq(pool_at(k.e->pool, addr)->relay, 0);
}
END_TEST

/* A relay on the link, without sub-options. */
START_TEST(relay_on_link)
{
	struct dhcp_msg m;

	far_range();
	case_ready(&k);
	relayed(&m, PACKET_DISCOVER, NULL, 0);
	msg_field(&m, MSG_GIADDR, LINK_RELAY);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is32(OPT_ROUTER, LINK_RELAY);
	is32(OPT_SERVER_ID, CASE_SERVER);
	/* The link alone: the relay's address there is not known. */
	relayed(&m, PACKET_DISCOVER, "\5\4\12\1\0\0", 6);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!packet_has(&r, OPT_ROUTER));
}
END_TEST

/*
 * A renewal does not pass through the relay, and has the same options as the
 * first ACK, also after dhcpd was started again (RFC 2131 4.3.1).
 */
START_TEST(renewal)
{
	static const uint8_t same[] = { OPT_MASK, OPT_ROUTER, OPT_BROADCAST,
		OPT_SERVER_ID, OPT_LEASE_TIME, OPT_T1, OPT_T2 };
	static struct packet first;
	const struct action *s;
	struct dhcp_msg m;
	struct lease l;
	uint32_t addr;
	size_t i;

	far_range();
	case_ready(&k);
	relayed(&m, PACKET_DISCOVER, NULL, 0);
	msg_field(&m, MSG_GIADDR, LINK_RELAY);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	addr = r.yiaddr;
	relayed(&m, PACKET_REQUEST, NULL, 0);
	msg_field(&m, MSG_GIADDR, LINK_RELAY);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(s);
	l = *s->lease;
	s = case_sent(&k, case_outcome(&k, ENGINE_DURABLE, s->id));
	ck_assert(reply_parse(&first, s->data, s->len));
	r = first;
	is32(OPT_ROUTER, LINK_RELAY);
	if (_i == 1) {
		/* What leased has is all that is left. */
		case_end(&k);
		case_begin(&k);
		far_range();
		case_ready(&k);
		ck_assert_int_eq(pool_load(k.e->pool, &l), 0);
	}
	msg_begin(&m, PACKET_REQUEST, 1, 2);
	msg_field(&m, MSG_CIADDR, addr);
	m.unicast = true;
	m.from = addr;
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	for (i = 0; i < sizeof(same); i++) {
		uint32_t v = 0;

		(void)packet_u32(&first, same[i], &v);
		is32(same[i], v);
	}
	ck_assert_mem_eq(r.file, first.file, PACKET_FILE);
	ck_assert_uint_eq(r.siaddr, first.siaddr);
	/* The second renewal, and INFORM. */
	msg_begin(&m, PACKET_REQUEST, 1, 3);
	msg_field(&m, MSG_CIADDR, addr);
	m.unicast = true;
	m.from = addr;
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	is32(OPT_ROUTER, LINK_RELAY);
	msg_begin(&m, PACKET_INFORM, 1, 4);
	msg_field(&m, MSG_CIADDR, addr);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	is32(OPT_ROUTER, LINK_RELAY);
	/* Another client at that address is not told the same. */
	msg_begin(&m, PACKET_INFORM, 2, 5);
	msg_field(&m, MSG_CIADDR, addr);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	ck_assert(!packet_has(&r, OPT_ROUTER));
}
END_TEST

/* Option 118 needs the directive; 82.5 has precedence, then 118 (RFC 3011). */
START_TEST(subnet_selection)
{
	struct dhcp_msg m;

	far_range();
	dhcp_record(_i == 1);
	case_ready(&k);
	relayed(&m, PACKET_DISCOVER, NULL, 0);
	msg_opt32(&m, OPT_SUBNET, LINK);
	ck_assert_uint_eq(case_ask(&k, &m, &r), _i == 1 ? PACKET_OFFER : 0);
	if (_i == 1)
		ck_assert(r.yiaddr >= FAR_FIRST && r.yiaddr <= FAR_LAST);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt32(&m, OPT_SUBNET, LINK);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert((r.yiaddr >= FAR_FIRST && r.yiaddr <= FAR_LAST) == (_i == 1));
	relayed(&m, PACKET_DISCOVER, AGENT, AGENT_LEN);
	msg_opt32(&m, OPT_SUBNET, IP(192, 168, 1, 0));
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(r.yiaddr >= FAR_FIRST && r.yiaddr <= FAR_LAST);
	/* A subnet without a range is not served from another one. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt32(&m, OPT_SUBNET, IP(172, 16, 0, 0));
	ck_assert_uint_eq(case_ask(&k, &m, &r), _i == 1 ? 0 : PACKET_OFFER);
}
END_TEST

Suite *suite_dhcp_relay(void);

Suite *
suite_dhcp_relay(void)
{
	const TTest *const tests[] = { link_selection, server_override,
		relay_on_own_net, link_unknown, link_of_client, relay_on_link };
	Suite *s =
	    suite_of("dhcp_relay", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *t = tcase_create("loops");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, subnet_selection, 0, 2);
	tcase_add_loop_test(t, renewal, 0, 2);
	tcase_add_loop_test(t, relay_is_server, 0, 5);
	tcase_add_loop_test(t, shared_interface, 0, 5);
	tcase_add_test(t, shared_behind_relay);
	tcase_add_loop_test(t, shared_relay, 0, 3);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_relay)
