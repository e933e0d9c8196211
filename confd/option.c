/* SPDX-License-Identifier: ISC */
/* The table of DHCP options, and how their values are written. */
#include "confd/option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "confd/value.h"

/* clang-format off */
static const struct option_info options[] = {
	{   1, "netmask",                  OPTION_ADDRS,   0, false },
	{   2, "time-offset",              OPTION_NUMBER,  4, false },
	{   3, "router",                   OPTION_ADDRS,   0, false },
	{   6, "dns-server",               OPTION_ADDRS,   0, false },
	{   7, "log-server",               OPTION_ADDRS,   0, false },
	{   9, "lpr-server",               OPTION_ADDRS,   0, false },
	{  12, "hostname",                 OPTION_TEXT,    0, true },
	{  13, "boot-file-size",           OPTION_NUMBER,  2, false },
	{  15, "domain-name",              OPTION_TEXT,    0, false },
	{  16, "swap-server",              OPTION_ADDRS,   0, false },
	{  17, "root-path",                OPTION_TEXT,    0, false },
	{  18, "extension-path",           OPTION_TEXT,    0, false },
	{  19, "ip-forward-enable",        OPTION_NUMBER,  1, false },
	{  20, "non-local-source-routing", OPTION_NUMBER,  1, false },
	{  21, "policy-filter",            OPTION_ADDRS,   0, false },
	{  22, "max-datagram-reassembly",  OPTION_NUMBER,  2, false },
	{  23, "default-ttl",              OPTION_NUMBER,  1, false },
	{  26, "mtu",                      OPTION_NUMBER,  2, false },
	{  27, "all-subnets-local",        OPTION_NUMBER,  1, false },
	{  28, "broadcast",                OPTION_ADDRS,   0, true },
	{  31, "router-discovery",         OPTION_NUMBER,  1, false },
	{  32, "router-solicitation",      OPTION_ADDRS,   0, false },
	{  33, "static-route",             OPTION_ADDRS,   0, false },
	{  34, "trailer-encapsulation",    OPTION_NUMBER,  1, false },
	{  35, "arp-timeout",              OPTION_NUMBER,  4, false },
	{  36, "ethernet-encap",           OPTION_NUMBER,  1, false },
	{  37, "tcp-ttl",                  OPTION_NUMBER,  1, false },
	{  38, "tcp-keepalive",            OPTION_NUMBER,  4, false },
	{  40, "nis-domain",               OPTION_TEXT,    0, false },
	{  41, "nis-server",               OPTION_ADDRS,   0, false },
	{  42, "ntp-server",               OPTION_ADDRS,   0, false },
	{  43, "vendor-encap",             OPTION_ANY,     0, true },
	{  44, "netbios-ns",               OPTION_ADDRS,   0, false },
	{  45, "netbios-dd",               OPTION_ADDRS,   0, false },
	{  46, "netbios-nodetype",         OPTION_NUMBER,  1, false },
	{  47, "netbios-scope",            OPTION_ANY,     0, false },
	{  48, "x-windows-fs",             OPTION_ADDRS,   0, false },
	{  49, "x-windows-dm",             OPTION_ADDRS,   0, false },
	{  50, "requested-address",        OPTION_ADDRS,   0, true },
	{  51, "lease-time",               OPTION_TIME,    4, true },
	{  52, "option-overload",          OPTION_ANY,     0, true },
	{  53, "message-type",             OPTION_ANY,     0, true },
	{  54, "server-identifier",        OPTION_ADDRS,   0, true },
	{  55, "parameter-request",        OPTION_ANY,     0, true },
	{  56, "message",                  OPTION_ANY,     0, true },
	{  57, "max-message-size",         OPTION_ANY,     0, true },
	{  58, "T1",                       OPTION_TIME,    4, false },
	{  59, "T2",                       OPTION_TIME,    4, false },
	{  60, "vendor-class",             OPTION_ANY,     0, false },
	{  61, "client-id",                OPTION_ANY,     0, true },
	{  64, "nis+-domain",              OPTION_TEXT,    0, false },
	{  65, "nis+-server",              OPTION_ADDRS,   0, false },
	{  66, "tftp-server",              OPTION_TEXT,    0, false },
	{  67, "bootfile-name",            OPTION_TEXT,    0, false },
	{  68, "mobile-ip-home",           OPTION_ADDRS,   0, false },
	{  69, "smtp-server",              OPTION_ADDRS,   0, false },
	{  70, "pop3-server",              OPTION_ADDRS,   0, false },
	{  71, "nntp-server",              OPTION_ADDRS,   0, false },
	{  74, "irc-server",               OPTION_ADDRS,   0, false },
	{  77, "user-class",               OPTION_ANY,     0, false },
	{  80, "rapid-commit",             OPTION_ANY,     0, false },
	{  81, "fqdn",                     OPTION_ANY,     0, true },
	{  82, "agent-info",               OPTION_ANY,     0, true },
	{  93, "client-arch",              OPTION_NUMBER,  2, false },
	{  94, "client-interface-id",      OPTION_ANY,     0, false },
	{  97, "client-machine-id",        OPTION_ANY,     0, false },
	{ 100, "posix-timezone",           OPTION_TEXT,    0, false },
	{ 101, "tzdb-timezone",            OPTION_TEXT,    0, false },
	{ 108, "ipv6-only",                OPTION_NUMBER,  4, false },
	{ 118, "subnet-select",            OPTION_ANY,     0, true },
	{ 119, "domain-search",            OPTION_DOMAINS, 0, false },
	{ 120, "sip-server",               OPTION_ANY,     0, false },
	{ 121, "classless-static-route",   OPTION_ANY,     0, false },
	{ 125, "vendor-id-encap",          OPTION_ANY,     0, false },
	{ 150, "tftp-server-address",      OPTION_ADDRS,   0, false },
};
/* clang-format on */

