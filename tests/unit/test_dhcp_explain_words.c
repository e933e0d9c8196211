/* SPDX-License-Identifier: ISC */
/* pxeguard --explain: the words that describe a client, and its packets. */
#include "tests/unit/explain_case.h"

START_TEST(word_kinds)
{
	struct explain_client c;
	const struct packet *p;
	const uint8_t *v;
	size_t len;

	ck_assert_int_eq(words(&c, ""), 0);
	ck_assert_str_eq(c.title, "plain DHCP");
	p = packet_of(&c, PACKET_DISCOVER);
	ck_assert_uint_eq(p->type, PACKET_DISCOVER);
	option(p, OPT_VENDOR_CLASS, NULL);
	option(p, OPT_ARCH, NULL);
	ck_assert_ptr_nonnull(packet_option(p, OPT_PARAMETERS, &len));

	ck_assert_int_eq(words(&c, "arch=x64-uefi"), 0);
	ck_assert_str_eq(c.title, "UEFI x64");
	p = packet_of(&c, PACKET_DISCOVER);
	option(p, OPT_VENDOR_CLASS, "PXEClient:Arch:00007:UNDI:003016");
	option(p, OPT_USER_CLASS, NULL);
	ck_assert_uint_eq(arch_of(p), 7);

	ck_assert_int_eq(words(&c, "ipxe arch=x64-uefi"), 0);
	p = packet_of(&c, PACKET_DISCOVER);
	option(p, OPT_USER_CLASS, "iPXE");
	v = packet_option(p, OPT_IPXE, &len);
	ck_assert_ptr_nonnull(v);
	ck_assert_ptr_nonnull(memmem(v, len, "\23\1\1", 3)); /* HTTP */
	ck_assert_ptr_nonnull(memmem(v, len, "\47\1\1", 3)); /* menu */
	ck_assert_ptr_nonnull(memmem(v, len, "\44\1\1", 3)); /* EFI */
	ck_assert_int_eq(words(&c, "ipxe arch=bios"), 0);
	p = packet_of(&c, PACKET_DISCOVER);
	v = packet_option(p, OPT_IPXE, &len);
	ck_assert_ptr_nonnull(v);
	ck_assert_ptr_nonnull(memmem(v, len, "\47\1\1", 3));
	ck_assert_ptr_nonnull(memmem(v, len, "\41\1\1", 3)); /* PXE */
	ck_assert_ptr_null(memmem(v, len, "\44\1\1", 3));

	ck_assert_int_eq(words(&c, "arch=x64-http"), 0);
	p = packet_of(&c, PACKET_DISCOVER);
	option(p, OPT_VENDOR_CLASS, "HTTPClient:Arch:00016:UNDI:003016");
	ck_assert_int_eq(words(&c, "arch=rpi"), 0);
	ck_assert_int_eq(c.mac[0], 0xb8);
	ck_assert_uint_eq(arch_of(packet_of(&c, PACKET_DISCOVER)), 0);
	/* Numbers: one that has a name, and one that has none. */
	ck_assert_int_eq(words(&c, "arch=7"), 0);
	ck_assert_str_eq(c.title, "UEFI x64");
	ck_assert_int_eq(words(&c, "arch=0"), 0);
	ck_assert_str_eq(c.title, "BIOS");
	ck_assert_int_eq(words(&c, "arch=4242"), 0);
	ck_assert_ptr_null(c.title);
	ck_assert_uint_eq(arch_of(packet_of(&c, PACKET_DISCOVER)), 4242);
	ck_assert_int_eq(words(&c, "bootp"), 0);
	ck_assert_str_eq(c.title, "BOOTP");
	p = packet_of(&c, PACKET_BOOTP);
	ck_assert_uint_eq(p->type, PACKET_BOOTP);
	option(p, OPT_PARAMETERS, NULL);
}
END_TEST

