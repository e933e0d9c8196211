/* SPDX-License-Identifier: ISC */
/* dhcp-option and dhcp-match: both name options in the same way. */
#include "confd/directives_option.h"

#include <string.h>

#include "confd/diag.h"
#include "confd/option.h"
#include "confd/spelling.h"
#include "confd/suboption.h"
#include "confd/suggest.h"
#include "confd/tags.h"
#include "confd/value.h"
#include "daemon/dhcp_option.h"
#include "daemon/plural.h"

/* max: the bytes that the value may have. */
static void
option_complain(struct config *c, uint8_t code, enum option_result r,
    unsigned int max, const char *value)
{
	static const char *const wants[OPTION_RESULT_MAX] = {
		[OPTION_BAD_ADDRESS] = "IPv4 addresses with commas between",
		[OPTION_PREFIX] = "IPv4 addresses without a prefix length",
		[OPTION_BAD_NUMBER] = "a number",
		[OPTION_BAD_TIME] = "a time, like 45m, 12h or infinite",
		[OPTION_BAD_LIST] =
		    "one number or octets like 01:02:03; quote it if it is text",
		[OPTION_BAD_HEX] = "hexadecimal octets with colons between",
		[OPTION_BAD_DOMAIN] = "domain names with commas between",
		[OPTION_BAD_ROUTES] = "pairs of NETWORK/BITS,ROUTER",
		[OPTION_NUMBER_LARGE] = "a number that fits its width",
	};
	char label[DHCP_OPTION_LABEL];
	const char *name = code == OPTION_NO_TYPE
			       ? "a sub-option"
			       : dhcp_option_label(code, label);

	if (r != OPTION_LONG)
		diag_error(c, "%s takes %s, not \"%s\"", name, wants[r],
		    diag_show(c, value));
	else
		diag_error(c, "%s takes at most %u bytes%s, not \"%s\"", name,
		    max,
		    max == RECORD_OPT_MAX ? ", as a reply has no room for more"
					  : "",
		    diag_show(c, value));
}

/* A number that dnsmasq takes for text. */
static void
option_reread(struct config *c, uint8_t code, const struct option_value *v,
    const char *shown)
{
	char name[DHCP_OPTION_LABEL];

	if (v->reread)
		diag_warn(c,
		    "%s: \"%s\" is read as %u, where dnsmasq reads text; write the number",
		    dhcp_option_label(code, name), diag_show(c, shown),
		    v->value);
}

/* A token that names an option; sent: the option is one to send. */
enum code_result { CODE_NONE, CODE_FOUND, CODE_BAD };

static void
code_unknown(struct config *c, const char *name, bool sent)
{
	const struct dhcp_option *o = suggest_option(name);

	if (o == NULL)
		diag_error(c, "unknown option \"%s\"; write its number",
		    diag_show(c, name));
	else if (o->code == OPT_SERVER_IP)
		diag_error(c,
		    "unknown option \"%s\"; give the next server as the third part of dhcp-boot",
		    diag_show(c, name));
	else if (sent && o->number_only)
		diag_error(c,
		    "unknown option \"%s\"; write %u, the number of \"%s\"",
		    diag_show(c, name), o->code, o->name);
	else
		diag_error(c,
		    "unknown option \"%s\"; did you mean \"%s\" (number %u)?",
		    diag_show(c, name), o->name, o->code);
}

static enum code_result
code_by_name(struct config *c, const char *name, bool sent, uint8_t *code)
{
	const struct dhcp_option *o = dhcp_option_find_name(name);

	if (o != NULL && o->code == OPT_SERVER_IP && !sent) {
		diag_error(c,
		    "option:server-ip-address is a field of replies; no client sends it");
		return CODE_BAD;
	}
	if (o == NULL) {
		code_unknown(c, name, sent);
		return CODE_BAD;
	}
	*code = o->code;
	if (!sent || !o->number_only)
		return CODE_FOUND;
	if (dhcp_option_reserved(o->code))
		diag_error(c,
		    "option:%s cannot be set by dhcp-option; remove the line",
		    o->name);
	else
		diag_error(c,
		    "option:%s is accepted by its number alone; write %u",
		    o->name, o->code);
	return CODE_BAD;
}

/* Forms of dnsmasq that this version does not support here. */
static bool
code_foreign(struct config *c, const struct token *p)
{
	struct token q = *p;

	if (token_prefix(&q, "option6:")) {
		config_skip_v6(c);
		return true;
	}
	if (!token_prefix(&q, "vi-encap:"))
		return false;
	diag_error(
	    c, "vi-encap: is not supported by this version; remove the line");
	return true;
}

