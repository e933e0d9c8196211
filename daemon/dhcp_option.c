/* SPDX-License-Identifier: ISC */
/* The table of DHCP options, and how their values are shown. */
#include "daemon/dhcp_option.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/buf.h"
#include "daemon/endpoint.h"
#include "daemon/log.h"

#define C DHCP_OPTION_BY_CLIENT
#define S DHCP_OPTION_BY_SERVER
#define A DHCP_OPTION_BY_ADMIN
#define R DHCP_OPTION_BY_RELAY

#define NUMBER true /* dhcp-option takes it by number only */

/* clang-format off */
/* In the order of codes; of RFC 2132 unless another one is named. */
static const struct dhcp_option table[] = {
	/* code, type,                 set by,    by number, name */
	{   1, DHCP_OPTION_ADDR,       S | A,     false, "netmask" },
	{   2, DHCP_OPTION_S32,        A,         false, "time-offset" },
	{   3, DHCP_OPTION_ADDRS,      S | A,     false, "router" },
	{   6, DHCP_OPTION_ADDRS,      S | A,     false, "dns-server" },
	{   7, DHCP_OPTION_ADDRS,      A,         false, "log-server" },
	{   9, DHCP_OPTION_ADDRS,      A,         false, "lpr-server" },
	{  12, DHCP_OPTION_TEXT,       C | S | A, NUMBER, "hostname" },
	{  13, DHCP_OPTION_U16,        A,         false, "boot-file-size" },
	{  15, DHCP_OPTION_TEXT,       S | A,     false, "domain-name" },
	{  16, DHCP_OPTION_ADDR,       A,         false, "swap-server" },
	{  17, DHCP_OPTION_TEXT,       A,         false, "root-path" },
	{  18, DHCP_OPTION_TEXT,       A,         false, "extension-path" },
	{  19, DHCP_OPTION_U8,         A,         false, "ip-forward-enable" },
	{  20, DHCP_OPTION_U8,         A,         false, "non-local-source-routing" },
	{  21, DHCP_OPTION_ADDR_PAIRS, A,         false, "policy-filter" },
	{  22, DHCP_OPTION_U16,        A,         false, "max-datagram-reassembly" },
	{  23, DHCP_OPTION_U8,         A,         false, "default-ttl" },
	{  26, DHCP_OPTION_U16,        A,         false, "mtu" },
	{  27, DHCP_OPTION_U8,         A,         false, "all-subnets-local" },
	{  28, DHCP_OPTION_ADDR,       S | A,     NUMBER, "broadcast" },
	{  31, DHCP_OPTION_U8,         A,         false, "router-discovery" },
	{  32, DHCP_OPTION_ADDR,       A,         false, "router-solicitation" },
	{  33, DHCP_OPTION_ADDR_PAIRS, A,         false, "static-route" },
	{  34, DHCP_OPTION_U8,         A,         false, "trailer-encapsulation" },
	{  35, DHCP_OPTION_U32,        A,         false, "arp-timeout" },
	{  36, DHCP_OPTION_U8,         A,         false, "ethernet-encap" },
	{  37, DHCP_OPTION_U8,         A,         false, "tcp-ttl" },
	{  38, DHCP_OPTION_U32,        A,         false, "tcp-keepalive" },
	{  40, DHCP_OPTION_TEXT,       A,         false, "nis-domain" },
	{  41, DHCP_OPTION_ADDRS,      A,         false, "nis-server" },
	{  42, DHCP_OPTION_ADDRS,      A,         false, "ntp-server" },
	{  43, DHCP_OPTION_OPAQUE,     C | S | A, NUMBER, "vendor-encap" },
	{  44, DHCP_OPTION_ADDRS,      A,         false, "netbios-ns" },
	{  45, DHCP_OPTION_ADDRS,      A,         false, "netbios-dd" },
	{  46, DHCP_OPTION_U8,         A,         false, "netbios-nodetype" },
	{  47, DHCP_OPTION_OPAQUE,     A,         false, "netbios-scope" },
	{  48, DHCP_OPTION_ADDRS,      A,         false, "x-windows-fs" },
	{  49, DHCP_OPTION_ADDRS,      A,         false, "x-windows-dm" },
	{  50, DHCP_OPTION_ADDR,       C,         NUMBER, "requested-address" },
	{  51, DHCP_OPTION_SECONDS,    C | S,     NUMBER, "lease-time" },
	{  52, DHCP_OPTION_U8,         C | S,     NUMBER, "option-overload" },
	{  53, DHCP_OPTION_U8,         C | S,     NUMBER, "message-type" },
	{  54, DHCP_OPTION_ADDR,       C | S,     NUMBER, "server-identifier" },
	{  55, DHCP_OPTION_OPAQUE,     C,         NUMBER, "parameter-request" },
	{  56, DHCP_OPTION_CLASS,      C | S | A, NUMBER, "message" },
	{  57, DHCP_OPTION_U16,        C,         NUMBER, "max-message-size" },
	{  58, DHCP_OPTION_SECONDS,    S | A,     false, "T1" },
	{  59, DHCP_OPTION_SECONDS,    S | A,     false, "T2" },
	{  60, DHCP_OPTION_CLASS,      C | S | A, false, "vendor-class" },
	{  61, DHCP_OPTION_OPAQUE,     C,         NUMBER, "client-id" },
	{  64, DHCP_OPTION_TEXT,       A,         false, "nis+-domain" },
	{  65, DHCP_OPTION_ADDRS,      A,         false, "nis+-server" },
	{  66, DHCP_OPTION_TEXT,       A,         false, "tftp-server" },
	{  67, DHCP_OPTION_TEXT,       A,         false, "bootfile-name" },
	{  68, DHCP_OPTION_ADDRS,      A,         false, "mobile-ip-home" },
	{  69, DHCP_OPTION_ADDRS,      A,         false, "smtp-server" },
	{  70, DHCP_OPTION_ADDRS,      A,         false, "pop3-server" },
	{  71, DHCP_OPTION_ADDRS,      A,         false, "nntp-server" },
	{  74, DHCP_OPTION_ADDRS,      A,         false, "irc-server" },
	{  77, DHCP_OPTION_CLASS,      C | A,     false, "user-class" }, /* RFC 3004 */
	{  80, DHCP_OPTION_OPAQUE,     C | A,     false, "rapid-commit" }, /* RFC 4039 */
	{  81, DHCP_OPTION_OPAQUE,     C | S,     NUMBER, "FQDN" }, /* RFC 4702 */
	{  82, DHCP_OPTION_OPAQUE,     R,         NUMBER, "agent-id" }, /* RFC 3046 */
	{  93, DHCP_OPTION_U16S,       C | A,     false, "client-arch" }, /* RFC 4578 */
	{  94, DHCP_OPTION_OPAQUE,     C | A,     false, "client-interface-id" }, /* RFC 4578 */
	{  97, DHCP_OPTION_OPAQUE,     C | A,     false, "client-machine-id" }, /* RFC 4578 */
	{ 100, DHCP_OPTION_TEXT,       A,         false, "posix-timezone" }, /* RFC 4833 */
	{ 101, DHCP_OPTION_TEXT,       A,         false, "tzdb-timezone" }, /* RFC 4833 */
	{ 108, DHCP_OPTION_U32,        A,         false, "ipv6-only" }, /* RFC 8925 */
	{ 118, DHCP_OPTION_ADDR,       C | A,     NUMBER, "subnet-select" }, /* RFC 3011 */
	{ 119, DHCP_OPTION_DOMAINS,    A,         false, "domain-search" }, /* RFC 3397 */
	{ 120, DHCP_OPTION_SIP,        A,         false, "sip-server" }, /* RFC 3361 */
	{ 121, DHCP_OPTION_ROUTES,     A,         false, "classless-static-route" }, /* RFC 3442 */
	{ 125, DHCP_OPTION_OPAQUE,     C | A,     false, "vendor-id-encap" }, /* RFC 3925 */
	{ 150, DHCP_OPTION_ADDRS,      A,         false, "tftp-server-address" }, /* RFC 5859 */
	/* Those that dnsmasq has no name for. */
	{ 175, DHCP_OPTION_OPAQUE,     C | A,     false, "ipxe" },
	{ 208, DHCP_OPTION_OPAQUE,     A,         false, "pxelinux-magic" }, /* RFC 5071 */
	{ 209, DHCP_OPTION_CLASS,      A,         false, "pxelinux-config-file" }, /* RFC 5071 */
	{ 210, DHCP_OPTION_CLASS,      A,         false, "pxelinux-path-prefix" }, /* RFC 5071 */
	{ 211, DHCP_OPTION_U32,        A,         false, "pxelinux-reboot-time" }, /* RFC 5071 */
	{ 249, DHCP_OPTION_ROUTES,     A,         false, "ms-classless-static-route" },
	/* No option of RFC 2132: the header's field for the next server. */
	{ OPT_SERVER_IP, DHCP_OPTION_ADDR, A,     false, "server-ip-address" },
};
/* clang-format on */

