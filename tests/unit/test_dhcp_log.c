/* SPDX-License-Identifier: ISC */
/* The lines of log-dhcp. */
#include "tests/unit/report_case.h"

static void
setup_log(void)
{
	setup();
	k.conf->dhcp.log_dhcp = true;
	k.conf->dhcp.quiet = true; /* means nothing beside log-dhcp */
}

START_TEST(request_and_reply)
{
	struct dhcp_msg m;

	case_range(&k, IP(192, 168, 1, 200), IP(192, 168, 1, 210), "", "");
	case_boot(&k, "boot\n.efi", "na\\me", 0, "");
	case_option(&k, 42, "\1\2\3\4", 4, true, "");
	match_number(OPT_ARCH, 2, 7, "efi64");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 77);
	msg_opt(
	    &m, OPT_PARAMETERS, "\1\3\6\14\17\34\52\53\102\103\167\377", 12);
	msg_opt(&m, OPT_VENDOR_CLASS, "PXE\nClient", 10);
	msg_opt(&m, OPT_USER_CLASS, "\2ab", 3);
	msg_opt(&m, OPT_ARCH, "\0\7", 2);
	msg_opt(&m, OPT_HOSTNAME, "nb", 2);
	msg_opt32(&m, OPT_REQUESTED_IP, IP(192, 168, 1, 77));
	msg_broadcast(&m);
	log_msg(&m);
	/* clang-format off */
	lines_are(
	    "77 available DHCP range: 192.168.1.50 -- 192.168.1.150\n"
	    "77 available DHCP range: 192.168.1.200 -- 192.168.1.210\n"
	    "77 vendor class: PXE\\x0aClient\n"
	    "77 user class: \\x02ab\n"
	    "77 client provides name: nb\n"
	    "77 DHCPDISCOVER(br0) 52:54:00:00:00:01\n"
	    "77 DHCPOFFER(br0) 192.168.1.77 52:54:00:00:00:01, UEFI x64, boot file \"boot\\x0a.efi\"\n"
	    "77 tags: br0, efi64\n"
	    "77 requested options: 1:netmask, 3:router, 6:dns-server, 12:hostname, 15:domain-name\n"
	    "77 requested options: 28:broadcast, 42:ntp-server, 43:vendor-encap, 66:tftp-server\n"
	    "77 requested options: 67:bootfile-name, 119:domain-search, 255:server-ip-address\n"
	    "77 bootfile name: boot\\x0a.efi\n"
	    "77 server name: na\\x5cme\n"
	    "77 next server: 192.168.1.1\n"
	    "77 broadcast response\n"
	    "77 sent size:  1 option: 53 message-type  2\n"
	    "77 sent size:  4 option: 54 server-identifier  192.168.1.1\n"
	    "77 sent size:  4 option: 51 lease-time  28800\n"
	    "77 sent size:  4 option: 58 T1  14400\n"
	    "77 sent size:  4 option: 59 T2  25200\n"
	    "77 sent size:  6 option: 66 tftp-server  na\\x5cme\\x00\n"
	    "77 sent size: 10 option: 67 bootfile-name  boot\\x0a.efi\\x00\n"
	    "77 sent size:  4 option:  1 netmask  255.255.255.0\n"
	    "77 sent size:  4 option:  3 router  192.168.1.1\n"
	    "77 sent size:  4 option:  6 dns-server  192.168.1.1\n"
	    "77 sent size:  4 option: 28 broadcast  192.168.1.255\n"
	    "77 sent size:  4 option: 42 ntp-server  1.2.3.4\n");
	/* clang-format on */
}
END_TEST

