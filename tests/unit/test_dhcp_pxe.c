/* SPDX-License-Identifier: ISC */
/* PXE clients: the DHCP proxy, port 4011, boot menus. */
#include "dhcpd/proxy.h"
#include "tests/unit/dhcp_fixture.h"

static struct packet r;

#define CLIENT_ADDR IP(192, 168, 1, 77)
#define CLASS_BIOS "PXEClient:Arch:00000:UNDI:002001"
#define OTHER_SERVER IP(192, 168, 1, 2)
#define UUID "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20"
#define UUID_LEN 17
#define VENDOR(s) s, sizeof(s) - 1

static void
proxy_range(void)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.mode = RECORD_RANGE_PROXY;
	rec.u.range.start = rec.u.range.end = IP(192, 168, 1, 0);
	rec.u.range.lease_s = 3600;
	case_add(&k, &rec);
}

/* A proxy in place of the usual server. */
static void
setup_proxy(void)
{
	memset(&k, 0, sizeof(k));
	k.now.wall_s = CASE_WALL;
	k.now.mono_ms = 1000000;
	case_conf(&k);
	proxy_range();
}

static void
match_number(uint8_t code, uint8_t width, uint32_t number, const char *set)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_MATCH;
	rec.u.match.how = RECORD_MATCH_NUMBER;
	rec.u.match.code = code;
	rec.u.match.width = width;
	rec.u.match.number = number;
	(void)snprintf(rec.u.match.set, RECORD_TAG_MAX, "%s", set);
	case_add(&k, &rec);
}

static uint16_t next_type = RECORD_SERVICE_OWN;

static void
service(uint16_t arch, const char *text, const char *file, uint32_t addr,
    const char *tags)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SERVICE;
	rec.u.service.arch = arch;
	if (file[0] != '\0')
		rec.u.service.type = next_type++;
	(void)snprintf(rec.u.service.text, RECORD_MENU_MAX, "%s", text);
	(void)snprintf(rec.u.service.file, RECORD_FILE_MAX, "%s", file);
	rec.u.service.addr = addr;
	case_tags(&rec.u.service.tags, tags);
	case_add(&k, &rec);
}

static void
prompt(const char *text, uint8_t seconds)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_PROMPT;
	(void)snprintf(rec.u.prompt.text, RECORD_MENU_MAX, "%s", text);
	rec.u.prompt.seconds = seconds;
	case_add(&k, &rec);
}

static void
style(enum record_pxe_how how, const char *tags)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_PXE_STYLE;
	rec.u.pxe_style.how = (uint8_t)how;
	case_tags(&rec.u.pxe_style.tags, tags);
	case_add(&k, &rec);
}

/* A message of firmware; arch -1: without option 93. */
static void
boots(struct dhcp_msg *m, uint8_t type, int arch)
{
	const uint8_t option[2] = { (uint8_t)(arch >> 8), (uint8_t)arch };
	char class[64];

	msg_begin(m, type, 1, 1);
	(void)snprintf(class, sizeof(class), "PXEClient:Arch:%05d:UNDI:002001",
	    arch == -1 ? 0 : arch);
	msg_opt(m, OPT_VENDOR_CLASS, class, strlen(class));
	if (arch != -1)
		msg_opt(m, OPT_ARCH, option, 2);
	msg_opt(m, OPT_UUID, UUID, UUID_LEN);
	msg_opt(m, OPT_PARAMETERS, "\1\3\6\53\74\102\103", 7);
}

/* The same to port 4011, from a client with an address. */
static void
asks_port(struct dhcp_msg *m, int arch)
{
	boots(m, PACKET_REQUEST, arch);
	msg_field(m, MSG_CIADDR, CLIENT_ADDR);
	m->from = CLIENT_ADDR;
	m->pxe = m->unicast = true;
}

