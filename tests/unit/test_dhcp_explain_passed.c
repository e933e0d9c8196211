/* SPDX-License-Identifier: ISC */
/* pxeguard --explain: each reason for which a line does not apply. */
#include "dhcpd/explain_passed.h"
#include "tests/unit/explain_case.h"
#include "tests/unit/pxe_case.h"

static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
#define MAC "mac=52:54:00:12:34:56 "

static void
suboption(uint8_t how, uint32_t outer, const char *class, const char *tags)
{
	struct record rec = { .kind = RECORD_SUBOPTION };

	rec.u.suboption.how = how;
	rec.u.suboption.outer = outer;
	rec.u.suboption.code = 5;
	rec.u.suboption.len = 1;
	(void)snprintf(rec.u.suboption.class, RECORD_CLASS_MAX, "%s", class);
	case_tags(&rec.u.suboption.tags, tags);
	case_add(&k, &rec);
}

/* The part of the text that says what was passed over. */
static void
passes_over(const char *want)
{
	const char *part = strstr(said, "PASSED OVER\n");

	ck_assert_ptr_nonnull(part);
	(void)memmove(said, part, strlen(part) + 1);
	is_said(want);
}

START_TEST(tags)
{
	place(3);
	match_number(OPT_ARCH, 2, 7, "efi64");
	place(4);
	case_tagif(&k, "a", "efi64");
	place(5);
	case_tagif(&k, "b", "!br0");
	place(6);
	case_tagif(&k, "c", "br0");
	place(7);
	case_range(&k, IP(192, 168, 1, 160), IP(192, 168, 1, 170), "", "efi64");
	place(8);
	case_range(&k, IP(10, 1, 0, 5), IP(10, 1, 0, 9), "", "");
	place(9);
	case_tagif(&k, "", "efi64");
	place(10);
	ready();
	asked("options=1");
	/* clang-format off */
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:4   dhcp-match set:efi64                    the client does not match\n"
	    "  /etc/x.conf:5   tag-if set:a                            tag:efi64 is not set\n"
	    "  /etc/x.conf:6   tag-if set:b                            tag:br0 is set\n"
	    "  /etc/x.conf:10  tag-if set:                             tag:efi64 is not set\n"
	    "  /etc/x.conf:8   dhcp-range 192.168.1.160-192.168.1.170  tag:efi64 is not set\n"
	    "  /etc/x.conf:9   dhcp-range 10.1.0.5-10.1.0.9            not on the client's network\n");
	/* clang-format on */
}
END_TEST

/* Whole, without the breaks of a table. */
START_TEST(longest_tags)
{
	char a[RECORD_TAG_MAX], b[RECORD_TAG_MAX];

	memset(a, 'a', sizeof(a));
	memset(b, 'b', sizeof(b));
	a[sizeof(a) - 1] = b[sizeof(b) - 1] = '\0';
	place(3);
	match_number(OPT_ARCH, 2, 7, a);
	place(4);
	case_tagif(&k, b, a);
	ready();
	x.json = true;
	asked("options=1");
	ck_assert_ptr_nonnull(strstr(said, b));
	ck_assert_ptr_nonnull(strstr(strstr(said, a) + 1, a));
}
END_TEST

START_TEST(hosts)
{
	struct record rec = case_host(mac, IP(192, 168, 1, 9), "pc");

	place(3);
	case_add(&k, &rec);
	place(4);
	rec = case_host(mac, IP(192, 168, 1, 10), "other");
	case_add(&k, &rec);
	place(5);
	rec = case_host(mac, 0, "named");
	case_tags(&rec.u.host.tags, "never");
	case_add(&k, &rec);
	place(6);
	/* Hosts of other clients are none of its business. */
	rec = case_host(NULL, IP(192, 168, 1, 11), "name");
	case_add(&k, &rec);
	place(7);
	ready();
	asked(MAC "options=1");
	/* clang-format off */
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:4  dhcp-host 192.168.1.9  dhcp-host /etc/x.conf:5 has precedence\n"
	    "  /etc/x.conf:6  dhcp-host named        tag:never is not set\n");
	/* clang-format on */
}
END_TEST