#define OPTIONS (sizeof(options) / sizeof(options[0]))
#define OPTION_SIP 120 /* RFC 3361: an octet tells names from addresses */
#define OPTION_ROUTES 121
#define OPTION_ROUTES_OLD 249 /* the same by another vendor */

const struct option_info *
option_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < OPTIONS; i++)
		if (strcasecmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

const struct option_info *
option_by_code(uint8_t code)
{
	size_t i;

	for (i = 0; i < OPTIONS; i++)
		if (options[i].code == code)
			return &options[i];
	return NULL;
}

const char *
option_text(uint8_t code, char dst[48])
{
	const struct option_info *o = option_by_code(code);

	if (o == NULL)
		(void)snprintf(dst, 48, "option %u", code);
	else
		(void)snprintf(dst, 48, "option %u (%s)", code, o->name);
	return dst;
}

/* What a value looks like, byte by byte; hidden bytes are only text. */
struct look {
	unsigned int dots, colons, slashes, dashes, commas, digits, stars;
	unsigned int hex_letters, others;
	bool quoted;
};

static struct look
look_at(const struct piece *p)
{
	struct look k = { 0 };
	size_t i;

	for (i = 0; i < p->len; i++) {
		char ch = p->text[i];

		if (p->hidden[i])
			k.quoted = true;
		else if (ch == '.')
			k.dots++;
		else if (ch == ':')
			k.colons++;
		else if (ch == '/')
			k.slashes++;
		else if (ch == '-')
			k.dashes++;
		else if (ch == ',')
			k.commas++;
		else if (ch == '*')
			k.stars++;
		else if (ch >= '0' && ch <= '9')
			k.digits++;
		else if (strchr("abcdefABCDEF", ch) != NULL)
			k.hex_letters++;
		else if (ch != ' ')
			k.others++;
	}
	return k;
}

static bool
looks_hex(const struct look *k, bool match)
{
	return !k->quoted && k->colons > 0 && k->others == 0 && k->dots == 0 &&
	       k->slashes == 0 && k->commas == 0 && k->dashes == 0 &&
	       (match || k->stars == 0);
}

static bool
looks_address(const struct piece *p, const struct look *k)
{
	return !k->quoted && k->digits > 0 && k->dots > 0 && k->others == 0 &&
	       k->hex_letters == 0 && k->colons == 0 && k->dashes == 0 &&
	       k->stars == 0 && p->text[0] != '/';
}

/* A number with an optional sign and one of b, s, i for its width. */
static bool
number_parse(const struct piece *p, int64_t *value, uint8_t *width)
{
	const char *s = p->text;
	bool negative = *s == '-';
	int64_t v = 0;

	if (piece_quoted(p))
		return false;
	if (negative)
		s++;
	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++)
		if (v <= UINT32_MAX)
			v = v * 10 + (*s - '0');
	*width = 0;
	if (*s == 'b')
		*width = 1;
	else if (*s == 's')
		*width = 2;
	else if (*s == 'i')
		*width = 4;
	if (*width != 0)
		s++;
	*value = negative ? -v : v;
	return *s == '\0';
}

/* The bytes that a number needs. */
static uint8_t
number_width(int64_t v)
{
	if (v >= -128 && v <= UINT8_MAX)
		return 1;
	if (v >= -32768 && v <= UINT16_MAX)
		return 2;
	if (v >= INT32_MIN && v <= UINT32_MAX)
		return 4;
	return 8;
}

static enum option_result
number_encode(int64_t v, uint8_t width, struct option_value *out)
{
	int i;

	if (width == 0)
		width = number_width(v);
	if (number_width(v) > width || width > 4)
		return OPTION_NUMBER_LARGE;
	for (i = 0; i < width; i++)
		out->data[i] = (uint8_t)((uint64_t)v >> (8 * (width - 1 - i)));
	out->len = width;
	out->number = true;
	out->width = width;
	out->value =
	    width == 4 ? (uint32_t)v : (uint32_t)v & ((1U << (8 * width)) - 1);
	return OPTION_OK;
}

