/* SPDX-License-Identifier: ISC */
/* Words that dnsmasq takes and reads in another way than their author. */
#include "confd/suggest.h"
#include "tests/unit/conf_case.h"

/* Each is read as it was meant, with a warning. */
START_TEST(prefixes)
{
	static struct conf_case k;
	struct record rec;

	conf_case_parse(&k, "dhcp-range=192.168.1.10,192.168.1.20\n"
			    "dhcp-match=SET:efi,Option:client-arch,7\n"
			    "dhcp-boot=Tag:efi,NET:efi,a.efi,,10.0.0.1\n");
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_MATCH, &rec));
	ck_assert_str_eq(rec.u.match.set, "efi");
	ck_assert_uint_eq(rec.u.match.code, 93);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_BOOT, &rec));
	ck_assert_uint_eq(rec.u.boot.tags.n, 2);
	ck_assert_str_eq(rec.u.boot.file, "a.efi");
	ck_assert_ptr_nonnull(
	    strstr(k.diags, "\"SET:efi\" is read as set:efi"));
	ck_assert_ptr_nonnull(
	    strstr(k.diags, "\"Tag:efi\" is read as tag:efi"));
	ck_assert_ptr_nonnull(
	    strstr(k.diags, "\"NET:efi\" is read as net:efi"));
	conf_case_end(&k);
	conf_case_says(
	    "dhcp-host=11:22:33:44:55:66,Set:a", 'W', "read as set:a");
	conf_case_says("dhcp-option=Option:router,10.0.0.1", 'W', "lower case");
	conf_case_says("dhcp-option=Vendor:PXEClient,6,2b", 'W', "lower case");
	conf_case_says(
	    "dhcp-range=Tag:net,10.0.0.1,10.0.0.9", 'W', "lower case");
	conf_case_says("dhcp-ignore=TAG:known", 'W', "lower case");
	conf_case_says("tag-if=Set:a,tag:net", 'W', "lower case");
	conf_case_says("dhcp-broadcast=Tag:net", 'W', "lower case");
	conf_case_says("dhcp-reply-delay=Tag:net,2", 'W', "lower case");
	conf_case_says("dhcp-option=encap:175,Tag:net,1,1b", 'W', "lower case");
	conf_case_says("pxe-service=Tag:net,x86PC,a,b", 'W', "lower case");
	conf_case_lacks("dhcp-userclass=set:net,Tag:x", "lower case");
	conf_case_lacks("dhcp-boot=\"TAG:efi\"", "lower case");
}
END_TEST

START_TEST(hosts)
{
	conf_case_says("dhcp-host=11:22:33:44:55:66,Ignore", 'W',
	    "write \"ignore\" in lower case");
	conf_case_says("dhcp-host=11:22:33:44:55:66,INFINITE", 'W',
	    "write \"infinite\" in lower case");
	conf_case_lacks("dhcp-host=11:22:33:44:55:66,\"Ignore\"", "case");
	conf_case_says("dhcp-host=11:22:33:44:55:66,192.168.1.12#x", 'W',
	    "192.168.1.12#x is not an address");
	conf_case_says("dhcp-host=11:22:33:44:55:66,\"192.168.1.12\"", 'W',
	    "without quotes");
	conf_case_says("dhcp-host=1122.3344.5566,192.168.1.12", 'W',
	    "write a hardware address with colons");
	conf_case_says("dhcp-host=11-22-33-44-55,192.168.1.12", 'W',
	    "write a hardware address with colons");
	conf_case_says("dhcp-host=112233445566,pc", 'W',
	    "read as a lease time; write a hardware address");
	conf_case_says(
	    "dhcp-host=11:22:33:44:55:66,24", 'W', "a number alone is seconds");
	conf_case_says("dhcp-host=11:22:33:44:55:66,60s", 'W',
	    "60s is too short; using 2 minutes");
}
END_TEST

