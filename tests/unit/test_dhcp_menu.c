/* SPDX-License-Identifier: ISC */
/* Boot menus, entries of them, and the styles of a proxy. */
#include "tests/unit/pxe_case.h"

START_TEST(offer_of_one_service)
{
	const struct action *s;
	struct dhcp_msg m;

	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot BIOS", "undionly.kpxe", 0, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	s = sent(&m);
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
	ck_assert(s->dest->port == 68 && !s->dest->pxe);
	ck_assert_uint_eq(r.type, PACKET_OFFER);
	ck_assert_uint_eq(r.flags, PACKET_BROADCAST);
	is_proxy_reply();
	ck_assert(r.yiaddr == 0 && r.ciaddr == 0);
	is_boot("", "", 0);
	is_option(
	    OPT_VENDOR_ENCAP, VENDOR("\6\1\3\12\4\0PXE\10\7\200\0\1\300\250\1\1"
				     "\11\14\200\0\11Boot BIOS\377"));
	ck_assert_uint_eq(k.e->pool->nbound, 0);
}
END_TEST

START_TEST(offer_of_menu)
{
	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot BIOS", "undionly.kpxe", 0, "");
	service(7, "not for BIOS", "x", 0, "");
	service(0, "never", "x", 0, "nowhere");
	service(0, "Local", "", 0, "");
	prompt("Press F8", 5);
	case_ready(&k);
	offered(0);
	is_option(OPT_VENDOR_ENCAP,
	    VENDOR("\6\1\3\12\11\5Press F8\10\7\200\0\1\300\250\1\1"
		   "\11\24\200\0\11Boot BIOS\0\0\5Local\377"));
}
END_TEST

/* A type of which no server is known; without a prompt the client waits. */
START_TEST(offer_of_other_servers)
{
	server(0, 2, "A", 0);
	server(0, 3, "B", OTHER_SERVER);
	case_ready(&k);
	offered(0);
	is_option(
	    OPT_VENDOR_ENCAP, VENDOR("\6\1\2\12\4\377PXE\10\7\0\3\1\300\250\1\2"
				     "\11\10\0\2\1A\0\3\1B\377"));
}
END_TEST

/* dhcp-boot alone, about which dnsmasq says nothing. */
START_TEST(offer_of_boot)
{
	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	offered(0);
	is_proxy_reply();
	is_boot("pxelinux.0", "", CASE_SERVER);
	is_bypass();
	/* Without option 93. */
	offered(-1);
	is_boot("pxelinux.0", "", CASE_SERVER);
	/* U-Boot and UEFI of ARM read the header only. */
	offered(22);
	is_boot("pxelinux.0", "", CASE_SERVER);
	offered(11);
	is_boot("pxelinux.0", "", CASE_SERVER);
	is_bypass();
}
END_TEST

