/* SPDX-License-Identifier: ISC */
/* pxeguard --explain --json: the table of kinds, and one client. */
#include "dhcpd/explain_json.h"
#include "tests/unit/explain_case.h"
#include "tests/unit/pxe_case.h"

static void
ready_json(void)
{
	ready();
	x.json = true;
}

/* Brackets in strings would be counted too: no test has any. */
static void
is_balanced(void)
{
	int depth = 0;
	const char *s;

	for (s = said; *s != '\0'; s++) {
		depth += (*s == '{' || *s == '[') - (*s == '}' || *s == ']');
		ck_assert_int_ge(depth, 0);
		if (*s == ',' || *s == '{' || *s == '[')
			ck_assert_int_ne(s[1], ',');
	}
	ck_assert_int_eq(depth, 0);
	ck_assert_ptr_null(strstr(said, ", }"));
	ck_assert_ptr_null(strstr(said, ", ]"));
}

START_TEST(values)
{
	struct json j = { .out = &out }, none = { .out = NULL };

	said[0] = '\0';
	out.send = take;
	json_object(&j, NULL);
	json_plain(&j, "null", NULL);
	json_plain(&j, "quoted", "a\"b\\c\"");
	json_string(&j, "escaped", "\"\n");
	json_text(&j, "bytes",
	    "\xff"
	    "ab",
	    2);
	json_number(&j, "n", UINT64_MAX);
	json_bool(&j, "t", true);
	json_bool(&j, "f", false);
	json_ip(&j, "none", 0);
	json_ip(&j, "ip", IP(10, 0, 0, 1));
	json_list(&j, "list");
	json_object(&j, NULL);
	json_object_end(&j);
	json_object(&j, NULL);
	json_number(&j, "a", 0);
	json_object_end(&j);
	json_list_end(&j);
	json_object(&j, "o");
	json_object_end(&j);
	json_object_end(&j);
	text_flush(&out);
	is_said("{\"null\": null, \"quoted\": \"a\\\"b\\\\c\\\"\", "
		"\"escaped\": \"\\\\x22\\\\x0a\", \"bytes\": \"\\\\xffa\", "
		"\"n\": 18446744073709551615, \"t\": true, \"f\": false, "
		"\"none\": null, \"ip\": \"10.0.0.1\", \"list\": [\n"
		"{},\n"
		"{\"a\": 0}], \"o\": {}}\n");
	json_object(&none, NULL);
	json_plain(&none, "a", "b");
	json_object_end(&none);
	ck_assert_uint_eq(out.used, 0);
}
END_TEST

/* Each byte of the longest name takes four. */
START_TEST(longest)
{
	struct json j = { .out = &out };
	char name[EXPLAIN_NAME_MAX];
	const char *p = said;
	size_t n = 0;

	memset(name, 1, sizeof(name));
	said[0] = '\0';
	out.send = take;
	json_object(&j, NULL);
	json_text(&j, "a", name, sizeof(name));
	json_object_end(&j);
	text_flush(&out);
	while ((p = strstr(p, "\\\\x01")) != NULL) {
		n++;
		p++;
	}
	ck_assert_uint_eq(n, sizeof(name));
}
END_TEST

START_TEST(client)
{
	lines_of_machine("named");
	ready_json();
	asked("arch=x64-uefi mac=52:54:00:12:34:56 options=1,3");
	is_balanced();
	/* clang-format off */
	is_said(
	    "{\"mode\": \"client\", \"client\": \"UEFI x64\", \"mac\": \"52:54:00:12:34:56\", \"interface\": \"br0\", \"relay\": null, \"to_port_4011\": false, \"answer\": \"DHCPOFFER\", \"why\": null, \"delay_s\": 0, \"tags\": [\n"
	    "{\"tag\": \"known\", \"set_by\": {\"directive\": \"dhcp-host\", \"file\": \"/etc/x.conf\", \"line\": 5}},\n"
	    "{\"tag\": \"br0\", \"set_by\": null},\n"
	    "{\"tag\": \"efi64\", \"set_by\": {\"directive\": \"dhcp-match\", \"file\": \"/etc/x.conf\", \"line\": 4}}], \"address\": {\"address\": \"192.168.1.9\", \"rule\": \"reserved by dhcp-host\", \"range\": {\"directive\": \"dhcp-range\", \"file\": \"/etc/x.conf\", \"line\": 3}, \"host\": {\"directive\": \"dhcp-host\", \"file\": \"/etc/x.conf\", \"line\": 5}}, \"boot\": {\"file\": \"ipxe.efi\", \"server\": \"192.168.1.1\", \"server_name\": \"named\", \"set_by\": {\"directive\": \"dhcp-boot\", \"file\": \"/etc/x.conf\", \"line\": 8}, \"state\": \"no TFTP here\", \"fits\": null, \"program_for\": \"UEFI\"}, \"options\": [\n"
	    "{\"code\": 1, \"name\": \"netmask\", \"value\": \"255.255.255.0\", \"set_by\": null},\n"
	    "{\"code\": 3, \"name\": \"router\", \"value\": \"192.168.1.254\", \"set_by\": {\"directive\": \"dhcp-option\", \"file\": null, \"line\": null}},\n"
	    "{\"code\": 28, \"name\": \"broadcast\", \"value\": \"192.168.1.255\", \"set_by\": null},\n"
	    "{\"code\": 51, \"name\": \"lease-time\", \"value\": \"28800\", \"set_by\": {\"directive\": \"dhcp-range\", \"file\": \"/etc/x.conf\", \"line\": 3}},\n"
	    "{\"code\": 54, \"name\": \"server-identifier\", \"value\": \"192.168.1.1\", \"set_by\": null},\n"
	    "{\"code\": 58, \"name\": \"T1\", \"value\": \"14400\", \"set_by\": null},\n"
	    "{\"code\": 59, \"name\": \"T2\", \"value\": \"25200\", \"set_by\": null}], \"passed_over\": [\n"
	    "{\"place\": {\"directive\": \"dhcp-boot\", \"file\": \"/etc/x.conf\", \"line\": 7}, \"what\": \"undionly.kpxe\", \"reason\": \"dhcp-boot /etc/x.conf:8 has precedence\"}], \"port_4011\": null, \"menu\": []}\n");
	/* clang-format on */
}
END_TEST