START_TEST(macs)
{
	conf_case_says("dhcp-host=01:11:22:33:44:55:66,pc", 'W',
	    "without the 01 of a client identifier");
	conf_case_says("dhcp-host=11:22:33:44:55:66:77,pc", 'W', "7 octets");
	conf_case_says("dhcp-mac=set:net,11:22:33", 'W', "3 octets");
	/* InfiniBand and IEEE 1394. */
	conf_case_lacks("dhcp-host=11:22:33:44:55:66:77:88,pc", "octets");
	conf_case_lacks("dhcp-host=06-11:22:33:44,pc", "octets");
	conf_case_lacks("dhcp-host=02-11:22:33:44,pc", "octets");
	conf_case_says("dhcp-host=01-11:22:33:44,pc", 'W', "4 octets");
	/* Any octet before six is no type of hardware. */
	conf_case_says("dhcp-host=*:11:22:33:44:55:66,pc", 'W',
	    "has 7 octets; an Ethernet address has 6\n");
	conf_case_says("dhcp-host=02:11:22:33:44:55:66,pc", 'W',
	    "has 7 octets; an Ethernet address has 6\n");
}
END_TEST

/* U+2018 to U+201F: the single ones only where a token begins. */
START_TEST(curly_quotes)
{
	char line[128];
	unsigned int last;

	for (last = 0x97; last <= 0xa0; last++) {
		(void)snprintf(line, sizeof(line),
		    "pxe-service=x86PC,a\xe2\x80%c", (char)last);
		if (last >= 0x9c && last <= 0x9f)
			conf_case_says(line, 'W', "quotation marks");
		else
			conf_case_lacks(line, "quotation marks");
		(void)snprintf(line, sizeof(line),
		    "pxe-service=x86PC,\xe2\x80%c", (char)last);
		if (last >= 0x98 && last <= 0x9f)
			conf_case_says(line, 'W', "quotation marks");
		else
			conf_case_lacks(line, "quotation marks");
	}
	conf_case_lacks("pxe-service=x86PC,\"\xe2\x80\x9c\"", "quotation");
	conf_case_lacks("pxe-service=x86PC,a\xe2\x80", "quotation marks");
}
END_TEST

START_TEST(quotes)
{
	conf_case_says("dhcp-boot='a.0',,10.0.0.1", 'W', "single quotes");
	conf_case_lacks("pxe-service=x86PC,'tis Ann's menu,a.0", "quotes");
	conf_case_says("pxe-service=x86PC, 'Net, boot'", 'W', "single");
	conf_case_says("dhcp-boot=\xe2\x80\x9c"
		       "a\xe2\x80\x9d,,10.0.0.1",
	    'W', "quotation marks");
	conf_case_says("dhcp-boot=\xe2\x80\x98"
		       "a\xe2\x80\x99,,10.0.0.1",
	    'W', "quotation marks");
	conf_case_says("dhcp-boot=a,,10.0.0.1,\\", 'E', "unexpected");
	conf_case_says(
	    "dhcp-option=6,10.0.0.1\ndhcp-boot=a.0\\", 'W', "cannot continue");
	conf_case_says("dhcp-boot=\\", 'W', "cannot continue");
	conf_case_says(
	    "dhcp-boot=boot\\\\a.0,,10.0.0.1", 'W', "two backslashes");
	conf_case_lacks("pxe-service=x86PC,It's,a", "quotes");
	conf_case_lacks("pxe-service=x86PC,Max' PC's,a", "quotes");
	conf_case_lacks("pxe-service=x86PC,It\xe2\x80\x99s,a", "quotation");
	conf_case_lacks("pxe-service=x86PC,\"'Boot'\",a", "quotes");
	conf_case_lacks("dhcp-boot=boot\\a.0,,10.0.0.1", "backslash");
	conf_case_lacks("dhcp-option=17,\\\\server\\share", "backslash");
}
END_TEST

/* The shell of a unit file that does not remove quotes. */
START_TEST(quotes_of_arguments)
{
	static struct conf_case k;

	conf_case_begin(&k);
	config_add_arg(k.c, "dhcp-boot=\"a.0\",,10.0.0.1");
	config_add_arg(k.c, "dhcp-range=10.0.0.1,10.0.0.9");
	ck_assert(config_finish(k.c));
	ck_assert_ptr_nonnull(strstr(k.diags, "the shell has to remove them"));
	conf_case_end(&k);
}
END_TEST