START_TEST(word_values)
{
	struct explain_client c;
	const struct packet *p;

	ck_assert_int_eq(
	    words(&c,
		"requested=10.1.0.9 options=1,3,67 via=10.1.0.1 name=pc-1 id=01:02:03 iface=br0 vendor=abc user=def mac=52:54:00:12:34:56 4011"),
	    0);
	ck_assert_uint_eq(c.via, IP(10, 1, 0, 1));
	ck_assert_uint_eq(c.requested, IP(10, 1, 0, 9));
	ck_assert_str_eq(c.iface, "br0");
	ck_assert(c.port && !c.boots && !c.ipxe);
	p = packet_of(&c, PACKET_DISCOVER);
	ck_assert_uint_eq(p->giaddr, IP(10, 1, 0, 1));
	ck_assert_int_eq(memcmp(p->hw, "RT\0\0224V", 6), 0);
	ck_assert_uint_eq(p->hlen, 6);
	option(p, OPT_HOSTNAME, "pc-1");
	option(p, OPT_CLIENT_ID, "\1\2\3");
	option(p, OPT_VENDOR_CLASS, "abc");
	option(p, OPT_USER_CLASS, "def");
	option(p, OPT_PARAMETERS, "\1\3C");
	/* Dashes too, and an identifier that is text. */
	ck_assert_int_eq(words(&c, "mac=52-54-00-12-34-56 id=pc"), 0);
	option(packet_of(&c, PACKET_DISCOVER), OPT_CLIENT_ID, "pc");
	ck_assert_int_eq(words(&c, "proxy"), 0);
	ck_assert(c.port);
}
END_TEST

START_TEST(word_errors)
{
	static const struct {
		const char *words;
		const char *want; /* the error begins so */
	} t[] = {
		{ "arch=x64-efi",
		    "arch=x64-efi: unknown architecture; did you mean x64-uefi? It is bios, " },
		{ "arch=foo", "arch=foo: unknown architecture. It is bios, " },
		{ "arch=65536", "arch=65536: unknown architecture. It is" },
		{ "arch=", "arch=: unknown architecture. It is" },
		{ "arch", "arch: a value must follow, as arch=VALUE" },
		{ "ipxe=1", "ipxe=1: ipxe takes no value" },
		{ "ipx", "ipx: unknown word; did you mean ipxe? It is arch=" },
		{ "ifcae=br0", "ifcae=br0: unknown word; did you mean iface?" },
		{ "zzzzzzzz", "zzzzzzzz: unknown word. It is arch=, mac=" },
		{ "mac=52:54:00:12:34", "mac=52:54:00:12:34: not a MAC" },
		{ "mac=52:54:00:12:34:5g", "mac=52:54:00:12:34:5g: not a MAC" },
		{ "mac=52:54:00:12:34:56:78", "mac=52:54:00:12:34:56:78: not" },
		{ "via=10.1.0", "via=10.1.0: not an IPv4 address" },
		{ "via=::1", "via=::1: not an IPv4 address" },
		{ "via=0.0.0.0", "via=0.0.0.0: not an IPv4 address" },
		{ "requested=x", "requested=x: not an IPv4 address" },
		{ "name=", "name=: from 1 to 255 characters" },
		{ "options=1,,3", "options=1,,3: not a list of option" },
		{ "options=255", "options=255: not a list of option numbers" },
		{ "options=0", "options=0: not a list of option numbers" },
		{ "iface=a-name-of-16-char", "iface=a-name-of-16-char: not" },
		{ "\033[2J", "\\x1b[2J: unknown word" },
	};
	struct explain_client c;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(words(&c, t[i].words), -1);
		ck_assert_msg(
		    strncmp(why, t[i].want, strlen(t[i].want)) == 0, "%s", why);
	}
}
END_TEST

