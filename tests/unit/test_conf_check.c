/* SPDX-License-Identifier: ISC */
/* Checks that compare lines: what they warn of, and what they do not. */
#include <errno.h>

#include "tests/unit/warned_case.h"

#define TAGS                                        \
	"dhcp-match=set:efi,option:client-arch,7\n" \
	"dhcp-match=set:ipxe,175\n"

START_TEST(replaced)
{
	/* By the same tags, in any order. */
	ck_assert(
	    says(RANGE "dhcp-option=42,10.0.0.1\ndhcp-option=42,10.0.0.2\n",
		"W 2 this line has no effect: line 3 sets the same option"));
	ck_assert(says(RANGE "dhcp-option=26,1400\ndhcp-option-force=26,1500\n",
	    "W 2 this line has no effect: line 3 is for the same"));
	ck_assert(
	    says(RANGE TAGS "dhcp-boot=tag:efi,tag:ipxe,a.efi,,10.0.0.1\n"
			    "dhcp-boot=tag:ipxe,tag:efi,b.efi,,10.0.0.1\n",
		"W 4 this line has no effect: line 5 is for the same"));
	ck_assert(says(RANGE "pxe-prompt=a,1\npxe-prompt=b,2\n",
	    "W 2 this line has no effect"));
	ck_assert(says(RANGE "dhcp-option=3,10.0.0.1\ndhcp-option=3,10.0.0.1\n",
	    "N 3 the same as line 2; remove one"));
	/* By fewer tags. */
	ck_assert(says(RANGE TAGS
	    "dhcp-boot=tag:efi,tag:!ipxe,a.efi,,10.0.0.1\n"
	    "dhcp-boot=tag:efi,b.efi,,10.0.0.1\n",
	    "W 4 this line has no effect: line 5 applies to all of its clients"));
	ck_assert(says(RANGE TAGS "dhcp-option=tag:efi,tag:ipxe,42,10.0.0.1\n"
				  "dhcp-option=tag:ipxe,42,10.0.0.2\n",
	    "W 4 this line has no effect"));
}
END_TEST

START_TEST(not_replaced)
{
	static const char *const lines[] = {
		/* The more tags come later. */
		"dhcp-boot=tag:efi,b.efi,,10.0.0.1\n"
		"dhcp-boot=tag:efi,tag:ipxe,a.efi,,10.0.0.1\n",
		/* One without tags does not replace one with tags. */
		"dhcp-boot=tag:efi,b.efi,,10.0.0.1\ndhcp-boot=a.0,,10.0.0.1\n",
		"dhcp-boot=tag:efi,a,,10.0.0.1\ndhcp-boot=tag:!efi,b,,10.0.0.1\n",
		"dhcp-boot=tag:efi,a,,10.0.0.1\ndhcp-boot=tag:ipxe,b,,10.0.0.1\n",
		"dhcp-option=3,10.0.0.1\ndhcp-option=6,10.0.0.1\n",
		"dhcp-option=17,a\ndhcp-option-pxe=17,b\n",
		"dhcp-option=encap:175,1,2\ndhcp-option=encap:175,1,3\n",
		"pxe-service=x86PC,a,a\npxe-service=x86PC,b,b\n",
		/* More tags than are compared with parts of them. */
		"dhcp-boot=tag:efi,tag:!a,tag:!b,tag:!c,tag:!d,tag:!e,tag:ipxe,"
		"a,,10.0.0.1\ndhcp-boot=tag:efi,b,,10.0.0.1\n",
	};
	static char text[1024];
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		(void)snprintf(text, sizeof(text), RANGE TAGS "%s", lines[i]);
		ck_assert_msg(!says(text, "no effect"), "%s", text);
		ck_assert_msg(!says(text, "the same as"), "%s", text);
	}
}
END_TEST

