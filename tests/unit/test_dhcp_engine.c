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
	ck_assert_uint_eq(lease_ip4(s->lease), addr);
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

START_TEST(requested_address)
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

/* An address that another client had, by release or by the clock. */
START_TEST(requested_after_another)
{
	struct dhcp_msg m;
	uint32_t addr;

	case_ready(&k);
	addr = case_boot_up(&k, 1);
	msg_begin(&m, PACKET_DISCOVER, 2, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_uint_ne(r.yiaddr, addr);
	msg_begin(&m, PACKET_RELEASE, 1, 1);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	msg_field(&m, MSG_CIADDR, addr);
	(void)case_ask(&k, &m, &r);
	msg_begin(&m, PACKET_DISCOVER, 3, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_uint_eq(r.yiaddr, addr);
	ck_assert_uint_eq(case_select(&k, 3, addr), PACKET_ACK);
	case_pass(&k, 2 * CASE_LEASE_S);
	msg_begin(&m, PACKET_DISCOVER, 4, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_uint_eq(r.yiaddr, addr);
}
END_TEST

START_TEST(reserved)
{
	char name[LEASE_NAME_MAX];
	struct record h;
	uint8_t mac[6];

	case_mac(1, mac);
	h = case_host(mac, IP(192, 168, 1, 200), "pc"); /* not in the pool */
	h.u.host.lease_s = RECORD_LEASE_INFINITE;
	case_add(&k, &h);
	case_ready(&k);
	ck_assert_uint_eq(case_boot_up(&k, 1), IP(192, 168, 1, 200));
	ck_assert_uint_eq(
	    pool_at(k.e->pool, IP(192, 168, 1, 200))->expiry_s, LEASE_NEVER);
	binding_name(pool_at(k.e->pool, IP(192, 168, 1, 200)), name);
	ck_assert_str_eq(name, "pc");
}
END_TEST

START_TEST(reserved_is_our_own)
{
	uint32_t addr;

	case_reserve(&k, 1, CASE_SERVER, "pc");
	case_ready(&k);
	addr = case_boot_up(&k, 1);
	ck_assert(addr >= FIRST && addr <= LAST);
	ck_assert_uint_eq(case_select(&k, 1, CASE_SERVER), PACKET_NAK);
}
END_TEST

/* A stale ciaddr does not lead to the network of another interface. */
START_TEST(discover_with_ciaddr)
{
	struct dhcp_msg m;

	case_range(&k, IP(10, 0, 0, 50), IP(10, 0, 0, 60), "", "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_field(&m, MSG_CIADDR, IP(10, 0, 0, 55));
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(r.yiaddr >= FIRST && r.yiaddr <= LAST);
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

START_TEST(no_identity)
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
	ck_assert_uint_eq(pool_at(k.e->pool, addr)->state, BINDING_IDLE);
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

/* A client that looks for another host before it sends REQUEST. */
START_TEST(decline_offer)
{
	uint32_t addr, other;

	case_ready(&k);
	addr = case_discover(&k, 1);
	(void)giving_back(PACKET_DECLINE, 2, addr, CASE_SERVER);
	dropped(DROP_NOT_OWNER, 1);
	(void)giving_back(PACKET_DECLINE, 1, addr, CASE_SERVER);
	ck_assert_uint_eq(pool_at(k.e->pool, addr)->state, BINDING_DECLINED);
	other = case_boot_up(&k, 1);
	ck_assert(other != 0 && other != addr);
	case_pass(&k, POOL_DECLINE_S);
	ck_assert_uint_eq(case_select(&k, 2, addr), PACKET_ACK);
}
END_TEST

START_TEST(decline_reserved)
{
	uint32_t addr;

	case_reserve(&k, 1, IP(192, 168, 1, 60), "");
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

/* No option is made of a network that has no range. */
START_TEST(inform_without_range)
{
	static const uint8_t none[] = { 1, 3, 6, 28, 51, 58, 59 };
	struct dhcp_msg m;
	uint32_t server = 0;
	size_t i;

	case_iface(&k, "br1", 4, IP(10, 9, 9, 1), 0xffffff00);
	case_ready(&k);
	msg_begin(&m, PACKET_INFORM, 1, 1);
	msg_field(&m, MSG_CIADDR, IP(10, 9, 9, 9));
	m.ifindex = 4;
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	for (i = 0; i < sizeof(none); i++)
		ck_assert_msg(!packet_has(&r, none[i]), "option %u", none[i]);
	ck_assert(packet_u32(&r, OPT_SERVER_ID, &server));
	ck_assert_uint_eq(server, CASE_SERVER);
}
END_TEST

START_TEST(bootp)
{
	struct dhcp_msg m;

	case_reserve(&k, 1, IP(192, 168, 1, 60), "pc");
	case_boot(&k, "boot.img", "", 0, "bootp");
	case_ready(&k);
	msg_begin(&m, 0, 1, 9);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_BOOTP);
	ck_assert_uint_eq(r.xid, 9);
	ck_assert_uint_eq(r.yiaddr, IP(192, 168, 1, 60));
	ck_assert_str_eq((const char *)r.file, "boot.img");
	ck_assert(packet_has(&r, OPT_MASK) && packet_has(&r, OPT_ROUTER) &&
		  packet_has(&r, OPT_BROADCAST));
	ck_assert(!packet_has(&r, OPT_LEASE_TIME));
	ck_assert(!packet_has(&r, OPT_SERVER_ID));
	ck_assert_uint_eq(
	    pool_at(k.e->pool, IP(192, 168, 1, 60))->expiry_s, LEASE_NEVER);
	msg_begin(&m, 0, 2, 9);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_BOOTP, 1);
	/* The same without a magic cookie. */
	msg_begin(&m, 0, 1, 10);
	memset(m.buf + PACKET_HEADER, 0, 4);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_BOOTP);
	ck_assert_str_eq((const char *)r.file, "boot.img");
	ck_assert(packet_has(&r, OPT_MASK) && packet_has(&r, OPT_ROUTER) &&
		  packet_has(&r, OPT_BROADCAST));
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
	struct record rec = { .kind = RECORD_DHCP };
	const struct actions *a;
	struct dhcp_msg m;
	unsigned int lines = 0;
	size_t i;

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

static char misfit[LOG_LINE_MAX];

static void
take_misfit(int priority, const char *line, void *arg)
{
	(void)arg;
	if (strstr(line, "does not fit") == NULL)
		return;
	ck_assert_int_eq(priority, LOG_WARNING);
	(void)snprintf(misfit, sizeof(misfit), "%s", line);
}

static void
take_warning(int priority, const char *line, void *arg)
{
	(void)arg;
	if (priority <= LOG_NOTICE)
		(void)snprintf(misfit, sizeof(misfit), "%s", line);
}

/* Without an interface, no range fits: the parent says why there is none. */
START_TEST(range_without_interface)
{
	struct record rec;

	case_range(&k, IP(10, 1, 41, 2), IP(10, 1, 41, 245), "", "");
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.mode = RECORD_RANGE_PROXY;
	rec.u.range.start = rec.u.range.end = IP(10, 2, 0, 0);
	case_add(&k, &rec);
	case_ready(&k);
	log_init("test", LOG_INFO);
	log_set_sink(take_warning, NULL);
	misfit[0] = '\0';
	k.conf->ifaces.n = 0;
	report_conf(k.e->conf);
	ck_assert_str_eq(misfit, "");
	log_set_sink(NULL, NULL);
}
END_TEST

/* One end of the range is outside the network of the interface. */
START_TEST(range_does_not_fit)
{
	case_iface(&k, "eth0", 9, IP(10, 1, 41, 1), 0xfffffff0);
	case_range(&k, IP(10, 1, 41, 2), IP(10, 1, 41, 245), "", "");
	case_ready(&k);
	log_init("test", LOG_INFO);
	log_set_sink(take_misfit, NULL);
	misfit[0] = '\0';
	report_conf(k.e->conf);
	ck_assert_msg(
	    strstr(misfit, "dhcp-range 10.1.41.2-10.1.41.245 does not fit into "
			   "the network of eth0 (10.1.41.1/28)") != NULL,
	    "%s", misfit);
	log_set_sink(NULL, NULL);
}
END_TEST

Suite *suite_dhcp_engine(void);

Suite *
suite_dhcp_engine(void)
{
	const TTest *const tests[] = { dialogue, sticky, requested_address,
		requested_after_another, reserved, reserved_is_our_own,
		discover_with_ciaddr, ignored, server_messages, no_identity,
		release, decline, decline_offer, decline_reserved, inform,
		inform_without_range, bootp, notes_to_lines, range_does_not_fit,
		range_without_interface };

	return suite_of("dhcp_engine", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_engine)
