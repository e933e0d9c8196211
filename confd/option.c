/* SPDX-License-Identifier: ISC */
/* The values of DHCP options, from text to the octets that are sent. */
#include "confd/option.h"

#include <string.h>

#include "confd/domains.h"
#include "confd/value.h"
#include "daemon/dhcp_option.h"
#include "daemon/hex.h"

const char *
option_type_text(uint8_t type)
{
	static const char *const texts[DHCP_OPTION_TYPE_MAX] = {
		[DHCP_OPTION_OPAQUE] = "any bytes",
		[DHCP_OPTION_CLASS] = "any bytes",
		[DHCP_OPTION_TEXT] = "text",
		[DHCP_OPTION_ADDR] = "one IPv4 address",
		[DHCP_OPTION_ADDRS] = "IPv4 addresses",
		[DHCP_OPTION_ADDR_PAIRS] = "pairs of IPv4 addresses",
		[DHCP_OPTION_U8] = "a number of 1 byte",
		[DHCP_OPTION_U16] = "a number of 2 bytes",
		[DHCP_OPTION_U16S] = "numbers of 2 bytes",
		[DHCP_OPTION_U32] = "a number of 4 bytes",
		[DHCP_OPTION_S32] = "a number of 4 bytes",
		[DHCP_OPTION_SECONDS] = "a number of 4 bytes",
		[DHCP_OPTION_DOMAINS] = "domain names of RFC 1035",
		[DHCP_OPTION_SIP] = "names or addresses of RFC 3361",
		[DHCP_OPTION_ROUTES] = "networks and routers of RFC 3442",
	};

	return texts[type];
}

/* The kinds of bytes that are in a value; those in quotes are only text. */
enum look {
	LOOK_QUOTED = 1 << 0,
	LOOK_DOT = 1 << 1,
	LOOK_COLON = 1 << 2,
	LOOK_SLASH = 1 << 3,
	LOOK_COMMA = 1 << 4,
	LOOK_STAR = 1 << 5,
	LOOK_DIGIT = 1 << 6,
	LOOK_HEX_LETTER = 1 << 7,
	LOOK_OTHER = 1 << 8
};

static unsigned int
look_byte(char ch)
{
	switch (ch) {
	case ' ':
		return 0;
	case '.':
		return LOOK_DOT;
	case ':':
		return LOOK_COLON;
	case '/':
		return LOOK_SLASH;
	case ',':
		return LOOK_COMMA;
	case '*':
		return LOOK_STAR;
	default:
		if (ch >= '0' && ch <= '9')
			return LOOK_DIGIT;
		return hex_digit_value(ch) >= 0 ? LOOK_HEX_LETTER : LOOK_OTHER;
	}
}

static unsigned int
option_look(const struct token *p)
{
	unsigned int look = 0;
	size_t i;

	for (i = 0; i < p->len; i++)
		look |= p->quoted[i] ? LOOK_QUOTED : look_byte(p->text[i]);
	return look;
}

/* Whether it has all of these kinds, and of others at most the `also` ones. */
static bool
look_is(unsigned int look, unsigned int has, unsigned int also)
{
	return (look & has) == has && (look & ~(has | also)) == 0;
}

static bool
look_is_hex(unsigned int look, bool match)
{
	return look_is(look, LOOK_COLON,
	    LOOK_DIGIT | LOOK_HEX_LETTER | (match ? LOOK_STAR : 0));
}

static bool
look_is_address(unsigned int look, const struct token *p)
{
	return p->text[0] != '/' &&
	       look_is(look, LOOK_DIGIT | LOOK_DOT, LOOK_SLASH | LOOK_COMMA);
}

/* Numbers with commas or blanks between: neither text nor octets. */
static bool
look_is_list(unsigned int look)
{
	return look_is(look, LOOK_DIGIT, LOOK_COMMA);
}