#define ROWS (sizeof(table) / sizeof(table[0]))
#define HEX_MAX 32 /* octets that are shown of an opaque value */

const struct dhcp_option *
dhcp_option_row(size_t i)
{
	return i < ROWS ? &table[i] : NULL;
}

const struct dhcp_option *
dhcp_option_find(uint8_t code)
{
	size_t low = 0, high = ROWS;

	while (low < high) {
		size_t i = (low + high) / 2;

		if (table[i].code == code)
			return &table[i];
		if (table[i].code < code)
			low = i + 1;
		else
			high = i;
	}
	return NULL;
}

const struct dhcp_option *
dhcp_option_find_name(const char *name)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (strcasecmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

const char *
dhcp_option_name(uint8_t code)
{
	const struct dhcp_option *o = dhcp_option_find(code);

	return o == NULL ? "" : o->name;
}

const char *
dhcp_option_label(uint8_t code, char dst[DHCP_OPTION_LABEL])
{
	const char *name = dhcp_option_name(code);

	if (name[0] == '\0')
		(void)snprintf(dst, DHCP_OPTION_LABEL, "option %u", code);
	else
		(void)snprintf(
		    dst, DHCP_OPTION_LABEL, "option %u (%s)", code, name);
	return dst;
}

bool
dhcp_option_reserved(uint8_t code)
{
	const struct dhcp_option *o = dhcp_option_find(code);

	return o != NULL && (o->by & DHCP_OPTION_BY_ADMIN) == 0;
}

uint8_t
dhcp_option_width(uint8_t type)
{
	switch (type) {
	case DHCP_OPTION_U8:
		return 1;
	case DHCP_OPTION_U16:
	case DHCP_OPTION_U16S:
		return 2;
	case DHCP_OPTION_U32:
	case DHCP_OPTION_S32:
	case DHCP_OPTION_SECONDS:
		return 4;
	default:
		return 0;
	}
}

/* Whether a value of this many octets can be of this type. */
static bool
length_ok(uint8_t type, size_t len)
{
	switch (type) {
	case DHCP_OPTION_ADDR:
		return len == 4;
	case DHCP_OPTION_ADDRS:
		return len > 0 && len % 4 == 0;
	case DHCP_OPTION_ADDR_PAIRS:
		return len > 0 && len % 8 == 0;
	case DHCP_OPTION_U16S:
		return len > 0 && len % 2 == 0;
	case DHCP_OPTION_U8:
	case DHCP_OPTION_U16:
	case DHCP_OPTION_U32:
	case DHCP_OPTION_S32:
	case DHCP_OPTION_SECONDS:
		return len == dhcp_option_width(type);
	case DHCP_OPTION_SIP:
		return len > 1;
	case DHCP_OPTION_TEXT:
	case DHCP_OPTION_DOMAINS:
	case DHCP_OPTION_ROUTES:
		return len > 0;
	default:
		return true;
	}
}

/* A line that grows; what does not fit is cut off. */
struct shown {
	char *p;
	size_t room; /* with the NUL */
};

__attribute__((format(printf, 2, 3))) static void
shown_add(struct shown *s, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(s->p, s->room, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= s->room)
		n = (int)s->room - 1;
	s->p += n;
	s->room -= (size_t)n;
}

static void
shown_hex(struct shown *s, const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len && i < HEX_MAX; i++)
		shown_add(s, "%s%02x", i == 0 ? "" : ":", p[i]);
	if (len > HEX_MAX)
		shown_add(s, "...");
}

