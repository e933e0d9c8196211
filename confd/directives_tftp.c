/* SPDX-License-Identifier: ISC */
/* Directives of TFTP. */
#include "confd/directive.h"

#include <string.h>
#include <strings.h>

#include "confd/value.h"

#define MTU_MIN 68 /* RFC 791 */
#define MTU_MAX INT32_MAX

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

		rec.u.interface.use = RECORD_IF_TFTP;
		if (p.len == 0)
			continue;
		if (is_switch(p.text))
			config_warn(c,
			    "this serves TFTP on an interface that is "
			    "called \"%s\", and on no other; write "
			    "enable-tftp alone",
			    p.text);
		if (config_interface_name(c, &p, &rec.u.interface))
			(void)config_add(c, &rec);
	}
}

/* The place of a root among those of single interfaces, or nroots. */
static size_t
root_find(const struct config *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->nroots; i++)
		if (strcmp(c->roots[i].name, name) == 0)
			break;
	return i;
}

static void
root_replaced(struct config *c, const char *path, const struct place *at)
{
	config_warn(c, "this replaces the root %s of %s, line %u",
	    config_show(c, path), config_show(c, at->file), at->line);
}

/* The root of one interface. */
static void
root_add(struct config *c, const char *path, const struct piece *interface)
{
	struct record_interface name = { 0 };
	size_t i;

	if (!config_interface_name(c, interface, &name))
		return;
	if (name.prefix || name.name[0] == '\0') {
		config_error(c,
		    "a root is for one interface, and \"%s\" does not name "
		    "one; write a tftp-root for each",
		    config_show(c, interface->text));
		return;
	}
	i = root_find(c, name.name);
	if (i == RECORD_TFTP_ROOTS_MAX) {
		config_error(c,
		    "more than %d interfaces with roots of their own; write "
		    "one tftp-root=PATH for the others",
		    RECORD_TFTP_ROOTS_MAX);
		return;
	}
	if (i == c->nroots)
		c->nroots++;
	else if (strcmp(c->roots[i].path, path) != 0)
		root_replaced(c, c->roots[i].path, &c->roots_at[i]);
	memcpy(c->roots[i].path, path, strlen(path) + 1);
	memcpy(c->roots[i].name, name.name, sizeof(name.name));
	c->roots_at[i] = c->here;
}

void
directive_tftp_root(struct config *c, const struct piece *value)
{
	struct args a;
	struct piece path, interface, more;
	char root[RECORD_PATH_MAX];
	bool one;

	args_init(&a, value);
	(void)args_next(&a, &path);
	one = args_next(&a, &interface);
	if (args_next(&a, &more))
		config_error(c,
		    "\"%s\" is one word too many; write PATH or "
		    "PATH,INTERFACE",
		    config_show(c, more.text));
	else if (!config_path(c, &path, root))
		;
	else if (one)
		root_add(c, root, &interface);
	else {
		if (c->tftp.root[0] != '\0' && strcmp(c->tftp.root, root) != 0)
			root_replaced(
			    c, c->tftp.root, &c->mark[CONFIG_MARK_ROOT]);
		memcpy(c->tftp.root, root, sizeof(root));
	}
	if (one)
		config_mark_first(c, CONFIG_MARK_ROOTS);
	else
		config_mark(c, CONFIG_MARK_ROOT);
}

void
directive_tftp_unique_root(struct config *c, const struct piece *value)
{
	uint8_t unique = RECORD_TFTP_UNIQUE_IP;

	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	if (strcasecmp(value->text, "mac") == 0)
		unique = RECORD_TFTP_UNIQUE_MAC;
	else if (value->len > 0 && strcasecmp(value->text, "ip") != 0) {
		config_error(c,
		    "\"%s\" is neither ip nor mac; those tell what the folder "
		    "of a client is named after",
		    config_show(c, value->text));
		return;
	}
	if (c->tftp.unique != RECORD_TFTP_UNIQUE_NONE &&
	    c->tftp.unique != unique)
		config_warn(c,
		    "another tftp-unique-root stands before; folders are now "
		    "named after the %s address alone",
		    unique == RECORD_TFTP_UNIQUE_MAC ? "hardware" : "IP");
	c->tftp.unique = unique;
}

void
directive_tftp_secure(struct config *c, const struct piece *value)
{
	(void)value;
	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	c->tftp.secure = true;
}

void
directive_tftp_lowercase(struct config *c, const struct piece *value)
{
	(void)value;
	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	c->tftp.lowercase = true;
}

void
directive_tftp_max(struct config *c, const struct piece *value)
{
	uint64_t max;

	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
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
directive_tftp_cache(struct config *c, const struct piece *value)
{
	uint64_t mebibytes;

	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	if (config_number(c, value, RECORD_TFTP_CACHE_MAX >> 20, &mebibytes))
		c->tftp.cache = mebibytes << 20;
}

void
directive_tftp_mtu(struct config *c, const struct piece *value)
{
	uint64_t mtu;

	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	if (!config_number(c, value, MTU_MAX, &mtu))
		return;
	if (mtu < MTU_MIN)
		config_error(c,
		    "%u is no MTU of IPv4, where %d is the smallest; that of "
		    "Ethernet is 1500",
		    (unsigned int)mtu, MTU_MIN);
	else
		c->tftp.mtu = (uint32_t)mtu;
}

void
directive_tftp_no_blocksize(struct config *c, const struct piece *value)
{
	(void)value;
	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	c->tftp.no_blksize = true;
}

void
directive_tftp_port_range(struct config *c, const struct piece *value)
{
	struct args a;
	struct piece p[3];
	uint64_t port[2];
	size_t n;

	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	args_init(&a, value);
	for (n = 0; n < 3 && args_next(&a, &p[n]); n++)
		continue;
	if (n != 2) {
		config_error(c, "a range is two ports: PORT,PORT");
		return;
	}
	if (!config_number(c, &p[0], UINT16_MAX, &port[0]) ||
	    !config_number(c, &p[1], UINT16_MAX, &port[1]))
		return;
	if (port[0] == 0 || port[1] == 0) {
		config_error(c, "0 is not a port; write one from 1 to 65535");
		return;
	}
	if (port[0] > port[1])
		config_note(c, "the higher port stands first; read as %u,%u",
		    (unsigned int)port[1], (unsigned int)port[0]);
	n = port[0] > port[1];
	c->tftp.port_low = (uint16_t)port[n];
	c->tftp.port_high = (uint16_t)port[!n];
	config_mark(c, CONFIG_MARK_PORTS);
}

void
directive_tftp_single_port(struct config *c, const struct piece *value)
{
	(void)value;
	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	c->tftp.single_port = true;
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
