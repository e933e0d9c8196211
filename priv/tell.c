/* SPDX-License-Identifier: ISC */
/* What the log says of interfaces. */
#include "priv/tell.h"

#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "priv/net.h"

/* -------------------------------------------------- what is not served */

static bool
matched(const struct conf *c, const struct record_interface *r)
{
	size_t i;

	for (i = 0; i < c->nfound; i++)
		if (net_matches(r, &c->ifaces[i]))
			return true;
	return false;
}

static void
tell_unmatched(const struct record_interface *r)
{
	struct endpoint e = { .family = 6 };
	char ip[ENDPOINT_TEXT];

	if (r->use == RECORD_IF_SERVE) {
		log_warnx("interface %s does not exist; it is served "
			  "when it appears",
		    r->name);
		return;
	}
	memcpy(e.addr, r->addr6, sizeof(e.addr));
	log_warnx("listen-address %s: no interface has it; it is "
		  "served when one gets it",
	    net_address6(r) ? endpoint_address_text(&e, ip)
			    : ip4_text(r->addr, ip));
}

static const struct iface *
found(const struct conf *c, const char *name, size_t n)
{
	size_t i;

	for (i = 0; c != NULL && i < n; i++)
		if (strcmp(c->ifaces[i].name, name) == 0)
			return &c->ifaces[i];
	return NULL;
}

/* Whether TFTP is not served there for want of a root alone. */
static bool
rootless(const struct conf *c, const struct iface *i)
{
	struct iface copy;

	if (i == NULL || i->loopback)
		return false;
	copy = *i;
	return !net_select(c, &copy);
}

static void
tell_more(const struct iface *i, int family, int max)
{
	log_warnx("%s has more than %d addresses of IPv%d; the first %d are "
		  "served, so clients should be given one of those",
	    i->name, max, family, max);
}

void
tell_missing(const struct conf *c, const struct conf *before)
{
	size_t n;

	for (n = 0; n < c->ninterfaces; n++) {
		const struct record_interface *r = &c->interfaces[n];

		if ((r->use == RECORD_IF_SERVE ||
			r->use == RECORD_IF_ADDRESS) &&
		    !matched(c, r) && (before == NULL || matched(before, r)))
			tell_unmatched(r);
	}
	for (n = 0; n < c->nfound; n++) {
		const struct iface *i = &c->ifaces[n], *was;

		was = before == NULL ? NULL
				     : found(before, i->name, before->nfound);
		if (rootless(c, i) && !rootless(c, was))
			log_warnx("TFTP is not served on %s, which has no "
				  "tftp-root; write tftp-root=FOLDER,%s, or "
				  "tftp-root=FOLDER for all",
			    i->name, i->name);
		if (n >= c->nifaces)
			continue;
		if (i->more4 && (was == NULL || !was->more4))
			tell_more(i, 4, IFACE_ADDRS_MAX);
		if (i->more6 && (was == NULL || !was->more6))
			tell_more(i, 6, IFACE_ADDRS6_MAX);
	}
}

/* ------------------------------------------------------ what is served */

static void
tell_tftp(const struct conf *c, const struct iface *i, const char *ip)
{
	const char *root = conf_tftp_root(c, i->root);

	if (root[0] != '\0')
		log_info("TFTP on %s, at %s, from %s", i->name, ip, root);
	else
		log_info("TFTP on %s, at %s, from no folder", i->name, ip);
}

static const char *
text6(const struct iface_addr6 *a, char ip[ENDPOINT_TEXT])
{
	struct endpoint e = { .family = 6 };

	memcpy(e.addr, a->addr, sizeof(e.addr));
	return endpoint_address_text(&e, ip);
}

/* What is served on an interface, but at addresses that `was` has. */
static void
tell_addresses(
    const struct conf *c, const struct iface *i, const struct iface *was)
{
	bool tftp = i->tftp && c->tftp.enabled;
	char ip[ENDPOINT_TEXT];
	uint8_t k;

	for (k = 0; k < i->naddrs; k++) {
		if (was != NULL && iface_has4(was, i->addr[k].addr))
			continue;
		ip4_text(i->addr[k].addr, ip);
		if (i->dhcp)
			log_info("DHCP on %s, as %s", i->name, ip);
		if (tftp)
			tell_tftp(c, i, ip);
	}
	for (k = 0; k < i->naddrs6 && tftp; k++)
		if (was == NULL || !iface_has6(was, i->addr6[k].addr))
			tell_tftp(c, i, text6(&i->addr6[k], ip));
}

/* The addresses that it had and has no more. */
static void
tell_lost(const struct iface *i, const struct iface *was)
{
	char ip[ENDPOINT_TEXT];
	uint8_t k;

	for (k = 0; k < was->naddrs; k++)
		if (!iface_has4(i, was->addr[k].addr))
			log_info("no longer on %s: %s", i->name,
			    ip4_text(was->addr[k].addr, ip));
	for (k = 0; k < was->naddrs6 && was->tftp; k++)
		if (!iface_has6(i, was->addr6[k].addr))
			log_info("no longer on %s: %s", i->name,
			    text6(&was->addr6[k], ip));
}

static bool
same_services(const struct iface *a, const struct iface *b)
{
	return a->dhcp == b->dhcp && a->tftp == b->tftp && a->root == b->root;
}

void
tell_services(const struct conf *c, const struct conf *before)
{
	const struct iface *other;
	size_t i;

	for (i = 0; before != NULL && i < before->nifaces; i++) {
		const struct iface *was = &before->ifaces[i];

		if ((other = found(c, was->name, c->nifaces)) == NULL)
			log_info("%s is no longer served", was->name);
		else
			tell_lost(other, was);
	}
	for (i = 0; i < c->nifaces; i++) {
		other = before == NULL
			    ? NULL
			    : found(before, c->ifaces[i].name, before->nifaces);
		if (other != NULL && !same_services(other, &c->ifaces[i]))
			other = NULL;
		tell_addresses(c, &c->ifaces[i], other);
	}
	if (c->nifaces == 0)
		log_warnx("no interface is served; see 'interface' in "
			  "pxeguard.conf(5)");
}
