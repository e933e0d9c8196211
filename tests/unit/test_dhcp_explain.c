/* SPDX-License-Identifier: ISC */
/* pxeguard --explain: text in columns, the table of kinds, and one client. */
#include "tests/unit/explain_case.h"

/* ------------------------------------------------------------------ text */

START_TEST(columns_are_aligned)
{
	struct table t = { .columns = 3, .indent = 2 };

	said[0] = '\0';
	out.send = take;
	table_row(&t);
	table_cell(&t, 0, "a");
	table_cell(&t, 1, "long one");
	table_cell(&t, 2, "z");
	table_row(&t);
	table_cell(&t, 0, "abc");
	table_cell(&t, 2, "%d", 7);
	table_row(&t);
	table_cell(&t, 1, "end");
	table_print(&t, &out);
	text_flush(&out);
	ck_assert_str_eq(said, "  a    long one  z\n"
			       "  abc            7\n"
			       "       end\n");
	ck_assert_ptr_null(t.cell);
}
END_TEST

START_TEST(empty_column)
{
	struct table t = { .columns = 3 };

	said[0] = '\0';
	out.send = take;
	table_row(&t);
	table_cell(&t, 0, "a");
	table_cell(&t, 2, "z");
	table_print(&t, &out);
	text_flush(&out);
	ck_assert_str_eq(said, "a    z\n");
}
END_TEST

/* At most 100 columns, whatever the cells are, and nothing is lost. */
START_TEST(columns_are_narrowed)
{
	struct table t = { .columns = TEXT_CELLS_MAX, .indent = 4 };
	char cell[TEXT_CELL_MAX];
	size_t c, i, lines = 0, letters = 0, width = 0;

	said[0] = '\0';
	out.send = take;
	memset(cell, 'x', sizeof(cell));
	table_row(&t);
	for (c = 0; c < t.columns; c++)
		table_cell(&t, c, "%.*s", (int)(60 * (c + 1)), cell);
	table_print(&t, &out);
	text_flush(&out);
	for (i = 0; said[i] != '\0'; i++) {
		letters += said[i] == 'x';
		if (said[i] != '\n') {
			width++;
			continue;
		}
		ck_assert_uint_le(width, EXPLAIN_COLUMNS);
		width = 0;
		lines++;
	}
	ck_assert_uint_eq(letters, 60 * (1 + 2 + 3 + 4 + 5 + 6));
	ck_assert_uint_gt(lines, 1);
}
END_TEST

/* A cell continues behind a slash or a blank. */
START_TEST(cells_break)
{
	struct table t = { .columns = 2 };

	said[0] = '\0';
	out.send = take;
	table_row(&t);
	table_cell(&t, 0, "%s",
	    "http://boot.example.org/a/folder/of/some/length/with/more/below/"
	    "and/the/name/of/the/file.efi");
	table_cell(&t, 1, "%s", "twenty characters of");
	table_print(&t, &out);
	text_flush(&out);
	ck_assert_str_eq(said,
	    "http://boot.example.org/a/folder/of/some/length/with/more/below/"
	    "and/the/name/   twenty characters of\n"
	    "of/the/file.efi\n");
}
END_TEST

/* A reason that has no cells behind it does not narrow the others. */
START_TEST(last_cells_extend)
{
	struct table t = { .columns = 3 };
	static const char reason[] =
	    "no dhcp-boot and no pxe-service for its architecture, and no "
	    "dhcp-option 67, and there are proxy ranges only";

	said[0] = '\0';
	out.send = take;
	table_row(&t);
	table_cell(&t, 0, "BIOS");
	table_cell(&t, 1, "pxelinux.0");
	table_cell(&t, 2, "/etc/x.conf:7");
	table_row(&t);
	table_cell(&t, 0, "U-Boot");
	table_cell(&t, 1, "%s", reason);
	table_print(&t, &out);
	text_flush(&out);
	ck_assert_str_eq(said,
	    "BIOS    pxelinux.0  /etc/x.conf:7\n"
	    "U-Boot  no dhcp-boot and no pxe-service for its architecture, "
	    "and no dhcp-option 67, and there are\n"
	    "        proxy ranges only\n");
}
END_TEST

