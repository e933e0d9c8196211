/* SPDX-License-Identifier: ISC */
/* Directives that set tags, or that are chosen by them. */
#include "confd/directive.h"

#include <string.h>

#include "confd/value.h"
#include "daemon/endpoint.h"

/* A tag, and text that is looked for within an option. */
static void
class_add(struct config *c, const struct piece *value, uint8_t how)
{
	struct record rec = { .kind = RECORD_MATCH };
	struct record_match *m = &rec.u.match;
	struct args a;
	struct piece p;

	m->how = how;
	args_init(&a, value);
	if (!config_tag_target(c, &a, m->set))
		return;
	if (!args_rest(&a, &p) || p.len == 0) {
		config_error(c,
		    "the text to look for is missing; write "
		    "set:%s,TEXT",
		    config_show(c, m->set));
		return;
	}
	if (piece_prefix(&p, "enterprise:")) {
		config_error(c, "enterprise: belongs to IPv6, which is not "
				"carried out by this version; remove the line");
		return;
	}
	if (p.len > sizeof(m->data)) {
		config_error(
		    c, "the text is longer than %d bytes", RECORD_OPT_MAX);
		return;
	}
	memcpy(m->data, p.text, p.len);
	m->len = (uint16_t)p.len;
	(void)config_add(c, &rec);
}

void
directive_vendorclass(struct config *c, const struct piece *value)
{
	class_add(c, value, RECORD_MATCH_VENDORCLASS);
}

void
directive_userclass(struct config *c, const struct piece *value)
{
	class_add(c, value, RECORD_MATCH_USERCLASS);
}

void
directive_mac(struct config *c, const struct piece *value)
{
	struct record rec = { .kind = RECORD_MATCH };
	struct record_match *m = &rec.u.match;
	enum value_mac_result r;
	struct args a;
	struct piece p;

	m->how = RECORD_MATCH_MAC;
	args_init(&a, value);
	if (!config_tag_target(c, &a, m->set))
		return;
	if (!args_rest(&a, &p)) {
		config_error(c,
		    "the hardware address is missing; write "
		    "set:%s,52:54:00:*:*:*",
		    config_show(c, m->set));
		return;
	}
	r = value_mac(p.text, &m->mac);
	if (r == VALUE_MAC_BAD || r == VALUE_MAC_LONG) {
		config_error(c,
		    "\"%s\" is not a hardware address like "
		    "52:54:00:12:34:56 or 52:54:00:*:*:*",
		    config_show(c, p.text));
		return;
	}
	if (r == VALUE_MAC_DASHED)
		config_warn(c,
		    "%s is read as a hardware address of six "
		    "octets; dnsmasq would take the first for its "
		    "type. Write it with colons",
		    config_show(c, p.text));
	else if (m->mac.len < 6)
		config_warn(c, "%s has %u octets; an Ethernet address has 6",
		    config_show(c, p.text), m->mac.len);
	(void)config_add(c, &rec);
}

void
directive_tag_if(struct config *c, const struct piece *value)
{
	struct record rec = { .kind = RECORD_TAGIF };
	struct record_tagif *t = &rec.u.tagif;
	struct args a;
	struct piece p;

	args_init(&a, value);
	while (args_next(&a, &p)) {
		bool ok;

		if (piece_prefix(&p, "set:")) {
			ok = config_tag_set(c, p.text, &t->set);
		} else if (piece_prefix(&p, "tag:")) {
			ok = config_tag_test(c, p.text, &t->tags);
		} else {
			config_error(c,
			    "\"%s\" has neither set: nor tag: "
			    "before it",
			    config_show(c, p.text));
			ok = false;
		}
		if (!ok)
			return;
	}
	if (t->set.n == 0) {
		config_error(c, "nothing is set; write set:TAG,tag:TAG...");
		return;
	}
	(void)config_add(c, &rec);
}

void
directive_ignore(struct config *c, const struct piece *value)
{
	struct record rec = { .kind = RECORD_IGNORE };
	struct args a;
	struct piece p;

	args_init(&a, value);
	while (args_next(&a, &p)) {
		if (!config_tag_word(c, &p) ||
		    !config_tag_test(c, p.text, &rec.u.ignore.tags))
			return;
	}
	(void)config_add(c, &rec);
}

/* The next server: an address in the third place, or in the second. */
static bool
boot_server(struct config *c, struct record_boot *b, struct args *a)
{
	struct piece p;
	uint32_t addr;

	if (!args_next(a, &p) || p.len == 0) {
		if (value_ip4(b->sname, &addr)) {
			b->addr = addr;
			config_warn(c,
			    "%s is taken as the next server; dnsmasq "
			    "would send it as a name and itself as "
			    "the server. Write FILE,,%s",
			    b->sname, b->sname);
		}
		return true;
	}
	if (!value_ip4(p.text, &b->addr)) {
		config_error(c,
		    "\"%s\" is not the address of a server; names "
		    "are not looked up by this version",
		    config_show(c, p.text));
		return false;
	}
	if (args_rest(a, &p) && p.len > 0) {
		config_error(c,
		    "\"%s\" is one part too many; write "
		    "FILE,SERVERNAME,ADDRESS",
		    config_show(c, p.text));
		return false;
	}
	return true;
}

/* A file name that looks like something else. */
static void
boot_review(struct config *c, const struct piece *p)
{
	static const char *const prefixes[] = {
		"vendor:", "option:", "interface:", "class:", "mac:", "arch:"
	};
	size_t i;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct piece q = *p;

		if (piece_prefix(&q, prefixes[i]))
			config_warn(c,
			    "there is no \"%s\" here: \"%s\" is read "
			    "as the file's name. Set a tag, and "
			    "write tag:NAME,FILE",
			    prefixes[i], config_show(c, p->text));
	}
}

void
directive_boot(struct config *c, const struct piece *value)
{
	struct record rec = { .kind = RECORD_BOOT };
	struct record_boot *b = &rec.u.boot;
	bool more, tag;
	struct args a;
	struct piece p;

	args_init(&a, value);
	while ((more = args_next(&a, &p))) {
		tag = config_tag_prefix(&p);
		if (!tag && piece_prefix(&p, "set:")) {
			tag = true;
			config_warn(c,
			    "set:%s is read as tag:%s; dnsmasq would "
			    "take it as the file's name",
			    config_show(c, p.text), config_show(c, p.text));
		}
		if (!tag)
			break;
		if (!config_tag_test(c, p.text, &b->tags))
			return;
	}
	if (!more) {
		config_error(c, "the file is missing; write "
				"[tag:TAG,...]FILE[,SERVERNAME[,ADDRESS]]");
		return;
	}
	boot_review(c, &p);
	if (!config_text_copy(c, &p, b->file, sizeof(b->file), "the file"))
		return;
	if (args_next(&a, &p) && !config_text_copy(c, &p, b->sname,
				     sizeof(b->sname), "the server name"))
		return;
	if (!boot_server(c, b, &a))
		return;
	if (b->tags.n == 0 && b->file[0] == '\0' && b->sname[0] == '\0' &&
	    b->addr == 0)
		config_error(c, "the line gives neither file nor server");
	else
		(void)config_add(c, &rec);
}
