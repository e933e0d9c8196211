/* SPDX-License-Identifier: ISC */
/* Directives that set tags, or that are chosen by them. */
#include "confd/directives_tags.h"

#include <string.h>

#include "confd/argument.h"
#include "confd/diag.h"
#include "confd/spelling.h"
#include "confd/tags.h"
#include "confd/value.h"
#include "daemon/endpoint.h"

/* Bytes of a host name with its NUL (RFC 1035 2.3.4). */
#define DIRECTIVE_LABEL_MAX 64

/*
 * The tag that a line sets, and the text after it, which is called `what`.
 * False if either is missing or too long; that is reported.
 */
static bool
match_read(struct config *c, const struct token *value, const char *what,
    struct record_match *m, struct token *p)
{
	struct tokens a;

	tokens_init(&a, value);
	if (!tags_take_target(c, &a, m->set))
		return false;
	if (!tokens_rest(&a, p) || p->len == 0) {
		diag_error(c, "%s is missing; write set:%s,TEXT", what,
		    diag_show(c, m->set));
		return false;
	}
	return true;
}

/* The text itself. */
static bool
match_text(struct config *c, const struct token *p, const char *what,
    struct record_match *m)
{
	if (p->len > sizeof(m->data)) {
		diag_error(c, "%s is longer than %d bytes; shorten it", what,
		    RECORD_MATCH_MAX);
		return false;
	}
	memcpy(m->data, p->text, p->len);
	m->len = (uint16_t)p->len;
	return true;
}

/* A tag, and text that is looked for within an option. */
void
directive_class(struct config *c, const struct token *value, uint8_t how)
{
	struct record rec = { .kind = RECORD_MATCH };
	struct record_match *m = &rec.u.match;
	struct token p;

	m->how = how;
	if (!match_read(c, value, "the text to look for", m, &p))
		return;
	if (how == RECORD_MATCH_VENDORCLASS &&
	    token_prefix(&p, "enterprise:")) {
		config_skip_v6(c);
		return;
	}
	spelling_class(c, &p);
	if (match_text(c, &p, "the text to look for", m))
		(void)config_add(c, &rec);
}

void
directive_mac(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_MATCH };
	struct record_match *m = &rec.u.match;
	enum value_mac_result r;
	struct tokens a;
	struct token p;

	m->how = RECORD_MATCH_MAC;
	tokens_init(&a, value);
	if (!tags_take_target(c, &a, m->set))
		return;
	if (!tokens_rest(&a, &p)) {
		diag_error(c,
		    "the hardware address is missing; write set:%s,52:54:00:*:*:*",
		    diag_show(c, m->set));
		return;
	}
	r = value_mac(p.text, &m->mac);
	if (r == VALUE_MAC_BAD || r == VALUE_MAC_LONG) {
		diag_error(c,
		    "\"%s\" is not a hardware address like 52:54:00:12:34:56 or 52:54:00:*:*:*",
		    diag_show(c, p.text));
		return;
	}
	if (r == VALUE_MAC_DASHED)
		diag_warn(c,
		    "%s is read as a hardware address of six octets, where dnsmasq reads the first as its type; write it with colons",
		    diag_show(c, p.text));
	else
		spelling_mac(c, &p, &m->mac);
	(void)config_add(c, &rec);
}

/* A tag, and what a relay agent says of the client: octets or text. */
void
directive_agent(struct config *c, const struct token *value, uint8_t how)
{
	struct record rec = { .kind = RECORD_MATCH };
	struct record_match *m = &rec.u.match;
	struct token p;
	int n = -1;

	m->how = how;
	if (!match_read(c, value, "the identifier", m, &p))
		return;
	if (!token_is_quoted(&p) && strchr(p.text, ':') != NULL)
		n = value_hex(p.text, m->data, NULL, sizeof(m->data));
	if (n >= 1)
		m->len = (uint16_t)n;
	else if (!match_text(c, &p, "the identifier", m))
		return;
	(void)config_add(c, &rec);
}

