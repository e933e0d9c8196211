/* SPDX-License-Identifier: ISC */
/* pxeguard --explain: menus, and what port 4011 answers. */
#include "dhcpd/explain_menu.h"
#include "tests/unit/explain_case.h"
#include "tests/unit/pxe_case.h"

/* A reply with option 43, and with option 60 if it is for PXE clients. */
static void
reply_has(const char *vendor, size_t len, bool pxe)
{
	static struct dhcp_msg m;

	msg_begin(&m, PACKET_OFFER, 1, 1);
	if (pxe)
		msg_opt(&m, OPT_VENDOR_CLASS, "PXEClient", 9);
	if (vendor != NULL)
		msg_opt(&m, OPT_VENDOR_ENCAP, vendor, len);
	writer_u8(&m.w, OPT_END);
	ck_assert_int_eq(packet_parse(&x.reply, m.buf, m.w.len), PACKET_OK);
}

/* PXE 2.1, table 2-1, tag 9: type, length of the text, text. */
START_TEST(menu_parsed)
{
	struct explain_entry e[EXPLAIN_ENTRIES_MAX];

	ready();
	reply_has(NULL, 0, true);
	ck_assert_uint_eq(explain_menu(&x, e), 0);
	reply_has(VENDOR("\6\1\3\377"), true);
	ck_assert_uint_eq(explain_menu(&x, e), 0);
	reply_has(VENDOR("\0\0\6\1\3\11\10\200\1\1A\0\0\1B\377"), true);
	ck_assert_uint_eq(explain_menu(&x, e), 2);
	ck_assert_uint_eq(e[0].type, 0x8001);
	ck_assert_str_eq(e[0].text, "A");
	ck_assert_uint_eq(e[1].type, 0);
	ck_assert_str_eq(e[1].text, "B");
	/* The end of a piece is not that of the option (RFC 3396). */
	reply_has(VENDOR("\6\1\3\377\11\4\200\2\1C\377"), true);
	ck_assert_uint_eq(explain_menu(&x, e), 1);
	ck_assert_uint_eq(e[0].type, 0x8002);
	/* What is incomplete ends it. */
	reply_has(VENDOR("\11\6\200\2\1C\200\3"), true);
	ck_assert_uint_eq(explain_menu(&x, e), 1);
	reply_has(VENDOR("\11\7\200\2\1C\200\3\5"), true);
	ck_assert_uint_eq(explain_menu(&x, e), 1);
	reply_has(VENDOR("\11\4\200\2\1"), true);
	ck_assert_uint_eq(explain_menu(&x, e), 0);
	reply_has(VENDOR("\6\5\3"), true);
	ck_assert_uint_eq(explain_menu(&x, e), 0);
}
END_TEST

START_TEST(menu_bounded)
{
	struct explain_entry e[EXPLAIN_ENTRIES_MAX];
	char vendor[255];
	size_t i;

	ready();
	vendor[0] = 9;
	vendor[1] = (char)222;
	memset(vendor + 2, 'x', sizeof(vendor) - 2);
	vendor[4] = (char)219;
	reply_has(vendor, 2 + 222, true);
	ck_assert_uint_eq(explain_menu(&x, e), 1);
	ck_assert_uint_eq(strlen(e[0].text),
	    219 < RECORD_MENU_MAX ? 219 : RECORD_MENU_MAX - 1);
	/* Empty texts: more entries than there is room for. */
	vendor[1] = (char)(3 * (EXPLAIN_ENTRIES_MAX + 4));
	for (i = 0; i < 3 * (EXPLAIN_ENTRIES_MAX + 4); i++)
		vendor[2 + i] = i % 3 == 0 ? 1 : 0;
	reply_has(vendor, 2 + i, true);
	ck_assert_uint_eq(explain_menu(&x, e), EXPLAIN_ENTRIES_MAX);
	ck_assert_uint_eq(e[EXPLAIN_ENTRIES_MAX - 1].type, 0x100);
	ck_assert_str_eq(e[EXPLAIN_ENTRIES_MAX - 1].text, "");
}
END_TEST

