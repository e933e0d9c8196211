/* SPDX-License-Identifier: ISC */
/* Tags that are tested and never set, and tags that are set and never tested.
 */
#include "tests/unit/conf_case.h"

#define UNSET "nothing sets"
#define SETS                                                          \
	"dhcp-match=set:b1,175\ndhcp-match=set:d,176\n"               \
	"dhcp-mac=set:a,52:54:00:*:*:*\ndhcp-userclass=set:f2,iPXE\n" \
	"dhcp-vendorclass=set:f1,PXEClient\n"

/* Whatever line tests them: the last of several tags as well. */
START_TEST(tested)
{
	static const struct {
		const char *head, *tail;
	} lines[] = {
		{ "dhcp-range=", ",10.0.0.1,10.0.0.9,255.255.255.0" },
		{ "dhcp-host=52:54:00:00:00:01,", ",pc" },
		{ "dhcp-option=", ",26,1400" },
		{ "dhcp-option=", ",encap:175,1,1" },
		{ "dhcp-boot=", ",a,,10.0.0.1" },
		{ "dhcp-broadcast=", "" },
		{ "bootp-dynamic=", "" },
		{ "dhcp-reply-delay=", ",2" },
		{ "pxe-service=", ",x86PC,a,a" },
		{ "pxe-prompt=", ",a,1" },
		{ "tag-if=set:net,", "" },
		{ "dhcp-ignore=", "" },
	};
	static const struct {
		const char *tags;
		bool warned;
	} t[] = { { "a", false }, { "a,tag:d", false }, { "none", true },
		{ "a,tag:none", true }, { "a,tag:d,tag:none", true },
		{ "!none", true }, { "bootp", false }, { "cpewan-id", false },
		{ "lo", false }, { "net", false } };
	char text[1024];
	size_t i, k;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		for (k = 0; k < sizeof(t) / sizeof(t[0]); k++) {
			(void)snprintf(text, sizeof(text), SETS "%stag:%s%s",
			    lines[i].head, t[k].tags, lines[i].tail);
			if (t[k].warned)
				conf_case_says(text, 'W', UNSET);
			else
				conf_case_lacks(text, UNSET);
		}
}
END_TEST

/* tag-if tests with tag:NAME* whether there is any tag that begins so. */
START_TEST(stars)
{
	static const struct {
		const char *name;
		bool warned;
	} t[] = { { "a*", false }, { "b*", false }, { "d*", false },
		{ "f*", false }, { "f2*", false }, { "n*", false },
		{ "net*", false }, { "*", false }, { "0*", true },
		{ "aa*", true }, { "b2*", true }, { "c*", true },
		{ "e*", true }, { "f3*", true }, { "z*", true },
		{ "f", true } };
	char text[1024];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(text, sizeof(text), SETS "tag-if=set:x,tag:%s\n",
		    t[i].name);
		if (t[i].warned)
			conf_case_says(text, 'W', UNSET);
		else
			conf_case_lacks(text, UNSET);
	}
	/* And a tag is tested by each of these. */
	conf_case_lacks("dhcp-match=set:abc,175\ntag-if=set:net,tag:ab*\n",
	    "\"abc\" is set here");
	conf_case_lacks("dhcp-match=set:abc,175\ntag-if=set:net,tag:abc*\n",
	    "\"abc\" is set here");
	conf_case_says("dhcp-match=set:abc,175\ntag-if=set:net,tag:abd*\n", 'W',
	    "\"abd*\"");
	conf_case_says("dhcp-match=set:abc,175\ntag-if=set:net,tag:abc\n"
		       "dhcp-match=set:other,176",
	    'N', "\"other\" is set here, but nothing tests it");
}
END_TEST

/* The name of an interface is set by it. */
START_TEST(interfaces)
{
	conf_case_lacks(
	    "interface=eth0\ndhcp-boot=tag:eth0,a,,10.0.0.1", UNSET);
	conf_case_says(
	    "interface=eth0\ndhcp-boot=tag:eth1,a,,10.0.0.1", 'W', UNSET);
	conf_case_lacks(
	    "interface=eth*\ndhcp-boot=tag:eth1,a,,10.0.0.1", UNSET);
	conf_case_lacks("interface=en*\ninterface=eth*\n"
			"dhcp-boot=tag:eth1,a,,10.0.0.1",
	    UNSET);
	conf_case_says(
	    "interface=eth*\ndhcp-boot=tag:et,a,,10.0.0.1", 'W', UNSET);
	conf_case_says("except-interface=eth0\ndhcp-boot=tag:eth0,a,,10.0.0.1",
	    'W', UNSET);
}
END_TEST

/* A dhcp-host line makes hosts known. */
START_TEST(known)
{
	static const char *const names[] = { "known", "known-othernet" };
	char text[256];
	size_t i;

	for (i = 0; i < 2; i++) {
		(void)snprintf(text, sizeof(text),
		    "dhcp-boot=tag:%s,a,,10.0.0.1", names[i]);
		conf_case_says(text, 'W', "there is no dhcp-host line");
		(void)snprintf(text, sizeof(text),
		    "dhcp-boot=tag:!%s,a,,10.0.0.1", names[i]);
		conf_case_lacks(text, UNSET);
		(void)snprintf(text, sizeof(text),
		    "dhcp-boot=tag:%s,a,,10.0.0.1\n"
		    "dhcp-host=52:54:00:00:00:01,pc",
		    names[i]);
		conf_case_lacks(text, UNSET);
	}
	conf_case_says(
	    "dhcp-boot=tag:knowns,a,,10.0.0.1\ndhcp-host=52:54:00:00:00:01,pc",
	    'W', UNSET);
}
END_TEST

/* The closest of all names that are set. */
START_TEST(similar)
{
	conf_case_says(SETS
	    "dhcp-match=set:laptop,1\ndhcp-boot=tag:labtop,a,,10.0.0.1",
	    'W', "did you mean \"laptop\"?");
	conf_case_says("dhcp-match=set:netz,1\ndhcp-boot=tag:nets,a,,10.0.0.1",
	    'W', "did you mean \"netz\"?");
	conf_case_says(SETS "dhcp-boot=tag:nett,a,,10.0.0.1", 'W',
	    "did you mean \"net\"?");
	conf_case_lacks(
	    SETS "dhcp-boot=tag:something,a,,10.0.0.1", "did you mean");
}
END_TEST

static Suite *
suite_conf_tags(void)
{
	Suite *s = suite_create("conf_tags");
	TCase *t = tcase_create("tags");

	tcase_add_test(t, tested);
	tcase_add_test(t, stars);
	tcase_add_test(t, interfaces);
	tcase_add_test(t, known);
	tcase_add_test(t, similar);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_tags)