/* Whatever is put in what pieces, nothing is lost or exchanged. */
START_TEST(text_in_pieces)
{
	char piece[1000];
	size_t i, n, total = 0;

	said[0] = '\0';
	memset(&out, 0, sizeof(out));
	out.send = take;
	for (i = 1; i < 120; i++) {
		n = i * 37 % sizeof(piece);
		memset(piece, 'a' + (int)(i % 26), n);
		text_put(&out, piece, n);
		total += n;
		ck_assert_uint_le(out.used, sizeof(out.buf));
	}
	ck_assert_uint_gt(total, 2 * sizeof(out.buf));
	text_flush(&out);
	ck_assert_uint_eq(strlen(said), total);
	for (i = 1, total = 0; i < 120; i++)
		for (n = i * 37 % sizeof(piece); n > 0; n--)
			ck_assert_int_eq(said[total++], 'a' + (int)(i % 26));
	/* It is sent when it is full. */
	said[0] = '\0';
	for (i = 0; i < sizeof(out.buf) / 16; i++)
		text_put(&out, "0123456789abcdef", 16);
	ck_assert_str_eq(said, "");
	text_put(&out, "x", 1);
	ck_assert_uint_eq(strlen(said), sizeof(out.buf));
	ck_assert_uint_eq(out.used, 1);
	/* A line has room for 2,047 characters. */
	out.used = 0;
	said[0] = '\0';
	text_line(&out, "%3000d", 1);
	text_flush(&out);
	ck_assert_uint_eq(strlen(said), 2048);
	ck_assert_int_eq(said[2047], '\n');
}
END_TEST

static void
range_of_net(uint32_t addr, uint32_t mask)
{
	struct record rec = { .kind = RECORD_RANGE };

	rec.u.range.start = rec.u.range.end = addr;
	rec.u.range.mask = mask;
	case_add(&k, &rec);
}

