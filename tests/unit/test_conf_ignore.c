/* SPDX-License-Identifier: ISC */
/* dhcp-ignore lines, and those that ignore more than was meant. */
#include <errno.h>
#include <string.h>

#include "tests/unit/conf_case.h"

static struct record rec;

/* Lines that ignore every client, or none. */
START_TEST(ignores)
{
	conf_case_says("interface=br0\ndhcp-ignore=tag:!x", 'W',
	    "this line ignores every client: nothing sets the tag \"x\"; set it for the machines to serve, as in dhcp-host=MAC,set:x,");
	conf_case_says("dhcp-ignore=tag:!x", 'W',
	    "every client that is not on an interface of this name: nothing sets the tag \"x\"");
	conf_case_says("dhcp-ignore=tag:!known", 'W',
	    "this line ignores every client: only a dhcp-host line makes");
	conf_case_says("dhcp-ignore=tag:!known-othernet,tag:!x", 'W',
	    "this line ignores every client");
	conf_case_says("interface=br0\ndhcp-ignore=tag:br0", 'W',
	    "every client on br0: the name of an interface is a tag of all clients there; to serve no DHCP there write no-dhcp-interface=br0, to serve only there write interface=br0");
	conf_case_says("interface=eth*\ndhcp-ignore=tag:eth1,tag:!x", 'W',
	    "every client on eth1");
	conf_case_says("dhcp-ignore=tag:net", 'W', "ignores no client");
	conf_case_says("dhcp-ignore=tag:!net", 'W', "ignores every client");
	conf_case_gives(
	    "interface=br0\ndhcp-ignore=tag:!br0", RECORD_IGNORE, &rec);
	conf_case_gives("interface=br0\ndhcp-ignore=tag:br0,tag:vm\n"
			"dhcp-mac=set:vm,52:54:00:*:*:*",
	    RECORD_IGNORE, &rec);
	conf_case_gives("dhcp-ignore=tag:!vm,tag:!nosuch\n"
			"dhcp-mac=set:vm,52:54:00:*:*:*\n"
			"dhcp-mac=set:nosuch,52:54:01:*:*:*",
	    RECORD_IGNORE, &rec);
	conf_case_gives("dhcp-ignore=tag:!v*\ndhcp-mac=set:vm,52:54:00:*:*:*",
	    RECORD_IGNORE, &rec);
	/* A tag of ranges that another line sets as well. */
	conf_case_gives("dhcp-ignore=tag:!net\n"
			"dhcp-mac=set:net,52:54:00:*:*:*",
	    RECORD_IGNORE, &rec);
}
END_TEST

/* A file of hosts that cannot be read is the reason, and has its own message.
 */
START_TEST(ignores_without_hosts_file)
{
	static struct conf_case k;

	conf_case_begin(&k);
	conf_case_text(&k, "interface=br0\ndhcp-range=10.0.0.10,10.0.0.20\n"
			   "dhcp-hostsfile=/etc/hosts.d\n"
			   "dhcp-ignore=tag:!known\ndhcp-ignore=tag:!x\n");
	ck_assert_ptr_nonnull(config_want(k.c));
	config_give_error(k.c, EACCES);
	ck_assert(config_finish(k.c));
	ck_assert_ptr_nonnull(strstr(k.diags, "W 3 cannot read"));
	ck_assert_ptr_null(strstr(k.diags, "ignore every client"));
	ck_assert_ptr_null(strstr(k.diags, "ignores every client"));
	conf_case_end(&k);
}
END_TEST

#define VM "dhcp-mac=set:vm,52:54:00:*:*:*\n"
#define PC "dhcp-mac=set:pc,52:54:01:*:*:*\n"

/* Lines that ignore every client only together. */
START_TEST(ignores_together)
{
	conf_case_says(VM "dhcp-ignore=tag:vm\ndhcp-ignore=tag:!vm", 'W',
	    "this dhcp-ignore line and that at line ");
	conf_case_says("dhcp-host=52:54:00:00:00:01,192.168.1.60\n"
		       "dhcp-ignore=tag:known\ndhcp-ignore=tag:!known",
	    'W', "together ignore every client");
	conf_case_says(VM PC "dhcp-ignore=tag:pc\ndhcp-ignore=tag:vm,tag:!pc\n"
			     "dhcp-ignore=tag:!vm,tag:!pc",
	    'W',
	    "this line and 2 other dhcp-ignore lines, the first at line 3, together");
	/* Only the lines that matter count. */
	conf_case_says(VM PC "dhcp-ignore=tag:vm\ndhcp-ignore=tag:pc\n"
			     "dhcp-ignore=tag:!vm",
	    'W', "this dhcp-ignore line and that at ");
	/* No client has a tag that nothing sets. */
	conf_case_says(VM "dhcp-ignore=tag:!vm,tag:!nosuch\n"
			  "dhcp-ignore=tag:vm",
	    'W', "together ignore every client");
	conf_case_gives(VM PC "dhcp-ignore=tag:vm\ndhcp-ignore=tag:!pc",
	    RECORD_IGNORE, &rec);
	conf_case_gives(VM PC "dhcp-ignore=tag:vm\ndhcp-ignore=tag:!vm,tag:pc",
	    RECORD_IGNORE, &rec);
	conf_case_gives(VM "dhcp-ignore=tag:vm,tag:!vm\ndhcp-ignore=tag:vm",
	    RECORD_IGNORE, &rec);
}
END_TEST

/* A line that holds for no client is no part of it. */
START_TEST(ignores_none)
{
	static struct conf_case k;

	conf_case_line(
	    &k, VM "dhcp-ignore=tag:!vm\ndhcp-ignore=tag:vm,tag:nosuch\n");
	ck_assert_ptr_nonnull(strstr(k.diags, "\"nosuch\" is tested"));
	ck_assert_msg(strstr(k.diags, "together") == NULL, "%s", k.diags);
	conf_case_end(&k);
}
END_TEST

/* More lines and tags than are compared. */
START_TEST(ignores_many)
{
	char text[4096] = "", *end = text;
	int i;

	for (i = 0; i < 40; i++)
		end += sprintf(end,
		    "dhcp-mac=set:t%d,52:54:00:00:00:%02x\ndhcp-ignore=tag:t%d\n",
		    i, (unsigned int)i, i);
	conf_case_gives(text, RECORD_IGNORE, &rec);
	(void)strcpy(end, "dhcp-ignore=tag:!t0");
	conf_case_gives(text, RECORD_IGNORE, &rec);
}
END_TEST

static Suite *
suite_conf_ignore(void)
{
	Suite *s = suite_create("conf_ignore");
	TCase *t = tcase_create("conf_ignore");

	tcase_add_test(t, ignores);
	tcase_add_test(t, ignores_without_hosts_file);
	tcase_add_test(t, ignores_together);
	tcase_add_test(t, ignores_none);
	tcase_add_test(t, ignores_many);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_ignore)