static void
shown_addrs(struct shown *s, struct reader *r)
{
	const char *comma = "";
	char ip[16];

	for (; r->left >= 4; comma = ", ")
		shown_add(s, "%s%s", comma, ip4_text(reader_u32(r), ip));
}

static void
shown_numbers(struct shown *s, struct reader *r, uint8_t type)
{
	uint8_t width = dhcp_option_width(type), i;
	const char *comma = "";

	for (; r->left >= width; comma = ", ") {
		uint32_t v = 0;

		for (i = 0; i < width; i++)
			v = v << 8 | reader_u8(r);
		if (type == DHCP_OPTION_S32)
			shown_add(s, "%s%d", comma, (int32_t)v);
		else
			shown_add(s, "%s%u", comma, v);
	}
}

/* "10.0.0.0/8 via 192.168.1.1"; false for what is not of RFC 3442. */
static bool
shown_routes(struct shown *s, struct reader *r)
{
	const char *comma = "";
	char net[16], router[16];

	for (; r->left > 0; comma = ", ") {
		uint8_t bits = reader_u8(r), i;
		uint32_t addr = 0, gateway;

		for (i = 0; i < bits && i < 32; i += 8)
			addr |= (uint32_t)reader_u8(r) << (24 - i);
		gateway = reader_u32(r);
		if (r->failed || bits > 32)
			return false;
		shown_add(s, "%s%s/%u via %s", comma, ip4_text(addr, net), bits,
		    ip4_text(gateway, router));
	}
	return true;
}