/* What is known of the file, and dhcp-reply-delay. */
START_TEST(file_and_delay)
{
	struct record rec = { .kind = RECORD_REPLY_DELAY };

	rec.u.reply_delay.seconds = 2;
	case_add(&k, &rec);
	case_boot(&k, "x.efi", "", 0, "");
	ready_json();
	k.conf->ifaces.v[0].i.tftp = true;
	file_add(0, EXPLAIN_FILE_READABLE, ARCH_KIND_X64, "x.efi");
	asked("arch=x64-uefi");
	says("\"delay_s\": 2, ");
	says("\"file\": \"x.efi\"");
	says(
	    "\"state\": \"readable\", \"fits\": true, \"program_for\": \"UEFI x64\"}");
	asked("arch=bios");
	says(
	    "\"state\": \"readable\", \"fits\": false, \"program_for\": \"UEFI x64\"}");
	/* No answer is not late. */
	asked("arch=bios via=10.9.0.1");
	says("\"delay_s\": 0, ");
}
END_TEST

START_TEST(no_answer)
{
	ready_json();
	asked("via=10.9.0.1 requested=10.9.0.7");
	is_balanced();
	/* clang-format off */
	is_said(
	    "{\"mode\": \"client\", \"client\": \"plain DHCP\", \"mac\": \"52:54:00:00:00:01\", \"interface\": \"br0\", \"relay\": \"10.9.0.1\", \"to_port_4011\": false, \"answer\": null, \"why\": \"no range for its network\", \"delay_s\": 0, \"tags\": [], \"address\": null, \"boot\": null, \"options\": [], \"passed_over\": [], \"port_4011\": null, \"menu\": []}\n");
	/* clang-format on */
}
END_TEST

