/* SPDX-License-Identifier: ISC */
/* The REQUEST message: the four states of RFC 2131 4.3.2, in tables. */
#include "tests/unit/dhcp_fixture.h"

static struct packet r;

#define FREE IP(192, 168, 1, 140)
#define OTHER IP(192, 168, 1, 2) /* another server */

static void
lease_to(uint32_t addr, uint32_t n, uint64_t expiry_s)
{
	struct lease l;

	memset(&l, 0, sizeof(l));
	l.addr = addr_from_ip4(addr);
	l.hwtype = 1;
	l.hwlen = 6;
	case_mac(n, l.hw);
	l.expiry_s = expiry_s;
	ck_assert_int_eq(pool_load(k.e->pool, &l), 0);
}

/* A REQUEST of client 1; fields that are 0 are not sent. */
static uint8_t
request(uint32_t requested, uint32_t server, uint32_t ciaddr, bool unicast)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_REQUEST, 1, 1);
	if (requested != 0)
		msg_opt32(&m, OPT_REQUESTED_IP, requested);
	if (server != 0)
		msg_opt32(&m, OPT_SERVER_ID, server);
	msg_field(&m, MSG_CIADDR, ciaddr);
	m.unicast = unicast;
	m.from = ciaddr;
	return case_ask(&k, &m, &r);
}

/* What is sent, whose the addresses are, and what comes back. */
struct row {
	const char *what;
	uint32_t requested, server, ciaddr;
	bool unicast;
	uint32_t mine; /* the client's lease, or 0 */
	uint32_t theirs; /* somebody else's, or 0 */
	uint8_t answer; /* without dhcp-authoritative */
	uint8_t authoritative; /* with it */
};

static const struct row rows[] = {
	{ "selecting: free", FREE, CASE_SERVER, 0, false, 0, 0, PACKET_ACK,
	    PACKET_ACK },
	{ "selecting: its own", FREE, CASE_SERVER, 0, false, FREE, 0,
	    PACKET_ACK, PACKET_ACK },
	{ "selecting: instead of its own", FREE, CASE_SERVER, 0, false, FIRST,
	    0, PACKET_ACK, PACKET_ACK },
	{ "selecting: taken", FREE, CASE_SERVER, 0, false, 0, FREE, PACKET_NAK,
	    PACKET_NAK },
	{ "selecting: another server", FREE, OTHER, 0, false, 0, 0, 0,
	    PACKET_NAK },
	{ "selecting: another net", IP(10, 0, 0, 1), CASE_SERVER, 0, false, 0,
	    0, PACKET_NAK, PACKET_NAK },
	{ "selecting: out of the range", IP(192, 168, 1, 9), CASE_SERVER, 0,
	    false, 0, 0, PACKET_NAK, PACKET_NAK },
	{ "selecting: this server's", CASE_SERVER, CASE_SERVER, 0, false, 0, 0,
	    PACKET_NAK, PACKET_NAK },
	{ "init-reboot: known", FREE, 0, 0, false, FREE, 0, PACKET_ACK,
	    PACKET_ACK },
	{ "init-reboot: unknown", FREE, 0, 0, false, 0, 0, 0, PACKET_ACK },
	{ "init-reboot: unknown, taken", FREE, 0, 0, false, 0, FREE, 0,
	    PACKET_NAK },
	{ "init-reboot: unknown, another net", IP(10, 0, 0, 1), 0, 0, false, 0,
	    0, 0, PACKET_NAK },
	{ "init-reboot: wrong address", FREE, 0, 0, false, FIRST, 0, PACKET_NAK,
	    PACKET_NAK },
	{ "init-reboot: known, another net", IP(10, 0, 0, 1), 0, 0, false,
	    FIRST, 0, PACKET_NAK, PACKET_NAK },
	{ "renewing: known", 0, 0, FREE, true, FREE, 0, PACKET_ACK,
	    PACKET_ACK },
	{ "renewing: unknown", 0, 0, FREE, true, 0, 0, PACKET_NAK, PACKET_ACK },
	{ "renewing: taken", 0, 0, FREE, true, 0, FREE, PACKET_NAK,
	    PACKET_NAK },
	{ "renewing: wrong address", 0, 0, FREE, true, FIRST, 0, PACKET_NAK,
	    PACKET_NAK },
	{ "rebinding: known", 0, 0, FREE, false, FREE, 0, PACKET_ACK,
	    PACKET_ACK },
	{ "rebinding: unknown", 0, 0, FREE, false, 0, 0, 0, PACKET_ACK },
	{ "rebinding: taken", 0, 0, FREE, false, 0, FREE, 0, PACKET_NAK },
	{ "no address at all", 0, 0, 0, false, 0, 0, 0, 0 },
	{ "no address but a server", 0, CASE_SERVER, 0, false, 0, 0, 0, 0 },
};

