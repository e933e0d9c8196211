/* SPDX-License-Identifier: ISC */
/* The engine: every kind of message, and what is dropped. */
#include "daemon/log.h"
#include "dhcpd/report.h"
#include "tests/unit/dhcp_fixture.h"

static struct packet r;

START_TEST(dialogue)
{
	const struct actions *a;
	const struct action *s;
	struct dhcp_msg m;
	uint32_t addr;

	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 77);
	a = msg_step(&k, &m);
	/* By a neighbour entry, which comes first. */
	ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
	s = act_find(a, ACTION_NEIGH, 0);
	ck_assert_ptr_nonnull(s);
	addr = s->dest->addr;
	ck_assert(addr >= FIRST && addr <= LAST);
	ck_assert_uint_eq(s->dest->ifindex, CASE_IFINDEX);
	ck_assert_uint_eq(s->dest->hwlen, 6);
	a = case_outcome(&k, ENGINE_NEIGH_DONE, s->id);
	s = act_find(a, ACTION_SEND, 0);
	ck_assert_uint_eq(s->dest->addr, addr);
	ck_assert_uint_eq(s->dest->port, 68);
	ck_assert(s->dest->direct);
	ck_assert_uint_eq(s->dest->src, CASE_SERVER);
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(r.type, PACKET_OFFER);
	ck_assert_uint_eq(r.xid, 77);
	ck_assert_uint_eq(r.yiaddr, addr);

	msg_begin(&m, PACKET_REQUEST, 1, 78);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	a = msg_step(&k, &m);
	ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
	ck_assert_ptr_null(act_find(a, ACTION_NEIGH, 0));
	s = act_find(a, ACTION_STORE, 0);
	ck_assert_uint_eq(s->lease->addr, addr);
	ck_assert_uint_eq(s->lease->state, LEASE_BOUND);
	ck_assert_uint_eq(s->lease->expiry_s, CASE_WALL + CASE_LEASE_S);
	a = case_outcome(&k, ENGINE_DURABLE, s->id);
	s = case_sent(&k, a);
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(r.type, PACKET_ACK);
	ck_assert_uint_eq(r.xid, 78);
	ck_assert_uint_eq(k.e->pool->nbound, 1);
}
END_TEST

START_TEST(sticky)
{
	uint32_t addr;

	case_ready(&k);
	addr = case_boot_up(&k, 1);
	ck_assert_uint_ne(addr, 0);
	ck_assert_uint_eq(case_discover(&k, 1), addr);
	case_pass(&k, 2 * CASE_LEASE_S);
	ck_assert_uint_eq(k.e->pool->nbound, 0);
	ck_assert_uint_eq(case_discover(&k, 1), addr);
	case_pass(&k, 2 * POOL_OFFER_MS / 1000);
	ck_assert_uint_eq(case_boot_up(&k, 1), addr);
}
END_TEST

START_TEST(address_asked_for)
{
	struct dhcp_msg m;
	uint32_t want = IP(192, 168, 1, 123), other;

	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, want);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_uint_eq(r.yiaddr, want);
	/* Not when it is held for another, not ours, or outside. */
	for (other = 2; other < 5; other++) {
		static const uint32_t bad[] = { IP(192, 168, 1, 123),
			CASE_SERVER, IP(192, 168, 1, 9) };

		msg_begin(&m, PACKET_DISCOVER, other, 1);
		msg_opt32(&m, OPT_REQUESTED_IP, bad[other - 2]);
		ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
		ck_assert_uint_ne(r.yiaddr, bad[other - 2]);
	}
}
END_TEST