static enum code_result
option_code(struct config *c, struct token *p, bool sent, uint8_t *code)
{
	uint64_t n;

	if (value_is_digits(p->text)) {
		if (!value_number(p->text, OPT_END - 1, &n) || n == 0) {
			diag_error(c,
			    "option number %s is out of range; write 1 to 254",
			    diag_show(c, p->text));
			return CODE_BAD;
		}
		*code = (uint8_t)n;
		return CODE_FOUND;
	}
	if (token_prefix(p, "option:"))
		return code_by_name(c, p->text, sent, code);
	return code_foreign(c, p) ? CODE_BAD : CODE_NONE;
}

/* Warns of a line that is accepted, but does not do what it says. */
static void
option_review(struct config *c, const struct record_option *o)
{
	char name[DHCP_OPTION_LABEL];

	if (dhcp_option_reserved(o->code))
		diag_warn(c,
		    "%s cannot be set by dhcp-option; this line has no effect%s",
		    dhcp_option_label(o->code, name),
		    o->code == OPT_LEASE_TIME
			? "; set the lease time in dhcp-range"
			: "");
	else if (o->len > 0 && !dhcp_option_valid(o->code, o->data, o->len))
		diag_warn(c,
		    "%s takes %s; clients may ignore this value of %u byte%s",
		    dhcp_option_label(o->code, name),
		    option_type_text(dhcp_option_find(o->code)->type), o->len,
		    plural(o->len));
}

/* One tag to test, in any of the forms that dnsmasq accepts. */
static bool
option_tag(struct config *c, struct token *p, struct record_tags *t)
{
	if (p->len == 0) {
		diag_error(c,
		    "empty argument; write [tag:TAG,]NUMBER|option:NAME,VALUE");
		return false;
	}
	if (!token_prefix(p, "set:"))
		return tags_add_word(c, p, t);
	diag_warn(c,
	    "set:%s tests the tag here, it does not set it; write tag:%s",
	    diag_show(c, p->text), diag_show(c, p->text));
	return tags_add_test(c, p->text, t);
}

/* No option is named; a tag may be meant as one. */
static void
option_missing(struct config *c, const struct record_tags *t)
{
	const struct dhcp_option *o = NULL;
	size_t i;

	for (i = 0; i < t->n && o == NULL; i++)
		if ((o = dhcp_option_find_name(t->tag[i].name)) == NULL)
			o = suggest_option(t->tag[i].name);
	if (o == NULL)
		diag_error(
		    c, "the option is missing; write a number or option:NAME");
	else
		diag_error(c,
		    "\"%s\" is read as a tag, and the option is missing; write %s%s%s%u",
		    diag_show(c, t->tag[i - 1].name),
		    o->number_only ? "its number, " : "option:",
		    o->number_only ? "" : o->name, o->number_only ? "" : " or ",
		    o->code);
}

/* A line with encap:, vi-encap: or vendor:; tags may follow that, too. */
static void
suboption_add(struct config *c, struct record_suboption *s, struct tokens *a)
{
	struct record rec = { .kind = RECORD_SUBOPTION };
	unsigned int max =
	    s->how == RECORD_SUB_VI ? RECORD_SUB_VI_MAX : RECORD_SUB_MAX;
	char shown[LEXER_LINE_MAX + 1];
	struct option_value v;
	enum option_result r;
	struct token p;
	uint64_t code;
	bool more;

	while ((more = tags_next(c, a, &p)) && tags_cut_prefix(&p))
		if (!tags_add_test(c, p.text, &s->tags))
			return;
	if (!more || !value_number(p.text, OPT_END - 1, &code) || code == 0) {
		diag_error(c,
		    "the number of the sub-option is missing; write %s,NUMBER,VALUE with 1 to 254",
		    suboption_form(s->how));
		return;
	}
	s->code = (uint8_t)code;
	if (tokens_rest(a, &p)) {
		memcpy(shown, p.text, p.len + 1);
		r = option_value_encode(OPTION_NO_TYPE, &p, false, &v);
		if (r == OPTION_OK && v.len > max)
			r = OPTION_LONG;
		if (r != OPTION_OK) {
			option_complain(c, OPTION_NO_TYPE, r, max, shown);
			return;
		}
		memcpy(s->data, v.data, v.len);
		s->len = (uint8_t)v.len;
	}
	rec.u.suboption = *s;
	(void)config_add(c, &rec);
}