static void
is_option(uint8_t code, const char *want, size_t n)
{
	size_t len = 0;
	const uint8_t *opt = packet_option(&r, code, &len);

	ck_assert_msg(opt != NULL && len == n && memcmp(opt, want, n) == 0,
	    "option %u has %zu bytes instead of %zu, or others", code, len, n);
}

static void
is_boot(const char *file, const char *sname, uint32_t siaddr)
{
	ck_assert_str_eq((const char *)r.file, file);
	ck_assert_str_eq((const char *)r.sname, sname);
	ck_assert_uint_eq(r.siaddr, siaddr);
}

/* What each reply of a proxy has, and what only a DHCP server sends. */
static void
is_proxy_reply(void)
{
	static const uint8_t none[] = { 1, 3, 6, 51, 58, 59, 66, 67 };
	uint32_t server = 0;
	size_t i;

	(void)packet_u32(&r, OPT_SERVER_ID, &server);
	ck_assert_uint_eq(server, CASE_SERVER);
	is_option(OPT_VENDOR_CLASS, "PXEClient", 9);
	is_option(OPT_UUID, UUID, UUID_LEN);
	for (i = 0; i < sizeof(none); i++)
		ck_assert_msg(!packet_has(&r, none[i]), "option %u", none[i]);
}

START_TEST(offer_of_one_service)
{
	const struct action *s;
	struct dhcp_msg m;

	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot BIOS", "undionly.kpxe", 0, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
	ck_assert(s->dest->port == 68 && !s->dest->pxe);
	ck_assert(reply_parse(&r, s->data, s->len));
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
	struct dhcp_msg m;

	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot BIOS", "undionly.kpxe", 0, "");
	service(7, "not for BIOS", "x", 0, "");
	service(0, "never", "x", 0, "nowhere");
	service(0, "Local", "", 0, "");
	prompt("Press F8", 5);
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_VENDOR_ENCAP,
	    VENDOR("\6\1\3\12\11\5Press F8\10\7\200\0\1\300\250\1\1"
		   "\11\24\200\0\11Boot BIOS\0\0\5Local\377"));
}
END_TEST

/* A type of which no server is known; without a prompt the client waits. */
START_TEST(offer_of_other_servers)
{
	struct dhcp_msg m;
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SERVICE;
	rec.u.service.type = 2;
	(void)strcpy(rec.u.service.text, "A");
	case_add(&k, &rec);
	rec.u.service.type = 3;
	rec.u.service.addr = OTHER_SERVER;
	(void)strcpy(rec.u.service.text, "B");
	case_add(&k, &rec);
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(
	    OPT_VENDOR_ENCAP, VENDOR("\6\1\2\12\4\377PXE\10\7\0\3\1\300\250\1\2"
				     "\11\10\0\2\1A\0\3\1B\377"));
}
END_TEST

