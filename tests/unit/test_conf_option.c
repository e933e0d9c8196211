/* SPDX-License-Identifier: ISC */
/* Values of DHCP options, and of what is compared with them. */
#include <string.h>

#include "confd/option.h"
#include "confd/suggest.h"
#include "daemon/dhcp_option.h"
#include "tests/unit/conf_case.h"

/* The option that a line gives. */
static struct record_option
option(const char *line)
{
	struct record rec;

	conf_case_gives(line, RECORD_OPTION, &rec);
	return rec.u.option;
}

/* A value that is accepted with a warning. */
static void
meant(const char *line, const char *want, size_t n)
{
	struct record rec;

	conf_case_makes(line, RECORD_OPTION, &rec);
	ck_assert_uint_eq(rec.u.option.len, n);
	ck_assert_mem_eq(rec.u.option.data, want, n);
}

static void
bytes(const char *line, const char *want, size_t n)
{
	struct record_option o = option(line);

	ck_assert_msg(o.len == n && memcmp(o.data, want, n) == 0,
	    "\"%s\" gives %u bytes", line, o.len);
}

#define BYTES(line, want) bytes(line, want, sizeof(want) - 1)
#define MEANT(line, want) meant(line, want, sizeof(want) - 1)

START_TEST(addresses)
{
	BYTES("dhcp-option=3,10.0.0.1", "\x0a\0\0\x01");
	BYTES("dhcp-option=option:dns-server,8.8.8.8, 8.8.4.4",
	    "\x08\x08\x08\x08\x08\x08\x04\x04");
	ck_assert(!option("dhcp-option=3,10.0.0.1").self);
	ck_assert(option("dhcp-option=3,0.0.0.0").self);
	BYTES("dhcp-option=option:ROUTER", "");
	BYTES("dhcp-option=120,10.0.0.1", "\x01\x0a\0\0\x01");
	BYTES("dhcp-option=224,10.0.0.1", "\x0a\0\0\x01");
	conf_case_says("dhcp-option=3,foo", 'E', "IPv4 addresses");
	conf_case_says("dhcp-option=3,\"10.0.0.1\"", 'E', "IPv4 addresses");
	conf_case_says("dhcp-option=6,10.0.0.1,x", 'E', "IPv4 addresses");
}
END_TEST

START_TEST(numbers)
{
	BYTES("dhcp-option=26,1400", "\x05\x78");
	BYTES("dhcp-option=option:client-arch,7", "\0\x07");
	BYTES("dhcp-option=224,7", "\x07");
	BYTES("dhcp-option=224,300", "\x01\x2c");
	BYTES("dhcp-option=224,70000", "\0\x01\x11\x70");
	BYTES("dhcp-option=224,7s", "\0\x07");
	BYTES("dhcp-option=224,7i", "\0\0\0\x07");
	BYTES("dhcp-option=224,-1", "\xff\xff\xff\xff");
	BYTES("dhcp-option=224,-129", "\xff\xff\xff\x7f");
	BYTES("dhcp-option=224,-1b", "\xff");
	BYTES("dhcp-option=224,-1s", "\xff\xff");
	BYTES("dhcp-option=2,-3600", "\xff\xff\xf1\xf0");
	BYTES("dhcp-option=224,\"7\"", "7");
	conf_case_says("dhcp-option=26,99999", 'E', "fits its width");
	conf_case_says("dhcp-option=224,300b", 'E', "fits its width");
	conf_case_says("dhcp-option=19,yes", 'E', "takes a number");
	BYTES("dhcp-option=26,05:78", "\x05\x78");
	/* dnsmasq sends these as text. */
	MEANT("dhcp-option=2,+3600", "\0\0\x0e\x10");
	MEANT("dhcp-option=35,2m", "\0\0\0\x78");
	MEANT("dhcp-option=38,1H", "\0\0\x0e\x10");
	MEANT("dhcp-option=26,+1500", "\x05\xdc");
	conf_case_says("dhcp-option=35,2m", 'W',
	    "option 35 (arp-timeout): \"2m\" is read as 120");
	conf_case_says("dhcp-match=set:a,35,2m", 'W', "is read as 120");
	conf_case_says("dhcp-option=26,2m", 'E', "takes a number");
	conf_case_says("dhcp-option=35,+", 'E', "takes a number");
	conf_case_says("dhcp-option=35,2m,3m", 'E', "takes a number");
	conf_case_says("dhcp-option=35,\"2m\"", 'E', "takes a number");
	conf_case_says("dhcp-option=35,99999999w", 'E', "takes a number");
	conf_case_says("dhcp-option=23,+256", 'E', "fits its width");
	/* dnsmasq takes these for broken addresses. */
	conf_case_says("dhcp-option=25,68,296", 'E', "quote it if it is text");
	conf_case_says("dhcp-option=224,1 2", 'E', "quote it if it is text");
	conf_case_says("dhcp-option=encap:175,1,1,2", 'E', "one number or");
	conf_case_says("dhcp-match=set:a,224,1,2", 'E', "one number or");
	BYTES("dhcp-option=224,\"1,2\"", "1,2");
	BYTES("dhcp-option=224,,", ",");
}
END_TEST