/* Each architecture: its name, the number of option 93, and option 60. */
START_TEST(word_arches)
{
	static const struct {
		const char *word;
		const char *title;
		uint16_t arch;
		bool http;
		const char *vendor;
	} t[] = {
		{ "bios", "BIOS", 0, false, "PXEClient:Arch:00000" },
		{ "ia32-uefi", "UEFI ia32", 6, false, "PXEClient:Arch:00006" },
		{ "x64-uefi", "UEFI x64", 7, false, "PXEClient:Arch:00007" },
		{ "ebc-uefi", "UEFI EBC", 9, false, "PXEClient:Arch:00009" },
		{ "arm-uefi", "UEFI arm", 10, false, "PXEClient:Arch:00010" },
		{ "arm64-uefi", "UEFI arm64", 11, false,
		    "PXEClient:Arch:00011" },
		{ "ia32-http", "UEFI HTTP ia32", 15, true,
		    "HTTPClient:Arch:00015" },
		{ "x64-http", "UEFI HTTP x64", 16, true,
		    "HTTPClient:Arch:00016" },
		{ "arm64-http", "UEFI HTTP arm64", 19, true,
		    "HTTPClient:Arch:00019" },
		{ "arm-uboot", "U-Boot arm", 21, false, "U-Boot.armv7" },
		{ "arm64-uboot", "U-Boot arm64", 22, false, "U-Boot.armv8" },
		{ "rpi", "Raspberry Pi 3/4", 0, false, "PXEClient:Arch:00000" },
	};
	struct explain_client c;
	char line[64];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(line, sizeof(line), "arch=%s", t[i].word);
		ck_assert_int_eq(words(&c, line), 0);
		ck_assert_str_eq(c.title, t[i].title);
		ck_assert_uint_eq(c.arch, t[i].arch);
		ck_assert(c.boots && c.http == t[i].http && !c.ipxe);
		ck_assert_int_eq(strncmp((const char *)c.vendor, t[i].vendor,
				     strlen(t[i].vendor)),
		    0);
		/* An address of its maker, which ends with 1. */
		ck_assert_int_eq(
		    memcmp(c.mac,
			strcmp(t[i].word, "rpi") == 0 ? "\xb8\x27\xeb\0\0\1"
						      : "RT\0\0\0\1",
			EXPLAIN_MAC),
		    0);
	}
	/* The largest number has no name. */
	ck_assert_int_eq(words(&c, "arch=65535"), 0);
	ck_assert_uint_eq(c.arch, 65535);
	ck_assert(c.title == NULL && c.boots && !c.http);
	ck_assert_str_eq(
	    (const char *)c.vendor, "PXEClient:Arch:65535:UNDI:003016");
	/* That of a kind by its number. */
	ck_assert_int_eq(words(&c, "arch=22"), 0);
	ck_assert_str_eq((const char *)c.vendor, "U-Boot.armv8");
	ck_assert_int_eq(words(&c, "arch=16"), 0);
	ck_assert(c.http);
}
END_TEST

/* iPXE alone is a PXE client of a BIOS; words of its own have precedence. */
START_TEST(word_ipxe_alone)
{
	struct explain_client c;
	const struct packet *p;

	ck_assert_int_eq(words(&c, "ipxe"), 0);
	ck_assert_str_eq(c.title, "BIOS");
	p = packet_of(&c, PACKET_DISCOVER);
	ck_assert_uint_eq(arch_of(p), 0);
	option(p, OPT_VENDOR_CLASS, "PXEClient:Arch:00000:UNDI:003016");
	option(p, OPT_USER_CLASS, "iPXE");
	ck_assert_int_eq(words(&c, "ipxe arch=arm64-uboot"), 0);
	p = packet_of(&c, PACKET_DISCOVER);
	option(p, OPT_VENDOR_CLASS, "PXEClient:Arch:00022:UNDI:003016");
	ck_assert_int_eq(words(&c, "ipxe user=x vendor=y options=3"), 0);
	p = packet_of(&c, PACKET_DISCOVER);
	option(p, OPT_USER_CLASS, "x");
	option(p, OPT_VENDOR_CLASS, "y");
	option(p, OPT_PARAMETERS, "\3");
	ck_assert_int_eq(words(&c, "user=x"), 0);
	ck_assert(!c.ipxe && !c.boots);
	ck_assert_uint_eq(c.vendorlen, 0);
}
END_TEST