/* A line that was warned of says something else than its author meant. */
START_TEST(replaced_after_warning)
{
	ck_assert(!says(RANGE "dhcp-boot=vendor:a,a,,10.0.0.1\n"
			      "dhcp-boot=vendor:b,b,,10.0.0.1\n",
	    "no effect"));
}
END_TEST

/* Ranges overlap only for clients that get both. */
START_TEST(ranges_with_tags)
{
	static const char *const apart[] = {
		"dhcp-range=tag:a,10.0.0.10,10.0.0.20,255.255.255.0\n"
		"dhcp-range=tag:b,10.0.0.15,10.0.0.30,255.255.255.0\n",
		"dhcp-range=tag:a,10.0.0.10,10.0.0.20,255.255.255.0\n"
		"dhcp-range=tag:!a,10.0.0.10,10.0.0.20,255.255.255.0\n",
		"dhcp-range=tag:a,10.0.0.10,10.0.0.20,255.255.255.0\n"
		"dhcp-range=10.0.0.10,10.0.0.20,255.255.255.0\n",
		"dhcp-range=tag:a,10.0.0.10,10.0.0.20,255.255.255.0\n"
		"dhcp-range=tag:a,10.0.0.21,10.0.0.30,255.255.255.0\n",
	};
	size_t i;

	for (i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		ck_assert_msg(!says(apart[i], "overlaps"), "%s", apart[i]);
	ck_assert(says("dhcp-range=tag:a,10.0.0.10,10.0.0.20,255.255.255.0\n"
		       "dhcp-range=10.0.0.10,10.0.0.20,255.255.255.0\n"
		       "dhcp-range=tag:a,10.0.0.20,10.0.0.30,255.255.255.0\n",
	    "W 3 range overlaps the range at line 1; separate"));
	/* In another order, and what a range sets does not matter. */
	ck_assert(says(
	    "dhcp-range=tag:a,tag:!b,10.0.0.10,10.0.0.20,255.255.255.0\n"
	    "dhcp-range=set:c,tag:!b,tag:a,10.0.0.5,10.0.0.30,255.255.255.0\n",
	    "W 2 range overlaps the range at line 1; separate"));
}
END_TEST

START_TEST(machines)
{
	static const char twice[] = "W 4 duplicate hardware address";
	static const char a[] =
	    RANGE "dhcp-range=10.0.0.10,10.0.0.99,255.255.255.0\n";
	static const struct warned t[] = {
		{ "dhcp-host=52:54:00:00:00:01,192.168.1.9\n"
		  "dhcp-host=52:54:00:00:00:01,pc\n",
		    true },
		{ "dhcp-host=52:54:00:00:00:01,ignore\n"
		  "dhcp-host=52:54:00:00:00:01,192.168.1.8\n",
		    true },
		{ "dhcp-host=52:54:00:00:00:02,52:54:00:00:00:01,192.168.1.9\n"
		  "dhcp-host=52:54:00:00:00:01,192.168.1.8\n",
		    true },
		/* Another network each. */
		{ "dhcp-host=52:54:00:00:00:01,192.168.1.9\n"
		  "dhcp-host=52:54:00:00:00:01,10.0.0.9\n",
		    false },
		{ "dhcp-host=tag:known,52:54:00:00:00:01,192.168.1.9\n"
		  "dhcp-host=52:54:00:00:00:01,192.168.1.8\n",
		    false },
		{ "dhcp-host=52:54:00:00:00:*,pc\ndhcp-host=52:54:00:00:00:*,pc\n",
		    false },
		{ "dhcp-host=id:a,52:54:00:00:00:01,192.168.1.9\n"
		  "dhcp-host=52:54:00:00:00:01,192.168.1.8\n",
		    false },
		{ "dhcp-host=52:54:00:00:00:01,52:54:00:00:00:01,192.168.1.9\n"
		  "dhcp-host=52:54:00:00:00:02,192.168.1.8\n",
		    false },
		/* An error of its own. */
		{ "dhcp-host=52:54:00:00:00:01,192.168.1.9\n"
		  "dhcp-host=52:54:00:00:00:01,192.168.1.9\n",
		    false },
	};

	CHECK_WARNED(a, t, twice);
	/* The mask is that of the interface. */
	ck_assert(says("dhcp-range=10.0.0.10,10.0.0.99\n"
		       "dhcp-host=52:54:00:00:00:01,10.0.0.9\n"
		       "dhcp-host=52:54:00:00:00:01,10.0.0.8\n",
	    "W 3 duplicate hardware"));
	ck_assert(!says("dhcp-range=10.0.0.10,10.0.0.99\n"
			"dhcp-host=52:54:00:00:00:01,10.0.0.9\n"
			"dhcp-host=52:54:00:00:00:01,10.0.9.8\n",
	    "duplicate hardware"));
}
END_TEST

START_TEST(routers)
{
	ck_assert(
	    says(RANGE "dhcp-option=option:router,192.168.1.254,192.168.1.1\n"
		       "dhcp-host=52:54:00:00:00:01,192.168.1.1\n",
		"N 3 192.168.1.1 is the router of line 2"));
	ck_assert(!says(RANGE "dhcp-option=6,192.168.1.1\n"
			      "dhcp-host=52:54:00:00:00:01,192.168.1.1\n",
	    "is the router"));
}
END_TEST

/* A hardware address without colons is warned of once. */
START_TEST(bare_address)
{
	static const char line[] =
	    RANGE "dhcp-host=525400123456,192.168.1.21\n";

	ck_assert(says(line, "W 2 525400123456 is read as a lease time"));
	ck_assert(!says(line, "no machine is named"));
	ck_assert(says(
	    RANGE "dhcp-host=45,192.168.1.21\n", "W 2 no machine is named"));
}
END_TEST

#define UNREACHABLE "no client can reach the server of"
#define NO_HOST "is neither an address nor a host name"
#define NO_SLASHES "is no URL; two slashes follow"

/* What is said of a URL; NULL: nothing. */
static void
check_url(const char *url, const char *words)
{
	static const char *const faults[] = { UNREACHABLE, NO_HOST,
		NO_SLASHES };
	char line[400];
	size_t i;

	(void)snprintf(line, sizeof(line), "dhcp-boot=\"%s\"", url);
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (words != NULL && strcmp(words, faults[i]) == 0)
			conf_case_says(line, 'W', faults[i]);
		else
			conf_case_lacks(line, faults[i]);
}

START_TEST(urls)
{
	static const struct {
		const char *text, *words;
	} t[] = {
		{ "http://0.0.0.0/a", UNREACHABLE },
		{ "HTTP://LocalHost:80/a", UNREACHABLE },
		{ "tftp://127.0.0.1", UNREACHABLE },
		{ "http:///a", UNREACHABLE },
		{ "http://[::1]/a", UNREACHABLE },
		{ "http://me:x@localhost/a", UNREACHABLE },
		{ "http://0.0.0.0.example/a", NULL },
		{ "http://localhosts/a", NULL },
		{ "http://${next-server}/a", NULL },
		{ "http://${net0/next-server}/a", NULL },
		{ "http://192.168.1.1:8080/a@b", NULL },
		{ "http://[fd00::1]:80/a", NULL },
		{ "http://boot_1.example.org", NULL },
		{ "http://b\303\274ro/a", NO_HOST },
		{ "http://<server-ip>/a", NO_HOST },
		{ "http://SERVER IP/a", NO_HOST },
		{ "http://192.168.1.300/a", NO_HOST },
		{ "http://xxx.xxx.xxx.xxx/a", NO_HOST },
		{ "http://x.example/a", NULL },
		{ "http://[fd00::1", NO_HOST },
		{ "http:/192.168.1.1/a", NO_SLASHES },
		{ "https:192.168.1.1/a", NO_SLASHES },
		{ "http", NULL },
		{ "a.0", NULL },
	};
	char line[400];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		check_url(t[i].text, t[i].words);
	/* The longest name that a host can have, and one that is longer. */
	(void)snprintf(line, sizeof(line), "dhcp-option=67,http://%0255d/a", 1);
	conf_case_lacks(line, NO_HOST);
	(void)snprintf(line, sizeof(line), "dhcp-option=67,http://%0256d/a", 1);
	conf_case_says(line, 'W', NO_HOST);
	conf_case_says(
	    "dhcp-boot=http://u@<ip>:80/a", 'W', "\"<ip>\" is neither");
	conf_case_says("dhcp-boot=http://<ip>:80/a", 'W',
	    "no client can reach \"http://<ip>:80/a\": \"<ip>\" is neither an address nor a host name");
	conf_case_says("dhcp-boot=http:/10.0.0.1/a", 'W',
	    "\"http:/10.0.0.1/a\" is no URL");
	conf_case_says("dhcp-boot=boot.ipxe,http://10.0.0.1", 'W',
	    "\"http://10.0.0.1\" is read as the name of a server, and clients ask for \"boot.ipxe\" by TFTP");
	conf_case_says(
	    "dhcp-boot=http://0.0.0.0/a", 'W', "no client can reach");
	conf_case_says("pxe-service=x86PC,a,http://localhost/a.0", 'W',
	    "no client can reach");
	conf_case_says(
	    "dhcp-option=67,http://0.0.0.0/a", 'W', "no client can reach");
}
END_TEST

START_TEST(https)
{
	static const char ready[] = "enable-http\ntftp-root=/srv\n";
	static const struct {
		const char *lines, *words; /* NULL: nothing of HTTPS */
	} t[] = {
		{ "https-cert=/c", "E 3 https-cert without https-key" },
		{ "https-key=/k", "E 3 https-key without https-cert" },
		{ "https-port=444", "W 3 HTTPS is not served without" },
		{ "https-cert=/c\nhttps-key=/k\nhttp-port=443",
		    "E 3 http-port and https-port are both 443" },
		{ "https-cert=/c\nhttps-key=/k\nhttp-port=444", NULL },
		{ "http-port=443", NULL },
		/* More may be in the file that is not there. */
		{ "https-cert=/c\nconf-file=/none", NULL },
	};
	static char text[1024];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s%s\n", ready, t[i].lines);
		conf_case_begin(&k);
		conf_case_text(&k, text);
		if (config_want(k.c) != NULL)
			config_give_error(k.c, ENOENT);
		(void)config_finish(k.c);
		if (t[i].words == NULL)
			ck_assert_msg(strcasestr(k.diags, "https") == NULL,
			    "%s: %s", text, k.diags);
		else
			ck_assert_msg(strstr(k.diags, t[i].words) != NULL,
			    "%s: %s", text, k.diags);
		conf_case_end(&k);
	}
}
END_TEST