/* PXE 2.1, table 2-1, tag 6: bit 3 has the client use the file. */
START_TEST(port_is_asked)
{
	ready();
	k.conf->dhcp.pxe = true;
	asked("arch=bios");
	reply_has(NULL, 0, true);
	ck_assert(explain_asks_port(&x));
	reply_has(VENDOR("\6\1\3\377"), true);
	ck_assert(explain_asks_port(&x));
	reply_has(VENDOR("\6\1\10\377"), true);
	ck_assert(!explain_asks_port(&x));
	reply_has(VENDOR("\6\1\17\377"), true);
	ck_assert(!explain_asks_port(&x));
	reply_has(VENDOR("\6\0\377"), true);
	ck_assert(explain_asks_port(&x));
	/* A menu is shown first. */
	reply_has(VENDOR("\6\1\3\11\4\200\2\1C\377"), true);
	ck_assert(!explain_asks_port(&x));
	reply_has(VENDOR("\6\1\3\11\0\377"), true);
	ck_assert(explain_asks_port(&x));
	k.conf->dhcp.pxe = false;
	ck_assert(!explain_asks_port(&x));
	k.conf->dhcp.pxe = true;
	reply_has(NULL, 0, false);
	ck_assert(!explain_asks_port(&x));
	asked("");
	reply_has(NULL, 0, true);
	ck_assert(!explain_asks_port(&x));
}
END_TEST

/* An address on the network that is not the server's. */
START_TEST(client_address)
{
	struct explain_net net = { .iface = NULL };

	case_iface(&k, "br1", 4, IP(10, 1, 0, 2), 0xffffff00);
	case_iface(&k, "br2", 5, IP(10, 2, 0, 2), 0xffffff00);
	case_range(&k, IP(10, 1, 0, 50), IP(10, 1, 0, 60), "", "");
	ready();
	net.iface = &k.conf->ifaces.v[0];
	ck_assert_uint_eq(explain_addr(&x, &net), IP(192, 168, 1, 2));
	net.iface = &k.conf->ifaces.v[1];
	ck_assert_uint_eq(explain_addr(&x, &net), IP(10, 1, 0, 3));
	net.via = IP(10, 9, 0, 1);
	ck_assert_uint_eq(explain_addr(&x, &net), IP(10, 9, 0, 2));
	net.via = 0;
	net.iface = &k.conf->ifaces.v[2];
	ck_assert_uint_eq(explain_addr(&x, &net), 0);
	/* That of the reply, if there is one. */
	x.reply.yiaddr = IP(10, 2, 0, 9);
	ck_assert_uint_eq(explain_addr(&x, &net), 0);
	x.sent = true;
	ck_assert_uint_eq(explain_addr(&x, &net), IP(10, 2, 0, 9));
}
END_TEST

static void
proxy_of_services(void)
{
	case_end(&k);
	setup_proxy();
	place(3);
	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot", "undionly.kpxe", 0, "");
	place(4);
	service(0, "Local", "", 0, "");
	service(7, "EFI", "snponly.efi", 0, "");
	place(6);
	ready();
	k.conf->dhcp.pxe = true;
}

START_TEST(client_of_menu)
{
	proxy_of_services();
	asked("arch=bios options=43,60");
	/* clang-format off */
	is_said(
	    "BIOS, 52:54:00:00:00:01, on br0\n"
	    "  answer: DHCPOFFER\n"
	    "TAGS\n"
	    "  br0  the interface\n"
	    "ADDRESS\n"
	    "  address  none  another server gives it\n"
	    "BOOT\n"
	    "  file  none\n"
	    "OPTIONS\n"
	    "   43 vendor-encap       06:01:03:0a:04:ff:50:58:45:08:07:80:00:01:c0:a8:01:01:09:0f:80:  the server\n"
	    "                         00:04:42:6f:6f:74:00:00:05:4c:6f...\n"
	    "   54 server-identifier  192.168.1.1                                                      the server\n"
	    "   60 vendor-class       PXEClient                                                        the server\n"
	    "   97 client-machine-id  00:00:00:00:00:00:00:00:00:00:00:52:54:00:00:00:01               the server\n"
	    "PASSED OVER\n"
	    "  /etc/x.conf:6  pxe-service EFI  for architecture 7, and the client is BIOS\n"
	    "MENU ENTRY \"Boot\"\n"
	    "  file    undionly.kpxe  pxe-service /etc/x.conf:4\n"
	    "  it is   no TFTP here\n"
	    "  server  192.168.1.1\n"
	    "MENU ENTRY \"Local\"\n"
	    "  the client boots from its disk\n");
	/* clang-format on */
}
END_TEST

