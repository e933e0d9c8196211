/* SPDX-License-Identifier: ISC */
/* The engine: every kind of message, where replies go, what is dropped. */
#include <errno.h>

#include "daemon/log.h"
#include "dhcpd/report.h"
#include "tests/unit/dhcp_case.h"
#include "tests/unit/unit.h"

static struct dhcp_case k;
static struct packet r;

#define FIRST IP(192, 168, 1, 50)
#define LAST IP(192, 168, 1, 150)

static void
setup(void)
{
	case_begin(&k);
}

static void
teardown(void)
{
	case_end(&k);
}

static void
dropped(enum engine_drop why, uint64_t times)
{
	ck_assert_msg(k.e->count.dropped[why] == times, "%s: %llu",
	    engine_drop_text(why), (unsigned long long)k.e->count.dropped[why]);
}

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
	in.from = addr + 1;
	(void)engine_step(k.e, &in, &k.now);
	ck_assert_uint_eq(k.e->dest.addr, addr);
	ck_assert_uint_eq(k.e->dest.port, 68);
	ck_assert(!k.e->dest.direct);
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
	struct record rec;
	struct dhcp_msg m;

	case_iface(&k, "br1", 7, IP(172, 16, 0, 1), 0xffff0000);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.mode = RECORD_RANGE_PROXY;
	rec.u.range.start = rec.u.range.end = IP(172, 16, 0, 0);
	case_add(&k, &rec);
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 7;
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_PROXY, 1);
}
END_TEST

START_TEST(static_range)
{
	struct record rec;
	struct dhcp_msg m;
	uint8_t mac[6];

	case_iface(&k, "br1", 7, IP(172, 16, 0, 1), 0xffff0000);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.mode = RECORD_RANGE_STATIC;
	rec.u.range.start = rec.u.range.end = IP(172, 16, 0, 0);
	rec.u.range.lease_s = 600;
	case_add(&k, &rec);
	case_mac(1, mac);
	rec = case_host(mac, IP(172, 16, 3, 3), "");
	case_add(&k, &rec);
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

START_TEST(neighbour_fails)
{
	struct engine_input in = { .kind = ENGINE_NEIGH_DONE, .error = EPERM };
	const struct actions *a;
	const struct action *s;
	struct dhcp_msg m;

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
	k.now.mono_ms += 5000;
	in.kind = ENGINE_TICK;
	s = act_find(engine_step(k.e, &in, &k.now), ACTION_SEND, 0);
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
}
END_TEST

START_TEST(places_run_out)
{
	struct dhcp_msg m;
	const struct action *s;
	int i;

	/* More replies wait than there is room: the rest is broadcast. */
	case_ready(&k);
	for (i = 0; i < HELD_MAX; i++) {
		msg_begin(&m, PACKET_DISCOVER, 1, 1);
		s = act_find(msg_step(&k, &m), ACTION_NEIGH, 0);
		ck_assert_ptr_nonnull(s);
	}
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	s = act_find(msg_step(&k, &m), ACTION_SEND, 0);
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
	/* A lease cannot be held then, so it is not granted. */
	ck_assert_uint_eq(case_select(&k, 2, LAST), 0);
	dropped(DROP_PLACES, 1);
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
		lease_max, destinations, renewal_goes_back, nak_is_broadcast,
		relayed, impossible_relays, no_range, proxy_only, static_range,
		ignored, server_messages, nobody_at_all, release, decline,
		decline_reserved, inform, bootp, neighbour_fails,
		places_run_out, notes_to_lines };
	Suite *s = suite_create("dhcp_engine");
	TCase *t = tcase_create("engine");
	size_t i;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_engine)
