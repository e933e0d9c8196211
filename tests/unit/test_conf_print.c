/* SPDX-License-Identifier: ISC */
/* What is printed reads as the same records again. */
#include <string.h>

#include "confd/print.h"
#include "confd/print_config.h"
#include "tests/unit/conf_case.h"

static char printed[65536];

static void
print_line(const char *line, void *arg)
{
	size_t n = strlen(printed);

	(void)arg;
	(void)snprintf(printed + n, sizeof(printed) - n, "%s\n", line);
}

static void
print_all(struct config *c)
{
	printed[0] = '\0';
	print_config(c, print_line, NULL);
}

/* Parses, prints, parses again and compares. */
static void
round_trip(const char *text)
{
	static struct conf_case a, b;
	uint8_t x[RECORD_MAX], y[RECORD_MAX];
	struct writer wx, wy;
	struct record rec;
	size_t i;

	conf_case_parse(&a, text);
	ck_assert_msg(a.ok, "%s", a.diags);
	print_all(a.c);
	ck_assert_msg(config_errors(a.c) == 0, "%s", a.diags);
	conf_case_parse(&b, printed);
	ck_assert_msg(b.ok, "%s\n%s", printed, b.diags);
	ck_assert_uint_eq(config_count(a.c), config_count(b.c));
	for (i = 0; i < config_count(a.c); i++) {
		writer_init(&wx, x, sizeof(x));
		config_record(a.c, i, &rec);
		record_encode(&rec, &wx);
		writer_init(&wy, y, sizeof(y));
		config_record(b.c, i, &rec);
		record_encode(&rec, &wy);
		ck_assert_msg(wx.len == wy.len && memcmp(x, y, wx.len) == 0,
		    "record %zu of\n%s", i, printed);
	}
	conf_case_end(&a);
	conf_case_end(&b);
}

#define RANGE "dhcp-range=10.0.0.1,10.0.0.9\n"

START_TEST(everything)
{
	round_trip(RANGE "interface=eth*,lo\nexcept-interface=a\n"
			 "no-dhcp-interface=b\nlisten-address=10.0.0.1\n"
			 "enable-tftp=c,d*\ntftp-root=/a b/\"c,d\"#\n"
			 "tftp-max=3\nquiet-tftp\ntftp-no-fail\n"
			 "sandbox-disable=seccomp,landlock,namespaces\n"
			 "pid-file=/run/x\ndhcp-leasefile=/x\n");
	round_trip(
	    "dhcp-range=tag:a,tag:!b,set:c,10.0.0.1,10.0.0.9,255.255.0.0,10.0.255.255,infinite\n"
	    "dhcp-range=10.1.0.0,static\n");
	round_trip(RANGE
	    "dhcp-authoritative\ndhcp-no-override\n"
	    "dhcp-sequential-ip\ndhcp-subnet-selection\nport=0\nquiet-dhcp\n"
	    "dhcp-lease-max=9\ndomain=a.b\n");
}
END_TEST

START_TEST(tftp)
{
	round_trip(RANGE "enable-tftp\ntftp-root=/a\ntftp-unique-root\n"
			 "tftp-root=/b c,eth0\ntftp-root=/d,\"e,f\"\n"
			 "tftp-secure\ntftp-lowercase\ntftp-mtu=1400\n"
			 "tftp-no-blocksize\ntftp-single-port\n"
			 "tftp-rollover=1\ntftp-max-rate=20k\ntftp-cache=0\n");
	round_trip(RANGE
	    "enable-tftp=a,b\ntftp-root=/a,a\ntftp-root=/b,b\n"
	    "tftp-unique-root=mac\ntftp-port-range=9,5\n"
	    "tftp-cache=1048576\ntftp-max-rate=0,2G\nlisten-address=fe80::1,::1\n");
	round_trip(RANGE "enable-tftp\ntftp-root=/a\n"
			 "tftp-client=10.1.2.3/9,blksize=8,rollover=0\n"
			 "tftp-client=10.1.2.3,windowsize=65535,tsize=no\n"
			 "tftp-client=::/0,blksize=no,windowsize=no\n"
			 "tftp-client=2001:db8:0:1::/64,tsize=no\n"
			 "tftp-client=2001:db8::2/127,tsize=no\n"
			 "tftp-client=10.1.2.4/31,tsize=no\n"
			 "tftp-client=2001:db8::1,timeout=no,rollover=1\n"
			 "tftp-client=52-54-00-12-34-56,tsize=no\n"
			 "tftp-client=06-*:*:3:*:*:*,tsize=no\n"
			 "tftp-client=0-1:2:3:4:5:6:7:8,tsize=no\n");
}
END_TEST

