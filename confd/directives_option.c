/* SPDX-License-Identifier: ISC */
/* dhcp-option, and dhcp-match, which names options in the same way. */
#include "confd/directive.h"

#include <string.h>
#include <strings.h>

#include "confd/option.h"
#include "confd/value.h"

#define OPTION_END 255 /* also dnsmasq's number for the next server */

static void
option_complain(
    struct config *c, uint8_t code, enum option_result r, const char *value)
{
	char name[48];
	const char *want = "";

	switch (r) {
	case OPTION_OK:
		return;
	case OPTION_BAD_ADDRESS:
		want = "IPv4 addresses with commas between";
		break;
	case OPTION_BAD_NUMBER:
		want = "a number";
		break;
	case OPTION_BAD_TIME:
		want = "a time, like 45m, 12h or infinite";
		break;
	case OPTION_BAD_HEX:
		want = "hexadecimal octets with colons between";
		break;
	case OPTION_BAD_DOMAIN:
		want = "domain names with commas between";
		break;
	case OPTION_BAD_ROUTES:
		want = "pairs of NETWORK/BITS,ROUTER";
		break;
	case OPTION_NUMBER_LARGE:
		want = "a number that fits its width";
		break;
	case OPTION_LONG:
		want = "at most 255 bytes";
		break;
	}
	config_error(c, "%s takes %s, not \"%s\"", option_text(code, name),
	    want, config_show(c, value));
}

/* A piece that says which option is meant; sent: it is one to send. */
enum code_result { CODE_NONE, CODE_FOUND, CODE_BAD };

static enum code_result
code_by_name(struct config *c, const char *name, bool sent, uint8_t *code)
{
	const struct option_info *o = option_by_name(name);

	if (strcasecmp(name, "server-ip-address") == 0) {
		config_error(c, "option:server-ip-address is not carried out "
				"by this version; give the next server as the "
				"third part of dhcp-boot");
		return CODE_BAD;
	}
	if (o == NULL) {
		config_error(c,
		    "there is no option called \"%s\"; give its "
		    "number",
		    config_show(c, name));
		return CODE_BAD;
	}
	*code = o->code;
	if (!sent || !o->internal)
		return CODE_FOUND;
	config_error(c,
	    "option:%s is for the server itself to fill in; remove "
	    "the line, or give the number %u where that is meant",
	    o->name, o->code);
	return CODE_BAD;
}

/* The forms that this version knows of, but does not carry out. */
static bool
code_foreign(struct config *c, const struct piece *p)
{
	static const char *const prefixes[] = {
		"vendor:", "encap:", "vi-encap:", "option6:"
	};
	size_t i;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct piece q = *p;

		if (!piece_prefix(&q, prefixes[i]))
			continue;
		config_error(c,
		    "%s is not carried out by this version; remove "
		    "the line",
		    prefixes[i]);
		return true;
	}
	return false;
}

static enum code_result
option_code(struct config *c, struct piece *p, bool sent, uint8_t *code)
{
	uint64_t n;

	if (p->len > 0 && p->text[strspn(p->text, "0123456789")] == '\0') {
		if (!value_number(p->text, OPTION_END - 1, &n) || n == 0) {
			config_error(c,
			    "option %s: options are numbered from "
			    "1 to 254",
			    config_show(c, p->text));
			return CODE_BAD;
		}
		*code = (uint8_t)n;
		return CODE_FOUND;
	}
	if (piece_prefix(p, "option:"))
		return code_by_name(c, p->text, sent, code);
	return code_foreign(c, p) ? CODE_BAD : CODE_NONE;
}

/* Options that a second sender of them would only confuse. */
static void
option_review(struct config *c, uint8_t code)
{
	static const uint8_t own[] = { 50, 51, 52, 53, 54, 55, 57, 61, 81, 82 };
	char name[48];

	if (memchr(own, code, sizeof(own)) != NULL)
		config_warn(c,
		    "%s is for the server itself to fill in; this "
		    "line changes nothing%s",
		    option_text(code, name),
		    code == 51 ? "; the lease time stands in dhcp-range" : "");
}

/* One tag to test, in any of the forms that were ever written. */
static bool
option_tag(struct config *c, struct piece *p, struct record_tags *t)
{
	if (p->len == 0) {
		config_error(c, "an empty part; write "
				"[tag:TAG,]NUMBER|option:NAME,VALUE");
		return false;
	}
	if (piece_prefix(p, "set:"))
		config_warn(c,
		    "this tests the tag \"%s\", it does not set it; "
		    "write tag:%s",
		    config_show(c, p->text), config_show(c, p->text));
	else if (!config_tag_word(c, p))
		return false;
	return config_tag_test(c, p->text, t);
}