START_TEST(host_elsewhere)
{
	struct record rec = case_host(mac, IP(10, 9, 9, 9), "pc");

	case_add(&k, &rec);
	place(4);
	ready();
	asked(MAC "options=1");
	/* clang-format off */
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:4  dhcp-host 10.9.9.9  its address is not on the client's network\n");
	/* clang-format on */
}
END_TEST

START_TEST(boots_and_services)
{
	place(3);
	case_boot(&k, "a", "", 0, "");
	place(4);
	case_boot(&k, "b", "", 0, "known");
	place(5);
	case_boot(&k, "c", "", 0, "br0");
	place(6);
	service(7, "EFI", "a.efi", 0, "");
	place(7);
	service(0, "BIOS", "a.0", 0, "known");
	place(8);
	ready();
	asked("arch=x64-uefi options=1");
	/* clang-format off */
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:4  dhcp-boot a       another line has precedence\n"
	    "  /etc/x.conf:5  dhcp-boot b       tag:known is not set\n"
	    "  /etc/x.conf:6  dhcp-boot c       another line has precedence\n"
	    "  /etc/x.conf:8  pxe-service BIOS  for architecture 0, and the client is UEFI x64\n");
	/* clang-format on */
	asked("arch=bios options=1");
	/* clang-format off */
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:4  dhcp-boot a       dhcp-boot /etc/x.conf:6 has precedence\n"
	    "  /etc/x.conf:5  dhcp-boot b       tag:known is not set\n"
	    "  /etc/x.conf:7  pxe-service EFI   for architecture 7, and the client is BIOS\n"
	    "  /etc/x.conf:8  pxe-service BIOS  tag:known is not set\n");
	/* clang-format on */
	/* No architecture is that of a BIOS. */
	asked("vendor=PXEClient options=1");
	says("pxe-service EFI   for architecture 7, and the client is BIOS\n");
	asked("arch=4242 options=1");
	says("for architecture 7, and the client is another one\n");
	asked("options=1");
	says(
	    "pxe-service EFI   the client sends no option 60 of a PXE client\n");
}
END_TEST

START_TEST(options)
{
	struct record rec;

	place(3);
	case_option(&k, 42, "\1\2\3\4", 4, true, "known");
	place(4);
	case_option(&k, 42, "\1\2\3\5", 4, true, "");
	place(5);
	case_option(&k, 42, "\1\2\3\6", 4, true, "");
	place(6);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_OPTION;
	rec.u.option.code = 209;
	rec.u.option.pxe = true;
	rec.u.option.len = 1;
	case_add(&k, &rec);
	place(7);
	ready();
	asked("options=1");
	/* clang-format off */
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:4  dhcp-option-force 42 (ntp-server)         tag:known is not set\n"
	    "  /etc/x.conf:5  dhcp-option-force 42 (ntp-server)         dhcp-option-force /etc/x.conf:6 has\n"
	    "                                                           precedence\n"
	    "  /etc/x.conf:7  dhcp-option-pxe 209 (pxelinux-config-fil  for PXE clients, and this is none\n"
	    "                 e)\n");
	/* clang-format on */
}
END_TEST

/* A lost option is not passed over in silence. */
START_TEST(no_room)
{
	static const char many[255];
	struct record rec;
	uint8_t code;

	place(3);
	for (code = 224; code < 230; code++) {
		case_option(&k, code, many, sizeof(many), true, "");
		place(code);
	}
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SUBOPTION;
	rec.u.suboption.how = RECORD_SUB_ENCAP;
	rec.u.suboption.outer = 77;
	rec.u.suboption.len = 250;
	for (code = 1; code < 10; code++) {
		rec.u.suboption.code = code;
		case_add(&k, &rec);
	}
	ready();
	asked("options=77");
	/* clang-format off */
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:224  dhcp-option-force 224   no room for it in the message\n"
	    "  /etc/x.conf:225  dhcp-option-force 225   no room for it in the message\n"
	    "                   dhcp-option 77, part 1  no room for it in the message\n"
	    "                   dhcp-option 77, part 2  no room for it in the message\n"
	    "                   dhcp-option 77, part 3  no room for it in the message\n"
	    "                   dhcp-option 77, part 4  no room for it in the message\n"
	    "                   dhcp-option 77, part 5  no room for it in the message\n"
	    "                   dhcp-option 77, part 6  no room for it in the message\n"
	    "                   dhcp-option 77, part 7  no room for it in the message\n"
	    "                   dhcp-option 77, part 8  no room for it in the message\n"
	    "                   dhcp-option 77, part 9  no room for it in the message\n");
	/* clang-format on */
}
END_TEST