START_TEST(client_of_port)
{
	proxy_of_services();
	asked("arch=x64-uefi options=43,60");
	/* clang-format off */
	is_said(
	    "UEFI x64, 52:54:00:00:00:01, on br0\n"
	    "  answer: DHCPOFFER\n"
	    "TAGS\n"
	    "  br0  the interface\n"
	    "ADDRESS\n"
	    "  address  none  another server gives it\n"
	    "BOOT\n"
	    "  file    none\n"
	    "  server  192.168.1.1\n"
	    "OPTIONS\n"
	    "   54 server-identifier  192.168.1.1                                         the server\n"
	    "   60 vendor-class       PXEClient                                           the server\n"
	    "   97 client-machine-id  00:00:00:00:00:00:00:00:00:00:00:52:54:00:00:00:01  the server\n"
	    "PASSED OVER\n"
	    "  /etc/x.conf:4  pxe-service Boot   for architecture 0, and the client is UEFI x64\n"
	    "                 pxe-service Local  for architecture 0, and the client is UEFI x64\n"
	    "THEN FROM PORT 4011\n"
	    "  file    snponly.efi  pxe-service /etc/x.conf:6\n"
	    "  it is   no TFTP here\n"
	    "  server  192.168.1.1\n"
	    "  named   192.168.1.1\n");
	/* clang-format on */
	/* Where nobody listens there, it is not asked. */
	k.conf->dhcp.pxe = false;
	asked("arch=x64-uefi");
	says_not("4011");
	k.conf->dhcp.pxe = true;
	/* The words may ask there at once. */
	asked("arch=x64-uefi 4011 requested=192.168.1.9");
	/* clang-format off */
	is_said(
	    "UEFI x64, to port 4011, 52:54:00:00:00:01, on br0\n"
	    "  answer: DHCPACK\n"
	    "TAGS\n"
	    "  br0  the interface\n"
	    "ADDRESS\n"
	    "  address  none  another server gives it\n"
	    "BOOT\n"
	    "  file    snponly.efi  pxe-service /etc/x.conf:6\n"
	    "  it is   no TFTP here\n"
	    "  server  192.168.1.1\n"
	    "  named   192.168.1.1\n"
	    "OPTIONS\n"
	    "   54 server-identifier  192.168.1.1                                         the server\n"
	    "   60 vendor-class       PXEClient                                           the server\n"
	    "   97 client-machine-id  00:00:00:00:00:00:00:00:00:00:00:52:54:00:00:00:01  the server\n"
	    "PASSED OVER\n"
	    "  /etc/x.conf:4  pxe-service Boot   for architecture 0, and the client is UEFI x64\n"
	    "                 pxe-service Local  for architecture 0, and the client is UEFI x64\n");
	/* clang-format on */
}
END_TEST

