/* SPDX-License-Identifier: ISC */
/* The lines for notes, ranges, and counters. */
#include "tests/unit/report_case.h"

static void
log_note(const struct note *n)
{
	k.now.mono_ms += 61000;
	nlines = 0;
	log_init("test", LOG_INFO);
	log_set_sink(take_line, NULL);
	report_note(k.e, n, k.now.mono_ms);
	log_set_sink(NULL, NULL);
}

static struct note
note(enum note_kind kind, uint8_t type, uint32_t addr)
{
	struct note n;

	memset(&n, 0, sizeof(n));
	n.kind = kind;
	n.type = type;
	n.addr = addr;
	n.arch = ARCH_NONE;
	n.client.hwtype = 1;
	n.client.hwlen = 6;
	case_mac(1, n.client.hw);
	(void)snprintf(n.ifname, sizeof(n.ifname), "br0");
	return n;
}

/* "DHCPOFFER(br0) 192.168.1.77 9e:42:87:f7:29:92 pc reason" */
START_TEST(messages)
{
	struct note n = note(NOTE_MESSAGE, PACKET_OFFER, FIRST);

	case_ready(&k);
	n.xid = 77;
	log_note(&n);
	lines_are("DHCPOFFER(br0) 192.168.1.50 52:54:00:00:00:01\n");
	(void)snprintf(n.name, sizeof(n.name), "p\"c");
	n.text = "why";
	n.delay_s = 2;
	log_note(&n);
	lines_are(
	    "DHCPOFFER(br0) 192.168.1.50 52:54:00:00:00:01 p\\x22c why, sent in 2 s\n");
	n.addr = 0;
	n.name[0] = '\0';
	n.delay_s = 1;
	log_note(&n);
	lines_are("DHCPOFFER(br0) 52:54:00:00:00:01 why, sent in 1 s\n");
	/* Hardware addresses of any length and type. */
	n.client.hwlen = 1;
	log_note(&n);
	lines_are("DHCPOFFER(br0) 52 why, sent in 1 s\n");
	n.client.hwtype = 0x2a;
	log_note(&n);
	lines_are("DHCPOFFER(br0) 2a-52 why, sent in 1 s\n");
	n.client.hwlen = 0;
	log_note(&n);
	lines_are("DHCPOFFER(br0) - why, sent in 1 s\n");
	n.client.hwtype = 1;
	n.client.hwlen = 6;
	/* quiet-dhcp leaves those that fail. */
	k.conf->dhcp.quiet = true;
	log_note(&n);
	ck_assert_uint_eq(nlines, 0);
	n.failed = true;
	log_note(&n);
	ck_assert_uint_eq(nlines, 1);
	n.failed = false;
	k.conf->dhcp.log_dhcp = true;
	log_note(&n);
	lines_are("77 DHCPOFFER(br0) 52:54:00:00:00:01 why, sent in 1 s\n");
}
END_TEST

START_TEST(no_room)
{
	struct note n = note(NOTE_FULL, DROP_LEASES, 0);

	case_range(&k, IP(192, 168, 1, 200), IP(192, 168, 1, 210), "", "");
	case_ready(&k);
	log_note(&n);
	lines_are(
	    "dhcp-lease-max=1000 is reached: no lease for new clients on br0; raise it or shorten the lease times\n");
	n.type = DROP_NO_ADDRESS;
	n.addr = IP(192, 168, 1, 200);
	log_note(&n);
	lines_are(
	    "range 192.168.1.200-192.168.1.210 is exhausted: no address for new clients on br0; enlarge it or shorten the lease times\n");
	n.addr = IP(192, 168, 1, 201);
	log_note(&n);
	ck_assert_uint_eq(nlines, 0);
}
END_TEST

START_TEST(refused)
{
	struct note n = note(NOTE_REFUSED, PACKET_ACK, FIRST);

	case_ready(&k);
	n.text = "disk\nfull";
	log_note(&n);
	lines_are(
	    "lease of 192.168.1.50 for 52:54:00:00:00:01: rejected by leased: disk\\x0afull\n");
	n.type = PACKET_RELEASE;
	n.text = NULL;
	log_note(&n);
	lines_are(
	    "release of 192.168.1.50 for 52:54:00:00:00:01: rejected by leased: \n");
	n.type = PACKET_DECLINE;
	log_note(&n);
	lines_are(
	    "decline of 192.168.1.50 for 52:54:00:00:00:01: rejected by leased: \n");
}
END_TEST