START_TEST(texts)
{
	BYTES("dhcp-option=66,10.0.0.1", "10.0.0.1");
	BYTES("dhcp-option=67,\"a,b\"", "a,b");
	BYTES("dhcp-option=17,192.168.1.1:/srv/x,rw", "192.168.1.1:/srv/x,rw");
	BYTES("dhcp-option=43,08:04:81:00:00:67", "\x08\x04\x81\0\0\x67");
	BYTES("dhcp-option=224,/path", "/path");
	BYTES("dhcp-option=224,\"01:02\"", "01:02");
	conf_case_says("dhcp-option=224,1.2.3.4,5", 'E', "IPv4 addresses");
}
END_TEST

START_TEST(special)
{
	BYTES("dhcp-option=58,45m", "\0\0\x0a\x8c");
	conf_case_says("dhcp-option=58,soon", 'E', "takes a time");
	BYTES("dhcp-option=119,a.bc,d.bc", "\1a\2bc\0\1d\xc0\2");
	BYTES("dhcp-option=119,a.bc,a.bc", "\1a\2bc\0\xc0\0");
	BYTES("dhcp-option=119,a.bc,bc", "\1a\2bc\0\xc0\2");
	conf_case_says("dhcp-option=119,a..b", 'E', "domain names");
	BYTES("dhcp-option=120,a.b", "\0\1a\1b\0");
	BYTES(
	    "dhcp-option=121,10.1.0.0/16,10.0.0.1", "\x10\x0a\x01\x0a\0\0\x01");
	BYTES("dhcp-option=121,0.0.0.0/0,10.0.0.1", "\0\x0a\0\0\x01");
	BYTES("dhcp-option=121,10.1.2.3/32,10.0.0.1",
	    "\x20\x0a\x01\x02\x03\x0a\0\0\x01");
	conf_case_says("dhcp-option=121,10.1.0.0/16", 'E', "pairs of");
	conf_case_says("dhcp-option=121,10.0.0.1", 'E', "pairs of");
	conf_case_says("dhcp-option=121,10.1.0.0/33,1.1.1.1", 'E', "IPv4");
}
END_TEST

/* Accepted as dnsmasq does, with a warning that clients will not like them. */
START_TEST(forms)
{
	conf_case_says("dhcp-option=26,1b", 'W',
	    "option 26 (mtu) takes a number of 2 bytes; clients may ignore this value of 1 byte\n");
	conf_case_says("dhcp-option=28,10.0.0.255,10.0.0.254", 'W',
	    "option 28 (broadcast) takes one IPv4 address; clients may ignore this value of 8 bytes");
	conf_case_says("dhcp-option=33,10.0.0.1", 'W', "takes pairs of");
	conf_case_says("dhcp-option=3,10.0.0.1/24", 'E', "IPv4 addresses");
	conf_case_says("dhcp-option=26,1400i", 'W', "a number of 2 bytes");
	conf_case_says("dhcp-option=26,00:05:78", 'W', "a number of 2 bytes");
	conf_case_says("dhcp-option=93,00:07:10", 'W', "numbers of 2 bytes");
	conf_case_says("dhcp-option=121,20:0a", 'W', "RFC 3442");
	conf_case_says("dhcp-option=249,00:0a:00:00", 'W', "RFC 3442");
	BYTES("dhcp-option=93,00:07:00:10", "\0\7\0\x10");
	BYTES("dhcp-option=121,00:0a:00:00:01", "\0\x0a\0\0\1");
	BYTES("dhcp-option=26", "");
}
END_TEST

