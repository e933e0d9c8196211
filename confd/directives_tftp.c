/* SPDX-License-Identifier: ISC */
/* Directives of TFTP. */
#include "confd/directives_tftp.h"

#include <string.h>
#include <strings.h>

#include "confd/argument.h"
#include "confd/diag.h"
#include "confd/directives_net.h"
#include "confd/value.h"

#define MTU_MIN 68 /* RFC 791 */
#define MTU_MAX INT32_MAX

static void
root_replaced(struct config *c, const char *path, const struct place *at)
{
	diag_warn(c, "duplicate tftp-root: it replaces %s of %s",
	    diag_show(c, path), diag_place(c, at, &c->here));
}

/* The root of one interface. */
static void
root_add(struct config *c, const char *path, const struct token *interface)
{
	struct record_interface name = { 0 };
	size_t i;

	if (!directive_interface_name(c, interface, &name))
		return;
	if (name.prefix || name.name[0] == '\0') {
		diag_error(c,
		    "\"%s\" does not name one interface; write a tftp-root for each",
		    diag_show(c, interface->text));
		return;
	}
	i = config_root_find(c, name.name);
	if (i == RECORD_TFTP_ROOTS_MAX) {
		diag_error(c,
		    "more than %d interfaces with roots of their own; write one tftp-root=PATH for the others",
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
directive_tftp_root(struct config *c, const struct token *value)
{
	struct tokens a;
	struct token path, interface, more;
	char root[RECORD_PATH_MAX];
	bool one;

	tokens_init(&a, value);
	(void)tokens_next(&a, &path);
	one = tokens_next(&a, &interface);
	if (tokens_next(&a, &more))
		diag_error(c, "unexpected \"%s\"; write PATH or PATH,INTERFACE",
		    diag_show(c, more.text));
	else if (!argument_path(c, &path, root))
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
directive_tftp_unique_root(struct config *c, const struct token *value)
{
	uint8_t unique = RECORD_TFTP_UNIQUE_IP;

	if (strcasecmp(value->text, "mac") == 0)
		unique = RECORD_TFTP_UNIQUE_MAC;
	else if (value->len > 0 && strcasecmp(value->text, "ip") != 0) {
		diag_error(c,
		    "\"%s\" is neither ip nor mac; write the one that the folder of a client is named after",
		    diag_show(c, value->text));
		return;
	}
	if (c->tftp.unique != RECORD_TFTP_UNIQUE_NONE &&
	    c->tftp.unique != unique)
		diag_warn(c,
		    "duplicate tftp-unique-root; folders are named after the %s address",
		    unique == RECORD_TFTP_UNIQUE_MAC ? "hardware" : "IP");
	c->tftp.unique = unique;
	config_mark(c, CONFIG_MARK_UNIQUE);
}

void
directive_tftp_max(struct config *c, const struct token *value)
{
	uint64_t max;

	if (value_is_digits(value->text) &&
	    !value_number(value->text, UINT16_MAX, &max)) {
		diag_warn(c,
		    "tftp-max=%s is more than there are ports; %d is used",
		    diag_show(c, value->text), UINT16_MAX);
		max = UINT16_MAX;
	} else if (!argument_number(c, value, UINT16_MAX, &max)) {
		return;
	}
	if (max == 0) {
		diag_warn(c,
		    "tftp-max=0 allows no transfer; the default of %d is used",
		    CONFIG_TFTP_MAX);
		max = CONFIG_TFTP_MAX;
	}
	c->tftp.max = (uint32_t)max;
}

void
directive_tftp_cache(struct config *c, const struct token *value)
{
	uint64_t mebibytes;

	if (argument_number(c, value, RECORD_TFTP_CACHE_MAX >> 20, &mebibytes))
		c->tftp.cache = mebibytes << 20;
}

void
directive_tftp_mtu(struct config *c, const struct token *value)
{
	uint64_t mtu;

	if (!argument_number(c, value, MTU_MAX, &mtu))
		return;
	if (mtu < MTU_MIN)
		diag_error(c,
		    "MTU %u is too small; write at least %d, or 1500 for Ethernet",
		    (unsigned int)mtu, MTU_MIN);
	else
		c->tftp.mtu = (uint32_t)mtu;
}

void
directive_tftp_port_range(struct config *c, const struct token *value)
{
	struct tokens a;
	struct token p[3];
	uint16_t port[2];
	size_t n;

	tokens_init(&a, value);
	for (n = 0; n < 3 && tokens_next(&a, &p[n]); n++)
		continue;
	if (n != 2) {
		diag_error(c, "a range needs two ports; write PORT,PORT");
		return;
	}
	if (!argument_port(c, &p[0], &port[0]) ||
	    !argument_port(c, &p[1], &port[1]))
		return;
	if (port[0] > port[1])
		diag_note(c, "start port is above end port; swapped to %u,%u",
		    port[1], port[0]);
	n = port[0] > port[1];
	c->tftp.port_low = port[n];
	c->tftp.port_high = port[!n];
	config_mark(c, CONFIG_MARK_PORTS);
}