static void
table(bool authoritative)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *w = &rows[i];
		uint8_t got, want;

		case_begin(&k);
		case_dhcp(&k, 1000, authoritative);
		case_ready(&k);
		if (w->mine != 0)
			lease_to(w->mine, 1, CASE_WALL + 99);
		if (w->theirs != 0)
			lease_to(w->theirs, 2, CASE_WALL + 99);
		got = request(w->requested, w->server, w->ciaddr, w->unicast);
		want = authoritative ? w->authoritative : w->answer;
		ck_assert_msg(got == want, "%s: %s instead of %s", w->what,
		    packet_type_name(got), packet_type_name(want));
		/* The log says why there is no answer. */
		if (want == 0 && w->server == 0 && w->requested + w->ciaddr > 0)
			ck_assert_msg(
			    act_note(&k.e->out, NOTE_MESSAGE, 0) != NULL &&
				act_note(&k.e->out, NOTE_MESSAGE, 0)->failed,
			    "%s", w->what);
		if (got == PACKET_ACK)
			ck_assert_uint_eq(r.yiaddr,
			    w->requested != 0 ? w->requested : w->ciaddr);
		if (got == PACKET_NAK)
			ck_assert_uint_eq(r.yiaddr, 0);
		case_end(&k);
	}
}

START_TEST(states)
{
	table(false);
}
END_TEST

START_TEST(states_authoritative)
{
	table(true);
}
END_TEST

START_TEST(ack_fields)
{
	uint32_t v;

	case_ready(&k);
	lease_to(FREE, 1, CASE_WALL + 99);
	ck_assert_uint_eq(request(0, 0, FREE, true), PACKET_ACK);
	ck_assert_uint_eq(r.ciaddr, FREE); /* RFC 2131 table 3 */
	ck_assert(packet_u32(&r, OPT_SERVER_ID, &v));
	ck_assert_uint_eq(v, CASE_SERVER);
	ck_assert(packet_u32(&r, OPT_LEASE_TIME, &v));
	ck_assert_uint_eq(v, CASE_LEASE_S);
	ck_assert_uint_eq(
	    pool_at(k.e->pool, FREE)->expiry_s, CASE_WALL + CASE_LEASE_S);
}
END_TEST

START_TEST(nak_fields)
{
	uint32_t v;

	case_ready(&k);
	lease_to(FREE, 2, CASE_WALL + 99);
	ck_assert_uint_eq(request(FREE, CASE_SERVER, 0, false), PACKET_NAK);
	ck_assert(packet_u32(&r, OPT_SERVER_ID, &v));
	ck_assert_uint_eq(v, CASE_SERVER);
	ck_assert(packet_has(&r, OPT_MESSAGE));
	ck_assert(!packet_has(&r, OPT_LEASE_TIME));
	ck_assert(!packet_has(&r, OPT_MASK));
	ck_assert_uint_eq(r.siaddr, 0);
}
END_TEST