START_TEST(classes)
{
	conf_case_says(
	    "dhcp-userclass=set:net,ipxe", 'W', "clients send \"iPXE\"");
	conf_case_says("dhcp-vendorclass=set:net,pxeclient:Arch:00007", 'W',
	    "clients send \"PXEClient\"");
	conf_case_says("dhcp-match=set:net,60,HTTPclient", 'W',
	    "clients send \"HTTPClient\"");
	conf_case_says("dhcp-vendorclass=set:net,PXEClient:Arch:7", 'W',
	    "five digits; write 00007");
	conf_case_says(
	    "dhcp-match=set:net,60,PXEClient:Arch:16", 'W', "write 00016");
	conf_case_says("dhcp-vendorclass=set:net,PXEClient:Arch:0x7", 'W',
	    "five decimal digits");
	conf_case_says("dhcp-vendorclass=set:net,PXEClient:Arch:007:UNDI", 'W',
	    "five decimal digits");
	conf_case_says("dhcp-vendorclass=set:net,PXEClient:Arch:000", 'W',
	    "begin with 000; write all five, like 00000");
	conf_case_lacks("dhcp-vendorclass=set:net,PXEClient", "W");
	conf_case_lacks("dhcp-vendorclass=set:net,PXEClient:Arch:00007", "W");
	conf_case_lacks("dhcp-vendorclass=set:net,PXEClient:Arch:", "W");
	conf_case_lacks(
	    "dhcp-vendorclass=set:net,PXEClient:Arch:00007:UNDI:003016", "W");
	conf_case_lacks("dhcp-userclass=set:net,iPXE", "W");
	conf_case_lacks("dhcp-userclass=set:net,ipxelab", "W");
	conf_case_says("dhcp-userclass=set:net,gpxe", 'W', "send \"gPXE\"");
	conf_case_says(
	    "dhcp-vendorclass=set:net,PXEClient:Arch:07", 'W', "begin with 07");
	conf_case_says("dhcp-vendorclass=set:net,PXEClient:Arch:00007x", 'W',
	    "five decimal digits");
	conf_case_lacks("dhcp-vendorclass=set:net,PXEClient:Arch:000007", "W");
	conf_case_lacks("dhcp-vendorclass=set:net,PXEClient:Arch:x", "W");
}
END_TEST

START_TEST(directives)
{
	conf_case_says("tftp-blocksize=1024", 'E', "blksize=NUMBER");
	conf_case_says(
	    "dhcp-next-server=10.0.0.1", 'E', "third part of dhcp-boot");
	conf_case_says("gateway=10.0.0.1", 'E', "option:router,ADDRESS");
	conf_case_says("filename=a.0", 'E', "did you mean \"dhcp-boot\"?");
	ck_assert_ptr_null(suggest_instead("dhcp-boot"));
	ck_assert_ptr_null(suggest_instead(""));
}
END_TEST

/* How far a name may be from one that is suggested for it. */
START_TEST(distances)
{
	static const struct {
		const char *name, *candidate;
		unsigned int best, then; /* then: 0: it is not closer */
	} t[] = { { "ab", "ac", 0, 0 }, { "abc", "abd", 0, 1 },
		{ "abc", "ade", 0, 0 }, { "abcde", "abcdx", 0, 1 },
		{ "abcde", "abcxy", 0, 0 }, { "abcdef", "abcdxy", 0, 2 },
		{ "abcdef", "abcxyz", 0, 0 },
		{ "abcdefghi", "abcdefxyz", 0, 3 },
		{ "abcdefghi", "abcdewxyz", 0, 0 }, { "abc", "abc", 0, 1 },
		/* Closer than the one that was found before. */
		{ "abcdef", "abcdxy", 2, 0 }, { "abcdef", "abcdey", 2, 1 },
		{ "abcdef", "abcdey", 1, 0 } };
	unsigned int best;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		best = t[i].best;
		ck_assert_msg(suggest_closer(t[i].name, t[i].candidate,
				  &best) == (t[i].then != 0),
		    "%s", t[i].name);
		ck_assert_uint_eq(best, t[i].then != 0 ? t[i].then : t[i].best);
	}
}
END_TEST

Suite *suite_conf_spelling(void);

Suite *
suite_conf_spelling(void)
{
	Suite *s = suite_create("conf_spelling");
	TCase *t = tcase_create("spelling");

	tcase_add_test(t, prefixes);
	tcase_add_test(t, hosts);
	tcase_add_test(t, macs);
	tcase_add_test(t, curly_quotes);
	tcase_add_test(t, quotes);
	tcase_add_test(t, quotes_of_arguments);
	tcase_add_test(t, classes);
	tcase_add_test(t, directives);
	tcase_add_test(t, distances);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_spelling)
