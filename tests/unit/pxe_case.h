/* SPDX-License-Identifier: ISC */
/* PXE clients, a DHCP proxy, and what the replies to them must have. */
#ifndef TESTS_UNIT_PXE_CASE_H
#define TESTS_UNIT_PXE_CASE_H

#include "dhcpd/proxy.h"
#include "tests/unit/dhcp_fixture.h"

static struct packet r;

#define CLIENT_ADDR IP(192, 168, 1, 77)
#define CLASS_BIOS "PXEClient:Arch:00000:UNDI:002001"
#define OTHER_SERVER IP(192, 168, 1, 2)
#define UUID "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20"
#define UUID_LEN 17
#define VENDOR(s) s, sizeof(s) - 1

static inline void
proxy_range(const char *tags)
{
	struct record rec = { .kind = RECORD_RANGE };

	rec.u.range.mode = RECORD_RANGE_PROXY;
	rec.u.range.start = rec.u.range.end = IP(192, 168, 1, 0);
	rec.u.range.lease_s = 3600;
	case_tags(&rec.u.range.tags, tags);
	case_add(&k, &rec);
}

/* A proxy for requests with these tags, in place of the usual server. */
static inline void
setup_proxy_of(const char *tags)
{
	memset(&k, 0, sizeof(k));
	k.now.wall_s = CASE_WALL;
	k.now.mono_ms = 1000000;
	case_conf(&k);
	proxy_range(tags);
}

static inline void
setup_proxy(void)
{
	setup_proxy_of("");
}

static uint16_t next_type = RECORD_SERVICE_OWN;

static inline void
service(uint16_t arch, const char *text, const char *file, uint32_t addr,
    const char *tags)
{
	struct record rec = { .kind = RECORD_SERVICE };

	rec.u.service.arch = arch;
	if (file[0] != '\0')
		rec.u.service.type = next_type++;
	(void)snprintf(rec.u.service.text, RECORD_MENU_MAX, "%s", text);
	(void)snprintf(rec.u.service.file, RECORD_FILE_MAX, "%s", file);
	rec.u.service.addr = addr;
	case_tags(&rec.u.service.tags, tags);
	case_add(&k, &rec);
}

/* A type of boot server; addr 0: whichever answers. */
static inline void
server(uint16_t arch, uint16_t type, const char *text, uint32_t addr)
{
	struct record rec = { .kind = RECORD_SERVICE };

	rec.u.service.arch = arch;
	rec.u.service.type = type;
	rec.u.service.addr = addr;
	(void)snprintf(rec.u.service.text, RECORD_MENU_MAX, "%s", text);
	case_add(&k, &rec);
}

static inline void
prompt(const char *text, uint8_t seconds)
{
	struct record rec = { .kind = RECORD_PROMPT };

	(void)snprintf(rec.u.prompt.text, RECORD_MENU_MAX, "%s", text);
	rec.u.prompt.seconds = seconds;
	case_add(&k, &rec);
}

static inline void
style(enum record_pxe_how how, const char *tags)
{
	struct record rec = { .kind = RECORD_PXE_STYLE };

	rec.u.pxe_style.how = (uint8_t)how;
	case_tags(&rec.u.pxe_style.tags, tags);
	case_add(&k, &rec);
}

/* A message of firmware; arch -1: without option 93. */
static inline void
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
static inline void
asks_port(struct dhcp_msg *m, int arch)
{
	boots(m, PACKET_REQUEST, arch);
	msg_field(m, MSG_CIADDR, CLIENT_ADDR);
	m->from = CLIENT_ADDR;
	m->pxe = m->unicast = true;
}

/* The answers to both, in r. */
static inline void
offered(int arch)
{
	struct dhcp_msg m;

	boots(&m, PACKET_DISCOVER, arch);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
}

static inline void
acked(int arch)
{
	struct dhcp_msg m;

	asks_port(&m, arch);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
}

/* The reply to a message, which is also in r. */
static inline const struct action *
sent(struct dhcp_msg *m)
{
	const struct action *s = case_sent(&k, msg_step(&k, m));

	ck_assert_ptr_nonnull(s);
	ck_assert(reply_parse(&r, s->data, s->len));
	return s;
}

static inline void
is_option(uint8_t code, const char *want, size_t n)
{
	size_t len = 0;
	const uint8_t *opt = packet_option(&r, code, &len);

	ck_assert_msg(opt != NULL && len == n && memcmp(opt, want, n) == 0,
	    "option %u has %zu bytes instead of %zu, or others", code, len, n);
}

static inline void
is_boot(const char *file, const char *sname, uint32_t siaddr)
{
	ck_assert_str_eq((const char *)r.file, file);
	ck_assert_str_eq((const char *)r.sname, sname);
	ck_assert_uint_eq(r.siaddr, siaddr);
}

/* Option 43 says to use the file. */
static inline void
is_bypass(void)
{
	is_option(OPT_VENDOR_ENCAP, VENDOR("\6\1\10\12\4\0PXE\377"));
}

/* What each reply of a proxy has, and what only a DHCP server sends. */
static inline void
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

/* Sets the tag "ipxe" for iPXE. */
static inline void
match_loader(void)
{
	struct record rec = { .kind = RECORD_MATCH };

	rec.u.match.how = RECORD_MATCH_PRESENT;
	rec.u.match.code = OPT_IPXE;
	(void)strcpy(rec.u.match.set, "ipxe");
	case_add(&k, &rec);
}

#endif
