/* SPDX-License-Identifier: ISC */
/* Choosing what is served on an interface. */
#include <string.h>

#include "priv/net_select.h"

static bool
name_matches(const struct record_interface *r, const char *name)
{
	if (r->prefix)
		return strncmp(r->name, name, strlen(r->name)) == 0;
	return strcmp(r->name, name) == 0;
}

bool
net_matches(const struct record_interface *r, const struct iface *i)
{
	uint32_t ip4;

	if (r->use != RECORD_IF_ADDRESS)
		return name_matches(r, i->name);
	return addr_to_ip4(&r->addr, &ip4) ? iface_has4(i, ip4)
					   : iface_has6(i, r->addr.bytes);
}

/* The number of its tftp-root, or IFACE_NO_ROOT; the first of a name counts. */
static uint8_t
root_of(const struct conf *c, const char *name)
{
	size_t n;

	for (n = 0; n < c->ntftp_roots; n++)
		if (strcmp(c->tftp_roots[n].name, name) == 0)
			return (uint8_t)(n + 1);
	return c->tftp.root[0] != '\0' ? 0 : IFACE_NO_ROOT;
}

static bool
link_local(const uint8_t addr[16])
{
	return addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80;
}

/* Whether it has an address beside those that it gives itself. */
static bool
addressed(const struct iface *i)
{
	uint8_t n;

	for (n = 0; n < i->naddrs6; n++)
		if (!link_local(i->addr6[n].addr))
			return true;
	return i->naddrs > 0;
}

/* Whether a directive names an interface, and not just all of them. */
static bool
names_one(const struct record_interface *r)
{
	return r->use == RECORD_IF_ADDRESS || r->name[0] != '\0';
}

bool
net_select(const struct conf *c, struct iface *i)
{
	bool listed = false, serve = false, tftp_listed = false, tftp = false;
	bool no_dhcp = false, except = false, named = false, lacks_tftp_root;
	bool http_listed = false, http = false, there;
	size_t n;

	for (n = 0; n < c->ninterfaces; n++) {
		const struct record_interface *r = &c->interfaces[n].rule;
		bool hit = net_matches(r, i);

		switch (r->use) {
		case RECORD_IF_SERVE:
		case RECORD_IF_ADDRESS:
			listed = true;
			serve = serve || hit;
			named = named || (hit && names_one(r));
			break;
		case RECORD_IF_EXCEPT:
			except = except || hit;
			break;
		case RECORD_IF_NO_DHCP:
			no_dhcp = no_dhcp || hit;
			break;
		case RECORD_IF_TFTP:
			tftp_listed = true;
			tftp = tftp || hit;
			named = named || (hit && names_one(r));
			break;
		case RECORD_IF_HTTP:
			http_listed = true;
			http = http || hit;
			named = named || (hit && names_one(r));
			break;
		default:
			break;
		}
	}
	/*
	 * As in dnsmasq, each list includes the loopback.  If TFTP has a list
	 * of its own, the lists of DHCP do not apply to it; nor to HTTP.
	 */
	serve = (serve || !listed || i->loopback) && !except && !no_dhcp;
	i->dhcp = c->dhcp.enabled && serve && !i->loopback && i->naddrs > 0;
	there = addressed(i) || (named && i->naddrs6 > 0);
	i->tftp =
	    c->tftp.enabled && there && (tftp_listed ? tftp && !except : serve);
	i->http =
	    c->http.enabled && there && (http_listed ? http && !except : serve);
	i->root = i->tftp || i->http ? root_of(c, i->name) : IFACE_NO_ROOT;
	lacks_tftp_root = (i->tftp || i->http) && i->root == IFACE_NO_ROOT;
	i->tftp = i->tftp && !lacks_tftp_root;
	i->http = i->http && !lacks_tftp_root;
	return !lacks_tftp_root;
}

bool
net_same(const struct conf *a, const struct conf *b)
{
	return a->nifaces == b->nifaces &&
	       (a->nifaces == 0 || memcmp(a->ifaces, b->ifaces,
				       a->nifaces * sizeof(*a->ifaces)) == 0);
}

void
net_take_found(struct conf *c, struct conf *from)
{
	struct iface *old = c->ifaces;

	c->ifaces = from->ifaces;
	c->nfound = from->nfound;
	from->ifaces = old;
}