void
directive_option(struct config *c, const struct token *value, uint8_t of)
{
	bool force = of == DIRECTIVE_OPTION_FORCE;
	bool pxe = of == DIRECTIVE_OPTION_PXE;
	struct record_suboption sub = { .force = force, .pxe = pxe };
	struct record rec = { .kind = RECORD_OPTION };
	struct record_option *o = &rec.u.option;
	enum code_result found = CODE_NONE;
	struct option_value v;
	enum option_result r;
	struct tokens a;
	struct token p;
	char shown[LEXER_LINE_MAX + 1];

	tokens_init(&a, value);
	while (found == CODE_NONE && tags_next(c, &a, &p)) {
		switch (suboption_prefix(c, &p, &sub)) {
		case SUBOPTION_OK:
			sub.tags = o->tags;
			suboption_add(c, &sub, &a);
			return;
		case SUBOPTION_BAD:
			return;
		case SUBOPTION_NONE:
			break;
		}
		found = option_code(c, &p, true, &o->code);
		if (found == CODE_NONE && !option_tag(c, &p, &o->tags))
			return;
	}
	if (found == CODE_NONE)
		option_missing(c, &o->tags);
	if (found != CODE_FOUND)
		return;
	if (tokens_rest(&a, &p)) {
		memcpy(shown, p.text, p.len + 1);
		r = option_value_encode(o->code, &p, false, &v);
		if (r != OPTION_OK) {
			option_complain(c, o->code, r, RECORD_OPT_MAX, shown);
			return;
		}
		option_reread(c, o->code, &v, shown);
		memcpy(o->data, v.data, v.len);
		o->len = v.len;
		o->self = v.self;
	}
	o->force = force;
	o->pxe = pxe;
	option_review(c, o);
	(void)config_add(c, &rec);
}

/* A value in hexadecimal, as in 0x7. */
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
	diag_warn(c,
	    "%s is read as the number %u, where dnsmasq compares with the text; write it in decimal",
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

/* Encodes the value that the option is compared with. */
static bool
match_value_encode(struct config *c, struct record_match *m, struct token *p)
{
	const struct dhcp_option *o = dhcp_option_find(m->code);
	uint8_t width = o == NULL ? 0 : dhcp_option_width(o->type);
	char shown[LEXER_LINE_MAX + 1];
	struct option_value v;
	enum option_result r;

	if (!token_is_quoted(p) && match_0x(c, m, p->text, width))
		return true;
	if (m->code == OPT_VENDOR_CLASS || m->code == OPT_USER_CLASS)
		spelling_class(c, p);
	memcpy(shown, p->text, p->len + 1);
	r = option_value_encode(m->code, p, true, &v);
	if (r == OPTION_OK) {
		option_reread(c, m->code, &v, shown);
		match_value(m, &v);
		return true;
	}
	option_complain(c, m->code, r, RECORD_MATCH_MAX, shown);
	if (r == OPTION_BAD_NUMBER && shown[strcspn(shown, ",; ")] != '\0')
		diag_note(c,
		    "for several values write a dhcp-match for each, with the same tag");
	return false;
}

static void
match_code_bad(struct config *c, const char *name)
{
	const struct dhcp_option *o = dhcp_option_find_name(name);

	if (o == NULL)
		o = suggest_option(name);
	if (o == NULL)
		diag_error(c,
		    "\"%s\" is neither an option's number nor option:NAME",
		    diag_show(c, name));
	else
		diag_error(c,
		    "\"%s\" is not the number of an option; write option:%s or %u",
		    diag_show(c, name), o->name, o->code);
}

/* Whether a line begins with the option, in place of the tag. */
static bool
match_lacks_tag(const char *s)
{
	static const char *const options[] = {
		"option:", "option6:", "encap:", "vi-encap:", "vendor:"
	};
	size_t n = strspn(s, "0123456789"), i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strncmp(s, options[i], strlen(options[i])) == 0)
			return true;
	return n > 0 && (s[n] == ',' || s[n] == '\0');
}

void
directive_match(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_MATCH };
	struct record_match *m = &rec.u.match;
	enum code_result found;
	struct tokens a;
	struct token p;

	tokens_init(&a, value);
	if (match_lacks_tag(value->text)) {
		diag_error(c, "the tag to set is missing; write set:TAG,%s",
		    diag_show(c, value->text));
		return;
	}
	if (!tags_take_target(c, &a, m->set))
		return;
	if (!tags_next(c, &a, &p)) {
		diag_error(c,
		    "the option is missing; write set:%s,NUMBER|option:NAME[,VALUE]",
		    diag_show(c, m->set));
		return;
	}
	found = option_code(c, &p, false, &m->code);
	if (found == CODE_NONE)
		match_code_bad(c, p.text);
	if (found != CODE_FOUND)
		return;
	m->how = RECORD_MATCH_PRESENT;
	if (tokens_rest(&a, &p) && p.len > 0 && !match_value_encode(c, m, &p))
		return;
	(void)config_add(c, &rec);
}
