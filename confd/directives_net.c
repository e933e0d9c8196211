/* SPDX-License-Identifier: ISC */
/* Directives about interfaces, addresses and the daemon itself. */
#include "confd/directive.h"

#include <string.h>

#include "confd/value.h"

bool
config_interface_name(
    struct config *c, const struct piece *p, struct record_interface *i)
{
	size_t n = p->len;

	if (n > 0 && p->text[n - 1] == '*') {
		i->prefix = true;
		n--;
	}
	if (n >= IFNAMSIZ || strpbrk(p->text, "/ \t") != NULL) {
		config_error(c, "\"%s\" is not the name of an interface",
		    config_show(c, p->text));
		return false;
	}
	if (strchr(p->text, ':') != NULL)
		config_warn(c,
		    "\"%s\" is the label of an address, and no interface is "
		    "called so; name the address with listen-address=",
		    config_show(c, p->text));
	memcpy(i->name, p->text, n);
	i->name[n] = '\0';
	return true;
}

/* A record for each name of a list. */
static void
interface_list(struct config *c, const struct piece *value, uint8_t use)
{
	struct args a;
	struct piece p;

	args_init(&a, value);
	while (args_next(&a, &p)) {
		struct record rec = { .kind = RECORD_INTERFACE };

		rec.u.interface.use = use;
		if (p.len == 0)
			continue;
		if (config_interface_name(c, &p, &rec.u.interface))
			(void)config_add(c, &rec);
	}
}

void
directive_interface(struct config *c, const struct piece *value)
{
	interface_list(c, value, RECORD_IF_SERVE);
}

void
directive_except_interface(struct config *c, const struct piece *value)
{
	interface_list(c, value, RECORD_IF_EXCEPT);
}

void
directive_no_dhcp_interface(struct config *c, const struct piece *value)
{
	interface_list(c, value, RECORD_IF_NO_DHCP);
}

/* Reports an address that cannot be one of this host. */
static bool
listen_ip6(struct config *c, const struct piece *p, uint8_t addr[16])
{
	static const uint8_t none[16];

	if (!value_ip6(p->text, addr) || addr[0] == 0xff ||
	    memcmp(addr, none, sizeof(none)) == 0) {
		config_error(c,
		    "\"%s\" is not an address of this host; write one like "
		    "192.168.1.1 or 2001:db8::1",
		    config_show(c, p->text));
		return false;
	}
	if (value_ip6_mapped(addr)) {
		config_error(c,
		    "\"%s\" is an IPv4 address in the form of IPv6; write it "
		    "like 192.168.1.1",
		    config_show(c, p->text));
		return false;
	}
	return true;
}

static bool
listen_address(
    struct config *c, const struct piece *p, struct record_interface *i)
{
	if (strchr(p->text, '%') != NULL) {
		config_error(c,
		    "\"%s\" names an interface with its address; write the "
		    "address alone, or use interface=",
		    config_show(c, p->text));
		return false;
	}
	if (value_ip4(p->text, &i->addr) && i->addr != 0)
		return true;
	return listen_ip6(c, p, i->addr6);
}

void
directive_listen_address(struct config *c, const struct piece *value)
{
	struct args a;
	struct piece p;

	args_init(&a, value);
	while (args_next(&a, &p)) {
		struct record rec = { .kind = RECORD_INTERFACE };

		rec.u.interface.use = RECORD_IF_ADDRESS;
		if (p.len == 0)
			continue;
		if (listen_address(c, &p, &rec.u.interface))
			(void)config_add(c, &rec);
	}
}

void
directive_bind_interfaces(struct config *c, const struct piece *value)
{
	(void)value;
	config_mark(c, CONFIG_MARK_BIND_INTERFACES);
}

void
directive_bind_dynamic(struct config *c, const struct piece *value)
{
	(void)value;
	config_mark(c, CONFIG_MARK_BIND_DYNAMIC);
}

/* The port for DNS: 0 also means that no DNS server is offered. */
void
directive_port(struct config *c, const struct piece *value)
{
	uint64_t port;

	if (config_number(c, value, UINT16_MAX, &port))
		c->dhcp.dns = port != 0;
}

void
directive_pid_file(struct config *c, const struct piece *value)
{
	if (value->len > 0)
		(void)config_path(c, value, c->daemon.pid_file);
}

void
directive_without_wall(struct config *c, const struct piece *value)
{
	static const struct {
		const char *name;
		uint8_t bit;
		const char *loses;
	} walls[] = {
		{ "namespaces", RECORD_WALL_NAMESPACES,
		    "processes keep the host's network and mounts in sight" },
		{ "landlock", RECORD_WALL_LANDLOCK,
		    "file access is held by users and roots alone" },
		{ "seccomp", RECORD_WALL_SECCOMP,
		    "every system call of the kernel is open to attack" },
	};
	struct args a;
	struct piece p;
	size_t i;

	args_init(&a, value);
	while (args_next(&a, &p)) {
		for (i = 0; i < 3 && !piece_is(&p, walls[i].name); i++)
			continue;
		if (i == 3) {
			config_error(c,
			    "\"%s\" is not a wall that can be given "
			    "up; those are namespaces, landlock and "
			    "seccomp",
			    config_show(c, p.text));
			continue;
		}
		c->daemon.without |= walls[i].bit;
		config_warn(c, "THE %s WALL IS GIVEN UP: %s", walls[i].name,
		    walls[i].loses);
	}
}