/* NAME, or the beginning of names with a '*' at its end; '*' is any name. */
void
directive_name_match(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_MATCH };
	struct record_match *m = &rec.u.match;
	struct tokens a;
	struct token p;
	size_t n;

	m->how = RECORD_MATCH_NAME;
	tokens_init(&a, value);
	if (!tags_take_target(c, &a, m->set))
		return;
	n = tokens_rest(&a, &p) ? p.len : 0;
	if (n > 0 && p.text[n - 1] == '*') {
		m->how = RECORD_MATCH_NAME_PREFIX;
		n--;
	}
	if ((n == 0 && m->how == RECORD_MATCH_NAME) ||
	    n >= DIRECTIVE_LABEL_MAX || memchr(p.text, '*', n) != NULL ||
	    memchr(p.text, '.', n) != NULL) {
		diag_error(c,
		    "a host name is missing or not valid; write set:%s,NAME, or NAME* for its beginning, without a domain",
		    diag_show(c, m->set));
		return;
	}
	memcpy(m->data, p.text, n);
	m->len = (uint16_t)n;
	(void)config_add(c, &rec);
}

/* Tags of clients that are treated in a way of their own; none: all. */
void
directive_choice(struct config *c, const struct token *value, uint8_t of)
{
	struct record rec = { .kind = RECORD_CHOICE, .u.choice.of = of };
	struct tokens a;
	struct token p;

	tokens_init(&a, value);
	while (tags_next(c, &a, &p))
		if (!tags_add_word(c, &p, &rec.u.choice.tags))
			return;
	(void)config_add(c, &rec);
}

void
directive_reply_delay(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_REPLY_DELAY };
	struct record_reply_delay *d = &rec.u.reply_delay;
	struct tokens a;
	struct token p;
	bool more;
	uint64_t n;

	tokens_init(&a, value);
	while ((more = tags_next(c, &a, &p)) && tags_cut_prefix(&p))
		if (!tags_add_test(c, p.text, &d->tags))
			return;
	if (!more) {
		diag_error(
		    c, "the time is missing; write [tag:TAG,...]SECONDS");
		return;
	}
	if (!value_number(p.text, RECORD_REPLY_DELAY_MAX, &n)) {
		diag_error(c,
		    "\"%s\" is not a time of 0 to %d seconds; write [tag:TAG,...]SECONDS",
		    diag_show(c, p.text), RECORD_REPLY_DELAY_MAX);
		return;
	}
	if (tokens_next(&a, &p)) {
		diag_error(c, "unexpected \"%s\"; write [tag:TAG,...]SECONDS",
		    diag_show(c, p.text));
		return;
	}
	d->seconds = (uint8_t)n;
	(void)config_add(c, &rec);
}

void
directive_tag_if(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_TAGIF };
	struct record_tagif *t = &rec.u.tagif;
	struct tokens a;
	struct token p;

	tokens_init(&a, value);
	while (tags_next(c, &a, &p)) {
		bool ok;

		if (token_prefix(&p, "set:")) {
			ok = tags_add_set(c, p.text, &t->set);
		} else if (token_prefix(&p, "tag:")) {
			ok = tags_add_test(c, p.text, &t->tags);
		} else {
			diag_error(c,
			    "\"%s\" has no prefix; write set:TAG or tag:TAG",
			    diag_show(c, p.text));
			ok = false;
		}
		if (!ok)
			return;
	}
	if (t->set.n == 0) {
		diag_error(c, "nothing is set; write set:TAG,tag:TAG...");
		return;
	}
	(void)config_add(c, &rec);
}

void
directive_ignore(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_IGNORE };
	struct tokens a;
	struct token p;

	tokens_init(&a, value);
	while (tags_next(c, &a, &p))
		if (!tags_add_word(c, &p, &rec.u.ignore.tags))
			return;
	(void)config_add(c, &rec);
}

