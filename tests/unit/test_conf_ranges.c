/* SPDX-License-Identifier: ISC */
/* dhcp-range and dhcp-host, with what they give and what they refuse. */
#include <string.h>

#include "tests/unit/conf_case.h"

static struct record rec;

START_TEST(ranges)
{
	struct record_range *g = &rec.u.range;
	static struct conf_case k;

	conf_case_gives("log-dhcp", RECORD_RANGE, &rec);
	ck_assert_uint_eq(g->mode, RECORD_RANGE_DYNAMIC);
	ck_assert_uint_eq(g->start, 0xc0a8010a);
	ck_assert_uint_eq(g->end, 0xc0a80114);
	ck_assert_uint_eq(g->mask, 0);
	ck_assert_uint_eq(g->lease_s, 3600);
	ck_assert_str_eq(g->set, "net");
	conf_case_parse(&k,
	    "dhcp-range = tag:!a, set:b, 10.0.0.9, 10.0.0.99, 255.255.255.0, 10.0.0.255, 8h\n"
	    "dhcp-mac=set:a,52:54:00:*:*:*");
	ck_assert_msg(k.ok && conf_case_silent(&k), "%s", k.diags);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_RANGE, &rec));
	ck_assert_uint_eq(g->mask, 0xffffff00);
	ck_assert_uint_eq(g->broadcast, 0x0a0000ff);
	ck_assert_uint_eq(g->lease_s, 28800);
	ck_assert_uint_eq(g->tags.n, 1);
	ck_assert(g->tags.tag[0].negate);
	conf_case_end(&k);
	conf_case_parse(&k, "dhcp-range=10.0.0.0,static,infinite");
	ck_assert(k.ok);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_RANGE, &rec));
	ck_assert_uint_eq(g->mode, RECORD_RANGE_STATIC);
	ck_assert_uint_eq(g->lease_s, RECORD_LEASE_INFINITE);
	conf_case_end(&k);
}
END_TEST

START_TEST(ranges_bad)
{
	conf_case_says("dhcp-range=10.0.0.1,10.0.0.9,proxy", 'E',
	    "a proxy range has no end address; write dhcp-range=10.0.0.1,proxy");
	conf_case_says("dhcp-range=10.0.0.1", 'E', "end address is missing");
	conf_case_says("dhcp-range=tag:a", 'E', "addresses are missing");
	/* A slip of the finger makes no IPv6 address. */
	conf_case_says(
	    "dhcp-range=19:.168.1.50,192.168.1.60", 'E', "not the start");
	conf_case_says("dhcp-range=fd00::1,fd00::9", 'W', "DHCP for IPv6");
	conf_case_says("dhcp-range=set:a", 'E', "addresses are missing");
	conf_case_says("dhcp-range=tag:a,", 'E', "not the start address");
	conf_case_says(
	    "dhcp-range=fd00::1,fd00::9", 'W', "IPv6 is not served yet");
	conf_case_says("dhcp-range=10.0.0.1,10.0.0.9,1y", 'E', "lease time");
	conf_case_says(
	    "dhcp-range=10.0.0.1,10.0.0.9,12h,255.0.0.0", 'E', "in this order");
	conf_case_says(
	    "dhcp-range=a,b,10.0.0.1,10.0.0.9", 'E', "not the start address");
	conf_case_says(
	    "dhcp-range=x,y,10.0.0.1,10.0.0.9", 'E', "a range sets one tag");
	conf_case_says("dhcp-range=10.0.0.1,10.0.1.9,255.255.255.0", 'E',
	    "different networks");
	conf_case_says(
	    "dhcp-range=10.0.0.1,10.0.0.9,255.0.255.0", 'E', "not a netmask");
	conf_case_says("dhcp-range=10.0.0.1,10.0.0.9,255.0.0.0,10.0.0.255,1h,x",
	    'E', "unexpected \"");
	conf_case_says(
	    "dhcp-range=10.0.0.1,10.0.0.9,12h,foo", 'E', "unexpected \"foo\"");
	conf_case_says("dhcp-range=10.0.0.9,10.0.0.1", 'W', "swapped");
	conf_case_says("dhcp-range=10.0.0.0,PROXY", 'E',
	    "\"PROXY\" is not known; write it in lower case");
	conf_case_says("dhcp-range=10.0.0.0,Static", 'E', "in lower case");
	conf_case_says(
	    "dhcp-range=10.0.0.1,10.0.0.9,24", 'W', "number alone is seconds");
	conf_case_says("dhcp-range=10.0.0.1,10.0.0.9,60s", 'W',
	    "is too short; using 2 minutes");
	conf_case_says("dhcp-range=10.0.0.1,10.0.0.9,99999w", 'W', "infinite");
	conf_case_says("dhcp-range=10.0.0.1,10.0.0.9,255.255.255.0,10.0.1.255",
	    'W', "broadcast address");
	conf_case_says(
	    "dhcp-range=eth0,10.0.0.1,10.0.0.9", 'W', "interface=eth0");
}
END_TEST