/* A number with an optional sign and one of b, s, i for its width. */
static bool
option_number_parse(const struct token *p, int64_t *value, uint8_t *width)
{
	const char *s = p->text;
	bool negative = *s == '-';
	int64_t v = 0;

	if (token_is_quoted(p))
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

/*
 * The number that is meant by "+3600", and by "2m" for an option in seconds.
 */
static bool
option_number_meant(const struct token *p, bool seconds, int64_t *value)
{
	const char *s = p->text + (p->text[0] == '+' ? 1 : 0);
	uint32_t v;

	if (token_is_quoted(p) || value_time(s, &v) != VALUE_TIME_OK ||
	    (!seconds && !value_is_digits(s)))
		return false;
	*value = v;
	return true;
}

/* The bytes that a number needs. */
static uint8_t
option_number_width(int64_t v)
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
option_number_encode(int64_t v, uint8_t width, struct option_value *out)
{
	int i;

	/* Of its own, a negative number has four bytes, as in dnsmasq. */
	if (width == 0)
		width = v < 0 ? 4 : option_number_width(v);
	if (option_number_width(v) > width || width > 4)
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

/* Encodes a network by RFC 3442: prefix length and significant octets. */
static bool
option_net_encode(struct writer *w, uint32_t net, const char *bits)
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
 * Addresses, and networks where the option may have them.  For routes, each
 * network must be followed by its router.
 */
static enum option_result
option_addrs_encode(
    struct token *rest, uint8_t type, struct writer *w, bool *self)
{
	bool routes = type == DHCP_OPTION_ROUTES;
	bool nets =
	    routes || type == DHCP_OPTION_OPAQUE || type == DHCP_OPTION_CLASS;
	bool net = false, zero = false, after_net = false;
	struct tokens a;
	struct token p;
	uint32_t addr;
	char *slash;

	tokens_init(&a, rest);
	while (tokens_next(&a, &p)) {
		if ((slash = strchr(p.text, '/')) != NULL)
			*slash = '\0';
		if (!value_ip4(p.text, &addr) || token_is_quoted(&p))
			return OPTION_BAD_ADDRESS;
		if (slash != NULL && !nets)
			return OPTION_PREFIX;
		if (routes && (slash != NULL) == after_net)
			return OPTION_BAD_ROUTES;
		after_net = slash != NULL;
		if (slash == NULL) {
			writer_u32(w, addr);
			if (addr == 0)
				zero = true;
		} else if (option_net_encode(w, addr, slash + 1)) {
			net = true;
		} else {
			return OPTION_BAD_ADDRESS;
		}
	}
	if (routes && after_net)
		return OPTION_BAD_ROUTES;
	/*
	 * With networks among them, addresses have no fixed place in the value.
	 */
	*self = zero && !net;
	return OPTION_OK;
}

static enum option_result
option_hex_encode(const struct token *p, bool match, struct option_value *out)
{
	int n = value_hex(p->text, out->data, match ? out->wild : NULL,
	    match ? sizeof(out->wild) : sizeof(out->data));

	if (n == -2)
		return OPTION_LONG;
	if (n < 0)
		return OPTION_BAD_HEX;
	out->len = (uint16_t)n;
	out->hex = true;
	return OPTION_OK;
}

static enum option_result
option_time_encode(const struct token *p, struct option_value *out)
{
	uint32_t seconds;

	if (strcmp(p->text, "infinite") == 0)
		seconds = RECORD_LEASE_INFINITE;
	else if (value_time(p->text, &seconds) == VALUE_TIME_BAD)
		return OPTION_BAD_TIME;
	return option_number_encode(seconds, 4, out);
}

/* Completes a value that was encoded through a writer. */
static enum option_result
written(struct option_value *out, const struct writer *w, enum option_result r)
{
	if (r == OPTION_OK && w->failed)
		return OPTION_LONG;
	out->len = (uint16_t)w->len;
	return r;
}

/*
 * Encodes by the look of the value, as dnsmasq does for options without a type.
 */
static enum option_result
option_any_encode(
    uint8_t type, struct token *rest, bool match, struct option_value *out)
{
	unsigned int look = option_look(rest);
	struct writer w;
	struct tokens a;
	uint8_t width;
	int64_t v;

	writer_init(&w, out->data, sizeof(out->data));
	if (look_is_hex(look, match))
		return option_hex_encode(rest, match, out);
	if (option_number_parse(rest, &v, &width))
		return option_number_encode(v, width, out);
	if (look_is_list(look))
		return OPTION_BAD_LIST;
	if (look_is_address(look, rest)) {
		if (type == DHCP_OPTION_SIP)
			writer_u8(&w, 1);
		return written(
		    out, &w, option_addrs_encode(rest, type, &w, &out->self));
	}
	if (type == DHCP_OPTION_ROUTES)
		return OPTION_BAD_ROUTES;
	if (type == DHCP_OPTION_SIP) {
		writer_u8(&w, 0);
		tokens_init(&a, rest);
		return written(out, &w, domains_encode(&a, &w));
	}
	writer_bytes(&w, rest->text, rest->len);
	return written(out, &w, OPTION_OK);
}

static enum option_result
option_typed_encode(
    uint8_t code, struct token *rest, bool match, struct option_value *out)
{
	const struct dhcp_option *o = dhcp_option_find(code);
	uint8_t type = o == NULL ? DHCP_OPTION_OPAQUE : o->type;
	uint8_t width = dhcp_option_width(type), given = 0;
	unsigned int look = option_look(rest);
	struct writer w;
	struct tokens a;
	int64_t v;

	memset(out, 0, sizeof(*out));
	writer_init(&w, out->data, sizeof(out->data));
	switch (type) {
	case DHCP_OPTION_ADDR:
	case DHCP_OPTION_ADDRS:
	case DHCP_OPTION_ADDR_PAIRS:
		return written(
		    out, &w, option_addrs_encode(rest, type, &w, &out->self));
	case DHCP_OPTION_U8:
	case DHCP_OPTION_U16:
	case DHCP_OPTION_U16S:
	case DHCP_OPTION_U32:
	case DHCP_OPTION_S32:
		if (look_is_hex(look, match))
			return option_hex_encode(rest, match, out);
		if (!option_number_parse(rest, &v, &given)) {
			/* The table has no option of 4 bytes but seconds. */
			out->reread = option_number_meant(rest, width == 4, &v);
			if (!out->reread)
				return OPTION_BAD_NUMBER;
		}
		return option_number_encode(v, given == 0 ? width : given, out);
	case DHCP_OPTION_SECONDS:
		return option_time_encode(rest, out);
	case DHCP_OPTION_TEXT:
		writer_bytes(&w, rest->text, rest->len);
		return written(out, &w, OPTION_OK);
	case DHCP_OPTION_DOMAINS:
		tokens_init(&a, rest);
		return written(out, &w, domains_encode(&a, &w));
	default:
		return option_any_encode(type, rest, match, out);
	}
}

enum option_result
option_value_encode(
    uint8_t code, struct token *rest, bool match, struct option_value *out)
{
	enum option_result r = option_typed_encode(code, rest, match, out);

	if (r == OPTION_OK && match && out->len > RECORD_MATCH_MAX)
		return OPTION_LONG;
	return r;
}
