/* SPDX-License-Identifier: ISC */
/* Directives of TFTP. */
#include "confd/directive.h"

#include <string.h>
#include <strings.h>

#include "confd/value.h"

/* Words that somebody writes who means "on" or "off". */
static bool
is_switch(const char *s)
{
	static const char *const words[] = { "yes", "no", "true", "false", "on",
		"off", "1", "0", "enable", "disable" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(words[i], s) == 0)
			return true;
	return false;
}

void
directive_enable_tftp(struct config *c, const struct piece *value)
{
	struct args a;
	struct piece p;

	c->tftp.enabled = true;
	config_mark(c, CONFIG_MARK_TFTP);
	args_init(&a, value);
	while (args_next(&a, &p)) {
		struct record rec = { .kind = RECORD_INTERFACE };
		struct record_interface *i = &rec.u.interface;
		size_t n = p.len;

		i->use = RECORD_IF_TFTP;
		if (n == 0)
			continue;
		if (is_switch(p.text))
			config_warn(c,
			    "this serves TFTP on an interface that is "
			    "called \"%s\", and on no other; write "
			    "enable-tftp alone",
			    p.text);
		if (p.text[n - 1] == '*') {
			i->prefix = true;
			n--;
		}
		if (n >= IFNAMSIZ || strpbrk(p.text, "/ \t") != NULL) {
			config_error(c,
			    "\"%s\" is not the name of an interface",
			    config_show(c, p.text));
			continue;
		}
		memcpy(i->name, p.text, n);
		(void)config_add(c, &rec);
	}
}

void
directive_tftp_root(struct config *c, const struct piece *value)
{
	struct args a;
	struct piece path, interface;
	char root[RECORD_PATH_MAX];

	args_init(&a, value);
	(void)args_next(&a, &path);
	if (args_next(&a, &interface)) {
		config_error(c,
		    "a root for one interface (\"%s\") is not carried "
		    "out by this version; write one tftp-root for all",
		    config_show(c, interface.text));
	} else if (config_path(c, &path, root)) {
		if (c->tftp.root[0] != '\0' && strcmp(c->tftp.root, root) != 0)
			config_warn(c,
			    "this replaces the root %s of %s, line %u",
			    config_show(c, c->tftp.root),
			    config_show(c, c->mark[CONFIG_MARK_ROOT].file),
			    c->mark[CONFIG_MARK_ROOT].line);
		memcpy(c->tftp.root, root, sizeof(root));
	}
	config_mark(c, CONFIG_MARK_ROOT);
}

void
directive_tftp_max(struct config *c, const struct piece *value)
{
	uint64_t max;

	if (!config_number(c, value, UINT16_MAX, &max))
		return;
	if (max == 0) {
		config_warn(c,
		    "no transfer at all would be allowed; the default "
		    "of %d is used",
		    CONFIG_TFTP_MAX);
		max = CONFIG_TFTP_MAX;
	}
	c->tftp.max = (uint32_t)max;
}

void
directive_tftp_no_fail(struct config *c, const struct piece *value)
{
	(void)value;
	c->tftp.no_fail = true;
}

void
directive_quiet_tftp(struct config *c, const struct piece *value)
{
	(void)value;
	c->tftp.quiet = true;
}