/* A network with a prefix length is no range; the line says what to write. */
START_TEST(ranges_with_prefix)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{ "192.168.1.0/24,8h",
		    "\"192.168.1.0/24\" is a network with a prefix length, not an address; write dhcp-range=192.168.1.50,192.168.1.150,255.255.255.0,8h" },
		{ "10.0.0.0/8",
		    "write dhcp-range=10.0.0.50,10.0.0.150,255.0.0.0\n" },
		{ "10.0.0.16/28",
		    "dhcp-range=10.0.0.20,10.0.0.27,255.255.255.240" },
		{ "10.0.0.4/30",
		    "dhcp-range=10.0.0.5,10.0.0.6,255.255.255.252" },
		{ "10.0.0.4/31", "\"10.0.0.4/31\" has a prefix length" },
		{ "0.0.0.0/0", "\"0.0.0.0/0\" has a prefix length" },
		{ "tag:a,10.0.0.0/24,8h", "write 10.0.0.50,10.0.0.150," },
		{ "eth0,10.0.0.0/24,8h", "write 10.0.0.50,10.0.0.150," },
		{ "10.0.0.0/24,static,8h",
		    "write dhcp-range=10.0.0.0,static,255.255.255.0,8h" },
		{ "10.0.0.0/24,proxy",
		    "write dhcp-range=10.0.0.0,proxy,255.255.255.0" },
		{ "10.0.0.7/24,10.0.0.9",
		    "write dhcp-range=10.0.0.7,10.0.0.9,255.255.255.0\n" },
		{ "10.0.0.7,10.0.0.9/24",
		    "write dhcp-range=10.0.0.7,10.0.0.9,255.255.255.0\n" },
		{ "10.0.0.0/24,10.0.0.9", "dhcp-range=10.0.0.1,10.0.0.9,255" },
		{ "10.0.0.9/24,10.0.0.7",
		    "dhcp-range=10.0.0.50,10.0.0.150,255" },
		{ "10.0.0.1-10.0.0.9,8h",
		    "\"10.0.0.1-10.0.0.9\" has a dash between two addresses; write a comma" },
		{ "10.0.0.4/30,10.0.0.4", "dhcp-range=10.0.0.5,10.0.0.6,255" },
		{ "10.0.0.6/24,10.0.0.6", "dhcp-range=10.0.0.6,10.0.0.6,255" },
		{ "10.0.0.1/24,10.0.1.9",
		    "dhcp-range=10.0.0.50,10.0.0.150,255" },
		{ "10.0.0.5,10.0.0.9/30", "dhcp-range=10.0.0.9,10.0.0.10,255" },
		{ "10.0.0.0/24,10.0.0.9,infinite",
		    "dhcp-range=10.0.0.1,10.0.0.9,255.255.255.0,infinite" },
		{ "10.0.0.1-", "\"10.0.0.1-\" has a dash" },
		{ "fd00::1-fd00::9", "has a dash between two addresses" },
		{ "10.0.0.1.10.0.0.1.10.0.0.1.10.0.0.1.10.0.0.1.10.0.0.1-x",
		    "is not the start address of a range" },
		{ "10.0.0.1,10.0.0.9,/31", "\"/31\" is not a lease time" },
		{ "10.0.0.1,10.0.0.9,/30", "as an address: 255.255.255.252" },
		{ "10.0.0.1,10.0.0.9,/7", "\"/7\" is not a lease time" },
		{ "10.0.0.1,10.0.0.9,/8", "as an address: 255.0.0.0" },
		{ "10.0.0.1,10.0.0.9,7,8h", "unexpected \"8h\"" },
		{ "10.0.0.1,10.0.0.9,8,8h", "\"8\" is not a netmask" },
		{ "10.0.0.1,10.0.0.9,/24", "as an address: 255.255.255.0" },
		{ "10.0.0.1,10.0.0.9,24,8h", "as an address: 255.255.255.0" },
		{ "10.0.0.1,10.0.0.9,12h,8h", "unexpected \"8h\"" },
	};
	char line[128];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(
		    line, sizeof(line), "dhcp-range=%s", cases[i].line);
		conf_case_says(line, 'E', cases[i].words);
	}
	conf_case_says("dhcp-host=52:54:00:12:34:56,10.0.0.5/24", 'E',
	    "write it alone, like 10.0.0.5");
	conf_case_says(
	    "listen-address=10.0.0.1/24", 'E', "write the address alone: 10.0");
	conf_case_says("listen-address=fd00::1/64", 'E', "alone: fd00::1");
	conf_case_says(
	    "interface=10.0.0.1", 'W', "write listen-address=10.0.0.1");
	conf_case_says("dhcp-option=3,10.0.0.1/24", 'E',
	    "option 3 (router) takes IPv4 addresses without a prefix length, not \"10.0.0.1/24\"");
}
END_TEST