/* The headings of what was said: one for each network. */
static const char *
headings(void)
{
	static char list[8192];
	char *line, *save = NULL;

	list[0] = '\0';
	for (line = strtok_r(said, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		if (line[0] != ' ') {
			(void)strncat(list, line, 100);
			(void)strncat(list, "\n", 2);
		}
	return list;
}

/* Interfaces, then networks that only relays reach, each once. */
START_TEST(nets)
{
	case_iface(&k, "br1", 4, IP(10, 9, 0, 1), 0xffffff00);
	range_of_net(IP(10, 1, 0, 5), 0xffffff00);
	range_of_net(IP(10, 1, 0, 25), 0xffffff00);
	range_of_net(IP(10, 1, 0, 65), 0xffff0000);
	range_of_net(IP(10, 2, 0, 5), 0xfffffffc);
	range_of_net(IP(10, 3, 0, 4), 0xfffffffe);
	ready();
	kinds();
	says("via=10.2.0.5 on br0\n  dhcp-range 10.2.0.5-10.2.0.5  \n\n");
	ck_assert_str_eq(headings(),
	    "On br0\n"
	    "On br1\n"
	    "Through a relay, as via=10.1.0.1 on br0\n"
	    "Through a relay, as via=10.1.0.1 on br0\n"
	    "Through a relay, as via=10.2.0.5 on br0\n"
	    "Through a relay, as via=10.3.0.4 on br0\n");
	k.conf->ifaces.n = 0;
	kinds();
	ck_assert_str_eq(said, "");
}
END_TEST

/* More than there is room for are counted. */
START_TEST(nets_are_bounded)
{
	static const uint32_t relayed[] = { 63, 64, 65 }; /* besides br0 */
	size_t i;
	uint32_t n;

	for (i = 0; i < 3; i++) {
		case_conf(&k);
		for (n = 0; n < relayed[i]; n++)
			range_of_net(IP(10, n, 0, 5), 0xffffff00);
		ready();
		kinds();
		says("via=10.62.0.1 ");
		says_not("via=10.63.0.1 ");
		ck_assert((strstr(said, " omitted") != NULL) == (i > 0));
		if (i == 1)
			says("\n1 more network is omitted\n");
	}
	says("\n2 more networks are omitted\n");
}
END_TEST

START_TEST(rows_are_bounded)
{
	static const char *const tail[] = { "\n r\n", "\n 1 more are omitted\n",
		"", "\n 3 more are omitted\n" };
	struct table t = { .columns = 1, .indent = 1 };
	size_t i, more;

	out.send = take;
	for (more = 0; more <= 3; more++) {
		said[0] = '\0';
		for (i = 0; i < TEXT_ROWS_MAX + more; i++) {
			table_row(&t);
			table_cell(&t, 0, "r");
		}
		table_print(&t, &out);
		text_flush(&out);
		ck_assert_ptr_nonnull(strstr(said, tail[more]));
		ck_assert_uint_eq(strlen(said),
		    3 * TEXT_ROWS_MAX +
			(more > 0 ? strlen(" 1 more are omitted\n") : 0));
	}
	/* Without a text it is freed all the same. */
	table_row(&t);
	table_print(&t, NULL);
	ck_assert_ptr_null(t.cell);
	text_line(NULL, "%s", "nothing");
}
END_TEST

/* ----------------------------------------------------------------- table */

START_TEST(table_of_kinds)
{
	place(3); /* of the range of the fixture */
	match_number(OPT_ARCH, 2, 7, "efi64");
	place(4);
	case_boot(&k, "undionly.kpxe", "", 0, "");
	place(7);
	case_boot(&k, "ipxe.efi", "", IP(10, 0, 0, 9), "efi64");
	place(8);
	ready();
	kinds();
	/* clang-format off */
	is_said(
	    "On br0\n"
	    "  dhcp-range 192.168.1.50-192.168.1.150  /etc/x.conf:3\n"
	    "\n"
	    "  CLIENT            ADDRESS  BOOT FILE      SERVER       LINE      FILE IS\n"
	    "  BIOS              range    undionly.kpxe  192.168.1.1  x.conf:7  no TFTP here\n"
	    "  UEFI x64          range    ipxe.efi       10.0.0.9     x.conf:8  on another server\n"
	    "  UEFI ia32         range    undionly.kpxe  192.168.1.1  x.conf:7  no TFTP here, but for BIOS\n"
	    "  UEFI arm64        range    undionly.kpxe  192.168.1.1  x.conf:7  no TFTP here, but for BIOS\n"
	    "  UEFI HTTP x64     range    undionly.kpxe  192.168.1.1  x.conf:7  no TFTP here, but for BIOS\n"
	    "  iPXE on BIOS      range    undionly.kpxe  192.168.1.1  x.conf:7  no TFTP here\n"
	    "  iPXE on UEFI      range    ipxe.efi       10.0.0.9     x.conf:8  on another server\n"
	    "  Raspberry Pi 3/4  range    undionly.kpxe  192.168.1.1  x.conf:7  no TFTP here\n"
	    "  U-Boot            range    undionly.kpxe  192.168.1.1  x.conf:7  no TFTP here\n"
	    "  plain DHCP        range    -\n");
	/* clang-format on */
}
END_TEST

/* One address is enough: no client keeps it. */
START_TEST(table_keeps_no_address)
{
	int i;

	case_empty(&k);
	case_range(&k, FIRST, FIRST, "", "");
	ready();
	for (i = 0; i < 3; i++) {
		kinds();
		ck_assert_ptr_null(strstr(said, "none"));
		ck_assert_ptr_nonnull(strstr(said, "range"));
	}
}
END_TEST

/* ---------------------------------------------------------------- client */

START_TEST(client_whole)
{
	lines_of_machine("");
	place(9);
	case_option(&k, 42, "\300\250\1\5", 4, false, "!efi64");
	place(10);
	ready();
	asked("arch=x64-uefi mac=52:54:00:12:34:56 options=1,3,51");
	/* clang-format off */
	is_said(
	    "UEFI x64, 52:54:00:12:34:56, on br0\n"
	    "  answer: DHCPOFFER\n"
	    "TAGS\n"
	    "  known  dhcp-host /etc/x.conf:5\n"
	    "  br0    the interface\n"
	    "  efi64  dhcp-match /etc/x.conf:4\n"
	    "ADDRESS\n"
	    "  address  192.168.1.9                 reserved by dhcp-host\n"
	    "  range    192.168.1.50-192.168.1.150  dhcp-range /etc/x.conf:3\n"
	    "  host     192.168.1.9                 dhcp-host /etc/x.conf:5\n"
	    "BOOT\n"
	    "  file    ipxe.efi  dhcp-boot /etc/x.conf:8\n"
	    "  it is   no TFTP here\n"
	    "  server  192.168.1.1\n"
	    "OPTIONS\n"
	    "    1 netmask            255.255.255.0  the server\n"
	    "    3 router             192.168.1.254  dhcp-option /etc/x.conf:9\n"
	    "   28 broadcast          192.168.1.255  the server\n"
	    "   51 lease-time         28800          dhcp-range /etc/x.conf:3\n"
	    "   54 server-identifier  192.168.1.1    the server\n"
	    "   58 T1                 14400          the server\n"
	    "   59 T2                 25200          the server\n"
	    "PASSED OVER\n"
	    "  /etc/x.conf:7   dhcp-boot undionly.kpxe      dhcp-boot /etc/x.conf:8 has precedence\n"
	    "  /etc/x.conf:10  dhcp-option 42 (ntp-server)  tag:efi64 is set\n");
	/* clang-format on */
}
END_TEST

START_TEST(client_address_rules)
{
	ready();
	asked("requested=192.168.1.77");
	says("192.168.1.77                the client requests it\n");
	/* That of the server is not given. */
	asked("requested=192.168.1.1");
	says("a free one of the range\n");
	asked("via=10.9.0.1");
	says("no answer: no range for its network\n");
	says_not("TAGS");
}
END_TEST

/* dhcp-reply-delay: nobody waits for it here. */
START_TEST(client_late)
{
	struct record rec = { .kind = RECORD_REPLY_DELAY };

	rec.u.reply_delay.seconds = 2;
	case_add(&k, &rec);
	ready();
	asked("arch=bios");
	says("  answer: DHCPOFFER, 2 s later\n");
	asked("requested=192.168.1.77");
	says("  answer: DHCPOFFER, 2 s later\n");
}
END_TEST

START_TEST(client_options_passed_over)
{
	place(3);
	case_option(&k, 42, "\1\2\3\4", 4, false, "");
	place(4);
	case_option(&k, 42, "\1\2\3\5", 4, false, "");
	place(5);
	case_option(&k, 43, "abc", 3, false, "");
	place(6);
	case_option(&k, OPT_ROUTER, "", 0, false, "");
	place(7);
	case_option(&k, OPT_LEASE_TIME, "\0\0\1\0", 4, false, "");
	place(8);
	ready();
	asked("options=3,42");
	says(
	    ":4  dhcp-option 42 (ntp-server)    dhcp-option /etc/x.conf:5 has precedence\n");
	says(
	    ":6  dhcp-option 43 (vendor-encap)  the client does not ask for it in option 55;");
	says(
	    ":7  dhcp-option 3 (router)         without a value, which suppresses the option\n");
	says(
	    ":8  dhcp-option 51 (lease-time)    the server sets this option itself\n");
	says_not(":5  dhcp-option");
}
END_TEST

START_TEST(client_interfaces)
{
	struct explain_client c;

	case_iface(&k, "e", 4, IP(10, 1, 0, 1), 0xffffff00);
	ready();
	ck_assert_int_eq(words(&c, "arch=bios"), 0);
	ck_assert_int_eq(explain_client(&x, &c, &out, why), -1);
	ck_assert_str_eq(why,
	    "several interfaces are served: add iface=NAME, one of br0, e, or via=ADDRESS of a relay");
	ck_assert_int_eq(words(&c, "iface=br2"), 0);
	ck_assert_int_eq(explain_client(&x, &c, &out, why), -1);
	ck_assert_str_eq(
	    why, "iface=br2: DHCP is not served there; it is served on br0, e");
	ck_assert_int_eq(words(&c, "iface=br\xe5"), 0);
	ck_assert_int_eq(explain_client(&x, &c, &out, why), -1);
	ck_assert_str_eq(why,
	    "iface=br\\xe5: DHCP is not served there; it is served on br0, e");
	asked("iface=br0");
	says("answer: DHCPOFFER");
	asked("iface=e");
	says("no answer: no range for its network");
}
END_TEST

/*
 * What is said of a boot file that a client of this architecture gets; words:
 * more that describes it.
 */
static void
file_is(const char *file, uint32_t server, uint32_t arch, const char *more,
    const char *want)
{
	char line[64], text[EXPLAIN_BOOT_TEXT];
	struct explain_client c;
	struct explain_boot b;

	(void)snprintf(line, sizeof(line), "arch=%u %s", arch, more);
	ck_assert_int_eq(words(&c, arch == ARCH_NONE ? more : line), 0);
	x.e->rq.p = packet_of(&c, PACKET_DISCOVER);
	memset(x.reply.off, 0xff, sizeof(x.reply.off));
	memset(x.reply.file, 0, sizeof(x.reply.file));
	memcpy(x.reply.file, file, strlen(file));
	x.reply.siaddr = server;
	explain_boot(&x, &k.conf->ifaces.v[0], &b);
	ck_assert_str_eq(b.file, file);
	ck_assert_uint_eq(b.server, server);
	ck_assert_str_eq(explain_boot_text(&b, text), want);
}

START_TEST(files)
{
	ready();
	k.conf->ifaces.v[0].i.tftp = true;
	k.conf->ifaces.v[0].i.root = 2;
	file_add(2, EXPLAIN_FILE_READABLE, ARCH_KIND_UNKNOWN, "a.0");
	file_add(1, EXPLAIN_FILE_READABLE, ARCH_KIND_UNKNOWN, "b");
	file_add(2, EXPLAIN_FILE_MISSING, ARCH_KIND_UNKNOWN, "b");
	file_add(2, EXPLAIN_FILE_READABLE, ARCH_KIND_X64, "x.0");
	file_add(2, EXPLAIN_FILE_READABLE, ARCH_KIND_ELF, "vmlinux");
	file_add(2, EXPLAIN_FILE_READABLE, ARCH_KIND_UNKNOWN, "script");
	file_add(2, EXPLAIN_FILE_UNVERIFIED, ARCH_KIND_X64, "unsigned");
	file_is("a.0", CASE_SERVER, 0, "", "readable");
	file_is("a.0", CASE_SERVER, 7, "", "readable, but for BIOS");
	file_is("b", CASE_SERVER, 0, "", "missing");
	file_is("c", CASE_SERVER, 0, "", "not checked");
	file_is("b", IP(10, 0, 0, 9), 0, "", "on another server");
	file_is("http://x/b", CASE_SERVER, 0, "", "not checked");
	file_is("unsigned", CASE_SERVER, 7, "",
	    "readable (signature not checked), fits");
	/* The header counts more than the name. */
	file_is("x.0", CASE_SERVER, 7, "", "readable, fits");
	file_is("x.0", CASE_SERVER, 9, "", "readable, fits");
	file_is("x.0", CASE_SERVER, 0, "", "readable, but for UEFI x64");
	file_is("x.0", CASE_SERVER, 11, "", "readable, but for UEFI x64");
	file_is("x.0", CASE_SERVER, 22, "", "readable");
	file_is("x.0", CASE_SERVER, ARCH_NONE, "", "readable");
	file_is("script", CASE_SERVER, 7, "", "readable");
	file_is("vmlinux", CASE_SERVER, 7, "",
	    "readable, but for an operating system (ELF)");
	/* iPXE loads it. */
	file_is("vmlinux", CASE_SERVER, 7, "ipxe", "readable");
	file_is("x.0", CASE_SERVER, 0, "ipxe", "readable, but for UEFI x64");
}
END_TEST

/* A file that is the longest of its kind fits into every column. */
START_TEST(longest_state)
{
	struct explain_boot b = { .state = "readable (signature not checked)",
		.fit = EXPLAIN_FIT_NO };
	char text[EXPLAIN_BOOT_TEXT];
	int kind;

	for (kind = ARCH_KIND_UNKNOWN + 1; kind < ARCH_KIND_MAX; kind++) {
		b.kind = arch_kind_text((enum arch_kind)kind);
		(void)explain_boot_text(&b, text);
		ck_assert_ptr_nonnull(strstr(text, b.kind));
	}
}
END_TEST

Suite *suite_dhcp_explain(void);

Suite *
suite_dhcp_explain(void)
{
	const TTest *const tests[] = { columns_are_aligned, empty_column,
		columns_are_narrowed, cells_break, last_cells_extend,
		rows_are_bounded, text_in_pieces, nets, nets_are_bounded,
		table_of_kinds, table_keeps_no_address, client_whole,
		client_address_rules, client_late, client_options_passed_over,
		client_interfaces, files, longest_state };

	return suite_of(
	    "dhcp_explain", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_explain)