/* A boot file that the reply has no room for is not that of the reply. */
START_TEST(no_room_for_file)
{
	struct record rec = case_host(mac, IP(192, 168, 1, 9), "pc");
	char file[151] = "";

	memset(file, 'f', sizeof(file) - 1);
	case_add(&k, &rec);
	if (_i == 0)
		case_boot(&k, file, "", 0, "");
	else
		case_option(&k, OPT_FILE, file, sizeof(file) - 1, false, "");
	place(4);
	ready();
	asked("bootp " MAC);
	says("BOOT\n"
	     "  file    none\n");
	says("/etc/x.conf:4");
	says("no room for it in the message");
	says_not("has precedence");
	/* DHCP has the room. */
	asked(MAC "options=67");
	says("BOOT\n"
	     "  file    fff");
	says(_i == 0 ? "dhcp-boot" : "dhcp-option");
	says_not("PASSED OVER");
}
END_TEST

/* The names of file and server come from lines of their own. */
START_TEST(names_by_options)
{
	case_option(&k, OPT_FILE, "file", 4, false, "");
	place(4);
	case_option(&k, OPT_SNAME, "server", 6, false, "");
	place(5);
	ready();
	asked("options=66,67");
	says(
	    "66 tftp-server        server\\x00     dhcp-option /etc/x.conf:5\n");
	says(
	    "67 bootfile-name      file\\x00       dhcp-option /etc/x.conf:4\n");
	says_not("PASSED OVER");
}
END_TEST

START_TEST(suboptions)
{
	place(3);
	suboption(RECORD_SUB_VENDOR, 0, "abc", "");
	place(4);
	suboption(RECORD_SUB_VENDOR, 0, "", "known");
	place(5);
	suboption(RECORD_SUB_ENCAP, 77, "", "");
	place(6);
	suboption(RECORD_SUB_VI, 9, "", "");
	place(7);
	ready();
	asked("vendor=xyz options=1");
	/* clang-format off */
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:4  dhcp-option 43, part 5   option 60 of the client does not match\n"
	    "  /etc/x.conf:5  dhcp-option 43, part 5   tag:known is not set\n"
	    "  /etc/x.conf:6  dhcp-option 77, part 5   the client does not ask for option 77\n"
	    "  /etc/x.conf:7  dhcp-option 125, part 5  the client does not ask for option 125\n");
	/* clang-format on */
	asked("vendor=xabcx options=1,43,77,125");
	/* clang-format off */
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:5  dhcp-option 43, part 5  tag:known is not set\n");
	/* clang-format on */
}
END_TEST

/* dhcp-option-force would not help. */
START_TEST(options_of_proxy)
{
	case_end(&k);
	setup_proxy();
	case_boot(&k, "pxelinux.0", "", 0, "");
	place(4);
	case_option(&k, OPT_ROUTER, "\1\2\3\4", 4, false, "");
	place(5);
	ready();
	asked("arch=bios options=60");
	passes_over(
	    "PASSED OVER\n"
	    "  /etc/x.conf:5  dhcp-option 3 (router)  a proxy range sends dhcp-option-pxe lines only\n");
}
END_TEST

Suite *suite_dhcp_explain_passed(void);

Suite *
suite_dhcp_explain_passed(void)
{
	const TTest *const tests[] = { tags, longest_tags, hosts,
		host_elsewhere, boots_and_services, options, options_of_proxy,
		no_room, names_by_options, suboptions };
	Suite *s = suite_of(
	    "dhcp_explain_passed", tests, sizeof(tests) / sizeof(tests[0]));
	TCase *t = tcase_create("no_room_for_file");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, no_room_for_file, 0, 2);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_explain_passed)