START_TEST(by_name)
{
	ck_assert_uint_eq(
	    option("dhcp-option=option:pxelinux-path-prefix,/x/").code, 210);
	BYTES("dhcp-option=option:pxelinux-reboot-time,30", "\0\0\0\x1e");
	BYTES("dhcp-option=211,30", "\0\0\0\x1e");
	conf_case_says("dhcp-option=option:agent-id,1", 'E',
	    "cannot be set by dhcp-option");
	conf_case_says(
	    "dhcp-option=option:hostname,a", 'E', "by its number alone");
	ck_assert_uint_eq(option("dhcp-option=12,a").code, 12);
	conf_case_says("dhcp-option=55,1", 'W', "has no effect");
}
END_TEST

/* Options within options. */
START_TEST(parts)
{
	static const struct {
		const char *text, *class;
		uint32_t outer;
		uint8_t how, code, len;
		bool force, pxe;
	} t[] = {
		{ "dhcp-option=encap:175,176,1b", "", 175, RECORD_SUB_ENCAP,
		    176, 1, false, false },
		{ "dhcp-option-force=net,vi-encap:42623,1,\"http://x/i\"", "",
		    42623, RECORD_SUB_VI, 1, 10, true, false },
		{ "dhcp-option=tag:net,vendor:PXEClient,6,2b", "PXEClient", 0,
		    RECORD_SUB_VENDOR, 6, 1, false, false },
		{ "dhcp-option=vendor:PXEClient,tag:net,7,2b", "PXEClient", 0,
		    RECORD_SUB_VENDOR, 7, 1, false, false },
		{ "dhcp-option-pxe=vendor:,254,0.0.0.0", "", 0,
		    RECORD_SUB_VENDOR, 254, 4, false, true },
		{ "dhcp-option=vendor:\"a,b\",1", "a,b", 0, RECORD_SUB_VENDOR,
		    1, 0, false, false },
		{ "dhcp-option=vi-encap:4294967295,1,10.0.0.1,10.0.0.2", "",
		    4294967295, RECORD_SUB_VI, 1, 8, false, false },
	};
	struct record rec;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct record_suboption *s = &rec.u.suboption;

		conf_case_gives(t[i].text, RECORD_SUBOPTION, &rec);
		ck_assert_uint_eq(s->how, t[i].how);
		ck_assert_uint_eq(s->outer, t[i].outer);
		ck_assert_str_eq(s->class, t[i].class);
		ck_assert_uint_eq(s->code, t[i].code);
		ck_assert_uint_eq(s->len, t[i].len);
		ck_assert(s->force == t[i].force && s->pxe == t[i].pxe);
		ck_assert_uint_eq(s->tags.n, i >= 1 && i <= 3 ? 1 : 0);
	}
}
END_TEST