START_TEST(reserved)
{
	struct record h;
	uint8_t mac[6];

	case_mac(1, mac);
	h = case_host(mac, IP(192, 168, 1, 200), "pc"); /* not in the pool */
	h.u.host.lease_s = RECORD_LEASE_INFINITE;
	case_add(&k, &h);
	case_ready(&k);
	ck_assert_uint_eq(case_boot_up(&k, 1), IP(192, 168, 1, 200));
	ck_assert_uint_eq(
	    pool_at(k.e->pool, IP(192, 168, 1, 200))->l.expiry_s, LEASE_NEVER);
	ck_assert_str_eq(
	    pool_at(k.e->pool, IP(192, 168, 1, 200))->l.name, "pc");
}
END_TEST

START_TEST(reserved_is_our_own)
{
	struct record h;
	uint8_t mac[6];
	uint32_t addr;

	case_mac(1, mac);
	h = case_host(mac, CASE_SERVER, "pc");
	case_add(&k, &h);
	case_ready(&k);
	addr = case_boot_up(&k, 1);
	ck_assert(addr >= FIRST && addr <= LAST);
	ck_assert_uint_eq(case_select(&k, 1, CASE_SERVER), PACKET_NAK);
}
END_TEST

START_TEST(held_offers)
{
	uint32_t i, j, addr[LAST - FIRST + 1];

	/* Two clients are never offered one address. */
	case_ready(&k);
	for (i = 0; i <= LAST - FIRST; i++) {
		addr[i] = case_discover(&k, i);
		ck_assert_uint_ne(addr[i], 0);
		for (j = 0; j < i; j++)
			ck_assert_uint_ne(addr[i], addr[j]);
	}
	ck_assert_uint_eq(case_discover(&k, i), 0);
	dropped(DROP_NO_ADDRESS, 1);
	/* An offer is renewed by asking again. */
	case_pass(&k, POOL_OFFER_MS / 1000 - 1);
	ck_assert_uint_eq(case_discover(&k, 0), addr[0]);
	case_pass(&k, 1);
	ck_assert_uint_ne(case_discover(&k, i), 0);
	ck_assert_uint_eq(case_discover(&k, 0), addr[0]);
}
END_TEST

START_TEST(full_is_told)
{
	const struct actions *a;
	struct dhcp_msg m;
	uint32_t i;

	case_ready(&k);
	for (i = 0; i <= LAST - FIRST; i++)
		(void)case_discover(&k, i);
	msg_begin(&m, PACKET_DISCOVER, i, 1);
	a = msg_step(&k, &m);
	ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
	ck_assert_ptr_null(act_find(a, ACTION_NEIGH, 0));
	ck_assert_uint_eq(act_note(a, NOTE_FULL, 0)->addr, FIRST);
	ck_assert_str_eq(
	    act_note(a, NOTE_MESSAGE, 0)->text, "no address available");
}
END_TEST

START_TEST(lease_max)
{
	case_dhcp(&k, 2, false);
	case_ready(&k);
	ck_assert_uint_ne(case_boot_up(&k, 1), 0);
	ck_assert_uint_ne(case_boot_up(&k, 2), 0);
	ck_assert_uint_eq(case_discover(&k, 3), 0);
	dropped(DROP_LEASES, 1);
	/* Who has a lease keeps it. */
	ck_assert_uint_ne(case_boot_up(&k, 1), 0);
	case_pass(&k, CASE_LEASE_S);
	ck_assert_uint_ne(case_boot_up(&k, 3), 0);
}
END_TEST

START_TEST(ignored)
{
	struct record h;
	struct dhcp_msg m;
	uint8_t mac[6], type;

	case_mac(1, mac);
	h = case_host(mac, IP(192, 168, 1, 60), "");
	h.u.host.ignore = true;
	case_add(&k, &h);
	case_ready(&k);
	for (type = 0; type < PACKET_TYPE_MAX; type++) {
		msg_begin(&m, type, 1, 1);
		msg_opt32(&m, OPT_REQUESTED_IP, FIRST);
		msg_field(&m, MSG_CIADDR, FIRST);
		ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	}
}
END_TEST

