/* SPDX-License-Identifier: ISC */
/* Prints values of DHCP options in a form that parses to the same value. */
#include "confd/print_option.h"

#include <inttypes.h>
#include <string.h>

#include "confd/option.h"
#include "daemon/dhcp_option.h"
#include "daemon/endpoint.h"

/* An option value to print. */
struct value {
	uint8_t code;
	uint8_t type; /* enum dhcp_option_type */
	const uint8_t *p;
	size_t len;
	bool self; /* zero addresses mean this server */
	bool match; /* for dhcp-match: hex octets would be read as a prefix */
};

static void form_number(struct out *, const struct value *);

static void
out_addrs(struct out *o, struct reader *r)
{
	const char *comma = "";

	if (r->left == 0 || r->left % 4 != 0)
		o->failed = true;
	for (; r->left >= 4; comma = ",") {
		out_put(o, "%s", comma);
		out_ip4(o, reader_u32(r));
	}
}

static void
out_domains(struct out *o, const uint8_t *p, size_t len, size_t at)
{
	char name[DHCP_OPTION_DOMAIN];
	const char *comma = "";
	int n;

	for (; at < len; comma = ",") {
		if ((n = dhcp_option_domain(p, len, &at, name)) == -1) {
			o->failed = true;
			return;
		}
		out_put(o, "%s", comma);
		out_quoted(o, (const uint8_t *)name, (size_t)n);
	}
}

static void
out_routes(struct out *o, struct reader *r)
{
	const char *comma = "";

	for (; r->left > 0; comma = ",") {
		uint8_t bits = reader_u8(r), i;
		uint32_t net = 0;

		for (i = 0; i < bits && i < 32; i += 8)
			net |= (uint32_t)reader_u8(r) << (24 - i);
		out_put(o, "%s", comma);
		out_ip4(o, net);
		out_put(o, "/%u,", bits);
		out_ip4(o, reader_u32(r));
	}
	if (r->failed)
		o->failed = true;
}

/* Digits, and a letter for a width that is not the option's own. */
static void
out_number(struct out *o, uint8_t type, uint32_t v, size_t width)
{
	static const char suffix[] = { 0, 'b', 's', 0, 'i' };

	if (dhcp_option_width(type) != width)
		out_put(o, "%" PRIu32 "%c", v, suffix[width]);
	else if (type == DHCP_OPTION_SECONDS && v == RECORD_LEASE_INFINITE)
		out_put(o, "infinite");
	else if (type == DHCP_OPTION_S32)
		out_put(o, "%" PRId32, (int32_t)v);
	else
		out_put(o, "%" PRIu32, v);
}

static void
form_typed(struct out *o, const struct value *v)
{
	struct reader r;

	reader_init(&r, v->p, v->len);
	switch (v->type) {
	case DHCP_OPTION_TEXT:
		out_quoted(o, v->p, v->len);
		break;
	case DHCP_OPTION_ADDR:
	case DHCP_OPTION_ADDRS:
	case DHCP_OPTION_ADDR_PAIRS:
		out_addrs(o, &r);
		break;
	case DHCP_OPTION_DOMAINS:
		out_domains(o, v->p, v->len, 0);
		break;
	case DHCP_OPTION_SIP:
		if (reader_u8(&r) == 0)
			out_domains(o, v->p, v->len, 1);
		else
			out_addrs(o, &r);
		break;
	case DHCP_OPTION_ROUTES:
		out_routes(o, &r);
		break;
	default:
		if (v->len != dhcp_option_width(v->type))
			o->failed = true;
		else
			form_number(o, v);
	}
}

static void
form_any_text(struct out *o, const struct value *v)
{
	out_quoted(o, v->p, v->len);
}

static void
form_text(struct out *o, const struct value *v)
{
	if (!out_is_text(v->p, v->len))
		o->failed = true;
	out_quoted(o, v->p, v->len);
}

static void
form_octets(struct out *o, const struct value *v)
{
	out_hex(o, v->p, NULL, v->len);
}

static void
form_number(struct out *o, const struct value *v)
{
	uint32_t number = 0;
	size_t i;

	if (v->len != 1 && v->len != 2 && v->len != 4) {
		o->failed = true;
		return;
	}
	for (i = 0; i < v->len; i++)
		number = number << 8 | v->p[i];
	out_number(o, v->type, number, v->len);
}

static void
form_addrs(struct out *o, const struct value *v)
{
	struct reader r;

	reader_init(&r, v->p, v->len);
	out_addrs(o, &r);
}

/* Whether this text parses to the same value. */
static bool
form_reads_back(const struct value *v, const char *text, size_t len)
{
	static const char name[] = "x=";
	char line[sizeof(name) + 2 * LEXER_LINE_MAX + 2]; /* all escaped */
	struct option_value got;
	struct lexer lx;
	struct line l;

	if (len > sizeof(line) - sizeof(name))
		return false;
	memcpy(line, name, sizeof(name));
	memcpy(line + sizeof(name) - 1, text, len);
	lexer_init(&lx, line, sizeof(name) - 1 + len);
	if (lexer_next(&lx, &l) != LEXER_DIRECTIVE ||
	    option_value_encode(v->code, &l.value, v->match, &got) != OPTION_OK)
		return false;
	if (v->match ? got.number || got.hex : got.self != v->self)
		return false;
	return got.len == v->len && memcmp(got.data, v->p, v->len) == 0;
}

static void
form_choose(struct out *o, const struct value *v)
{
	/* In the order in which they are tried. */
	static void (*const forms[])(struct out *, const struct value *) = {
		form_typed,
		form_text,
		form_octets,
		form_number,
		form_addrs,
		form_any_text,
	};
	struct out before = *o;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		*o = before;
		forms[i](o, v);
		if (!o->failed &&
		    form_reads_back(v, o->p + before.len, o->len - before.len))
			return;
	}
	o->failed = true;
}

static uint8_t
option_type(uint8_t code)
{
	const struct dhcp_option *o = dhcp_option_find(code);

	return o == NULL ? DHCP_OPTION_OPAQUE : o->type;
}

void
print_option_value(struct out *o, const struct record_option *opt)
{
	struct value v = { .code = opt->code,
		.type = option_type(opt->code),
		.p = opt->data,
		.len = opt->len,
		.self = opt->self };

	if (opt->len > 0)
		form_choose(o, &v);
}

void
print_suboption_value(struct out *o, const struct record_suboption *s)
{
	struct value v = { .code = OPTION_NO_TYPE,
		.type = DHCP_OPTION_OPAQUE,
		.p = s->data,
		.len = s->len };

	if (s->len > 0)
		form_choose(o, &v);
}

void
print_option_match(struct out *o, const struct record_match *m)
{
	struct value v = { .code = m->code,
		.type = option_type(m->code),
		.p = m->data,
		.len = m->len,
		.match = true };

	switch (m->how) {
	case RECORD_MATCH_PREFIX:
		out_hex(o, m->data, m->wild, m->len);
		break;
	case RECORD_MATCH_NUMBER:
		out_number(o, v.type, m->number, m->width);
		break;
	case RECORD_MATCH_SUBSTRING:
		form_choose(o, &v);
		break;
	default:
		break;
	}
}