static void
option_add(struct config *c, const struct piece *value, bool force)
{
	struct record rec = { .kind = RECORD_OPTION };
	struct record_option *o = &rec.u.option;
	enum code_result found = CODE_NONE;
	struct option_value v;
	enum option_result r;
	struct args a;
	struct piece p;
	char shown[LEXER_LINE_MAX + 1];

	args_init(&a, value);
	while (found == CODE_NONE && args_next(&a, &p)) {
		found = option_code(c, &p, true, &o->code);
		if (found == CODE_NONE && !option_tag(c, &p, &o->tags))
			return;
	}
	if (found == CODE_NONE)
		config_error(c, "the option is missing; write a number or "
				"option:NAME");
	if (found != CODE_FOUND)
		return;
	if (args_rest(&a, &p)) {
		memcpy(shown, p.text, p.len + 1);
		r = option_encode(o->code, &p, false, &v);
		if (r != OPTION_OK) {
			option_complain(c, o->code, r, shown);
			return;
		}
		memcpy(o->data, v.data, v.len);
		o->len = v.len;
		o->self = v.self;
	}
	o->force = force;
	option_review(c, o->code);
	(void)config_add(c, &rec);
}

void
directive_option(struct config *c, const struct piece *value)
{
	option_add(c, value, false);
}

void
directive_option_force(struct config *c, const struct piece *value)
{
	option_add(c, value, true);
}

/* A value that was meant in hexadecimal: 0x7. */
static bool
match_0x(struct config *c, struct record_match *m, const char *s, uint8_t width)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t v = 0;
	size_t i;

	if (s[0] != '0' || (s[1] != 'x' && s[1] != 'X') || s[2] == '\0' ||
	    width == 0 || strlen(s + 2) > 2U * width)
		return false;
	for (i = 2; s[i] != '\0'; i++) {
		const char *d = strchr(digits,
		    s[i] >= 'A' && s[i] <= 'F' ? s[i] - 'A' + 'a' : s[i]);

		if (d == NULL)
			return false;
		v = v << 4 | (uint32_t)(d - digits);
	}
	m->how = RECORD_MATCH_NUMBER;
	m->width = width;
	m->number = v;
	config_warn(c,
	    "%s is read as the number %u; dnsmasq would compare "
	    "with the text. Write it in decimal",
	    s, v);
	return true;
}

static void
match_value(struct record_match *m, const struct option_value *v)
{
	if (v->number) {
		m->how = RECORD_MATCH_NUMBER;
		m->width = v->width;
		m->number = v->value;
		return;
	}
	m->how = v->hex ? RECORD_MATCH_PREFIX : RECORD_MATCH_SUBSTRING;
	m->len = v->len;
	memcpy(m->data, v->data, v->len);
	if (v->hex)
		memcpy(m->wild, v->wild, v->len);
}

/* What the option is compared with. */
static bool
match_encode(struct config *c, struct record_match *m, struct piece *p)
{
	const struct option_info *o = option_by_code(m->code);
	uint8_t width = o != NULL && o->type == OPTION_NUMBER ? o->width : 0;
	char shown[LEXER_LINE_MAX + 1];
	struct option_value v;
	enum option_result r;

	if (!piece_quoted(p) && match_0x(c, m, p->text, width))
		return true;
	memcpy(shown, p->text, p->len + 1);
	r = option_encode(m->code, p, true, &v);
	if (r == OPTION_OK) {
		match_value(m, &v);
		return true;
	}
	option_complain(c, m->code, r, shown);
	if (r == OPTION_BAD_NUMBER && strchr(shown, ',') != NULL)
		config_note(c, "for several values write a dhcp-match for "
			       "each, with the same tag");
	return false;
}

void
directive_match(struct config *c, const struct piece *value)
{
	struct record rec = { .kind = RECORD_MATCH };
	struct record_match *m = &rec.u.match;
	enum code_result found;
	struct args a;
	struct piece p;

	args_init(&a, value);
	if (!config_tag_target(c, &a, m->set))
		return;
	if (!args_next(&a, &p)) {
		config_error(c,
		    "the option is missing; write "
		    "set:%s,NUMBER|option:NAME[,VALUE]",
		    config_show(c, m->set));
		return;
	}
	found = option_code(c, &p, false, &m->code);
	if (found == CODE_NONE)
		config_error(c,
		    "\"%s\" is neither an option's number nor "
		    "option:NAME",
		    config_show(c, p.text));
	if (found != CODE_FOUND)
		return;
	m->how = RECORD_MATCH_PRESENT;
	if (args_rest(&a, &p) && p.len > 0 && !match_encode(c, m, &p))
		return;
	(void)config_add(c, &rec);
}