/* The address of the client is on the network that shares the relay's cable. */
START_TEST(client_of_shared_network)
{
	struct record rec = { .kind = RECORD_SHARED };

	rec.u.shared.via = IP(10, 6, 0, 1);
	rec.u.shared.addr = IP(10, 5, 0, 0);
	case_add(&k, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.start = IP(10, 5, 0, 10);
	rec.u.range.end = IP(10, 5, 0, 20);
	rec.u.range.mask = 0xffffff00;
	case_add(&k, &rec);
	service(7, "EFI", "snponly.efi", 0, "");
	ready();
	k.conf->dhcp.pxe = true;
	asked("arch=x64-uefi via=10.6.0.1");
	says("THEN FROM PORT 4011\n  file    snponly.efi");
}
END_TEST

/* A name of one letter is a name. */
START_TEST(one_letter)
{
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
	struct record rec = case_host(mac, 0, "h");

	case_add(&k, &rec);
	case_boot(&k, "f", "s", 0, "");
	ready();
	asked("arch=bios mac=52:54:00:12:34:56");
	says("  host     h     ");
	says("  file    f  dhcp-boot\n  it is   no TFTP here\n");
	says("  named   s\n");
	kinds();
	says(
	    "\n  BIOS              range    f          192.168.1.1        no TFTP here\n");
	x.json = true;
	asked("arch=bios mac=52:54:00:12:34:56");
	says("\"boot\": {\"file\": \"f\", ");
	says("\"server_name\": \"s\"");
}
END_TEST

/* An entry whose type this server does not have. */
START_TEST(client_of_other_type)
{
	struct record rec = { .kind = RECORD_SERVICE };

	rec.u.service.type = 2;
	(void)strcpy(rec.u.service.text, "A\"");
	case_add(&k, &rec);
	ready();
	k.conf->dhcp.pxe = true;
	asked("arch=bios");
	says("\nMENU ENTRY \"A\\x22\"\n  no answer: ");
	kinds();
	says(
	    "\n  BIOS              range    menu:\n    A\\x22                    no ");
}
END_TEST

/* A network after the other, with an empty line before each but the first. */
START_TEST(kinds_of_networks)
{
	case_iface(&k, "br1", 4, IP(10, 9, 0, 1), 0xffffff00);
	case_range(&k, IP(10, 1, 0, 5), IP(10, 1, 0, 9), "", "");
	ready();
	kinds();
	ck_assert_int_eq(strncmp(said, "On br0\n", 7), 0);
	says("  plain DHCP        range    -\n\nOn br1\n"
	     "  no dhcp-range for its network\n\n\n"
	     "Through a relay, as via=10.0.0.1 on br0\n"
	     "  dhcp-range 10.1.0.5-10.1.0.9  \n\n"
	     "  CLIENT            ADDRESS  BOOT FILE  SERVER  LINE  FILE IS\n");
}
END_TEST

START_TEST(kinds_of_menu)
{
	proxy_of_services();
	kinds();
	/* clang-format off */
	is_said(
	    "On br0\n"
	    "  dhcp-range 192.168.1.0 (proxy)  /etc/x.conf:3\n"
	    "\n"
	    "  CLIENT            ADDRESS  BOOT FILE      SERVER       LINE      FILE IS\n"
	    "  BIOS              proxy    menu:\n"
	    "    Boot                     undionly.kpxe  192.168.1.1  x.conf:4  no TFTP here\n"
	    "    Local                    boots from its disk\n"
	    "  UEFI x64          proxy    snponly.efi    192.168.1.1  x.conf:6  no TFTP here\n"
	    "  UEFI ia32         none     no dhcp-boot and no pxe-service for its architecture\n"
	    "  UEFI arm64        none     no dhcp-boot and no pxe-service for its architecture\n"
	    "  UEFI HTTP x64     none     not a PXE client (dhcp-pxe-vendor), and there are proxy ranges only\n"
	    "  iPXE on BIOS      proxy    menu:\n"
	    "    Boot                     undionly.kpxe  192.168.1.1  x.conf:4  no TFTP here\n"
	    "    Local                    boots from its disk\n"
	    "  iPXE on UEFI      proxy    snponly.efi    192.168.1.1  x.conf:6  no TFTP here\n"
	    "  Raspberry Pi 3/4  proxy    menu:\n"
	    "    Boot                     undionly.kpxe  192.168.1.1  x.conf:4  no TFTP here\n"
	    "    Local                    requests files of fixed names\n"
	    "  U-Boot            none     not a PXE client (dhcp-pxe-vendor), and there are proxy ranges only\n"
	    "  plain DHCP        none     not a PXE client (dhcp-pxe-vendor), and there are proxy ranges only\n");
	/* clang-format on */
}
END_TEST

Suite *suite_dhcp_explain_menu(void);

Suite *
suite_dhcp_explain_menu(void)
{
	const TTest *const tests[] = { menu_parsed, menu_bounded, port_is_asked,
		client_address, client_of_menu, client_of_port,
		client_of_shared_network, one_letter, client_of_other_type,
		kinds_of_networks, kinds_of_menu };

	return suite_of(
	    "dhcp_explain_menu", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_explain_menu)