/* Names from `from` on; false for what is not of RFC 1035. */
static bool
shown_domains(struct shown *s, const uint8_t *p, size_t len, size_t from)
{
	char name[DHCP_OPTION_DOMAIN], text[4 * DHCP_OPTION_DOMAIN];
	size_t at = from;
	int n;

	while (at < len) {
		const char *comma = at == from ? "" : ", ";

		if ((n = dhcp_option_domain(p, len, &at, name)) == -1)
			return false;
		shown_add(s, "%s%s", comma,
		    log_escape(text, sizeof(text), name, (size_t)n));
	}
	return true;
}

/* By its type; false when its type does not allow it. */
static bool
shown_typed(struct shown *s, uint8_t type, const uint8_t *p, size_t len)
{
	struct reader r;

	reader_init(&r, p, len);
	if (!length_ok(type, len))
		return false;
	switch (type) {
	case DHCP_OPTION_TEXT:
	case DHCP_OPTION_CLASS:
		log_escape(s->p, s->room, p, len);
		return true;
	case DHCP_OPTION_ADDR:
	case DHCP_OPTION_ADDRS:
	case DHCP_OPTION_ADDR_PAIRS:
		shown_addrs(s, &r);
		return true;
	case DHCP_OPTION_DOMAINS:
		return shown_domains(s, p, len, 0);
	case DHCP_OPTION_SIP:
		if (reader_u8(&r) == 0)
			return shown_domains(s, p, len, 1);
		if (p[0] != 1 || r.left % 4 != 0)
			return false;
		shown_addrs(s, &r);
		return true;
	case DHCP_OPTION_ROUTES:
		return shown_routes(s, &r);
	case DHCP_OPTION_OPAQUE:
		shown_hex(s, p, len);
		return true;
	default:
		shown_numbers(s, &r, type);
		return true;
	}
}

bool
dhcp_option_valid(uint8_t code, const void *value, size_t len)
{
	const struct dhcp_option *o = dhcp_option_find(code);
	char text[8]; /* the rest is cut off */
	struct shown s = { text, sizeof(text) };

	return o == NULL || shown_typed(&s, o->type, value, len);
}

const char *
dhcp_option_show(
    char *dst, size_t dstsz, uint8_t code, const void *value, size_t len)
{
	const struct dhcp_option *o = dhcp_option_find(code);
	struct shown s = { dst, dstsz };

	dst[0] = '\0';
	if (o == NULL || !shown_typed(&s, o->type, value, len)) {
		s = (struct shown){ dst, dstsz };
		shown_hex(&s, value, len);
	}
	return dst;
}

int
dhcp_option_domain(
    const uint8_t *value, size_t len, size_t *at, char name[DHCP_OPTION_DOMAIN])
{
	size_t i = *at, n = 0, end = 0;

	while (i < len) {
		size_t label = value[i];

		if (label >= 0xc0) {
			size_t to;

			if (i + 1 >= len)
				return -1;
			to = (label & 0x3f) << 8 | value[i + 1];
			if (end == 0)
				end = i + 2;
			if (to >= i)
				return -1;
			i = to;
			continue;
		}
		if (label == 0) {
			*at = end == 0 ? i + 1 : end;
			name[n] = '\0';
			return (int)n;
		}
		if (label > 63 || i + 1 + label > len ||
		    n + 1 + label >= DHCP_OPTION_DOMAIN)
			return -1;
		if (n > 0)
			name[n++] = '.';
		memcpy(name + n, value + i + 1, label);
		n += label;
		i += 1 + label;
	}
	return -1;
}