START_TEST(server_messages)
{
	static const uint8_t types[] = { PACKET_OFFER, PACKET_ACK, PACKET_NAK };
	struct dhcp_msg m;
	size_t i;

	case_ready(&k);
	for (i = 0; i < sizeof(types); i++) {
		msg_begin(&m, types[i], 1, 1);
		ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
		dropped(DROP_NOT_CLIENT, i + 1);
	}
}
END_TEST

START_TEST(nobody_at_all)
{
	struct dhcp_msg m;

	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.buf[2] = 0;
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_NO_ID, 1);
}
END_TEST

static uint8_t
giving_back(uint8_t type, uint32_t n, uint32_t addr, uint32_t server)
{
	struct dhcp_msg m;

	msg_begin(&m, type, n, 1);
	if (server != 0)
		msg_opt32(&m, OPT_SERVER_ID, server);
	if (type == PACKET_DECLINE)
		msg_opt32(&m, OPT_REQUESTED_IP, addr);
	else
		msg_field(&m, MSG_CIADDR, addr);
	return case_ask(&k, &m, &r);
}

START_TEST(release)
{
	uint32_t addr;

	case_ready(&k);
	addr = case_boot_up(&k, 1);
	ck_assert_uint_eq(giving_back(PACKET_RELEASE, 1, addr, 0), 0);
	dropped(DROP_MALFORMED, 1);
	(void)giving_back(PACKET_RELEASE, 1, addr, IP(192, 168, 1, 2));
	dropped(DROP_OTHER_SERVER, 1);
	(void)giving_back(PACKET_RELEASE, 2, addr, CASE_SERVER);
	dropped(DROP_NOT_OWNER, 1);
	(void)giving_back(PACKET_RELEASE, 1, addr + 1, CASE_SERVER);
	dropped(DROP_NOT_OWNER, 2);
	ck_assert_uint_eq(k.e->pool->nbound, 1);
	ck_assert_uint_eq(giving_back(PACKET_RELEASE, 1, addr, CASE_SERVER), 0);
	ck_assert_uint_eq(k.e->pool->nbound, 0);
	ck_assert_uint_eq(pool_at(k.e->pool, addr)->l.state, LEASE_RELEASED);
	/* It gets the same again. */
	ck_assert_uint_eq(case_boot_up(&k, 1), addr);
}
END_TEST

START_TEST(decline)
{
	uint32_t addr, other;

	case_ready(&k);
	addr = case_boot_up(&k, 1);
	(void)giving_back(PACKET_DECLINE, 2, addr, CASE_SERVER);
	dropped(DROP_NOT_OWNER, 1);
	ck_assert_uint_eq(giving_back(PACKET_DECLINE, 1, addr, CASE_SERVER), 0);
	ck_assert_uint_eq(pool_at(k.e->pool, addr)->state, BINDING_DECLINED);
	other = case_boot_up(&k, 1);
	ck_assert(other != 0 && other != addr);
	ck_assert_uint_eq(case_select(&k, 2, addr), PACKET_NAK);
	ck_assert_uint_eq(case_select(&k, 1, addr), PACKET_NAK);
	case_pass(&k, POOL_DECLINE_S);
	ck_assert_uint_eq(case_select(&k, 2, addr), PACKET_ACK);
}
END_TEST

START_TEST(decline_reserved)
{
	struct record h;
	uint8_t mac[6];
	uint32_t addr;

	case_mac(1, mac);
	h = case_host(mac, IP(192, 168, 1, 60), "");
	case_add(&k, &h);
	case_ready(&k);
	ck_assert_uint_eq(case_boot_up(&k, 1), IP(192, 168, 1, 60));
	(void)giving_back(PACKET_DECLINE, 1, IP(192, 168, 1, 60), CASE_SERVER);
	addr = case_boot_up(&k, 1);
	ck_assert(addr != 0 && addr != IP(192, 168, 1, 60));
	case_pass(&k, POOL_DECLINE_S);
	ck_assert_uint_eq(case_discover(&k, 1), IP(192, 168, 1, 60));
}
END_TEST

