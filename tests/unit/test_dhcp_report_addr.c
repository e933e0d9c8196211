/* SPDX-License-Identifier: ISC */
/* What the log says of clients that get no address, or another one. */
#include "tests/unit/report_case.h"

static void
range_with_mask(uint32_t start, uint32_t end, uint32_t mask)
{
	struct record rec = { .kind = RECORD_RANGE };

	rec.u.range.start = start;
	rec.u.range.end = end;
	rec.u.range.mask = mask;
	rec.u.range.lease_s = CASE_LEASE_S;
	case_add(&k, &rec);
}

/* A netmask that differs from that of the interface. */
START_TEST(other_netmask)
{
	range_with_mask(IP(192, 168, 1, 160), IP(192, 168, 1, 170), 0xffff0000);
	range_with_mask(IP(192, 168, 1, 180), IP(192, 168, 1, 190), 0xffffff00);
	range_with_mask(IP(10, 1, 0, 1), IP(10, 1, 0, 9), 0xffff0000);
	case_ready(&k);
	log_conf();
	has_line(
	    "dhcp-range 192.168.1.160: its netmask is 255.255.0.0, but that of br0 is 255.255.255.0; clients get that of the dhcp-range");
	ck_assert_uint_eq(nlines, 6);
}
END_TEST

/* The netmask of the range excludes the address of the interface. */
START_TEST(narrow_netmask)
{
	range_with_mask(IP(192, 168, 1, 200), IP(192, 168, 1, 205), 0xffffff80);
	case_ready(&k);
	log_conf();
	has_line(
	    "dhcp-range 192.168.1.200: its netmask 255.255.255.128 makes it another network than that of br0 (192.168.1.1/24), so clients there get no address from it; correct or remove the netmask, unless relayed clients are meant");
	ck_assert_uint_eq(nlines, 3);
}
END_TEST

/* No netmask is written, and no interface has one for it. */
START_TEST(guessed_netmask)
{
	range_with_mask(IP(172, 16, 5, 10), IP(172, 16, 5, 20), 0);
	range_with_mask(IP(192, 168, 9, 10), IP(192, 168, 10, 20), 0);
	case_ready(&k);
	log_conf();
	has_line(
	    "dhcp-range 172.16.5.10: no interface is on its subnet and it has no netmask; relayed clients get the netmask of its address class, 255.255.0.0; correct the range, or add the netmask if they are meant");
	has_line(
	    "dhcp-range 192.168.9.10: no interface is on its subnet and it has no netmask; ignored; correct the range, or add the netmask");
}
END_TEST

/* One digit of the only range is wrong. */
START_TEST(none_attached)
{
	case_empty(&k);
	range_with_mask(IP(192, 168, 0, 50), IP(192, 168, 0, 90), 0xffffff00);
	case_ready(&k);
	log_conf();
	has_line(
	    "no dhcp-range is on the network of a served interface, such as br0 (192.168.1.1/24): only relayed clients are served; correct the range if others are meant");
	ck_assert_uint_eq(nlines, 3);
}
END_TEST