/* As long as a reply has room for; of a request, what an option may have. */
START_TEST(long_values)
{
	static char line[3700];
	struct record_option o;
	size_t i, n;

	for (i = 0; i < 2; i++) {
		(void)snprintf(line, sizeof(line), "dhcp-option=%s,x%0*d",
		    i == 0 ? "224" : "option:domain-name", RECORD_OPT_MAX - 1,
		    7);
		o = option(line);
		ck_assert_uint_eq(o.len, RECORD_OPT_MAX);
		ck_assert_int_eq(o.data[0], 'x');
		ck_assert_int_eq(o.data[RECORD_OPT_MAX - 1], '7');
		(void)snprintf(line, sizeof(line), "dhcp-option=%s,x%0*d",
		    i == 0 ? "224" : "option:domain-name", RECORD_OPT_MAX, 7);
		conf_case_says(line, 'E',
		    "takes at most 1184 bytes, as a reply has no room for more");
	}
	n = (size_t)snprintf(line, sizeof(line), "dhcp-option=43,01");
	for (i = 1; i <= RECORD_OPT_MAX; i++) {
		if (i == RECORD_OPT_MAX)
			ck_assert_uint_eq(option(line).len, RECORD_OPT_MAX);
		n += (size_t)snprintf(
		    line + n, sizeof(line) - n, ":%02x", (uint8_t)i);
	}
	conf_case_says(line, 'E', "at most 1184 bytes");
	(void)snprintf(line, sizeof(line), "dhcp-match=set:a,224,x%0255d", 1);
	conf_case_says(line, 'E', "at most 255 bytes, not");
	n = (size_t)snprintf(line, sizeof(line), "dhcp-match=set:a,224,*");
	for (i = 1; i < 256; i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, ":*");
	conf_case_says(line, 'E', "at most 255 bytes, not");
}
END_TEST

START_TEST(parts_bad)
{
	static char line[1400];

	conf_case_says("dhcp-option=encap:0,1,1", 'E', "with 1 to 254");
	conf_case_says("dhcp-option=encap:82,1,1", 'W', "has no effect");
	conf_case_says("dhcp-option=encap:255,1,1", 'E', "with 1 to 254");
	conf_case_says("dhcp-option=encap:,1,1", 'E', "with 1 to 254");
	conf_case_says(
	    "dhcp-option=vi-encap:x,1,1", 'E', "vi-encap:ENTERPRISE");
	conf_case_says("dhcp-option=encap:175,tag:net", 'E',
	    "number of the sub-option is missing");
	conf_case_says("dhcp-option=encap:175", 'E',
	    "number of the sub-option is missing");
	conf_case_says("dhcp-option=encap:175,option:router,1", 'E',
	    "number of the sub-option is missing");
	conf_case_says("dhcp-option=encap:175,255,1", 'E', "1 to 254");
	conf_case_says("dhcp-option=encap:175,1,1:", 'E', "octets");
	(void)snprintf(line, sizeof(line), "dhcp-option=encap:1,1,x%0255d", 1);
	conf_case_says(line, 'E', "a sub-option takes at most 255 bytes");
	(void)snprintf(
	    line, sizeof(line), "dhcp-option=vi-encap:1,1,x%0253d", 1);
	conf_case_says(line, 'E', "a sub-option takes at most 253 bytes");
	(void)snprintf(line, sizeof(line), "dhcp-option=vendor:,1,x%01300d", 1);
	conf_case_says(line, 'E', "a sub-option takes at most 255 bytes");
	(void)snprintf(line, sizeof(line), "dhcp-option=vendor:%0128d,1,1", 1);
	conf_case_says(line, 'E', "the class");
}
END_TEST

START_TEST(which_option)
{
	struct record_option o =
	    option("dhcp-option-force=tag:net,tag:!bootp,210,/x/");

	ck_assert(o.force);
	ck_assert_uint_eq(o.code, 210);
	ck_assert_uint_eq(o.tags.n, 2);
	ck_assert_str_eq(o.tags.tag[1].name, "bootp");
	ck_assert(o.tags.tag[1].negate);
	o = option("dhcp-option=net,3,10.0.0.1");
	ck_assert_str_eq(o.tags.tag[0].name, "net");
	conf_case_says("dhcp-option=0,1", 'E', "1 to 254");
	conf_case_says("dhcp-option=255,1.2.3.4", 'E', "1 to 254");
	conf_case_says("dhcp-option=256,1", 'E', "1 to 254");
	conf_case_says(
	    "dhcp-option=option:nosuch,1", 'E', "unknown option \"nosuch\"");
	conf_case_says("dhcp-match=set:x,client-arch,7", 'E',
	    "write option:client-arch or 93");
	conf_case_says("dhcp-match=set:x,nosuch,7", 'E', "neither an option");
	conf_case_says("dhcp-option=option:lease-time,5", 'E',
	    "cannot be set by dhcp-option");
	conf_case_says(
	    "dhcp-option=51,5h", 'W', "set the lease time in dhcp-range");
	conf_case_says("dhcp-option=tag:known", 'E', "option is missing");
	conf_case_says(
	    "dhcp-option=option6:23,1", 'W', "IPv6 is not served yet");
	conf_case_says("dhcp-option=set:net,3,1.1.1.1", 'W', "tag:net");
	conf_case_says("dhcp-option=interface:eth0,3,1.1.1.1", 'W',
	    "\"interface:\" has no meaning");
	conf_case_says("dhcp-match=set:x,option:server-ip-address", 'E',
	    "no client sends it");
}
END_TEST