/* A network as RFC 3442 writes it: its length, and the octets that count. */
static bool
net_encode(struct writer *w, uint32_t net, const char *bits)
{
	uint64_t n, i;

	if (!value_number(bits, 32, &n))
		return false;
	writer_u8(w, (uint8_t)n);
	for (i = 0; i < n; i += 8)
		writer_u8(w, (uint8_t)(net >> (24 - i)));
	return true;
}

/*
 * Addresses and networks.  Of 121 each network must be followed by its
 * router.
 */
static enum option_result
addrs_encode(struct piece *rest, bool routes, struct writer *w, bool *self)
{
	bool net = false, zero = false, after_net = false;
	struct args a;
	struct piece p;
	uint32_t addr;
	char *slash;

	args_init(&a, rest);
	while (args_next(&a, &p)) {
		if ((slash = strchr(p.text, '/')) != NULL)
			*slash = '\0';
		if (!value_ip4(p.text, &addr) || piece_quoted(&p))
			return OPTION_BAD_ADDRESS;
		if (routes && (slash != NULL) == after_net)
			return OPTION_BAD_ROUTES;
		after_net = slash != NULL;
		if (slash == NULL) {
			writer_u32(w, addr);
			if (addr == 0)
				zero = true;
		} else if (net_encode(w, addr, slash + 1)) {
			net = true;
		} else {
			return OPTION_BAD_ADDRESS;
		}
	}
	if (routes && after_net)
		return OPTION_BAD_ROUTES;
	/* Zero cannot be told from the rest once networks are among it. */
	*self = zero && !net;
	return OPTION_OK;
}

static enum option_result
hex_encode(const struct piece *p, bool match, struct option_value *out)
{
	int n = value_hex(
	    p->text, out->data, match ? out->wild : NULL, sizeof(out->data));

	if (n == -2)
		return OPTION_LONG;
	if (n < 0)
		return OPTION_BAD_HEX;
	out->len = (uint16_t)n;
	out->hex = true;
	return OPTION_OK;
}

static enum option_result
time_encode(const struct piece *p, struct option_value *out)
{
	uint32_t seconds;

	if (strcmp(p->text, "infinite") == 0)
		seconds = RECORD_LEASE_INFINITE;
	else if (value_time(p->text, &seconds) == VALUE_TIME_BAD)
		return OPTION_BAD_TIME;
	return number_encode(seconds, 4, out);
}

/* What option_encode() writes through a writer. */
static enum option_result
written(struct option_value *out, const struct writer *w, enum option_result r)
{
	if (r == OPTION_OK && w->failed)
		return OPTION_LONG;
	out->len = (uint16_t)w->len;
	return r;
}

static enum option_result
any_encode(
    uint8_t code, struct piece *rest, bool match, struct option_value *out)
{
	struct look k = look_at(rest);
	bool routes = code == OPTION_ROUTES || code == OPTION_ROUTES_OLD;
	struct writer w;
	struct args a;
	uint8_t width;
	int64_t v;

	writer_init(&w, out->data, sizeof(out->data));
	if (looks_hex(&k, match))
		return hex_encode(rest, match, out);
	if (number_parse(rest, &v, &width))
		return number_encode(v, width, out);
	if (looks_address(rest, &k)) {
		if (code == OPTION_SIP)
			writer_u8(&w, 1);
		return written(
		    out, &w, addrs_encode(rest, routes, &w, &out->self));
	}
	if (routes)
		return OPTION_BAD_ROUTES;
	if (code == OPTION_SIP) {
		writer_u8(&w, 0);
		args_init(&a, rest);
		return written(out, &w, option_encode_domains(&a, &w));
	}
	writer_bytes(&w, rest->text, rest->len);
	return written(out, &w, OPTION_OK);
}

enum option_result
option_encode(
    uint8_t code, struct piece *rest, bool match, struct option_value *out)
{
	const struct option_info *o = option_by_code(code);
	enum option_type type =
	    o == NULL ? OPTION_ANY : (enum option_type)o->type;
	struct look k = look_at(rest);
	struct writer w;
	struct args a;
	uint8_t width;
	int64_t v;

	memset(out, 0, sizeof(*out));
	writer_init(&w, out->data, sizeof(out->data));
	if (type == OPTION_NUMBER && looks_hex(&k, match))
		type = OPTION_ANY;
	switch (type) {
	case OPTION_ADDRS:
		return written(
		    out, &w, addrs_encode(rest, false, &w, &out->self));
	case OPTION_NUMBER:
		if (!number_parse(rest, &v, &width))
			return OPTION_BAD_NUMBER;
		return number_encode(v, width == 0 ? o->width : width, out);
	case OPTION_TIME:
		return time_encode(rest, out);
	case OPTION_TEXT:
		writer_bytes(&w, rest->text, rest->len);
		return written(out, &w, OPTION_OK);
	case OPTION_DOMAINS:
		args_init(&a, rest);
		return written(out, &w, option_encode_domains(&a, &w));
	case OPTION_ANY:
		break;
	}
	return any_encode(code, rest, match, out);
}