START_TEST(bare_tags)
{
	static const char words[] = "if the first is a tag, write tag:";

	conf_case_says("dhcp-boot=efi,grubx64.efi", 'W', words);
	conf_case_says("dhcp-boot=efi,http://10.0.0.1/a", 'W', words);
	conf_case_says("dhcp-boot=net,grub,10.0.0.1", 'W', words);
	conf_case_says("dhcp-boot=!known,a.0", 'W', "write tag:!known,a.0");
	/* The name of an interface is a tag, too. */
	conf_case_says("interface=br0\ndhcp-boot=br0,grub", 'W', words);
	conf_case_lacks("dhcp-boot=br0,grub", words);
	conf_case_lacks("dhcp-boot=pxelinux.0,server,10.0.0.1", words);
	conf_case_lacks("dhcp-boot=pxelinux,server,10.0.0.1", words);
	conf_case_lacks("dhcp-boot=pxelinux,boot.example.net,10.0.0.1", words);
	conf_case_lacks("dhcp-boot=net", words);
}
END_TEST

START_TEST(options)
{
	/* Option 67 beside dhcp-boot. */
	ck_assert(says(RANGE "dhcp-boot=a.0,,10.0.0.1\ndhcp-option=67,b.0\n",
	    "W 3 option 67 is not sent"));
	ck_assert(!says(RANGE "dhcp-boot=a.0,,10.0.0.1\ndhcp-option=67,a.0\n",
	    "option 67"));
	ck_assert(
	    !says(RANGE "dhcp-boot=a.0,,10.0.0.1\ndhcp-option-force=67,b.0\n",
		"option 67"));
	ck_assert(!says(RANGE TAGS
	    "dhcp-boot=tag:efi,a,,10.0.0.1\ndhcp-option=67,b\n",
	    "option 67"));
	/* The next server in an option alone. */
	ck_assert(says(RANGE "dhcp-option=66,10.0.0.1\ndhcp-option=67,a.0\n",
	    "N 2 most firmware ignores option 66"));
	ck_assert(says(RANGE "dhcp-option=150,10.0.0.1\ndhcp-boot=a.0\n",
	    "N 2 most firmware ignores option 150"));
	ck_assert(
	    says(RANGE "dhcp-option=66,10.0.0.1\ndhcp-boot=a.0,,10.0.0.2\n",
		"W 2 option 66 names 10.0.0.1, but the dhcp-boot"));
	ck_assert(
	    !says(RANGE "dhcp-option=66,10.0.0.2\ndhcp-boot=a.0,,10.0.0.2\n",
		"option 66"));
	/* For telephones; for this server; for a server with a name. */
	ck_assert(!says(RANGE "dhcp-option=66,10.0.0.1\n", "option 66"));
	ck_assert(!says(
	    RANGE "dhcp-option=150,0.0.0.0\ndhcp-option=67,a\n", "option 150"));
	ck_assert(!says(
	    RANGE "dhcp-option=66,boot\ndhcp-option=67,a.0\n", "option 66"));
	ck_assert(!says(RANGE "dhcp-option=66,10.0.0.1\ndhcp-option=67,a.0\n"
			      "enable-tftp\ntftp-root=/srv\n",
	    "option 66"));
	/* A part of option 43 is one. */
	ck_assert(!says(RANGE "dhcp-option=60,PXEClient\n"
			      "dhcp-option=vendor:PXEClient,6,2b\n",
	    "no line sets option 43"));
}
END_TEST

