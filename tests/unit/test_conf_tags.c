/* SPDX-License-Identifier: ISC */
/* Directives that set tags or test them. */
#include <string.h>

#include "tests/unit/conf_case.h"

static struct record rec;

/* What dhcp-match cannot express. */
START_TEST(matches)
{
	static const struct {
		const char *line, *data;
		uint8_t how, len;
	} t[] = {
		{ "dhcp-circuitid=set:a,\"Gi1/0/7\"", "Gi1/0/7",
		    RECORD_MATCH_CIRCUITID, 7 },
		{ "dhcp-remoteid=a,01:02:ff", "\1\2\377", RECORD_MATCH_REMOTEID,
		    3 },
		{ "dhcp-subscrid=a,\"01:02\"", "01:02", RECORD_MATCH_SUBSCRID,
		    5 },
		{ "dhcp-subscrid=set:a,a:x", "a:x", RECORD_MATCH_SUBSCRID, 3 },
		{ "dhcp-name-match=set:a,Lab*", "Lab", RECORD_MATCH_NAME_PREFIX,
		    3 },
		{ "dhcp-name-match=set:a,box", "box", RECORD_MATCH_NAME, 3 },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		conf_case_gives(t[i].line, RECORD_MATCH, &rec);
		ck_assert_uint_eq(rec.u.match.how, t[i].how);
		ck_assert_uint_eq(rec.u.match.len, t[i].len);
		ck_assert_mem_eq(rec.u.match.data, t[i].data, t[i].len);
		ck_assert_str_eq(rec.u.match.set, "a");
	}
	conf_case_says("dhcp-circuitid=set:a", 'E', "identifier is missing");
	conf_case_says("dhcp-name-match=set:a", 'E', "is missing or not valid");
	conf_case_gives("dhcp-name-match=set:a,*", RECORD_MATCH, &rec);
	ck_assert_uint_eq(rec.u.match.how, RECORD_MATCH_NAME_PREFIX);
	ck_assert_uint_eq(rec.u.match.len, 0);
	conf_case_says("dhcp-vendorclass=set:a,enterprise:343,x", 'W',
	    "DHCP for IPv6 is not served yet");
	conf_case_says("dhcp-name-match=set:a,a*b", 'E', "not valid");
	conf_case_says("dhcp-name-match=set:a,a.b", 'E', "without a domain");
	conf_case_gives("dhcp-reply-delay=2", RECORD_REPLY_DELAY, &rec);
	ck_assert_uint_eq(rec.u.reply_delay.seconds, 2);
	conf_case_gives(
	    "dhcp-reply-delay=tag:net,net:!known,0", RECORD_REPLY_DELAY, &rec);
	ck_assert_uint_eq(rec.u.reply_delay.seconds, 0);
	ck_assert_uint_eq(rec.u.reply_delay.tags.n, 2);
	ck_assert(rec.u.reply_delay.tags.tag[1].negate);
	conf_case_says("dhcp-reply-delay=tag:pi", 'E', "time is missing");
	conf_case_says("dhcp-reply-delay=61", 'E', "0 to 60 seconds");
	conf_case_says("dhcp-reply-delay=2s", 'E', "not a time");
	conf_case_says("dhcp-reply-delay=pi,2", 'E', "not a time");
	conf_case_says("dhcp-reply-delay=2,tag:pi", 'E', "unexpected");
	conf_case_gives("dhcp-ignore-clid", RECORD_DHCP, &rec);
	ck_assert(rec.u.dhcp.ignore_clid);
	ck_assert(!rec.u.dhcp.rapid_commit);
	conf_case_gives("dhcp-rapid-commit", RECORD_DHCP, &rec);
	ck_assert(rec.u.dhcp.rapid_commit);
}
END_TEST

/* Clients by tags, with and without a prefix; none: all. */
START_TEST(choices)
{
	static const struct {
		const char *name;
		uint8_t of;
	} t[] = {
		{ "dhcp-broadcast", RECORD_CHOOSE_BROADCAST },
		{ "bootp-dynamic", RECORD_CHOOSE_BOOTP },
		{ "dhcp-ignore-names", RECORD_CHOOSE_NO_NAME },
		{ "dhcp-generate-names", RECORD_CHOOSE_MAKE_NAME },
	};
	char line[128];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		conf_case_gives(t[i].name, RECORD_CHOICE, &rec);
		ck_assert_uint_eq(rec.u.choice.of, t[i].of);
		ck_assert_uint_eq(rec.u.choice.tags.n, 0);
		(void)snprintf(
		    line, sizeof(line), "%s=tag:net,!bootp,net:br0", t[i].name);
		conf_case_says(line, 'W', "nothing sets it");
		(void)snprintf(
		    line, sizeof(line), "%s=tag:net,#bootp,net:net", t[i].name);
		conf_case_gives(line, RECORD_CHOICE, &rec);
		ck_assert_uint_eq(rec.u.choice.of, t[i].of);
		ck_assert_uint_eq(rec.u.choice.tags.n, 3);
		ck_assert_str_eq(rec.u.choice.tags.tag[1].name, "bootp");
		ck_assert(rec.u.choice.tags.tag[1].negate);
		ck_assert_str_eq(rec.u.choice.tags.tag[2].name, "net");
	}
	/* Tags that no line needs to set. */
	conf_case_gives("dhcp-broadcast=tag:cpewan-id", RECORD_CHOICE, &rec);
	conf_case_gives("dhcp-broadcast=tag:lo", RECORD_CHOICE, &rec);
	conf_case_says("dhcp-broadcast=tag:l", 'W', "nothing sets it");
}
END_TEST