START_TEST(hosts)
{
	struct record_host *h = &rec.u.host;

	conf_case_gives("dhcp-host=9e:42:87:f7:29:92,192.168.1.1,pc,infinite",
	    RECORD_HOST, &rec);
	ck_assert_uint_eq(h->nmac, 1);
	ck_assert_uint_eq(h->addr, 0xc0a80101);
	ck_assert_str_eq(h->name, "pc");
	ck_assert_uint_eq(h->lease_s, RECORD_LEASE_INFINITE);
	conf_case_gives("dhcp-host=id:01:02:03,set:a,net:b,tag:known,ignore",
	    RECORD_HOST, &rec);
	ck_assert_uint_eq(h->idlen, 3);
	ck_assert_uint_eq(h->set.n, 2);
	ck_assert_uint_eq(h->tags.n, 1);
	ck_assert(h->ignore);
	conf_case_gives("dhcp-host=id:box,,45m", RECORD_HOST, &rec);
	ck_assert_uint_eq(h->idlen, 3);
	ck_assert_mem_eq(h->id, "box", 3);
	ck_assert_uint_eq(h->lease_s, 2700);
	conf_case_gives("dhcp-host=52:54:00:*:*:*,id:*", RECORD_HOST, &rec);
	ck_assert(h->any_id);
	ck_assert_uint_eq(h->mac[0].wild, 0x38);
	conf_case_gives("dhcp-host=\"12d\",192.168.1.9", RECORD_HOST, &rec);
	ck_assert_str_eq(h->name, "12d");
	ck_assert_uint_eq(h->lease_s, 0);
}
END_TEST

/* Identifiers of text, as long as may be and longer. */
START_TEST(host_id_length)
{
	char line[sizeof("dhcp-host=id:") + RECORD_ID_MAX + 1];
	int n;

	n = snprintf(line, sizeof(line), "dhcp-host=id:");
	memset(line + n, 'x', RECORD_ID_MAX);
	line[n + RECORD_ID_MAX] = '\0';
	conf_case_gives(line, RECORD_HOST, &rec);
	ck_assert_uint_eq(rec.u.host.idlen, RECORD_ID_MAX);
	line[n + RECORD_ID_MAX] = 'x';
	line[n + RECORD_ID_MAX + 1] = '\0';
	conf_case_says(line, 'E', "longer than 255 bytes");
}
END_TEST

START_TEST(hosts_bad)
{
	conf_case_says("dhcp-host=11-22-33-44-55-66,192.168.1.9", 'W',
	    "read as a hardware address");
	conf_case_says("dhcp-host=11:22:33:44:55,192.168.1.9", 'W', "5 octets");
	conf_case_says("dhcp-host=pc,192.168.0.999", 'W', "not an address");
	conf_case_says(
	    "dhcp-host=pc,192.168.1.9,192.168.1.10", 'W', "duplicate address");
	conf_case_says("dhcp-host=192.168.1.9", 'W', "matches nothing");
	conf_case_says("dhcp-host=ignore", 'W', "matches nothing");
	conf_case_says("dhcp-host=12d,192.168.1.9", 'W', "write it in quotes");
	conf_case_says("dhcp-host=11:22:33:44:55:66,12d,45m", 'W', "quotes");
	conf_case_says(
	    "dhcp-host=dc:a6:32:xx:xx:01", 'E', "not a hardware address");
	conf_case_says("dhcp-host=id:xx:01", 'E', "client identifier");
	conf_case_says("dhcp-host=id:,a", 'E', "missing");
	conf_case_says(
	    "dhcp-host=5254001234aa,10.0.0.7", 'W', "with colons, like");
	conf_case_says(
	    "dhcp-host=pc,10.0.0.7,[fe80::1]", 'W', "IPv6 is not served yet");
	conf_case_says("dhcp-host=p c", 'E', "not valid in dhcp-host");
	conf_case_says("dhcp-host=pc,0.0.0.0", 'E', "0.0.0.0");
	conf_case_says(
	    "dhcp-host=00:00:00:00:00:00,192.168.1.9", 'W', "real one");
	conf_case_says("dhcp-host=a,192.168.1.9\ndhcp-host=b,192.168.1.9", 'E',
	    "the other is at line 1; give");
	conf_case_says("dhcp-host=11:22:33:44:55:66,192.168.1.9\n"
		       "dhcp-host=11:22:33:44:55:66,192.168.1.8",
	    'W', "only this one counts");
}
END_TEST

static Suite *
suite_conf_ranges(void)
{
	Suite *s = suite_create("conf_ranges");
	TCase *t = tcase_create("conf_ranges");

	tcase_add_test(t, ranges);
	tcase_add_test(t, ranges_bad);
	tcase_add_test(t, ranges_with_prefix);
	tcase_add_test(t, hosts);
	tcase_add_test(t, host_id_length);
	tcase_add_test(t, hosts_bad);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_ranges)