/* A NAK is from the address of this host that the client chose. */
START_TEST(nak_of_named_server)
{
	uint32_t v = 0;

	case_iface(&k, "br1", 4, IP(10, 1, 0, 1), 0xffffff00);
	case_ready(&k);
	lease_to(FREE, 2, CASE_WALL + 99);
	ck_assert_uint_eq(request(FREE, IP(10, 1, 0, 1), 0, false), PACKET_NAK);
	ck_assert(packet_u32(&r, OPT_SERVER_ID, &v));
	ck_assert_uint_eq(v, IP(10, 1, 0, 1));
	/* If it chose none, or another host, from that on its network. */
	k.conf->dhcp.authoritative = true;
	ck_assert_uint_eq(request(FREE, 0, 0, false), PACKET_NAK);
	ck_assert(packet_u32(&r, OPT_SERVER_ID, &v));
	ck_assert_uint_eq(v, CASE_SERVER);
	ck_assert_uint_eq(request(FREE, OTHER, 0, false), PACKET_NAK);
	ck_assert(packet_u32(&r, OPT_SERVER_ID, &v));
	ck_assert_uint_eq(v, CASE_SERVER);
}
END_TEST

/* Why a client that rebinds or reboots gets no answer. */
START_TEST(reasons)
{
	struct dhcp_msg m;
	const struct note *n;

	case_ready(&k);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, FREE);
	n = act_note(msg_step(&k, &m), NOTE_MESSAGE, 0);
	ck_assert(n != NULL && n->failed && n->addr == FREE);
	ck_assert_str_eq(
	    n->text, "unknown lease; no answer without dhcp-authoritative");
	lease_to(FIRST, 1, CASE_WALL + 99);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, FREE);
	n = act_note(msg_step(&k, &m), NOTE_MESSAGE, 0);
	ck_assert_str_eq(
	    n->text, "its lease here is another address; no answer");
	ck_assert_uint_eq(k.e->count.dropped[DROP_UNKNOWN], 2);
}
END_TEST

/* A client that sends no name any more keeps the one that it had. */
START_TEST(name_is_kept)
{
	char name[LEASE_NAME_MAX];
	struct dhcp_msg m;
	struct lease l;

	memset(&l, 0, sizeof(l));
	l.addr = addr_from_ip4(FREE);
	l.hwtype = 1;
	l.hwlen = 6;
	case_mac(1, l.hw);
	(void)strcpy(l.name, "oldpc");
	l.expiry_s = CASE_WALL + 1000;
	case_ready(&k);
	ck_assert_int_eq(pool_load(k.e->pool, &l), 0);
	ck_assert_uint_eq(request(0, 0, FREE, true), PACKET_ACK);
	binding_name(pool_at(k.e->pool, FREE), name);
	ck_assert_str_eq(name, "oldpc");
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, FREE);
	msg_opt(&m, OPT_HOSTNAME, "new", 3);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	binding_name(pool_at(k.e->pool, FREE), name);
	ck_assert_str_eq(name, "new");
}
END_TEST

START_TEST(lapsed_lease)
{
	/* Lapsed, and nobody has it: the client is still known. */
	case_ready(&k);
	lease_to(FREE, 1, CASE_WALL - 99);
	ck_assert_int_eq(pool_loaded(k.e->pool, CASE_WALL), 0);
	ck_assert_uint_eq(request(FREE, 0, 0, false), PACKET_ACK);
	/* Lapsed only a moment ago, before any tick. */
	lease_to(FIRST, 1, CASE_WALL - 1);
	case_forget(&k, pool_at(k.e->pool, FREE));
	ck_assert_uint_eq(request(0, 0, FIRST, true), PACKET_ACK);
	ck_assert_uint_eq(k.e->pool->nbound, 1);
}
END_TEST

START_TEST(offer_is_no_lease)
{
	uint32_t addr;

	case_ready(&k);
	addr = case_discover(&k, 1);
	ck_assert_uint_eq(request(addr, 0, 0, false), 0);
	ck_assert_uint_eq(request(0, 0, addr, true), PACKET_NAK);
	ck_assert_uint_eq(request(addr, CASE_SERVER, 0, false), PACKET_ACK);
}
END_TEST

START_TEST(offer_of_another)
{
	uint32_t addr;

	case_ready(&k);
	addr = case_discover(&k, 2);
	ck_assert_uint_eq(request(addr, CASE_SERVER, 0, false), PACKET_NAK);
	ck_assert_uint_eq(case_select(&k, 2, addr), PACKET_ACK);
}
END_TEST