/* The third part of dhcp-boot is not an address. */
static void
boot_server_complain(
    struct config *c, const struct record_boot *b, const char *server)
{
	uint32_t addr, mask;
	char text[16];

	if (value_ip4_prefix(server, &addr, &mask))
		diag_error(c,
		    "\"%s\" has a prefix length; write the address of the server alone: %s",
		    diag_show(c, server), ip4_text(addr, text));
	else if (value_ip4(b->sname, &addr))
		diag_error(c,
		    "address and name of the server are exchanged; write FILE,%s,%s",
		    diag_show(c, server), b->sname);
	else
		diag_error(c,
		    "\"%s\" is not the address of a server: dnsmasq resolves names, pxeguard does not; write FILE,,ADDRESS, or FILE alone if this server has the file",
		    diag_show(c, server));
}

/* The next server: an address in the third place, or in the second. */
static bool
boot_server(struct config *c, struct record_boot *b, struct tokens *a)
{
	struct token p;
	uint32_t addr;

	if (!tokens_next(a, &p) || p.len == 0) {
		if (value_ip4(b->sname, &addr)) {
			b->addr = addr;
			diag_warn(c,
			    "%s is used as the next server, where dnsmasq sends it as a name and itself as the server; write FILE,,%s",
			    b->sname, b->sname);
		}
		return true;
	}
	if (!value_ip4(p.text, &b->addr)) {
		boot_server_complain(c, b, p.text);
		return false;
	}
	if (tokens_rest(a, &p) && p.len > 0) {
		diag_error(c,
		    "unexpected \"%s\"; write FILE,SERVERNAME,ADDRESS",
		    diag_show(c, p.text));
		return false;
	}
	return true;
}

/* A file name that looks like something else; whether that was reported. */
static bool
boot_review(struct config *c, const struct token *p)
{
	static const char *const prefixes[] = {
		"vendor:", "option:", "interface:", "class:", "mac:", "arch:"
	};
	size_t i;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct token q = *p;

		if (!token_prefix(&q, prefixes[i]))
			continue;
		diag_warn(c,
		    "\"%s\" has no meaning here: \"%s\" is read as the file name; set a tag, and write tag:NAME,FILE",
		    prefixes[i], diag_show(c, p->text));
		return true;
	}
	return false;
}

void
directive_boot(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_BOOT };
	struct record_boot *b = &rec.u.boot;
	bool more, tag, told;
	struct config_entry *e;
	struct tokens a;
	struct token p;

	tokens_init(&a, value);
	while ((more = tags_next(c, &a, &p))) {
		tag = tags_cut_prefix(&p);
		if (!tag && token_prefix(&p, "set:")) {
			tag = true;
			diag_warn(c,
			    "set:%s is read as tag:%s, where dnsmasq reads the file name; write tag:%s",
			    diag_show(c, p.text), diag_show(c, p.text),
			    diag_show(c, p.text));
		}
		if (!tag)
			break;
		if (!tags_add_test(c, p.text, &b->tags))
			return;
	}
	if (!more) {
		diag_error(c,
		    "the file is missing; write [tag:TAG,...]FILE[,SERVERNAME[,ADDRESS]]");
		return;
	}
	told = boot_review(c, &p);
	if (!argument_file(c, &p, b->file, sizeof(b->file)))
		return;
	if (tokens_next(&a, &p) && !argument_text(c, &p, b->sname,
				       sizeof(b->sname), "the server name"))
		return;
	if (!boot_server(c, b, &a))
		return;
	if (b->tags.n == 0 && b->file[0] == '\0' && b->sname[0] == '\0' &&
	    b->addr == 0)
		diag_error(c,
		    "file and server are missing; write FILE[,SERVERNAME[,ADDRESS]]");
	else if ((e = config_add(c, &rec)) != NULL)
		e->told = told;
}
