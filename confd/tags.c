/* SPDX-License-Identifier: ISC */
/* Reads the tags of directives, and reports those that are wrong. */
#include "confd/tags.h"

#include <string.h>

#include "confd/diag.h"
#include "confd/spelling.h"

bool
tags_copy(struct config *c, const char *name, char dst[RECORD_TAG_MAX])
{
	size_t n = strlen(name);

	if (n == 0) {
		diag_error(c, "tag has no name; write a name after the colon");
		return false;
	}
	if (n >= RECORD_TAG_MAX) {
		diag_error(c, "tag \"%s\" is longer than %d bytes; shorten it",
		    diag_show(c, name), RECORD_TAG_MAX - 1);
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
	diag_error(
	    c, "more than %d tags on one line; split it", RECORD_TAGS_MAX);
	return false;
}

bool
tags_add_test(struct config *c, const char *name, struct record_tags *t)
{
	bool negate = name[0] == '!' || name[0] == '#';

	if (!tags_room(c, t) ||
	    !tags_copy(c, name + (negate ? 1 : 0), t->tag[t->n].name))
		return false;
	t->tag[t->n++].negate = negate;
	return true;
}

bool
tags_add_set(struct config *c, const char *name, struct record_tags *t)
{
	if (!tags_room(c, t) || !tags_copy(c, name, t->tag[t->n].name))
		return false;
	if (name[0] == '!' || name[0] == '#')
		diag_warn(c,
		    "tag \"%s\" cannot be tested: a leading \"%c\" negates in tag:; rename it",
		    diag_show(c, name), name[0]);
	t->tag[t->n++].negate = false;
	return true;
}

bool
tags_next(struct config *c, struct tokens *a, struct token *p)
{
	if (!tokens_next(a, p))
		return false;
	spelling_prefix(c, p);
	return true;
}

bool
tags_cut_prefix(struct token *p)
{
	return token_prefix(p, "tag:") || token_prefix(p, "net:");
}

bool
tags_add_word(struct config *c, struct token *p, struct record_tags *t)
{
	int n;

	if (!tags_cut_prefix(p) && !token_is_quoted(p) &&
	    strchr(p->text, ':') != NULL) {
		n = (int)strcspn(p->text, ":");
		diag_warn(c,
		    "\"%.*s:\" has no meaning here: this tests a tag called \"%s\"; write tag:NAME",
		    n > 32 ? 32 : n, diag_show(c, p->text),
		    diag_show(c, p->text));
	}
	return tags_add_test(c, p->text, t);
}

bool
tags_take_target(struct config *c, struct tokens *a, char dst[RECORD_TAG_MAX])
{
	struct record_tags t = { 0 };
	struct token p;

	if (!tags_next(c, a, &p)) {
		diag_error(c, "a tag to set is missing; write set:NAME,...");
		return false;
	}
	if (!token_prefix(&p, "set:") && strchr(p.text, ':') != NULL &&
	    !token_is_quoted(&p)) {
		if (tags_cut_prefix(&p))
			diag_warn(c,
			    "this directive sets a tag; it is read as set:%s",
			    diag_show(c, p.text));
		else
			diag_warn(c,
			    "this sets a tag called \"%s\", with its colon; write set:NAME",
			    diag_show(c, p.text));
	}
	if (!tags_add_set(c, p.text, &t))
		return false;
	memcpy(dst, t.tag[0].name, RECORD_TAG_MAX);
	return true;
}