/* Values that just fit, and such that do not. */
START_TEST(word_limits)
{
	struct explain_client c;
	char line[400], digits[300];
	size_t i;

	memset(digits, 'a', sizeof(digits));
	(void)snprintf(line, sizeof(line), "name=%.255s", digits);
	ck_assert_int_eq(words(&c, line), 0);
	ck_assert_uint_eq(c.namelen, 255);
	(void)snprintf(line, sizeof(line), "name=%.256s", digits);
	ck_assert_int_eq(words(&c, line), -1);
	ck_assert_ptr_nonnull(strstr(why, ": from 1 to 255 characters"));
	ck_assert_int_eq(words(&c, "iface=fifteen-letters"), 0);
	ck_assert_str_eq(c.iface, "fifteen-letters");
	ck_assert_int_eq(words(&c, "iface=sixteen--letters"), -1);
	ck_assert_int_eq(words(&c, "iface="), -1);
	/* One octet could be the type of an identifier without any. */
	ck_assert_int_eq(words(&c, "id=01"), 0);
	option(packet_of(&c, PACKET_DISCOVER), OPT_CLIENT_ID, "01");
	ck_assert_int_eq(words(&c, "id=01:02"), 0);
	option(packet_of(&c, PACKET_DISCOVER), OPT_CLIENT_ID, "\1\2");
	ck_assert_int_eq(words(&c, "id=fF:a"), 0);
	option(packet_of(&c, PACKET_DISCOVER), OPT_CLIENT_ID, "fF:a");
	ck_assert_int_eq(words(&c, "id=01.02"), 0);
	option(packet_of(&c, PACKET_DISCOVER), OPT_CLIENT_ID, "01.02");
	/* Options from 1 to 254. */
	ck_assert_int_eq(words(&c, "options=1,254"), 0);
	option(packet_of(&c, PACKET_DISCOVER), OPT_PARAMETERS, "\1\376");
	ck_assert_int_eq(words(&c, "options=0001"), 0);
	ck_assert_int_eq(words(&c, "options=00000001"), -1);
	ck_assert_int_eq(words(&c, "options=1a"), -1);
	ck_assert_int_eq(words(&c, "options=/"), -1);
	ck_assert_int_eq(words(&c, "options=:"), -1);
	/* None at all. */
	ck_assert_int_eq(words(&c, "options="), 0);
	option(packet_of(&c, PACKET_DISCOVER), OPT_PARAMETERS, NULL);
	/* The last of several has precedence. */
	ck_assert_int_eq(words(&c, "options=1,2,3 options=6"), 0);
	option(packet_of(&c, PACKET_DISCOVER), OPT_PARAMETERS, "\6");
	/* The reason is bounded, and shows 64 characters of a word. */
	for (i = 0; i + 1 < sizeof(digits); i++)
		digits[i] = '\xff';
	(void)snprintf(line, sizeof(line), "%.80s=%.80s", digits, digits);
	ck_assert_int_eq(words(&c, line), -1);
	ck_assert_uint_eq(strlen(why), EXPLAIN_WHY_MAX - 1);
	ck_assert_uint_eq(strspn(why, "\\xf"), 4 * 64);
	ck_assert_int_eq(why[4 * 64], '=');
}
END_TEST

static uint8_t data[PACKET_IN_MAX];

static size_t
packet(const char *line, const struct explain_packet *special)
{
	struct explain_client c;

	ck_assert_msg(words(&c, line) == 0, "%s", why);
	memset(data, 0x5a, sizeof(data));
	return explain_packet(&c, special, data);
}