START_TEST(untested)
{
	static const char words[] = "tag \"a\" is set here, but nothing tests";

	conf_case_says("dhcp-match=set:a,175", 'N', words);
	conf_case_says("dhcp-host=52:54:00:00:00:01,set:a", 'N', words);
	conf_case_says("tag-if=set:a,tag:net", 'N', words);
	conf_case_says("dhcp-range=set:a,10.0.0.1,10.0.0.9", 'N', words);
	conf_case_lacks("interface=a\ndhcp-option=3,10.0.0.1", words);
	conf_case_lacks(
	    "dhcp-match=set:a,175\ndhcp-option=tag:a,3,10.0.0.1", words);
	conf_case_lacks(
	    "dhcp-match=set:a,175\ndhcp-option=tag:!a,3,10.0.0.1", words);
	conf_case_lacks("dhcp-mac=set:ab,52:54:00:*:*:*\n"
			"tag-if=set:known,tag:a*",
	    "\"ab\" is set here");
	/* interface= chooses it already. */
	conf_case_says("interface=br0\ndhcp-range=br0,10.0.0.1,10.0.0.9", 'N',
	    "which interface=br0 does already; remove the word");
}
END_TEST

START_TEST(untested_many)
{
	static char text[4096];
	size_t i, n = 0;

	n += (size_t)snprintf(text, sizeof(text), "%s", RANGE);
	for (i = 0; i < 30; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "dhcp-host=52:54:00:00:00:%02zx,set:t%zu\n", i, i);
	ck_assert(says(text, "N 11 tag \"t9\" is set here"));
	ck_assert(says(text, "N 0 20 more tags are set and never tested"));
	*strstr(text, "dhcp-host=52:54:00:00:00:0b") = '\0';
	ck_assert(says(text, "N 0 1 more tag is set and never tested"));
	ck_assert(!says(text, "\"t10\""));
}
END_TEST