START_TEST(pxe)
{
	round_trip(
	    "dhcp-range=10.0.0.0,proxy\ndhcp-range=set:a,10.1.0.0,proxy,255.255.0.0\n"
	    "pxe-service=x86PC,\"a,b\",pxelinux\n"
	    "pxe-service=tag:a,tag:!b,ARM64_EFI,c,d.efi,10.0.0.1\n"
	    "pxe-service=27,e,5,10.0.0.1\npxe-service=0,f\n"
	    "pxe-service=0,g,0,10.0.0.1\npxe-service=0,h,\"i,j\"\n"
	    "pxe-prompt=\"Press F8\",5\npxe-prompt=tag:a,wait\n"
	    "pxe-style=tag:a,bypass\npxe-style=binl\npxe-style=menu\n");
}
END_TEST

START_TEST(hosts)
{
	round_trip(RANGE
	    "dhcp-host=52:54:00:*:*:1,06-1:2:3,id:a,\"ignore\",10.0.0.2,5h,set:x,tag:!y\n"
	    "dhcp-host=id:00:01\ndhcp-host=id:*,a\n"
	    "dhcp-host=id:\"*,:\"\ndhcp-host=\"12h\"\n"
	    "dhcp-host=a,ignore\n");
}
END_TEST

START_TEST(options)
{
	round_trip(RANGE "dhcp-option=3\ndhcp-option=3,0.0.0.0,1.2.3.4\n"
			 "dhcp-option=tag:\"a,b\",tag:!#c,26,1400\n"
			 "dhcp-option=26,5b\ndhcp-option=58,1h\n"
			 "dhcp-option=66,\"a,b\\\"\"\ndhcp-option=224,7\n"
			 "dhcp-option=224,300\ndhcp-option=224,1:2:0\n"
			 "dhcp-option=119,a.bc,d.bc,bc\n"
			 "dhcp-option=120,a.b\ndhcp-option=120,0.0.0.0\n"
			 "dhcp-option=121,10.0.0.0/8,1.2.3.4\n"
			 "dhcp-option=60,\"1.2.3.4\"\n"
			 "dhcp-option-force=43,08:00\n");
}
END_TEST

/* Each value is printed in the form that is easiest to read. */
static void
prints(const char *line, const char *want)
{
	static struct conf_case k;

	conf_case_line(&k, line);
	ck_assert_msg(k.ok, "%s", k.diags);
	print_all(k.c);
	ck_assert_msg(
	    strstr(printed, want) != NULL, "no \"%s\" in:\n%s", want, printed);
	conf_case_end(&k);
}

/* The limit is one of the identifier, not of how it is written. */
START_TEST(long_identifiers)
{
	char line[1024] = "dhcp-circuitid=set:x,";
	size_t n;

	for (n = 0; n < RECORD_MATCH_MAX - 1; n++)
		(void)strcat(line, "01:");
	(void)strcat(line, "ff");
	prints(line, line);
	prints("dhcp-remoteid=set:x,01:02", "dhcp-remoteid=set:x,01:02\n");
	(void)strcat(line, ":ff");
	conf_case_says(line, 'E', "longer than 255 bytes");
}
END_TEST

START_TEST(option_forms)
{
	prints("dhcp-option=2,-3600", "dhcp-option=2,-3600\n");
	prints("dhcp-option=58,infinite", ",infinite\n");
	prints("dhcp-option=26,1400i", ",00:00:05:78\n");
	prints("dhcp-option=26,41:42:43", ",41:42:43\n");
	prints("dhcp-option=93,00:07:00:10", ",00:07:00:10\n");
	prints("dhcp-option=93,7", ",7\n");
	prints("dhcp-option=224,7", ",7b\n");
	prints("dhcp-option=224,41:42", ",\"AB\"\n");
	prints("dhcp-option=224,01:02", ",01:02\n");
	prints("dhcp-option=224,0.0.0.0", ",0.0.0.0\n");
	prints("dhcp-option=120,10.0.0.1", ",10.0.0.1\n");
	prints("dhcp-option=120,01:00:00:00:00", ",01:00:00:00:00\n");
	prints("dhcp-host=00-1:2:3:4:5:6:7:8,a",
	    "dhcp-host=00-01:02:03:04:05:06:07:08,\"a\"\n");
	/* The empty list of names is one octet. */
	prints("dhcp-option=120,", "dhcp-option=120,\n");
	prints("dhcp-option=120,00:01:61:00", ",\"a\"\n");
	prints("dhcp-option=120,00:01:61:c0:00", ",00:01:61:c0:00\n");
	prints("dhcp-option=121,10.0.0.0/8,1.2.3.4", ",10.0.0.0/8,1.2.3.4\n");
	prints("dhcp-option=249,08:0a:01:02:03:04", ",10.0.0.0/8,1.2.3.4\n");
	prints("dhcp-option=121,99:01", ",99:01\n");
	prints("dhcp-match=a,120,1.2.3.4", ",1.2.3.4\n");
	prints("dhcp-match=a,121,10.0.0.0/8,1.2.3.4", ",10.0.0.0/8,1.2.3.4\n");
	prints("dhcp-match=a,60,1.2.3.4", ",1.2.3.4\n");
	prints("dhcp-host=id:ff:01:02,10.0.0.2", "id:ff:01:02,");
}
END_TEST