/* RFC 2131, figure 1: the fields of the header. */
START_TEST(packet_header)
{
	static const uint8_t first[] = { 1, 1, 6, 0 },
			     relayed[] = { 1, 1, 6, 1 };
	static const uint8_t zero[PACKET_SNAME + PACKET_FILE + 10];
	struct explain_packet special = { .type = PACKET_DISCOVER };

	/* No client is shorter than BOOTP (RFC 1542, 2.1). */
	ck_assert_uint_eq(packet("mac=52:54:00:12:34:56", &special), 300);
	ck_assert_mem_eq(data, first, 4);
	ck_assert_mem_ne(data + 4, zero, 4); /* xid */
	/* secs 0, flags with broadcast, and no address. */
	ck_assert_mem_eq(data + 8, "\0\0\200\0", 4);
	ck_assert_mem_eq(data + 12, zero, 16);
	ck_assert_mem_eq(data + 28, "RT\0\0224V", 6);
	ck_assert_mem_eq(data + 34, zero, 10 + PACKET_SNAME + PACKET_FILE);
	ck_assert_mem_eq(data + 236, "\143\202\123\143\65\1\1", 7);
	ck_assert_uint_eq(data[299], 0);
	ck_assert_uint_eq(data[300], 0x5a);

	(void)packet("via=10.1.0.1", &special);
	ck_assert_mem_eq(data, relayed, 4);
	ck_assert_mem_eq(data + 12, zero, 12);
	ck_assert_mem_eq(data + 24, "\12\1\0\1", 4);

	/* A client with an address asks by itself, and is sent a unicast. */
	special.ciaddr = IP(10, 1, 0, 9);
	(void)packet("via=10.1.0.1", &special);
	ck_assert_mem_eq(data + 8, "\0\0\0\0\12\1\0\11", 8);
	ck_assert_mem_eq(data + 16, zero, 12);
}
END_TEST

/* Options, in the order of their writing. */
START_TEST(packet_options)
{
	struct explain_packet special = { .type = PACKET_REQUEST,
		.requested = IP(10, 1, 0, 9),
		.server = IP(10, 1, 0, 2),
		.item = true,
		.item_type = 0x8001 };
	static const uint8_t want[] =
	    "\65\1\3" /* DHCPREQUEST */
	    "\62\4\12\1\0\11" /* requested address */
	    "\66\4\12\1\0\2" /* server identifier */
	    "\71\2\5\300" /* 1,472 bytes */
	    "\67\2\1\3"
	    "\14\2pc"
	    "\74\1v"
	    "\75\2\1\2"
	    "\115\1u"
	    "\135\2\0\7" /* RFC 4578: architecture, UNDI, UUID */
	    "\136\3\1\3\20"
	    "\141\21\0\0\0\0\0\0\0\0\0\0\0RT\0\0\0\1"
	    "\257\33\21\1\1\22\1\1\23\1\1\25\1\1\27\1\1\47\1\1"
	    "\44\1\1\46\1\1\33\1\1"
	    "\53\7\107\4\200\1\0\0\377" /* PXE 2.1: the chosen entry */
	    "\377";
	static const char line[] =
	    "arch=x64-uefi ipxe name=pc vendor=v id=01:02 user=u options=1,3";
	size_t n = packet(line, &special);

	ck_assert_uint_eq(n, 240 + sizeof(want) - 1);
	ck_assert_mem_eq(data + 240, want, sizeof(want) - 1);
}
END_TEST

Suite *suite_dhcp_explain_words(void);

Suite *
suite_dhcp_explain_words(void)
{
	const TTest *const tests[] = { word_kinds, word_values, word_errors,
		word_arches, word_ipxe_alone, word_limits, packet_header,
		packet_options };

	return suite_of(
	    "dhcp_explain_words", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_explain_words)
