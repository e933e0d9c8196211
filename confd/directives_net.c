/* SPDX-License-Identifier: ISC */
/* Directives about interfaces, addresses and the daemon itself. */
#include "confd/directives_net.h"

#include <string.h>
#include <strings.h>

#include "confd/argument.h"
#include "confd/diag.h"
#include "confd/value.h"
#include "daemon/record_name.h"

#define DNS_PORT 53

bool
directive_interface_name(
    struct config *c, const struct token *p, struct record_interface *i)
{
	size_t n = p->len;
	struct addr addr;

	if (n > 0 && p->text[n - 1] == '*') {
		i->prefix = true;
		n--;
	}
	if (n >= IFNAMSIZ || strpbrk(p->text, "/ \t") != NULL) {
		diag_error(c,
		    "\"%s\" is not the name of an interface; write one like eth0 or eth*",
		    diag_show(c, p->text));
		return false;
	}
	if (strchr(p->text, ':') != NULL)
		diag_warn(c,
		    "\"%s\" is the label of an address, not an interface; name the address with listen-address=",
		    diag_show(c, p->text));
	if (addr_parse(&addr, p->text) == 0)
		diag_warn(c,
		    "%s is read as the name of an interface; to choose an address write listen-address=%s",
		    diag_show(c, p->text), diag_show(c, p->text));
	if (memchr(p->text, '*', n) != NULL)
		diag_warn(c,
		    "\"%s\": a '*' stands for any characters only at the end of a name",
		    diag_show(c, p->text));
	memcpy(i->name, p->text, n);
	i->name[n] = '\0';
	return true;
}

/* Reports an address with a prefix length. */
static bool
listen_prefix(struct config *c, const struct token *p)
{
	char text[ADDR_TEXT];
	size_t n = strcspn(p->text, "/");
	struct addr addr;

	if (p->text[n] == '\0' || n >= sizeof(text))
		return false;
	memcpy(text, p->text, n);
	text[n] = '\0';
	if (addr_parse(&addr, text) == -1)
		return false;
	diag_error(c, "\"%s\" has a prefix length; write the address alone: %s",
	    diag_show(c, p->text), diag_show(c, text));
	return true;
}

/* Reads an address; reports one that no interface can have. */
static bool
listen_address(
    struct config *c, const struct token *p, struct record_interface *i)
{
	if (strchr(p->text, '%') != NULL) {
		diag_error(c,
		    "\"%s\" names an interface with its address; write the address alone, or use interface=",
		    diag_show(c, p->text));
		return false;
	}
	if (listen_prefix(c, p))
		return false;
	if (addr_parse(&i->addr, p->text) == -1 || !addr_is_unicast(&i->addr)) {
		diag_error(c,
		    "\"%s\" is not a unicast IP address; write one like 192.168.1.1 or 2001:db8::1",
		    diag_show(c, p->text));
		return false;
	}
	if (addr_is_mapped(&i->addr)) {
		diag_error(c,
		    "\"%s\" is an IPv4 address in the form of IPv6; write it like 192.168.1.1",
		    diag_show(c, p->text));
		return false;
	}
	return true;
}

/* Words that probably mean "on" or "off". */
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

/* A service is enabled for all interfaces, or for those of its list. */
static void
review_switch(struct config *c, const struct token *p, uint8_t use)
{
	bool tftp = use == RECORD_IF_TFTP;

	if ((tftp || use == RECORD_IF_HTTP) && is_switch(p->text))
		diag_warn(c,
		    "\"%s\" is read as the only interface that serves %s; to serve all, write %s without a value",
		    p->text, tftp ? "TFTP" : "HTTP",
		    tftp ? "enable-tftp" : "enable-http");
}

/* A record for each name or address of a list. */
void
directive_interfaces(struct config *c, const struct token *value, uint8_t use)
{
	struct tokens a;
	struct token p;

	tokens_init(&a, value);
	while (tokens_next(&a, &p)) {
		struct record rec = { .kind = RECORD_INTERFACE,
			.u.interface.use = use };

		if (p.len == 0)
			continue;
		review_switch(c, &p, use);
		if (use == RECORD_IF_ADDRESS
			? listen_address(c, &p, &rec.u.interface)
			: directive_interface_name(c, &p, &rec.u.interface))
			(void)config_add(c, &rec);
	}
}

/* The port for DNS: clients can only use a server on port 53. */
void
directive_port(struct config *c, const struct token *value)
{
	uint64_t port;

	if (argument_number(c, value, UINT16_MAX, &port))
		c->dhcp.dns = port == DNS_PORT;
}

void
directive_pid_file(struct config *c, const struct token *value)
{
	if (value->len > 0)
		(void)argument_path(c, value, c->daemon.pid_file);
}

/* Its effect was noted when the files were collected: it has no order. */
void
directive_unsupported(struct config *c, const struct token *value)
{
	if (!token_is(value, "warn") && !token_is(value, "error"))
		diag_error(c,
		    "\"%s\" is not a way to treat unsupported directives; write unsupported=warn or unsupported=error",
		    diag_show(c, value->text));
}

void
directive_sandbox_disable(struct config *c, const struct token *value)
{
	static const char *const consequence[RECORD_LAYERS] = {
		"processes can see the host's network and mounts",
		"only users and roots restrict file access",
		"every system call of the kernel is open to attack",
		"the parent process may make every system call",
	};
	struct tokens a;
	struct token p;
	unsigned int i;

	tokens_init(&a, value);
	while (tokens_next(&a, &p)) {
		for (i = 0;
		     i < RECORD_LAYERS && !token_is(&p, record_layer_name(i));
		     i++)
			continue;
		if (i == RECORD_LAYERS) {
			diag_error(c,
			    "\"%s\" is not a sandbox layer that can be disabled; use namespaces, landlock, seccomp or parent-seccomp",
			    diag_show(c, p.text));
			continue;
		}
		c->daemon.layers_disabled |= (uint8_t)(1U << i);
		diag_warn(c, "sandbox layer %s is disabled: %s",
		    record_layer_name(i), consequence[i]);
	}
}