/* An option that is meant by a wrong name; code 0: none is close. */
struct meant {
	const char *name;
	uint8_t code;
};

static void
check_meant(const struct meant *t, size_t n)
{
	const struct dhcp_option *o;
	size_t i;

	for (i = 0; i < n; i++) {
		o = suggest_option(t[i].name);
		ck_assert_msg(
		    (o == NULL ? 0 : o->code) == t[i].code, "%s", t[i].name);
	}
}

START_TEST(misspelt)
{
	static const struct meant t[] = {
		{ "ruoter", 3 },
		{ "Routers", 3 },
		{ "dns-servers", 6 },
		{ "ntp-servers", 42 },
		{ "mtus", 26 },
		{ "hostnames", 12 },
		{ "client_arch", 93 },
		{ "", 0 },
		{ "x", 0 },
		{ "nosuch", 0 },
		{ "a-name-that-is-longer-than-any-that-an-option-may-ever-have",
		    0 },
	};

	check_meant(t, sizeof(t) / sizeof(t[0]));
	conf_case_says("dhcp-option=option:ruoter,10.0.0.1", 'E',
	    "unknown option \"ruoter\"; did you mean \"router\" (number 3)?");
	conf_case_says("dhcp-option=option:host-name,x", 'E',
	    "write 12, the number of \"hostname\"");
	conf_case_says("dhcp-option=hostname,x", 'E', "write its number, 12");
	conf_case_says("dhcp-option=x,y", 'E', "the option is missing; write");
}
END_TEST

START_TEST(names_of_other_servers)
{
	static const struct meant t[] = {
		{ "architecture", 93 },
		{ "boot-file", 67 },
		{ "boot-filename", 67 },
		{ "bootfile", 67 },
		{ "broadcast-address", 28 },
		{ "class-id", 60 },
		{ "class-identifier", 60 },
		{ "classless-routes", 121 },
		{ "client-architecture", 93 },
		{ "default-gateway", 3 },
		{ "default-router", 3 },
		{ "dhcp-lease-time", 51 },
		{ "dns", 6 },
		{ "domain", 15 },
		{ "domain-name-server", 6 },
		{ "domain-name-servers", 6 },
		{ "file-name", 67 },
		{ "filename", 67 },
		{ "gateway", 3 },
		{ "gateways", 3 },
		{ "interface-mtu", 26 },
		{ "name-server", 6 },
		{ "name-servers", 6 },
		{ "nameserver", 6 },
		{ "nameservers", 6 },
		{ "netbios-name-server", 44 },
		{ "netbios-name-servers", 44 },
		{ "next-server", 255 },
		{ "ntp", 42 },
		{ "pxe-arch", 93 },
		{ "rebinding-time", 59 },
		{ "renewal-time", 58 },
		{ "rfc3442-classless-static-routes", 121 },
		{ "search", 119 },
		{ "search-domain", 119 },
		{ "subnet-mask", 1 },
		{ "syslog-server", 7 },
		{ "tftp", 66 },
		{ "tftp-server-ip", 150 },
		{ "tftp-server-name", 66 },
		{ "time-server", 42 },
		{ "time-servers", 42 },
		{ "vendor-class-identifier", 60 },
		{ "vendor-encapsulated-options", 43 },
		{ "wins", 44 },
		{ "wins-server", 44 },
	};

	check_meant(t, sizeof(t) / sizeof(t[0]));
	conf_case_says("dhcp-option=option:next-server,10.0.0.1", 'E',
	    "third part of dhcp-boot");
	conf_case_says("dhcp-option=gateway,10.0.0.1", 'E',
	    "\"gateway\" is read as a tag, and the option is missing; write option:router or 3");
}
END_TEST