/* dhcp-boot alone, about which dnsmasq says nothing. */
START_TEST(offer_of_boot)
{
	struct dhcp_msg m;

	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_proxy_reply();
	is_boot("pxelinux.0", "", CASE_SERVER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
	/* Without option 93. */
	boots(&m, PACKET_DISCOVER, -1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("pxelinux.0", "", CASE_SERVER);
	/* U-Boot and UEFI of ARM read the header only. */
	boots(&m, PACKET_DISCOVER, 22);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("pxelinux.0", "", CASE_SERVER);
	boots(&m, PACKET_DISCOVER, 11);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("pxelinux.0", "", CASE_SERVER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
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
	boots(&m, PACKET_DISCOVER, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_proxy_reply();
	is_boot("", "", CASE_SERVER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	asks_port(&m, 7);
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(s->dest->addr, CLIENT_ADDR);
	ck_assert_uint_eq(s->dest->port, 4011);
	ck_assert(s->dest->pxe && !s->dest->neigh);
	ck_assert_uint_eq(s->dest->src, CASE_SERVER);
	ck_assert(reply_parse(&r, s->data, s->len));
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
	struct dhcp_msg m;

	if (_i == 1) {
		next_type = RECORD_SERVICE_OWN;
		service(7, "A", "a.efi", 0, "");
		service(7, "B", "b.efi", 0, "");
	}
	case_boot(&k, "other.efi", "", OTHER_SERVER, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("other.efi", "", OTHER_SERVER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	asks_port(&m, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	is_boot("other.efi", "", OTHER_SERVER);
	if (_i == 0)
		is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
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

/* A client that has no address hears a broadcast; a relayed one its relay. */
START_TEST(destinations)
{
	const struct action *s;
	struct dhcp_msg m;

	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	asks_port(&m, 0);
	msg_field(&m, MSG_CIADDR, 0);
	m.from = 0;
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_ptr_nonnull(s);
	ck_assert(s->dest->addr == UINT32_MAX && s->dest->port == 68);
	ck_assert(s->dest->pxe);
	boots(&m, PACKET_DISCOVER, 0);
	msg_field(&m, MSG_GIADDR, IP(192, 168, 1, 9));
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_ptr_nonnull(s);
	ck_assert(s->dest->addr == IP(192, 168, 1, 9) && s->dest->port == 67);
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert(r.yiaddr == 0 && r.flags == PACKET_BROADCAST);
	/* INFORM is answered at the client's address. */
	boots(&m, PACKET_INFORM, 0);
	msg_field(&m, MSG_CIADDR, CLIENT_ADDR);
	m.from = CLIENT_ADDR;
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_ptr_nonnull(s);
	ck_assert(s->dest->addr == CLIENT_ADDR && s->dest->port == 68);
}
END_TEST

START_TEST(silence)
{
	struct dhcp_msg m;

	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	/* No boot. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	msg_begin(&m, PACKET_BOOTP, 1, 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_VENDOR_CLASS, "PXEClien", 8);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	/* The REQUEST for the address, of whichever server. */
	boots(&m, PACKET_REQUEST, 0);
	msg_opt32(&m, OPT_SERVER_ID, OTHER_SERVER);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_OTHER_SERVER, 1);
	boots(&m, PACKET_REQUEST, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	boots(&m, PACKET_RELEASE, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	boots(&m, PACKET_DISCOVER, 0);
	m.pxe = true;
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_PROXY, 5);
	dropped(DROP_MALFORMED, 1);
}
END_TEST

/* Nothing is configured for the architecture: that is said, each time. */
START_TEST(nothing_to_boot)
{
	static const int archs[] = { 0, 7, 11, 27 };
	const struct actions *a;
	struct dhcp_msg m;
	size_t i;

	case_boot(&k, "pxelinux.0", "", 0, "bios");
	service(9, "EBC", "ebc.efi", 0, "");
	case_ready(&k);
	for (i = 0; i < 3 * sizeof(archs) / sizeof(archs[0]); i++) {
		boots(&m, PACKET_DISCOVER, archs[i / 3]);
		a = msg_step(&k, &m);
		ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
		ck_assert(act_note(a, NOTE_MESSAGE, 0)->failed);
		ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
		asks_port(&m, archs[i / 3]);
		a = msg_step(&k, &m);
		ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
		ck_assert(act_note(a, NOTE_MESSAGE, 0)->failed);
		k.now.mono_ms += 4000;
	}
}
END_TEST

/* Port 4011 answers clients of its networks only, at their two ports. */
START_TEST(reflection)
{
	static const struct {
		uint32_t from, ciaddr;
		uint16_t port;
		bool answered;
	} t[] = {
		{ CLIENT_ADDR, CLIENT_ADDR, 4011, true },
		{ CLIENT_ADDR, CLIENT_ADDR, 68, true },
		{ CLIENT_ADDR, 0, 4011, true },
		{ CLIENT_ADDR, CLIENT_ADDR, 67, false },
		{ CLIENT_ADDR, CLIENT_ADDR, 53, false },
		{ IP(8, 8, 8, 8), CLIENT_ADDR, 4011, false },
		{ IP(8, 8, 8, 8), 0, 68, false },
		{ IP(192, 168, 2, 9), IP(192, 168, 2, 9), 4011, false },
		{ CLIENT_ADDR, CASE_SERVER, 4011, false },
	};
	size_t i;

	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct dhcp_msg m;

		asks_port(&m, 0);
		msg_field(&m, MSG_CIADDR, t[i].ciaddr);
		m.from = t[i].from;
		m.port = t[i].port;
		ck_assert_msg((case_ask(&k, &m, &r) != 0) == t[i].answered,
		    "case %zu", i);
	}
	/* On port 67 it must say which address it has. */
	{
		struct dhcp_msg m;

		boots(&m, PACKET_INFORM, 0);
		ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
		/* What is too long is no UUID. */
		msg_begin(&m, PACKET_DISCOVER, 4, 4);
		msg_opt(
		    &m, OPT_VENDOR_CLASS, CLASS_BIOS, sizeof(CLASS_BIOS) - 1);
		msg_opt(&m, OPT_UUID, CLASS_BIOS, 18);
		ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
		ck_assert(!packet_has(&r, OPT_UUID));
	}
}
END_TEST

START_TEST(ignored)
{
	struct record rec;
	struct dhcp_msg m;

	case_boot(&k, "pxelinux.0", "", 0, "");
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_IGNORE;
	case_tags(&rec.u.ignore.tags, "!known");
	case_add(&k, &rec);
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	asks_port(&m, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_IGNORED, 2);
}
END_TEST

static void
match_loader(void)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_MATCH;
	rec.u.match.how = RECORD_MATCH_PRESENT;
	rec.u.match.code = OPT_IPXE;
	(void)strcpy(rec.u.match.set, "ipxe");
	case_add(&k, &rec);
}

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
	is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
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
	boots(&m, PACKET_DISCOVER, _i % 2 == 0 ? 0 : 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("boot.efi", "192.168.1.1", CASE_SERVER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
	/* A menu needs services; ARM has none here. */
	boots(&m, PACKET_DISCOVER, 11);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
}
END_TEST

/* A client that is not satisfied with one style is offered the other. */
START_TEST(repetition)
{
	const struct actions *a;
	struct dhcp_msg m;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	/* A copy of the same packet is none. */
	k.now.mono_ms += 20;
	boots(&m, PACKET_DISCOVER, 7);
	a = msg_step(&k, &m);
	ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
	k.now.mono_ms += 4000;
	boots(&m, PACKET_DISCOVER, 7);
	a = msg_step(&k, &m);
	ck_assert_uint_eq(act_note(a, NOTE_PROXY, 0)->error, RECORD_PXE_BYPASS);
	ck_assert(!act_note(a, NOTE_PROXY, 0)->failed);
	ck_assert(reply_parse(&r, act_find(a, ACTION_SEND, 0)->data,
	    act_find(a, ACTION_SEND, 0)->len));
	is_boot("snponly.efi", "192.168.1.1", CASE_SERVER);
	k.now.mono_ms += 8000;
	boots(&m, PACKET_DISCOVER, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	k.now.mono_ms += 16000;
	boots(&m, PACKET_DISCOVER, 7);
	a = msg_step(&k, &m);
	ck_assert(act_note(a, NOTE_PROXY, 0)->failed);
	/* Later the same xid is a new boot. */
	k.now.mono_ms += 65000;
	boots(&m, PACKET_DISCOVER, 7);
	a = msg_step(&k, &m);
	ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
}
END_TEST

/* Another client, another xid, or another path is no repetition. */
START_TEST(repetition_of_others)
{
	const struct actions *a;
	struct dhcp_msg m;
	uint32_t i;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_ready(&k);
	for (i = 0; i < 3; i++) {
		boots(&m, PACKET_DISCOVER, 7);
		if (i == 1)
			msg_field(&m, MSG_GIADDR, IP(192, 168, 1, 9));
		a = msg_step(&k, &m);
		if (i < 2)
			ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
		else
			ck_assert_ptr_nonnull(act_note(a, NOTE_PROXY, 0));
		k.now.mono_ms += 4000;
	}
	for (i = 2; i < 5; i++) {
		/* Another machine, with the same xid; then another xid. */
		boots(&m, PACKET_DISCOVER, 7);
		m.buf[i < 4 ? 33 : 7] = (uint8_t)(i + 1);
		a = msg_step(&k, &m);
		ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
		k.now.mono_ms += 4000;
	}
}
END_TEST

/* A style of the configuration is kept to. */
START_TEST(repetition_of_chosen)
{
	const struct actions *a;
	struct dhcp_msg m;
	int i;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	style(RECORD_PXE_BINL, "");
	case_ready(&k);
	for (i = 0; i < 5; i++) {
		boots(&m, PACKET_DISCOVER, 7);
		a = msg_step(&k, &m);
		ck_assert((act_note(a, NOTE_PROXY, 0) != NULL) == (i >= 3));
		ck_assert(reply_parse(&r, act_find(a, ACTION_SEND, 0)->data,
		    act_find(a, ACTION_SEND, 0)->len));
		ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
		k.now.mono_ms += 4000;
	}
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

static void
part(uint8_t code, uint8_t len)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SUBOPTION;
	rec.u.suboption.how = RECORD_SUB_VENDOR;
	rec.u.suboption.code = code;
	rec.u.suboption.len = len;
	case_add(&k, &rec);
}

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
		part((uint8_t)(100 + i), _i == 0 ? 130 : RECORD_SUB_MAX);
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	msg_opt(&m, OPT_MAX_SIZE, "\5\334", 2);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_uint_gt(walk_vendor(), 4);
	ck_assert_uint_eq(k.e->reply.nomitted, 0);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_uint_ge(walk_vendor(), 2);
	ck_assert_uint_eq(k.e->reply.nomitted, 0);
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

/* A menu without entries is none; RISC-V is UEFI, PowerPC is not. */
START_TEST(styles_without_services)
{
	struct dhcp_msg m;

	case_boot(&k, "file", "", 0, "");
	style(RECORD_PXE_MENU, "menu");
	match_number(OPT_ARCH, 2, 0, "menu");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
	boots(&m, PACKET_DISCOVER, 27);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	boots(&m, PACKET_DISCOVER, 12);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
}
END_TEST

/* ------------------------------------------------- with an address */

static void
setup_full(void)
{
	setup_proxy();
	case_range(&k, FIRST, LAST, "", "");
}

START_TEST(full_bios)
{
	struct dhcp_msg m;

	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot BIOS", "undionly.kpxe", 0, "");
	case_boot(&k, "pxelinux.0", "", OTHER_SERVER, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(r.yiaddr >= FIRST && r.yiaddr <= LAST);
	is_boot("pxelinux.0", "", OTHER_SERVER);
	is_option(OPT_VENDOR_CLASS, "PXEClient", 9);
	is_option(
	    OPT_VENDOR_ENCAP, VENDOR("\6\1\3\12\4\0PXE\10\7\200\0\1\300\250\1\1"
				     "\11\14\200\0\11Boot BIOS\377"));
	/* Other clients see nothing of it. */
	msg_begin(&m, PACKET_DISCOVER, 2, 2);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	ck_assert(!packet_has(&r, OPT_VENDOR_CLASS));
}
END_TEST

/* UEFI with one service asks port 4011, where dnsmasq is silent. */
START_TEST(full_efi)
{
	struct dhcp_msg m;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_boot(&k, "pxelinux.0", "", OTHER_SERVER, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(r.yiaddr >= FIRST && r.yiaddr <= LAST);
	is_boot("", "", CASE_SERVER);
	is_option(OPT_VENDOR_CLASS, "PXEClient", 9);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	asks_port(&m, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	is_boot("snponly.efi", "192.168.1.1", CASE_SERVER);
}
END_TEST

/* No service for it: option 43 says to use the file. */
START_TEST(full_other)
{
	struct dhcp_msg m;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_boot(&k, "pxelinux.0", "", OTHER_SERVER, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("pxelinux.0", "", OTHER_SERVER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
	/* Also if neither 60 nor 43 is asked for. */
	msg_begin(&m, PACKET_DISCOVER, 3, 3);
	msg_opt(&m, OPT_VENDOR_CLASS, CLASS_BIOS, sizeof(CLASS_BIOS) - 1);
	msg_opt(&m, OPT_PARAMETERS, "\1\103", 2);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("pxelinux.0", "", OTHER_SERVER);
	is_option(OPT_VENDOR_CLASS, "PXEClient", 9);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
}
END_TEST

/* An option 43 of the configuration is kept, if there is no menu. */
START_TEST(full_option)
{
	struct dhcp_msg m;

	service(7, "A", "a.efi", 0, "");
	service(7, "B", "b.efi", 0, "");
	case_option(&k, OPT_VENDOR_ENCAP, "\1\1\1", 3, false, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\1\1\1"));
	is_option(OPT_UUID, UUID, UUID_LEN);
	boots(&m, PACKET_DISCOVER, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_VENDOR_CLASS, "PXEClient", 9);
	is_boot("", "", CASE_SERVER);
}
END_TEST

/* A loader with a line of its own is sent to that alone. */
START_TEST(full_loader)
{
	struct dhcp_msg m;

	service(0, "iPXE", "undionly.kpxe", 0, "");
	match_loader();
	case_boot(&k, "http://192.168.1.1/boot.ipxe", "", 0, "ipxe");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	msg_opt(&m, OPT_IPXE, "\1\1\1", 3);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("http://192.168.1.1/boot.ipxe", "", CASE_SERVER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
}
END_TEST

Suite *suite_dhcp_pxe(void);

Suite *
suite_dhcp_pxe(void)
{
	Suite *s = suite_create("dhcp_pxe");
	TCase *proxy = tcase_create("proxy"), *full = tcase_create("full");

	tcase_add_checked_fixture(proxy, setup_proxy, teardown);
	tcase_add_test(proxy, offer_of_one_service);
	tcase_add_test(proxy, offer_of_menu);
	tcase_add_test(proxy, offer_of_other_servers);
	tcase_add_test(proxy, offer_of_boot);
	tcase_add_test(proxy, binl);
	tcase_add_loop_test(proxy, binl_of_boot, 0, 2);
	tcase_add_loop_test(proxy, items, 0, 2);
	tcase_add_test(proxy, bad_items);
	tcase_add_test(proxy, destinations);
	tcase_add_test(proxy, silence);
	tcase_add_test(proxy, nothing_to_boot);
	tcase_add_test(proxy, reflection);
	tcase_add_loop_test(proxy, many_parts, 0, 2);
	tcase_add_test(proxy, small_message);
	tcase_add_test(proxy, styles_without_services);
	tcase_add_test(proxy, repetition_of_others);
	tcase_add_test(proxy, ignored);
	tcase_add_test(proxy, loader);
	tcase_add_loop_test(proxy, styles, 0, 2);
	tcase_add_test(proxy, repetition);
	tcase_add_test(proxy, repetition_of_chosen);
	tcase_add_test(proxy, large_menu);
	suite_add_tcase(s, proxy);
	tcase_add_checked_fixture(full, setup_full, teardown);
	tcase_add_test(full, full_bios);
	tcase_add_test(full, full_efi);
	tcase_add_test(full, full_other);
	tcase_add_test(full, full_option);
	tcase_add_test(full, full_loader);
	suite_add_tcase(s, full);
	return s;
}

UNIT_MAIN(suite_dhcp_pxe)