/* What is empty has no line. */
START_TEST(little)
{
	struct dhcp_msg m;

	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 77);
	msg_opt32(&m, OPT_REQUESTED_IP, IP(192, 168, 1, 77));
	log_msg(&m);
	/* clang-format off */
	lines_are(
	    "77 available DHCP range: 192.168.1.50 -- 192.168.1.150\n"
	    "77 DHCPDISCOVER(br0) 52:54:00:00:00:01\n"
	    "77 DHCPOFFER(br0) 192.168.1.77 52:54:00:00:00:01\n"
	    "77 tags: br0\n"
	    "77 next server: 192.168.1.1\n"
	    "77 sent size:  1 option: 53 message-type  2\n"
	    "77 sent size:  4 option: 54 server-identifier  192.168.1.1\n"
	    "77 sent size:  4 option: 51 lease-time  28800\n"
	    "77 sent size:  4 option: 58 T1  14400\n"
	    "77 sent size:  4 option: 59 T2  25200\n"
	    "77 sent size:  4 option:  1 netmask  255.255.255.0\n"
	    "77 sent size:  4 option: 28 broadcast  192.168.1.255\n"
	    "77 sent size:  4 option:  3 router  192.168.1.1\n"
	    "77 sent size:  4 option:  6 dns-server  192.168.1.1\n");
	/* clang-format on */
	/* A client with an address gets no broadcast. */
	msg_begin(&m, PACKET_INFORM, 1, 78);
	msg_field(&m, MSG_CIADDR, IP(192, 168, 1, 77));
	msg_broadcast(&m);
	log_msg(&m);
	/* clang-format off */
	lines_are(
	    "78 available DHCP range: 192.168.1.50 -- 192.168.1.150\n"
	    "78 DHCPINFORM(br0) 192.168.1.77 52:54:00:00:00:01\n"
	    "78 DHCPACK(br0) 192.168.1.77 52:54:00:00:00:01\n"
	    "78 tags: br0\n"
	    "78 next server: 192.168.1.1\n"
	    "78 sent size:  1 option: 53 message-type  5\n"
	    "78 sent size:  4 option: 54 server-identifier  192.168.1.1\n"
	    "78 sent size:  4 option:  1 netmask  255.255.255.0\n"
	    "78 sent size:  4 option: 28 broadcast  192.168.1.255\n"
	    "78 sent size:  4 option:  3 router  192.168.1.1\n"
	    "78 sent size:  4 option:  6 dns-server  192.168.1.1\n");
	/* clang-format on */
}
END_TEST

/* Options in the fields of the header have lines, too. */
START_TEST(overload)
{
	static const char list[] = "\340\341\342\343\344\345";
	char many[230];
	struct dhcp_msg m;
	uint8_t code;

	memset(many, 1, sizeof(many));
	case_option(&k, 224, many, 230, false, "");
	case_option(&k, 225, many, 100, false, "");
	case_option(&k, 226, many, 50, false, "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 77);
	msg_opt(&m, OPT_PARAMETERS, list, 6);
	log_msg(&m);
	for (code = 224; code < 227; code++) {
		char want[64];
		size_t i, n = 0;

		(void)snprintf(want, sizeof(want),
		    "77 sent size:%3u option:%u ",
		    code == 224	  ? 230
		    : code == 225 ? 100
				  : 50,
		    code);
		for (i = 0; i < nlines; i++)
			n += strncmp(lines[i], want, strlen(want)) == 0;
		ck_assert_uint_eq(n, 1);
	}
	ck_assert(k.e->reply.in_file.len > 0 && k.e->reply.in_sname.len > 0);
}
END_TEST

/* A line is truncated, and a ninth range has none. */
START_TEST(limits)
{
	char name[64];
	struct dhcp_msg m;
	size_t i, ranges = 0;

	for (i = 0; i < 9; i++)
		case_range(&k, IP(192, 168, 1, 200) + (uint32_t)i,
		    IP(192, 168, 1, 200) + (uint32_t)i, "", "");
	for (i = 0; i < 8; i++) {
		(void)snprintf(name, sizeof(name),
		    "a-tag-of-a-length-that-fills-the-line-%zu", i);
		match_number(OPT_ARCH, 2, 7, name);
	}
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 77);
	msg_opt(&m, OPT_ARCH, "\0\7", 2);
	log_msg(&m);
	for (i = 0; i < nlines; i++) {
		ranges += strncmp(lines[i], "77 available ", 13) == 0;
		if (strncmp(lines[i], "77 tags: ", 9) == 0)
			ck_assert_uint_eq(strlen(lines[i]), 9 + 299);
	}
	ck_assert_uint_eq(ranges, 8);
}
END_TEST

Suite *suite_dhcp_log(void);

Suite *
suite_dhcp_log(void)
{
	Suite *s = suite_create("dhcp_log");
	TCase *t = tcase_create("dhcp_log");

	tcase_add_checked_fixture(t, setup_log, teardown);
	tcase_add_test(t, request_and_reply);
	tcase_add_test(t, little);
	tcase_add_test(t, overload);
	tcase_add_test(t, limits);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_log)