/* UEFI asks port 4011 by itself, if the OFFER has no option 43. */
START_TEST(binl)
{
	const struct action *s, *a;
	struct dhcp_msg m;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_boot(&k, "other.efi", "", OTHER_SERVER, "");
	case_ready(&k);
	offered(7);
	is_proxy_reply();
	is_boot("", "", CASE_SERVER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	asks_port(&m, 7);
	s = sent(&m);
	ck_assert_uint_eq(s->dest->addr, CLIENT_ADDR);
	ck_assert_uint_eq(s->dest->port, 4011);
	ck_assert(s->dest->pxe && !s->dest->neigh);
	ck_assert_uint_eq(s->dest->src, CASE_SERVER);
	ck_assert_uint_eq(r.type, PACKET_ACK);
	is_proxy_reply();
	ck_assert(r.ciaddr == CLIENT_ADDR && r.yiaddr == 0);
	is_boot("snponly.efi", "192.168.1.1", CASE_SERVER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	/* tftpd expects it. */
	asks_port(&m, 7);
	a = act_find(msg_step(&k, &m), ACTION_BOOTING, 0);
	ck_assert_ptr_nonnull(a);
	ck_assert_uint_eq(a->addr, CLIENT_ADDR);
}
END_TEST

/* With no service, or several, dhcp-boot is what the header has. */
START_TEST(binl_of_boot)
{
	if (_i == 1) {
		next_type = RECORD_SERVICE_OWN;
		service(7, "A", "a.efi", 0, "");
		service(7, "B", "b.efi", 0, "");
	}
	case_boot(&k, "other.efi", "", OTHER_SERVER, "");
	case_ready(&k);
	offered(7);
	is_boot("other.efi", "", OTHER_SERVER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	acked(7);
	is_boot("other.efi", "", OTHER_SERVER);
	if (_i == 0)
		is_bypass();
	else
		is_option(OPT_VENDOR_ENCAP,
		    VENDOR("\6\1\3\12\4\377PXE"
			   "\10\16\200\0\1\300\250\1\1\200\1\1\300\250\1\1"
			   "\11\10\200\0\1A\200\1\1B\377"));
}
END_TEST

static void
ask_item(const char *item, size_t len, bool pxe)
{
	struct dhcp_msg m;

	asks_port(&m, 0);
	m.pxe = pxe;
	msg_opt(&m, OPT_VENDOR_ENCAP, item, len);
	(void)case_ask(&k, &m, &r);
}

#define ASK(item, pxe) ask_item(item, sizeof(item) - 1, pxe)

START_TEST(items)
{
	bool pxe = _i % 2 == 1;

	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot BIOS", "undionly.kpxe", 0, "");
	service(0, "Linux", "pxelinux", OTHER_SERVER, "");
	service(0, "Local", "", 0, "");
	case_ready(&k);
	ASK("\107\4\200\0\0\0\377", pxe);
	ck_assert_uint_eq(r.type, PACKET_ACK);
	is_proxy_reply();
	ck_assert(r.yiaddr == CLIENT_ADDR && r.ciaddr == 0);
	is_boot("undionly.kpxe", "", CASE_SERVER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\107\4\200\0\0\0\377"));
	ASK("\0\12\1x\107\4\200\1\0\0", pxe); /* after others, no end */
	is_boot("pxelinux.0", "", OTHER_SERVER);
	ASK("\107\4\200\1\0\3\377", pxe);
	is_boot("pxelinux.3", "", OTHER_SERVER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\107\4\200\1\0\3\377"));
	ck_assert_uint_eq(k.e->count.dropped[DROP_ITEM], 0);
	ASK("\107\4\200\2\0\0\377", pxe); /* no such type */
	ck_assert_uint_eq(r.type, 0);
	ASK("\107\4\0\0\0\0\377", pxe); /* the disk */
	ck_assert_uint_eq(r.type, 0);
	ASK("\107\4\200\0\200\0\377", pxe); /* signed */
	ck_assert_uint_eq(r.type, 0);
	dropped(DROP_ITEM, 3);
}
END_TEST

static void
part(uint8_t code, const char *data, size_t len)
{
	struct record rec = { .kind = RECORD_SUBOPTION };

	rec.u.suboption.how = RECORD_SUB_VENDOR;
	rec.u.suboption.code = code;
	rec.u.suboption.len = (uint8_t)len;
	if (data != NULL)
		memcpy(rec.u.suboption.data, data, len);
	case_add(&k, &rec);
}

/* The lines of the configuration follow, but no other item and no menu. */
START_TEST(item_and_lines)
{
	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot BIOS", "undionly.kpxe", 0, "");
	part(6, "x", 1);
	part(71, "abcd", 4);
	part(100, "text", 4);
	case_ready(&k);
	ASK("\107\4\200\0\0\0\377", true);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\107\4\200\0\0\0\144\4text\377"));
}
END_TEST

/* An item that is cut off is none. */
START_TEST(bad_items)
{
	static const char *const item[] = { "\107", "\107\4\200", "\377\107\4",
		"\107\3\200\1\2", "\1\377" };
	static const uint8_t len[] = { 1, 3, 7, 5, 2 };
	uint16_t type, layer;
	struct dhcp_msg m;
	size_t i;

	case_ready(&k);
	for (i = 0; i < sizeof(len); i++) {
		boots(&m, PACKET_REQUEST, 0);
		msg_opt(&m, OPT_VENDOR_ENCAP, item[i], i == 2 ? 3 : len[i]);
		writer_u8(&m.w, OPT_END);
		ck_assert_int_eq(packet_parse(&r, m.buf, m.w.len), PACKET_OK);
		ck_assert_msg(!pxe_item(&r, &type, &layer), "item %zu", i);
	}
}
END_TEST

/* iPXE gets its script, not the service by which it was loaded. */
START_TEST(loader)
{
	struct dhcp_msg m;

	next_type = RECORD_SERVICE_OWN;
	service(0, "iPXE", "undionly.kpxe", 0, "");
	service(0, "Local", "", 0, "");
	match_loader();
	case_boot(&k, "http://192.168.1.1/boot.ipxe", "", 0, "ipxe");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	msg_opt(&m, OPT_IPXE, "\1\1\1", 3);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("http://192.168.1.1/boot.ipxe", "", CASE_SERVER);
	is_bypass();
	asks_port(&m, 0);
	msg_opt(&m, OPT_IPXE, "\1\1\1", 3);
	msg_opt(&m, OPT_VENDOR_ENCAP, "\107\4\200\0\0\0\377", 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	is_boot("http://192.168.1.1/boot.ipxe", "", CASE_SERVER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\107\4\200\0\0\0\377"));
}
END_TEST

START_TEST(styles)
{
	struct dhcp_msg m;

	next_type = RECORD_SERVICE_OWN;
	service(_i % 2 == 0 ? 0 : 7, "Boot", "boot.efi", 0, "");
	style(RECORD_PXE_BINL, "never");
	style(RECORD_PXE_BYPASS, "br0");
	style(RECORD_PXE_MENU, "");
	case_ready(&k);
	offered(_i % 2 == 0 ? 0 : 7);
	is_boot("boot.efi", "192.168.1.1", CASE_SERVER);
	is_bypass();
	/* A menu needs services; ARM has none here. */
	boots(&m, PACKET_DISCOVER, 11);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
}
END_TEST

/* Texts of 100 bytes: a menu of 252 bytes has room for two. */
START_TEST(large_menu)
{
	const struct actions *a;
	const struct action *s;
	struct dhcp_msg m;
	char text[101];
	size_t len;
	int i;

	memset(text, 'x', 100);
	text[100] = '\0';
	for (i = 0; i < 5; i++)
		service(0, text, "file", 0, "");
	prompt(text, 9);
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	msg_opt(&m, OPT_MAX_SIZE, "\5\334", 2);
	a = msg_step(&k, &m);
	ck_assert_uint_eq(act_note(a, NOTE_MENU, 0)->error, 3);
	s = act_find(a, ACTION_SEND, 0);
	ck_assert_ptr_nonnull(s);
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_ptr_nonnull(packet_option(&r, OPT_VENDOR_ENCAP, &len));
	ck_assert_uint_eq(len, 3 + (2 + 101) + (2 + 2 * 7) + (2 + 2 * 103) + 1);
}
END_TEST

/* The sub-options of all options 43, walked to their end. */
static size_t
walk_vendor(void)
{
	size_t len, n = 0, i = 0;
	const uint8_t *p = packet_option(&r, OPT_VENDOR_ENCAP, &len);

	ck_assert_ptr_nonnull(p);
	while (i < len && p[i] != 255) {
		ck_assert_uint_lt(i + 1, len);
		i += 2U + p[i + 1];
		n++;
	}
	ck_assert_uint_eq(i, len - 1);
	return n;
}

/* More vendor: lines than there is room for. */
START_TEST(many_parts)
{
	struct dhcp_msg m;
	int i;

	case_boot(&k, "pxelinux.0", "", 0, "");
	for (i = 0; i < 12; i++)
		part((uint8_t)(100 + i), NULL, _i == 0 ? 130 : RECORD_SUB_MAX);
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	msg_opt(&m, OPT_MAX_SIZE, "\5\334", 2);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_uint_gt(walk_vendor(), 4);
	ck_assert_uint_eq(k.e->reply.nomitted, 0);
	offered(0);
	ck_assert_uint_ge(walk_vendor(), 2);
	ck_assert_uint_eq(k.e->reply.nomitted, 0);
}
END_TEST

/*
 * The options 43 of a message, of which each has whole sub-options: firmware
 * that knows nothing of RFC 3396 reads the first.
 */
static size_t
whole_pieces(const struct action *s)
{
	const uint8_t *p = (const uint8_t *)s->data + 240;
	size_t n = 0, i;

	for (; p[0] != OPT_END; p += 2 + p[1]) {
		if (p[0] != OPT_VENDOR_ENCAP)
			continue;
		for (i = 0; i < p[1] && p[2 + i] != 255; i += 2U + p[2 + i + 1])
			continue;
		ck_assert_uint_le(i, p[1]);
		n++;
	}
	return n;
}

START_TEST(pieces)
{
	static const struct {
		uint8_t first, second;
		size_t pieces;
	} t[] = {
		{ 10, 10, 1 },
		/* Discovery control and prompt have 3 + 6 bytes. */
		{ 100, 254 - 9 - 102 - 2, 1 },
		{ 100, 254 - 9 - 102 - 1, 2 },
		{ 254 - 9 - 2, 10, 2 },
		{ 254 - 9 - 1, 10, 3 },
		{ 252, 252, 3 },
	};
	const struct action *s;
	struct dhcp_msg m;

	case_boot(&k, "pxelinux.0", "", 0, "");
	part(100, NULL, t[_i].first);
	part(101, NULL, t[_i].second);
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	msg_opt(&m, OPT_MAX_SIZE, "\5\334", 2);
	s = sent(&m);
	ck_assert_uint_eq(whole_pieces(s), t[_i].pieces);
	ck_assert_uint_eq(walk_vendor(), 4);
}
END_TEST

/*
 * Discovery control and prompt are a piece of 9 bytes.  A piece of more than
 * 255 bytes, with its end, takes two options.
 */
START_TEST(part_in_room)
{
	static const struct {
		uint8_t len;
		size_t room; /* the least that suffices */
	} t[] = { { 252, 2 + 9 + 2 + 2 + 252 + 1 },
		{ 253, 2 + 9 + 2 + 2 + 253 + 1 + 2 } };
	struct pxe_answer a;
	struct dhcp_msg m;
	struct pxe x;
	size_t less;

	part(100, NULL, t[_i].len);
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	(void)msg_step(&k, &m);
	for (less = 0; less < 2; less++) {
		memset(&a, 0, sizeof(a));
		x = pxe_of(k.conf, &k.e->rq, CASE_SERVER, t[_i].room - less);
		pxe_vendor_bypass(&x, &a);
		ck_assert_uint_eq(a.npieces, less == 0 ? 2 : 1);
	}
}
END_TEST

/* Lines whose pieces just fit, or do not by a byte. */
START_TEST(parts_fit)
{
	const size_t longest = 253; /* with its code, length and the end: 256 */
	size_t len;
	int i;

	for (len = 1; len <= longest; len++) {
		case_conf(&k);
		proxy_range("");
		case_boot(&k, "pxelinux.0", "", 0, "");
		part(99, NULL, len);
		for (i = 0; i < 3; i++)
			part((uint8_t)(100 + i), NULL, longest);
		case_ready(&k);
		k.now.mono_ms += 100000; /* no repetition */
		offered(0);
		(void)walk_vendor();
		ck_assert_uint_eq(k.e->reply.nomitted, 0);
		/* What is left over is too small for another one. */
		ck_assert_uint_lt(
		    reply_room(&k.e->reply), 2 + 2 + 2 + longest + 1);
	}
}
END_TEST

/* A menu is made as small as the message needs. */
START_TEST(small_message)
{
	const struct actions *a;
	const struct action *s;
	struct dhcp_msg m;
	char text[78];
	int i;

	memset(text, 'p', 77);
	text[77] = '\0';
	prompt(text, 5);
	for (i = 0; i < 10; i++)
		service(0, "A service with a text", "file", 0, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	a = msg_step(&k, &m);
	ck_assert_uint_gt(act_note(a, NOTE_MENU, 0)->error, 0);
	s = act_find(a, ACTION_SEND, 0);
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(walk_vendor(), 4);
	ck_assert_uint_eq(k.e->reply.nomitted, 0);
}
END_TEST

/* A prompt with tags comes before others, and the last before the first. */
START_TEST(prompts)
{
	static const char *const want[] = { "\1last", "\1tagged", "\1again" };
	const uint8_t *p;
	struct record rec;
	size_t len;
	int i;

	service(0, "A", "a", 0, "");
	prompt("first", 1);
	for (i = 0; i < _i; i++) {
		memset(&rec, 0, sizeof(rec));
		rec.kind = RECORD_PROMPT;
		rec.u.prompt.seconds = 1;
		(void)strcpy(rec.u.prompt.text, i == 0 ? "tagged" : "again");
		case_tags(&rec.u.prompt.tags, "br0");
		case_add(&k, &rec);
		case_tags(&rec.u.prompt.tags, "never");
		case_add(&k, &rec);
	}
	prompt("last", 1);
	case_ready(&k);
	offered(0);
	p = packet_option(&r, OPT_VENDOR_ENCAP, &len);
	ck_assert_ptr_nonnull(memmem(p, len, want[_i], strlen(want[_i])));
}
END_TEST

/* A menu without entries is none; RISC-V is UEFI, PowerPC is not. */
START_TEST(styles_without_services)
{
	case_boot(&k, "file", "", 0, "");
	style(RECORD_PXE_MENU, "menu");
	match_number(OPT_ARCH, 2, 0, "menu");
	case_ready(&k);
	offered(0);
	is_bypass();
	offered(27);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	offered(12);
	is_bypass();
}
END_TEST

Suite *suite_dhcp_menu(void);

Suite *
suite_dhcp_menu(void)
{
	Suite *s = suite_create("dhcp_menu");
	TCase *t = tcase_create("dhcp_menu");

	tcase_add_checked_fixture(t, setup_proxy, teardown);
	tcase_add_test(t, offer_of_one_service);
	tcase_add_test(t, offer_of_menu);
	tcase_add_test(t, offer_of_other_servers);
	tcase_add_test(t, offer_of_boot);
	tcase_add_test(t, binl);
	tcase_add_loop_test(t, binl_of_boot, 0, 2);
	tcase_add_loop_test(t, items, 0, 2);
	tcase_add_test(t, item_and_lines);
	tcase_add_test(t, bad_items);
	tcase_add_loop_test(t, many_parts, 0, 2);
	tcase_add_loop_test(t, part_in_room, 0, 2);
	tcase_add_test(t, parts_fit);
	tcase_add_loop_test(t, pieces, 0, 6);
	tcase_add_test(t, small_message);
	tcase_add_loop_test(t, prompts, 0, 3);
	tcase_add_test(t, styles_without_services);
	tcase_add_test(t, loader);
	tcase_add_loop_test(t, styles, 0, 2);
	tcase_add_test(t, large_menu);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_menu)