/* A menu, whose entries are asked for; one is the disk. */
START_TEST(menu)
{
	place(3);
	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot", "undionly.kpxe", 0, "");
	place(4);
	service(0, "Local", "", 0, "");
	place(5);
	ready_json();
	k.conf->dhcp.pxe = true;
	asked("arch=bios options=1,43");
	says("\"code\": 43, ");
	is_balanced();
	/* clang-format off */
	is_said(
	    "{\"mode\": \"client\", \"client\": \"BIOS\", \"mac\": \"52:54:00:00:00:01\", \"interface\": \"br0\", \"relay\": null, \"to_port_4011\": false, \"answer\": \"DHCPOFFER\", \"why\": null, \"delay_s\": 0, \"tags\": [\n"
	    "{\"tag\": \"br0\", \"set_by\": null}], \"address\": {\"address\": \"192.168.1.106\", \"rule\": \"a free one of the range\", \"range\": {\"directive\": \"dhcp-range\", \"file\": \"/etc/x.conf\", \"line\": 3}, \"host\": null}, \"boot\": null, \"options\": [\n"
	    "{\"code\": 1, \"name\": \"netmask\", \"value\": \"255.255.255.0\", \"set_by\": null},\n"
	    "{\"code\": 28, \"name\": \"broadcast\", \"value\": \"192.168.1.255\", \"set_by\": null},\n"
	    "{\"code\": 43, \"name\": \"vendor-encap\", \"value\": \"06:01:03:0a:04:ff:50:58:45:08:07:80:00:01:c0:a8:01:01:09:0f:80:00:04:42:6f:6f:74:00:00:05:4c:6f...\", \"set_by\": null},\n"
	    "{\"code\": 51, \"name\": \"lease-time\", \"value\": \"28800\", \"set_by\": {\"directive\": \"dhcp-range\", \"file\": \"/etc/x.conf\", \"line\": 3}},\n"
	    "{\"code\": 54, \"name\": \"server-identifier\", \"value\": \"192.168.1.1\", \"set_by\": null},\n"
	    "{\"code\": 58, \"name\": \"T1\", \"value\": \"14400\", \"set_by\": null},\n"
	    "{\"code\": 59, \"name\": \"T2\", \"value\": \"25200\", \"set_by\": null},\n"
	    "{\"code\": 60, \"name\": \"vendor-class\", \"value\": \"PXEClient\", \"set_by\": null},\n"
	    "{\"code\": 97, \"name\": \"client-machine-id\", \"value\": \"00:00:00:00:00:00:00:00:00:00:00:52:54:00:00:00:01\", \"set_by\": null}], \"passed_over\": [], \"port_4011\": null, \"menu\": [\n"
	    "{\"text\": \"Boot\", \"local\": false, \"answer\": true, \"why\": null, \"boot\": {\"file\": \"undionly.kpxe\", \"server\": \"192.168.1.1\", \"server_name\": null, \"set_by\": {\"directive\": \"pxe-service\", \"file\": \"/etc/x.conf\", \"line\": 4}, \"state\": \"no TFTP here\", \"fits\": null, \"program_for\": \"BIOS\"}},\n"
	    "{\"text\": \"Local\", \"local\": true, \"answer\": null, \"why\": null, \"boot\": null}]}\n");
	/* clang-format on */
}
END_TEST

/* Networks of a proxy and of a relay, with rows as the text has. */
START_TEST(table)
{
	case_end(&k);
	setup_proxy();
	place(3);
	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot", "undionly.kpxe", 0, "");
	service(0, "Local", "", 0, "");
	service(7, "EFI", "snponly.efi", 0, "");
	case_range(&k, IP(10, 1, 0, 5), IP(10, 1, 0, 9), "", "");
	ready_json();
	k.conf->dhcp.pxe = true;
	kinds();
	is_balanced();
	says(
	    "{\"mode\": \"table\", \"networks\": [\n"
	    "{\"interface\": \"br0\", \"relay\": null, \"ranges\": [\n"
	    "{\"range\": \"192.168.1.0 (proxy)\", \"set_by\": {\"directive\": \"dhcp-range\", \"file\": \"/etc/x.conf\", \"line\": 3}}], \"clients\": [\n"
	    "{\"client\": \"BIOS\", \"address_from\": \"proxy\", \"asks_port_4011\": false, \"answer\": true, \"why\": null, \"boot\": null, \"menu\": ["
	    "{\"text\": \"Boot\", \"local\": false, \"answer\": true, \"why\": null, \"boot\": {\"file\": \"undionly.kpxe\", \"server\": \"192.168.1.1\", \"server_name\": null, \"set_by\": {\"directive\": \"pxe-service\", \"file\": null, \"line\": null}, \"state\": \"no TFTP here\", \"fits\": null, \"program_for\": \"BIOS\"}}, "
	    "{\"text\": \"Local\", \"local\": true, \"answer\": null, \"why\": null, \"boot\": null}]},\n"
	    "{\"client\": \"UEFI x64\", \"address_from\": \"proxy\", \"asks_port_4011\": true, \"answer\": true, \"why\": null, \"boot\": {\"file\": \"snponly.efi\", \"server\": \"192.168.1.1\", \"server_name\": \"192.168.1.1\"");
	says(
	    "\n{\"client\": \"U-Boot\", \"address_from\": null, \"asks_port_4011\": false, \"answer\": false, \"why\": \"not a PXE client (dhcp-pxe-vendor), and there are proxy ranges only\", \"boot\": null, \"menu\": []},\n");
	says("\"menu\": []}]},\n"
	     "{\"interface\": \"br0\", \"relay\": \"10.0.0.1\", \"ranges\": [\n"
	     "{\"range\": \"10.1.0.5-10.1.0.9\", ");
	says(
	    "\n{\"client\": \"plain DHCP\", \"address_from\": \"range\", \"asks_port_4011\": false, \"answer\": true, \"why\": null, \"boot\": null, \"menu\": []}]}], \"omitted_networks\": 0}\n");
}
END_TEST

Suite *suite_dhcp_explain_json(void);

Suite *
suite_dhcp_explain_json(void)
{
	const TTest *const tests[] = { values, longest, client, file_and_delay,
		no_answer, menu, table };

	return suite_of(
	    "dhcp_explain_json", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_explain_json)