START_TEST(no_range)
{
	struct dhcp_msg m;

	case_iface(&k, "br1", 7, IP(172, 16, 0, 1), 0xffff0000);
	case_iface(&k, "br2", 8, IP(10, 1, 0, 9), 0xfffffff8);
	case_iface(&k, "br3", 9, IP(10, 2, 0, 9), 0xffffffff);
	k.conf->dhcp.subnet_selection = true;
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 7;
	log_msg(&m);
	has_line(
	    "no address range available for a DHCPDISCOVER from 52:54:00:00:00:01 via br1: no dhcp-range is on its network, 172.16.0.0/16; add one, as in dhcp-range=172.16.0.50,172.16.0.150");
	msg_begin(&m, PACKET_REQUEST, 2, 1);
	m.ifindex = 8;
	log_msg(&m);
	has_line(
	    "no address range available for a DHCPREQUEST from 52:54:00:00:00:02 via br2: no dhcp-range is on its network, 10.1.0.8/29; add one, as in dhcp-range=10.1.0.10,10.1.0.13");
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 9;
	log_msg(&m);
	has_line(
	    "no address range available for a DHCPDISCOVER from 52:54:00:00:00:01 via br3: no dhcp-range is on its network, 10.2.0.9/32; add one");
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_field(&m, MSG_GIADDR, IP(10, 9, 0, 1));
	log_msg(&m);
	has_line(
	    "no address range available for a DHCPDISCOVER from 52:54:00:00:00:01 via 10.9.0.1 on br0: no dhcp-range is on the network of this relay; add one, as in dhcp-range=10.9.0.50,10.9.0.150,255.255.255.0");
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_field(&m, MSG_GIADDR, IP(10, 9, 0, 1));
	msg_opt(&m, OPT_AGENT, "\5\4\12\7\0\0", 6);
	log_msg(&m);
	has_line(
	    "no address range available for a DHCPDISCOVER from 52:54:00:00:00:01 via 10.9.0.1 on br0: no dhcp-range contains 10.7.0.0, which the request names (option 82 or 118); add one, as in dhcp-range=10.7.0.50,10.7.0.150,255.255.255.0");
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt32(&m, OPT_SUBNET, IP(10, 8, 0, 0));
	log_msg(&m);
	has_line(
	    "no address range available for a DHCPDISCOVER from 52:54:00:00:00:01 via br0: no dhcp-range contains 10.8.0.0, which the request names (option 82 or 118); add one, as in dhcp-range=10.8.0.50,10.8.0.150,255.255.255.0");
}
END_TEST

/* Interfaces with more networks than a line shows, as many, and none. */
START_TEST(no_range_nets)
{
	struct iface i;
	struct dhcp_msg m;
	uint8_t n;

	memset(&i, 0, sizeof(i));
	(void)snprintf(i.name, sizeof(i.name), "br1");
	i.index = 7;
	i.dhcp = true;
	i.naddrs = 5;
	for (n = 0; n < i.naddrs; n++) {
		i.addr[n].addr = IP(10, 100U + n, 100, 101);
		i.addr[n].mask = 0xffffff00;
	}
	ck_assert_int_eq(dhcp_conf_iface(k.conf, &i, k.why), 0);
	i.index = 9;
	i.naddrs = 4;
	ck_assert_int_eq(dhcp_conf_iface(k.conf, &i, k.why), 0);
	i.index = 8;
	i.naddrs = 0;
	ck_assert_int_eq(dhcp_conf_iface(k.conf, &i, k.why), 0);
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 7;
	log_msg(&m);
	ck_assert_ptr_nonnull(strstr(lines[0],
	    "its network, 10.100.100.0/24, 10.101.100.0/24, 10.102.100.0/24, 10.103.100.0/24...; add one, as in dhcp-range=10.100.100.50,"));
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 9;
	log_msg(&m);
	ck_assert_ptr_nonnull(strstr(lines[0], ", 10.103.100.0/24; add"));
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.ifindex = 8;
	log_msg(&m);
	ck_assert_ptr_nonnull(
	    strstr(lines[0], "via br1: the interface has no IPv4 address;"));
}
END_TEST

/* The lease of another client at a reserved address. */
static void
lease_of_other(uint8_t state, uint64_t expiry_s)
{
	struct lease l;

	memset(&l, 0, sizeof(l));
	l.state = state;
	l.addr = addr_from_ip4(FIRST);
	l.hwtype = 1;
	l.hwlen = 6;
	case_mac(9, l.hw);
	(void)snprintf(l.name, sizeof(l.name), "printer");
	l.expiry_s = expiry_s;
	pool_store(k.e->pool, pool_get(k.e->pool, FIRST), &l);
}

START_TEST(reserved)
{
	static const struct {
		uint64_t left_s;
		const char *text;
	} cases[] = {
		{ 59, "for 59s" },
		{ 60, "for 1m" },
		{ 11100, "for 3h 5m" },
		{ 90000, "for 1d 1h" },
		{ 0, "without end" },
	};
	char want[LOG_LINE_MAX];
	struct dhcp_msg m;
	size_t i;

	case_reserve(&k, 1, FIRST, "pc");
	case_ready(&k);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		lease_of_other(LEASE_BOUND,
		    cases[i].left_s == 0 ? LEASE_NEVER
					 : k.now.wall_s + cases[i].left_s);
		msg_begin(&m, PACKET_DISCOVER, 1, 1);
		log_msg(&m);
		(void)snprintf(want, sizeof(want),
		    "not using configured address 192.168.1.50 for 52:54:00:00:00:01: it is leased to 52:54:00:00:00:09 (printer) %s; it becomes free when that machine renews or releases its lease",
		    cases[i].text);
		has_line(want);
	}
	lease_of_other(LEASE_DECLINED, k.now.wall_s + 600);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	log_msg(&m);
	has_line(
	    "not using configured address 192.168.1.50 for 52:54:00:00:00:01: it was declined, as another machine uses it, and is withheld for 10m; give that machine another address");
	msg_begin(&m, 0, 1, 1);
	log_msg(&m);
	has_line(
	    "BOOTP(br0) 192.168.1.50 52:54:00:00:00:01 its address is not available");
	has_line(
	    "not using configured address 192.168.1.50 for 52:54:00:00:00:01: it was declined, as another machine uses it, and is withheld for 10m; give that machine another address");
}
END_TEST

