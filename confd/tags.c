/* SPDX-License-Identifier: ISC */
/* Tags, texts, numbers and paths, with messages about those that are wrong. */
#include "confd/directive.h"

#include <string.h>

#include "confd/value.h"

bool
config_tag_copy(struct config *c, const char *name, char dst[RECORD_TAG_MAX])
{
	size_t n = strlen(name);

	if (n == 0) {
		config_error(c, "a tag has no name");
		return false;
	}
	if (n >= RECORD_TAG_MAX) {
		config_error(c, "tag \"%s\" is longer than %d bytes",
		    config_show(c, name), RECORD_TAG_MAX - 1);
		return false;
	}
	memcpy(dst, name, n + 1);
	return true;
}

static bool
tags_room(struct config *c, const struct record_tags *t)
{
	if (t->n < RECORD_TAGS_MAX)
		return true;
	config_error(c, "more than %d tags on one line", RECORD_TAGS_MAX);
	return false;
}

bool
config_tag_test(struct config *c, const char *name, struct record_tags *t)
{
	bool negate = name[0] == '!' || name[0] == '#';

	if (!tags_room(c, t) ||
	    !config_tag_copy(c, name + (negate ? 1 : 0), t->tag[t->n].name))
		return false;
	t->tag[t->n++].negate = negate;
	return true;
}

bool
config_tag_set(struct config *c, const char *name, struct record_tags *t)
{
	if (!tags_room(c, t) || !config_tag_copy(c, name, t->tag[t->n].name))
		return false;
	if (name[0] == '!' || name[0] == '#')
		config_warn(c,
		    "tag \"%s\" is set under a name that no \"tag:\" "
		    "can test: a leading \"%c\" negates there",
		    config_show(c, name), name[0]);
	t->tag[t->n++].negate = false;
	return true;
}

bool
config_tag_prefix(struct piece *p)
{
	return piece_prefix(p, "tag:") || piece_prefix(p, "net:");
}

bool
config_tag_word(struct config *c, struct piece *p)
{
	if (config_tag_prefix(p) || piece_quoted(p) ||
	    strchr(p->text, ':') == NULL)
		return true;
	config_warn(c,
	    "there is no \"%.*s:\" here; this tests a tag called "
	    "\"%s\". Write tag:NAME",
	    (int)strcspn(p->text, ":") > 32 ? 32 : (int)strcspn(p->text, ":"),
	    config_show(c, p->text), config_show(c, p->text));
	return true;
}

bool
config_tag_target(struct config *c, struct args *a, char dst[RECORD_TAG_MAX])
{
	struct record_tags t = { 0 };
	struct piece p;

	if (!args_next(a, &p)) {
		config_error(c, "a tag to set is missing; write set:NAME,...");
		return false;
	}
	if (!piece_prefix(&p, "set:") && strchr(p.text, ':') != NULL &&
	    !piece_quoted(&p)) {
		if (config_tag_prefix(&p))
			config_warn(c,
			    "this directive sets a tag: read as "
			    "set:%s",
			    config_show(c, p.text));
		else
			config_warn(c,
			    "the tag that this sets is called "
			    "\"%s\", with its colon; write set:NAME",
			    config_show(c, p.text));
	}
	if (!config_tag_set(c, p.text, &t))
		return false;
	memcpy(dst, t.tag[0].name, RECORD_TAG_MAX);
	return true;
}

bool
config_text_copy(struct config *c, const struct piece *p, char *dst,
    size_t dstsz, const char *what)
{
	if (p->len >= dstsz) {
		config_error(c, "%s \"%s\" is longer than %zu bytes", what,
		    config_show(c, p->text), dstsz - 1);
		return false;
	}
	memcpy(dst, p->text, p->len + 1);
	return true;
}

bool
config_number(
    struct config *c, const struct piece *p, uint64_t max, uint64_t *out)
{
	if (value_number(p->text, max, out))
		return true;
	config_error(c, "\"%s\" is not a number from 0 to %llu",
	    config_show(c, p->text), (unsigned long long)max);
	return false;
}

bool
config_path(struct config *c, const struct piece *p, char dst[RECORD_PATH_MAX])
{
	if (p->len == 0) {
		config_error(c, "a path is missing");
		return false;
	}
	if (p->text[0] != '/') {
		config_error(c,
		    "\"%s\" is not an absolute path; begin it with "
		    "a slash",
		    config_show(c, p->text));
		return false;
	}
	return config_text_copy(c, p, dst, RECORD_PATH_MAX, "the path");
}