START_TEST(offer_not_chosen)
{
	uint32_t addr;

	/* The client takes another server's offer: ours is free again. */
	case_ready(&k);
	addr = case_discover(&k, 1);
	ck_assert_ptr_nonnull(pool_at(k.e->pool, addr));
	ck_assert_uint_eq(request(FREE, OTHER, 0, false), 0);
	ck_assert_ptr_null(pool_at(k.e->pool, addr));
}
END_TEST

START_TEST(static_lease)
{
	struct dhcp_msg m;

	case_reserve(&k, 1, FIRST, "pc");
	case_ready(&k);
	/* It renews a pool address, but has one of its own by now. */
	lease_to(FREE, 1, CASE_WALL + 99);
	ck_assert_uint_eq(request(0, 0, FREE, true), PACKET_NAK);
	ck_assert_uint_eq(case_discover(&k, 1), FIRST);
	ck_assert_uint_eq(request(FIRST, CASE_SERVER, 0, false), PACKET_ACK);
	/* The old one was given back. */
	ck_assert_uint_eq(k.e->pending.nstore, 1);
	ck_assert_uint_eq(
	    lease_ip4(&TAILQ_FIRST(&k.e->pending.store)->lease), FREE);
	ck_assert_uint_eq(
	    TAILQ_FIRST(&k.e->pending.store)->lease.state, LEASE_RELEASED);
	/* Nobody else gets it. */
	msg_begin(&m, PACKET_REQUEST, 2, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, FIRST);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_NAK);
	ck_assert_mem_eq(r.data + r.off[OPT_MESSAGE], "address reserved", 16);
}
END_TEST

START_TEST(static_lease_taken)
{
	case_reserve(&k, 1, FIRST, "pc");
	case_ready(&k);
	/* A stranger has it until its lease ends; no endless loop of NAKs. */
	lease_to(FIRST, 2, CASE_WALL + 99);
	lease_to(FREE, 1, CASE_WALL + 99);
	ck_assert_uint_eq(request(0, 0, FREE, true), PACKET_ACK);
	ck_assert_uint_eq(case_discover(&k, 1), FREE);
	case_pass(&k, 100);
	ck_assert_uint_eq(case_discover(&k, 1), FIRST);
}
END_TEST

START_TEST(two_hardware_addresses)
{
	struct record h;
	uint8_t mac[6];

	/* One line with two cards: the address goes over at once. */
	case_mac(1, mac);
	h = case_host(mac, FIRST, "pc");
	h.u.host.nmac = 2;
	h.u.host.mac[1] = h.u.host.mac[0];
	case_mac(2, h.u.host.mac[1].addr);
	case_add(&k, &h);
	case_ready(&k);
	ck_assert_uint_eq(case_boot_up(&k, 1), FIRST);
	ck_assert_uint_eq(case_discover(&k, 2), FIRST);
	ck_assert(binding_same_hw(pool_at(k.e->pool, FIRST),
	    &(struct client){
		.hwtype = 1, .hwlen = 6, .hw = { 0x52, 0x54, 0, 0, 0, 1 } }));
	(void)case_select(&k, 2, FIRST);
	/* The old lease ends in the store first, then the new one begins. */
	while (k.e->pending.nstore > 0)
		(void)case_outcome(
		    &k, ENGINE_DURABLE, TAILQ_FIRST(&k.e->pending.store)->id);
	ck_assert(binding_same_hw(pool_at(k.e->pool, FIRST),
	    &(struct client){
		.hwtype = 1, .hwlen = 6, .hw = { 0x52, 0x54, 0, 0, 0, 2 } }));
	ck_assert_uint_eq(k.e->pool->nbound, 1);
}
END_TEST

Suite *suite_dhcp_request(void);

Suite *
suite_dhcp_request(void)
{
	const TTest *const tests[] = { ack_fields, nak_fields,
		nak_of_named_server, reasons, name_is_kept, lapsed_lease,
		offer_is_no_lease, offer_of_another, offer_not_chosen,
		static_lease, static_lease_taken, two_hardware_addresses };
	Suite *s = suite_create("dhcp_request");
	TCase *t = tcase_create("request");
	size_t i;

	tcase_add_checked_fixture(t, setup, teardown);
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	t = tcase_create("table");
	tcase_add_test(t, states);
	tcase_add_test(t, states_authoritative);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_request)