START_TEST(others)
{
	struct note n = note(NOTE_NEIGH, 0, FIRST);

	case_ready(&k);
	n.error = EPERM;
	log_note(&n);
	ck_assert_uint_eq(nlines, 0); /* the parent logs it */
	n.error = ETIMEDOUT;
	log_note(&n);
	lines_are(
	    "no neighbour entry for 192.168.1.50: the parent did not answer in time; reply sent without it\n");
	n = note(NOTE_MENU, PACKET_OFFER, 0);
	n.error = 3;
	log_note(&n);
	ck_assert_ptr_nonnull(strstr(lines[0],
	    "boot menu for 52:54:00:00:00:01: 3 pxe-service lines omitted: "));
	n = note(NOTE_PROXY, PACKET_OFFER, 0);
	n.error = RECORD_PXE_BINL;
	log_note(&n);
	lines_are(
	    "52:54:00:00:00:01 repeats its DISCOVER after a proxy OFFER; trying pxe-style=binl\n");
	n.failed = true;
	log_note(&n);
	ck_assert_ptr_nonnull(
	    strstr(lines[0], " repeats its DISCOVER after each proxy OFFER; "));
	n = note(NOTE_DELAYS, 0, 0);
	log_note(&n);
	ck_assert_ptr_nonnull(strstr(lines[0], "dhcp-reply-delay: "));
	ck_assert_ptr_nonnull(strstr(lines[0], " replies are waiting; "));
}
END_TEST

START_TEST(omitted)
{
	struct note n = note(NOTE_OMITTED, PACKET_ACK, 0);
	size_t i;

	case_ready(&k);
	k.e->reply.nomitted = 2;
	k.e->reply.omitted[0] = 3;
	k.e->reply.omitted[1] = 224;
	log_note(&n);
	lines_are(
	    "DHCPACK for 52:54:00:00:00:01: 2 options omitted: no room in the message for option 3 (router), option 224; configure fewer or shorter options\n");
	for (i = 0; i < REPLY_OMITTED_MAX; i++)
		k.e->reply.omitted[i] = 250;
	k.e->reply.nomitted = REPLY_OMITTED_MAX;
	log_note(&n);
	ck_assert_ptr_null(strstr(lines[0], "..."));
	k.e->reply.nomitted = REPLY_OMITTED_MAX + 1;
	log_note(&n);
	ck_assert_ptr_nonnull(strstr(lines[0], "option 250, ...; configure"));
}
END_TEST

/* Two in ten minutes; the next line says how many there were. */
START_TEST(limited)
{
	struct note n = note(NOTE_OTHER_SERVER, PACKET_REQUEST, FIRST);
	size_t i;

	case_ready(&k);
	for (i = 0; i < 5; i++) {
		log_note(&n);
		ck_assert_uint_eq(nlines, i < 2 ? 1 : 0);
	}
	k.now.mono_ms += 600000;
	log_note(&n);
	ck_assert_uint_eq(nlines, 2);
	ck_assert_str_eq(lines[0], "3 similar messages suppressed");
}
END_TEST

static void
range(uint8_t mode, uint32_t start, uint32_t lease_s)
{
	struct record rec = { .kind = RECORD_RANGE };

	rec.u.range.mode = mode;
	rec.u.range.start = start;
	rec.u.range.end = mode == RECORD_RANGE_DYNAMIC ? start + 1 : start;
	rec.u.range.lease_s = lease_s;
	case_add(&k, &rec);
}