START_TEST(tags)
{
	struct record_match *m = &rec.u.match;

	conf_case_gives(
	    "dhcp-vendorclass=set:a,PXE,Client", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->how, RECORD_MATCH_VENDORCLASS);
	ck_assert_mem_eq(m->data, "PXE,Client", 10);
	conf_case_gives("dhcp-userclass=a,iPXE", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->how, RECORD_MATCH_USERCLASS);
	ck_assert_str_eq(m->set, "a");
	conf_case_gives("dhcp-mac=set:a,01-52:54:00:*:*:*", RECORD_MATCH, &rec);
	ck_assert_uint_eq(m->how, RECORD_MATCH_MAC);
	ck_assert_uint_eq(m->mac.hwtype, 1);
	conf_case_gives("tag-if=set:a,set:b,tag:known,tag:!bootp\ndhcp-host=pc",
	    RECORD_TAGIF, &rec);
	ck_assert_uint_eq(rec.u.tagif.set.n, 2);
	ck_assert_uint_eq(rec.u.tagif.tags.n, 2);
	conf_case_gives(
	    "dhcp-ignore=tag:!known\ndhcp-host=pc", RECORD_IGNORE, &rec);
	ck_assert(rec.u.ignore.tags.tag[0].negate);
	conf_case_gives(
	    "dhcp-ignore=#known\ndhcp-host=pc", RECORD_IGNORE, &rec);
	ck_assert(rec.u.ignore.tags.tag[0].negate);
	conf_case_says("dhcp-vendorclass=a", 'E', "text to look for");
	conf_case_says("dhcp-mac=a,11-22-33-44-55-66", 'W', "six octets");
	conf_case_says("dhcp-mac=a,pc", 'E', "not a hardware address");
	conf_case_says("dhcp-userclass=tag:a,iPXE", 'W', "set:a");
	conf_case_says("dhcp-userclass=foo:a,iPXE", 'W', "with its colon");
	conf_case_says("dhcp-userclass=set:,iPXE", 'E', "no name");
	conf_case_says("tag-if=a,tag:known", 'E', "has no prefix");
	conf_case_says("tag-if=tag:known", 'E', "nothing is set");
	conf_case_says("tag-if=set:!a,tag:known", 'W', "negates");
	conf_case_says("dhcp-ignore=tag:x", 'W',
	    "tag \"x\" is tested here, but nothing sets it unless it is the name of an interface; set it with set:x in dhcp-match");
	conf_case_says(
	    "dhcp-mac=set:efi64,52:54:00:*:*:*\ndhcp-ignore=tag:efi46", 'W',
	    "nothing sets it; did you mean \"efi64\"?");
	conf_case_says("dhcp-mac=set:efi,52:54:00:*:*:*\ndhcp-ignore=tag:EFI",
	    'W', "nothing sets it; did you mean \"efi\"?");
	conf_case_says("dhcp-ignore=tag:nets,tag:!known", 'W',
	    "nothing sets it; did you mean \"net\"?");
	conf_case_says("dhcp-host=52:54:00:00:00:01,tag:lab", 'W',
	    "tag:lab is a condition here, and nothing sets the tag unless it is the name of an interface; if this machine is to get it, write set:lab");
	conf_case_says("dhcp-ignore=foo:x", 'W', "\"foo:\" has no meaning");
	conf_case_gives("interface=eth*\ndhcp-boot=tag:eth1,x,,10.0.0.2",
	    RECORD_BOOT, &rec);
	conf_case_gives(
	    "interface=br0\ndhcp-boot=tag:br0,x,,10.0.0.2", RECORD_BOOT, &rec);
	conf_case_says("dhcp-boot=tag:known,x,,10.0.0.2", 'W',
	    "nothing sets it: there is no dhcp-host line");
	conf_case_gives("dhcp-boot=tag:!known,x,,10.0.0.2", RECORD_BOOT, &rec);
	conf_case_gives("tag-if=set:z,tag:n*", RECORD_TAGIF, &rec);
	conf_case_says("tag-if=set:z,tag:q*", 'W', "nothing sets");
}
END_TEST

Suite *suite_conf_tags(void);

Suite *
suite_conf_tags(void)
{
	Suite *s = suite_create("conf_tags");
	TCase *t = tcase_create("tags");

	tcase_add_test(t, matches);
	tcase_add_test(t, choices);
	tcase_add_test(t, tags);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_tags)