/* The address is offered to a machine that asked before the reload. */
START_TEST(reserved_offered)
{
	struct client other = { .hwtype = 1, .hwlen = 6 };
	struct dhcp_msg m;

	case_reserve(&k, 1, FIRST, "pc");
	case_ready(&k);
	case_mac(9, other.hw);
	pool_offer(k.e->pool, pool_get(k.e->pool, FIRST), &other,
	    k.now.mono_ms + 61000);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	log_msg(&m);
	has_line(
	    "not using configured address 192.168.1.50 for 52:54:00:00:00:01: it is being offered to 52:54:00:00:00:09; it becomes free within a minute if that machine does not take it");
}
END_TEST

/* The line of a DECLINE says what it means. */
START_TEST(declined)
{
	struct dhcp_msg m;
	uint32_t addr;
	char want[LOG_LINE_MAX], ip[16];

	case_ready(&k);
	addr = case_discover(&k, 1);
	ck_assert_uint_ne(addr, 0);
	msg_begin(&m, PACKET_DECLINE, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	log_msg(&m);
	(void)snprintf(want, sizeof(want),
	    "%s: declined by 52:54:00:00:00:01, as another machine uses it; address withheld for 10 minutes; give that machine another address",
	    ip4_text(addr, ip));
	has_line(want);
}
END_TEST

/* "becomes free when that machine renews": it gets a NAK, and another address.
 */
START_TEST(reserved_renewed)
{
	struct dhcp_msg m;
	struct packet r;

	case_reserve(&k, 1, FIRST, "pc");
	case_ready(&k);
	lease_of_other(LEASE_BOUND, k.now.wall_s + 3600);
	ck_assert_uint_ne(case_discover(&k, 1), FIRST);
	msg_begin(&m, PACKET_REQUEST, 9, 1);
	msg_field(&m, MSG_CIADDR, FIRST);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_NAK);
	ck_assert_uint_ne(case_boot_up(&k, 9), 0);
	(void)case_outcome(
	    &k, ENGINE_DURABLE, TAILQ_FIRST(&k.e->pending.store)->id);
	ck_assert_uint_eq(case_discover(&k, 1), FIRST);
}
END_TEST

/* The client takes the offer of another server on the network. */
START_TEST(other_server)
{
	struct dhcp_msg m;

	case_ready(&k);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, IP(192, 168, 1, 208));
	msg_opt32(&m, OPT_SERVER_ID, IP(192, 168, 1, 2));
	log_msg(&m);
	ck_assert_uint_eq(nlines, 0); /* this one offered nothing */
	ck_assert_uint_ne(case_discover(&k, 1), 0);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, IP(192, 168, 1, 208));
	msg_opt32(&m, OPT_SERVER_ID, IP(192, 168, 1, 2));
	log_msg(&m);
	ck_assert_uint_eq(nlines, 1);
	has_line(
	    "52:54:00:00:00:01 chose 192.168.1.208 from another DHCP server, 192.168.1.2, via br0; it boots from here only if it chooses this one; stop DHCP on 192.168.1.2, or let it ignore these machines");
}
END_TEST

Suite *suite_dhcp_report_addr(void);

Suite *
suite_dhcp_report_addr(void)
{
	const TTest *const tests[] = { other_netmask, narrow_netmask,
		guessed_netmask, none_attached, no_range, no_range_nets,
		reserved, reserved_offered, reserved_renewed, declined,
		other_server };

	return suite_of(
	    "dhcp_report_addr", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_report_addr)