START_TEST(tftp_by_mac)
{
	static const char words[] = "known from leases alone";
	static const char tftp[] = "enable-tftp\ntftp-root=/srv\n";
	static char text[512];

	(void)snprintf(text, sizeof(text), "%stftp-unique-root=mac\n", tftp);
	ck_assert(says(text, words));
	(void)snprintf(text, sizeof(text),
	    "%stftp-client=52:54:00:00:00:01,blksize=512\n"
	    "tftp-client=10.0.0.1,blksize=512\n",
	    tftp);
	ck_assert(says(text, "W 3 this line has no effect"));
	ck_assert(!says(text, "W 4 "));
	(void)snprintf(text, sizeof(text),
	    "%stftp-unique-root=mac\ndhcp-range=10.0.0.0,proxy\n", tftp);
	ck_assert(says(text, words));
	(void)snprintf(
	    text, sizeof(text), "%stftp-unique-root=mac\n" RANGE, tftp);
	ck_assert(!says(text, words));
	(void)snprintf(text, sizeof(text), "%stftp-unique-root=ip\n", tftp);
	ck_assert(!says(text, words));
}
END_TEST

#define SERVED "enable-tftp\ntftp-root=/srv\n"

/* Option 60 makes firmware ask port 4011, where nobody answers. */
START_TEST(pxe_class)
{
	static const char port[] = "asks port 4011, where nothing answers";
	static const struct warned t[] = {
		{ "dhcp-option=60,PXEClient\n", true },
		{ "dhcp-option-force=option:vendor-class,PXEClient\n", true },
		{ "dhcp-option=60,PXEClient:Arch\n", true },
		{ "dhcp-option=60,HTTPClient\n", false },
		{ "dhcp-option=60,PXE\n", false },
		{ "dhcp-option=60,PXEClient\ndhcp-option=43,06:01:08\n",
		    false },
		{ "dhcp-option=60,PXEClient\n"
		  "dhcp-option=vendor:PXEClient,6,8\n",
		    false },
		{ "dhcp-option=60,PXEClient\ndhcp-option=encap:43,6,8b\n",
		    false },
		{ "dhcp-option=60,PXEClient\ndhcp-option=encap:175,6,8b\n",
		    true },
		/* Port 4011 is served. */
		{ "dhcp-option=60,PXEClient\n"
		  "pxe-service=x86PC,a,a,10.0.0.1\n",
		    false },
	};

	CHECK_WARNED(RANGE, t, port);
}
END_TEST

/* What is missing may be on a line that has an error. */
START_TEST(follow_up)
{
	ck_assert(says("interface=br0\n", "nothing to serve"));
	ck_assert(!says("interface=br0\ndhcp-rang=10.0.0.1,10.0.0.9\n",
	    "nothing to serve"));
}
END_TEST

Suite *suite_conf_check(void);

Suite *
suite_conf_check(void)
{
	Suite *s = suite_create("conf_check");
	TCase *t = tcase_create("check");

	tcase_add_test(t, replaced);
	tcase_add_test(t, not_replaced);
	tcase_add_test(t, ranges_with_tags);
	tcase_add_test(t, replaced_after_warning);
	tcase_add_test(t, machines);
	tcase_add_test(t, routers);
	tcase_add_test(t, bare_address);
	tcase_add_test(t, urls);
	tcase_add_test(t, https);
	tcase_add_test(t, bare_tags);
	tcase_add_test(t, options);
	tcase_add_test(t, untested);
	tcase_add_test(t, untested_many);
	tcase_add_test(t, tftp_by_mac);
	tcase_add_test(t, follow_up);
	tcase_add_test(t, pxe_class);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_check)