START_TEST(matches)
{
	struct record rec;
	struct record_match *m = &rec.u.match;

	conf_case_says("dhcp-match=93,7", 'E', "write set:TAG,93,7");
	conf_case_says("dhcp-match=6,1", 'E', "write set:TAG,6,1");
	conf_case_says("dhcp-match=option:client-arch,7", 'E',
	    "write set:TAG,option:client-arch,7");
	conf_case_says("dhcp-match=vi-encap:2", 'E', "the tag to set");
	conf_case_says("dhcp-match=93", 'E', "the tag to set is missing");
	conf_case_gives("dhcp-match=9a,175", RECORD_MATCH, &rec);
	conf_case_gives("dhcp-match=set:a,175", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->how, RECORD_MATCH_PRESENT);
	ck_assert_uint_eq(m->code, 175);
	ck_assert_str_eq(m->set, "a");
	conf_case_gives(
	    "dhcp-match=a,option:client-arch,7", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->how, RECORD_MATCH_NUMBER);
	ck_assert_uint_eq(m->width, 2);
	ck_assert_uint_eq(m->number, 7);
	conf_case_gives(
	    "dhcp-match=set:a,60,PXEClient:Arch:00000", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->how, RECORD_MATCH_SUBSTRING);
	ck_assert_uint_eq(m->len, 20);
	conf_case_gives("dhcp-match=set:a,60,50:*:45", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->how, RECORD_MATCH_PREFIX);
	ck_assert_uint_eq(m->wild[1], 1);
	ck_assert_uint_eq(m->data[2], 0x45);
	conf_case_gives("dhcp-match=set:a,175,19", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->width, 1);
	/* Negative numbers as the octets that clients send. */
	conf_case_gives("dhcp-match=set:a,224,-1b", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->width, 1);
	ck_assert_uint_eq(m->number, 0xff);
	conf_case_gives("dhcp-match=set:a,224,-2s", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->number, 0xfffe);
	conf_case_gives("dhcp-match=set:a,224,-3", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->width, 4);
	ck_assert_uint_eq(m->number, 0xfffffffd);
	conf_case_says(
	    "dhcp-match=set:a,option:client-arch,0x7", 'W', "number 7");
	conf_case_says(
	    "dhcp-match=set:a,option:client-arch,7,9", 'E', "takes a number");
	conf_case_says("dhcp-match=set:a,93,70000", 'E', "fits its width");
	conf_case_says("dhcp-match=set:a", 'E', "option is missing");
	conf_case_says("dhcp-match=set:a,foo", 'E', "neither");
	conf_case_says("dhcp-match=set:a,vi-encap:9,1", 'E', "vi-encap:");
}
END_TEST

/* The notice about several values comes with several alone. */
START_TEST(several_values)
{
	static const char notice[] = "a dhcp-match for each";
	static struct conf_case k;

	conf_case_line(&k, "dhcp-match=set:a,option:client-arch,7,9");
	ck_assert_ptr_nonnull(strstr(k.diags, notice));
	conf_case_end(&k);
	conf_case_line(&k, "dhcp-match=set:a,option:client-arch,x");
	ck_assert_ptr_null(strstr(k.diags, notice));
	conf_case_end(&k);
}
END_TEST

Suite *suite_conf_option(void);

Suite *
suite_conf_option(void)
{
	Suite *s = suite_create("conf_option");
	TCase *t = tcase_create("option");

	tcase_add_test(t, addresses);
	tcase_add_test(t, parts);
	tcase_add_test(t, parts_bad);
	tcase_add_test(t, long_values);
	tcase_add_test(t, numbers);
	tcase_add_test(t, texts);
	tcase_add_test(t, special);
	tcase_add_test(t, forms);
	tcase_add_test(t, by_name);
	tcase_add_test(t, which_option);
	tcase_add_test(t, misspelt);
	tcase_add_test(t, names_of_other_servers);
	tcase_add_test(t, matches);
	tcase_add_test(t, several_values);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_option)