/* What cannot be read again is an error, and is not printed. */
static void
refuses(const char *line, const char *words)
{
	static struct conf_case k;

	conf_case_line(&k, line);
	ck_assert_msg(k.ok, "%s", k.diags);
	print_all(k.c);
	ck_assert_uint_eq(config_errors(k.c), 1);
	ck_assert_ptr_nonnull(strstr(k.diags, "E 1 cannot be printed: "));
	ck_assert_msg(strstr(k.diags, words) != NULL, "%s", k.diags);
	ck_assert_str_eq(
	    printed, "dhcp-range=set:net,192.168.1.10,192.168.1.20,3600s\n");
	conf_case_end(&k);
}

START_TEST(not_printed)
{
	char line[1200] = "dhcp-ignore=tag:x";
	int i;

	refuses("dhcp-vendorclass=set:a,\"\001\"", "control characters");
	refuses("dhcp-option=15,\"\xe9\"", "not UTF-8");
	refuses("dhcp-userclass=set:a,\xc2\x9b", "control characters");
	/* It gets longer by a prefix to each tag, over dnsmasq's limit. */
	strcpy(line, "dhcp-option=");
	for (i = 0; i < 15; i++) {
		memset(line + strlen(line), 'a' + i, 50);
		strcat(line, ",");
	}
	strcat(line, "224,\"");
	memset(line + strlen(line), 'x', 230);
	strcat(line, "\"");
	ck_assert_uint_lt(strlen(line), 1024);
	round_trip(line);
	ck_assert_uint_gt(strcspn(strstr(printed, "dhcp-option="), "\n"), 1024);
}
END_TEST

START_TEST(tags)
{
	round_trip(RANGE "dhcp-boot=tag:a,tag:!b,\"tag:x\",\"s,\"\n"
			 "dhcp-boot=x,,1.2.3.4\ndhcp-boot=tag:a,\n"
			 "dhcp-match=set:a,175\ndhcp-match=a,93,7\n"
			 "dhcp-match=a,60,\"1\"\ndhcp-match=a,60,1:*:2\n"
			 "dhcp-match=a,60,text\ndhcp-match=a,3,1.2.3.4\n"
			 "dhcp-match=a,175,7s\ndhcp-match=a,58,2h\n"
			 "dhcp-vendorclass=a,\" x,\"\ndhcp-userclass=a,b#c\n"
			 "dhcp-mac=a,01-*:2:3\ntag-if=set:a,set:b,tag:!c\n"
			 "dhcp-ignore=a,tag:b\n");
}
END_TEST

START_TEST(does_not_fit)
{
	struct record rec = { .kind = RECORD_DAEMON };
	char small[16];

	strcpy(rec.u.daemon.pid_file, "/a/path/that/is/longer");
	ck_assert_ptr_null(print_record(small, sizeof(small), &rec));
	rec.kind = RECORD_KIND_MAX;
	ck_assert_ptr_null(print_record(small, sizeof(small), &rec));
}
END_TEST

Suite *suite_conf_print(void);

Suite *
suite_conf_print(void)
{
	Suite *s = suite_create("conf_print");
	TCase *t = tcase_create("print");

	tcase_add_test(t, everything);
	tcase_add_test(t, pxe);
	tcase_add_test(t, tftp);
	tcase_add_test(t, hosts);
	tcase_add_test(t, options);
	tcase_add_test(t, long_identifiers);
	tcase_add_test(t, option_forms);
	tcase_add_test(t, tags);
	tcase_add_test(t, not_printed);
	tcase_add_test(t, does_not_fit);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_print)