START_TEST(ranges)
{
	const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 1 };
	struct record rec;

	range(RECORD_RANGE_DYNAMIC, IP(192, 168, 1, 1), RECORD_LEASE_INFINITE);
	range(RECORD_RANGE_DYNAMIC, IP(192, 168, 1, 3), 2 * 86400);
	range(RECORD_RANGE_DYNAMIC, IP(192, 168, 1, 5), 3 * 3600);
	range(RECORD_RANGE_DYNAMIC, IP(192, 168, 1, 7), 90 * 60);
	range(RECORD_RANGE_STATIC, IP(192, 168, 1, 0), 61);
	range(RECORD_RANGE_PROXY, IP(192, 168, 1, 0), 0);
	range(RECORD_RANGE_PROXY, IP(10, 1, 0, 0), 0);
	rec = case_host(mac, CASE_SERVER, "");
	case_add(&k, &rec);
	rec = case_host(NULL, CASE_SERVER, "pc");
	case_add(&k, &rec);
	rec = case_host(mac, CASE_SERVER, "pc");
	rec.u.host.mac[0].hwtype = 6;
	case_add(&k, &rec);
	case_ready(&k);
	log_conf();
	/* clang-format off */
	lines_are(
	    "DHCP, IP range 192.168.1.50 -- 192.168.1.150, lease time 8h\n"
	    "DHCP, IP range 192.168.1.1 -- 192.168.1.2, lease time infinite\n"
	    "DHCP, IP range 192.168.1.3 -- 192.168.1.4, lease time 2d\n"
	    "DHCP, IP range 192.168.1.5 -- 192.168.1.6, lease time 3h\n"
	    "DHCP, IP range 192.168.1.7 -- 192.168.1.8, lease time 90m\n"
	    "DHCP, static leases only on 192.168.1.0, lease time 61s\n"
	    "DHCP, proxy on subnet 192.168.1.0\n"
	    "DHCP, proxy on subnet 10.1.0.0\n"
	    "dhcp-range 10.1.0.0,proxy: no interface is on its subnet; only relayed clients get its replies; correct the network, or the address of the interface\n"
	    "dhcp-host 52:54:00:00:00:01: 192.168.1.1 is an address of this host; reservation ignored; reserve another address\n"
	    "dhcp-host pc: 192.168.1.1 is an address of this host; reservation ignored; reserve another address\n"
	    "dhcp-host 06-52:54:00:00:00:01 pc: 192.168.1.1 is an address of this host; reservation ignored; reserve another address\n");
	/* clang-format on */
}
END_TEST

/* Each counter that is not zero. */
START_TEST(counters)
{
	struct engine_counters *c;

	case_ready(&k);
	c = &k.e->count;
	memset(c, 0, sizeof(*c));
	nlines = 0;
	log_init("test", LOG_DEBUG);
	log_set_sink(take_line, NULL);
	report_counters(k.e);
	ck_assert_uint_eq(nlines, 0);
	c->parsed[PACKET_OK] = 1;
	c->parsed[PACKET_OK + 1] = 2;
	c->parsed[PACKET_REASON_MAX - 1] = 3;
	c->received[PACKET_DISCOVER] = 4;
	c->sent[PACKET_OFFER] = 5;
	c->received[PACKET_TYPE_MAX - 1] = c->sent[0] = 1;
	c->dropped[0] = 6;
	c->dropped[ENGINE_DROP_MAX - 1] = 7;
	c->durable = 8;
	c->delay_full = 9;
	c->refused = c->joined = c->neigh_failed = 1;
	c->options_omitted = c->delayed = c->delay_joined = 1;
	report_counters(k.e);
	log_set_sink(NULL, NULL);
	/* clang-format off */
	lines_are(
	    "rejected packets: too short: 2\n"
	    "rejected packets: unknown message type: 3\n"
	    "BOOTP: 0 received, 1 sent\n"
	    "DHCPDISCOVER: 4 received, 0 sent\n"
	    "DHCPOFFER: 0 received, 5 sent\n"
	    "DHCPINFORM: 1 received, 0 sent\n"
	    "unanswered packets: interface not served: 6\n"
	    "unanswered packets: no such entry of the boot menu: 7\n"
	    "leases stored: 8\n"
	    "leases rejected by leased: 1\n"
	    "REQUESTs repeated while a lease was stored: 1\n"
	    "neighbour entries that failed: 1\n"
	    "options omitted for want of room: 1\n"
	    "replies delayed: 1\n"
	    "requests repeated while their reply was delayed: 1\n"
	    "replies not delayed for want of room: 9\n");
	/* clang-format on */
}
END_TEST

Suite *suite_dhcp_report(void);

Suite *
suite_dhcp_report(void)
{
	const TTest *const tests[] = { messages, no_room, refused, others,
		omitted, limited, ranges, counters };

	return suite_of("dhcp_report", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_report)