START_TEST(inform)
{
	struct dhcp_msg m;
	const struct action *s;

	case_ready(&k);
	msg_begin(&m, PACKET_INFORM, 1, 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_MALFORMED, 1);
	msg_begin(&m, PACKET_INFORM, 1, 1);
	msg_field(&m, MSG_CIADDR, IP(192, 168, 1, 9));
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_uint_eq(s->dest->addr, IP(192, 168, 1, 9));
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(r.type, PACKET_ACK);
	ck_assert_uint_eq(r.yiaddr, 0);
	ck_assert_uint_eq(r.ciaddr, IP(192, 168, 1, 9));
	ck_assert(!packet_has(&r, OPT_LEASE_TIME));
	ck_assert(packet_has(&r, OPT_ROUTER));
	ck_assert_ptr_null(pool_at(k.e->pool, IP(192, 168, 1, 9)));
}
END_TEST

START_TEST(bootp)
{
	struct record h;
	struct dhcp_msg m;
	uint8_t mac[6];

	case_mac(1, mac);
	h = case_host(mac, IP(192, 168, 1, 60), "pc");
	case_add(&k, &h);
	case_boot(&k, "boot.img", "", 0, "bootp");
	case_ready(&k);
	msg_begin(&m, 0, 1, 9);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_BOOTP);
	ck_assert_uint_eq(r.xid, 9);
	ck_assert_uint_eq(r.yiaddr, IP(192, 168, 1, 60));
	ck_assert_str_eq((const char *)r.file, "boot.img");
	ck_assert(packet_has(&r, OPT_MASK));
	ck_assert(!packet_has(&r, OPT_LEASE_TIME));
	ck_assert(!packet_has(&r, OPT_SERVER_ID));
	ck_assert_uint_eq(
	    pool_at(k.e->pool, IP(192, 168, 1, 60))->l.expiry_s, LEASE_NEVER);
	msg_begin(&m, 0, 2, 9);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_BOOTP, 1);
}
END_TEST

static void
quiet(int priority, const char *line, void *arg)
{
	unsigned int *lines = arg;

	(void)priority;
	ck_assert_uint_lt(strlen(line), LOG_LINE_MAX);
	(*lines)++;
}

START_TEST(notes_to_lines)
{
	struct record rec;
	const struct actions *a;
	struct dhcp_msg m;
	unsigned int lines = 0;
	size_t i;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_DHCP;
	rec.u.dhcp.log_dhcp = true;
	rec.u.dhcp.lease_max = 10;
	case_add(&k, &rec);
	case_boot(&k, "file", "name", 0, "");
	case_ready(&k);
	log_init("test", LOG_DEBUG);
	log_set_sink(quiet, &lines);
	report_conf(k.e->conf);
	ck_assert_uint_eq(lines, 1);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_PARAMETERS, "\1\3\6\14\17\34\53\102\103\167", 10);
	msg_opt(&m, OPT_VENDOR_CLASS, "PXE\nClient", 10);
	msg_opt(&m, OPT_USER_CLASS, "\0\1\2", 3);
	msg_opt(&m, OPT_HOSTNAME, "nb", 2);
	a = msg_step(&k, &m);
	for (i = 0; i < a->n; i++)
		if (a->v[i].kind == ACTION_NOTE)
			report_note(k.e, a->v[i].note, k.now.mono_ms);
	ck_assert_uint_ge(lines, 15);
	report_counters(k.e);
	log_set_sink(NULL, NULL);
}
END_TEST

Suite *suite_dhcp_engine(void);

Suite *
suite_dhcp_engine(void)
{
	const TTest *const tests[] = { dialogue, sticky, address_asked_for,
		reserved, reserved_is_our_own, held_offers, full_is_told,
		lease_max, ignored, server_messages, nobody_at_all, release,
		decline, decline_reserved, inform, bootp, notes_to_lines };

	return suite_of("dhcp_engine", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_engine)
