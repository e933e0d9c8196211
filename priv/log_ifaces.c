/* SPDX-License-Identifier: ISC */
/* Logs which interfaces are served. */
#include "priv/log_ifaces.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "priv/net_select.h"

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

/* "br0, eth0 (no IPv4 address)": what could be served, or as many as fit. */
static const char *
names_text(const struct conf *c, char *dst, size_t size)
{
	static const char no_address[] = " (no IPv4 address)";
	size_t n, len = 0;

	dst[0] = '\0';
	for (n = 0; n < c->nfound; n++) {
		const struct iface *i = &c->ifaces[n];

		if (i->loopback)
			continue;
		if (len + sizeof(i->name) + sizeof(no_address) +
			sizeof(", ...") >
		    size) {
			(void)snprintf(dst + len, size - len, ", ...");
			break;
		}
		len += (size_t)snprintf(dst + len, size - len, "%s%s%s",
		    len == 0 ? "" : ", ", i->name,
		    i->naddrs == 0 ? no_address : "");
	}
	return len == 0 ? "none" : dst;
}

static bool
dhcp_on_any(const struct conf *c)
{
	size_t n;

	for (n = 0; n < c->nifaces; n++)
		if (c->ifaces[n].dhcp)
			return true;
	return false;
}

/* Whether a line names something that is missing, and has not been before. */
static bool
newly_unmatched(const struct conf *c, const struct conf *before,
    const struct record_interface *r)
{
	return (r->use == RECORD_IF_SERVE || r->use == RECORD_IF_ADDRESS) &&
	       !matched(c, r) && (before == NULL || matched(before, r));
}

/* Whether DHCP is served on none because an interface is missing. */
static bool
is_why_no_dhcp(const struct conf *c, const struct conf *before)
{
	size_t n;

	for (n = 0; n < c->ninterfaces; n++)
		if (c->interfaces[n].rule.use == RECORD_IF_SERVE &&
		    newly_unmatched(c, before, &c->interfaces[n].rule))
			return c->dhcp.enabled && !dhcp_on_any(c);
	return false;
}

static void
log_unmatched(const struct conf *c, const struct record_interface *r,
    struct log_place at, bool no_dhcp)
{
	char ip[ADDR_TEXT], names[256];

	if (r->use == RECORD_IF_SERVE && no_dhcp) {
		log_at(LOG_WARNING, at,
		    "interface %s does not exist; waiting for it; DHCP is served on no interface until then; interfaces here: %s",
		    r->name, names_text(c, names, sizeof(names)));
		return;
	}
	if (r->use == RECORD_IF_SERVE) {
		log_at(LOG_WARNING, at,
		    "interface %s does not exist; waiting for it", r->name);
		return;
	}
	log_at(LOG_WARNING, at,
	    "listen-address %s: not assigned to any interface; waiting for it",
	    addr_text(&r->addr, ip));
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

static const char *
services_text(const struct conf *c)
{
	if (!c->http.enabled)
		return "TFTP";
	return c->tftp.enabled ? "TFTP and HTTP" : "HTTP";
}

/* Whether the only thing missing for TFTP or HTTP on i is a tftp-root. */
static bool
lacks_tftp_root(const struct conf *c, const struct iface *i)
{
	struct iface copy;

	if (i == NULL || i->loopback)
		return false;
	copy = *i;
	return !net_select(c, &copy);
}

static void
log_address_limit(const struct iface *i, int family, int max)
{
	log_warnx(
	    "%s has more than %d IPv%d addresses; only the first %d are served",
	    i->name, max, family, max);
}

/* An interface that is named, is there, and cannot serve DHCP; or NULL. */
static const struct iface *
addressless(const struct conf *c, const struct record_interface *r)
{
	const struct iface *i;

	if (c == NULL || !c->dhcp.enabled || r->use != RECORD_IF_SERVE ||
	    r->prefix || (i = found(c, r->name, c->nfound)) == NULL ||
	    i->loopback || i->naddrs > 0)
		return NULL;
	return i;
}

void
log_unserved(const struct conf *c, const struct conf *before)
{
	bool no_dhcp = is_why_no_dhcp(c, before);
	size_t n;

	for (n = 0; n < c->ninterfaces; n++) {
		const struct record_interface *r = &c->interfaces[n].rule;
		const struct log_place at =
		    conf_log_place(c, c->interfaces[n].at);

		if (newly_unmatched(c, before, r)) {
			log_unmatched(c, r, at, no_dhcp);
			if (r->use == RECORD_IF_SERVE)
				no_dhcp = false;
		}
		if (addressless(c, r) != NULL && addressless(before, r) == NULL)
			log_at(LOG_WARNING, at,
			    "%s has no IPv4 address; DHCP is served there once it has one",
			    r->name);
	}
	for (n = 0; n < c->nfound; n++) {
		const struct iface *i = &c->ifaces[n], *was;

		was = before == NULL ? NULL
				     : found(before, i->name, before->nfound);
		if (lacks_tftp_root(c, i) && !lacks_tftp_root(c, was)) {
			log_warnx(
			    "%s disabled on %s: no tftp-root; set tftp-root=FOLDER,%s, or tftp-root=FOLDER for all interfaces",
			    services_text(c), i->name, i->name);
		}
		if (n >= c->nifaces)
			continue;
		if (i->more4 && (was == NULL || !was->more4))
			log_address_limit(i, 4, IFACE_ADDRS_MAX);
		if (i->more6 && (was == NULL || !was->more6))
			log_address_limit(i, 6, IFACE_ADDRS6_MAX);
	}
}

/* ------------------------------------------------------ what is served */

static void
log_files(const struct conf *c, const char *service, const struct iface *i,
    const char *ip)
{
	const char *root = conf_tftp_root(c, i->root);

	if (root[0] != '\0')
		log_info(
		    "%s on %s, at %s, from %s", service, i->name, ip, root);
	else
		log_info(
		    "%s on %s, at %s: tftp-root missing, nothing is served",
		    service, i->name, ip);
}

static const char *
text6(const struct iface_addr6 *i, char ip[ADDR_TEXT])
{
	struct addr a = addr_from_bytes(6, i->addr, sizeof(i->addr));

	return addr_text(&a, ip);
}

/* Logs what is served from folders at an address; host: as in a URL. */
static void
log_folders(const struct conf *c, const struct iface *i, const char *ip,
    const char *host)
{
	char at[ADDR_TEXT + 8];

	/* roots_check() may disable them after i->tftp and i->http were set. */
	if (i->tftp && c->tftp.enabled)
		log_files(c, "TFTP", i, ip);
	if (!i->http || !c->http.enabled)
		return;
	(void)snprintf(at, sizeof(at), "%s:%u", host, c->http.port);
	log_files(c, "HTTP", i, at);
	(void)snprintf(at, sizeof(at), "%s:%u", host, c->http.https_port);
	if (conf_serves_https(c))
		log_files(c, "HTTPS", i, at);
}

/* Logs what is served at the addresses that `was` does not have. */
static void
log_addresses(
    const struct conf *c, const struct iface *i, const struct iface *was)
{
	char ip[ADDR_TEXT], host[ADDR_TEXT + 2];
	uint8_t k;

	for (k = 0; k < i->naddrs; k++) {
		if (was != NULL && iface_has4(was, i->addr[k].addr))
			continue;
		ip4_text(i->addr[k].addr, ip);
		if (i->dhcp)
			log_info("DHCP on %s, as %s", i->name, ip);
		log_folders(c, i, ip, ip);
	}
	for (k = 0; k < i->naddrs6; k++) {
		if (was != NULL && iface_has6(was, i->addr6[k].addr))
			continue;
		(void)text6(&i->addr6[k], ip);
		(void)snprintf(host, sizeof(host), "[%s]", ip);
		log_folders(c, i, ip, host);
	}
}

/* Logs the addresses that were removed. */
static void
log_removed(const struct iface *i, const struct iface *was)
{
	char ip[ADDR_TEXT];
	uint8_t k;

	for (k = 0; k < was->naddrs; k++)
		if (!iface_has4(i, was->addr[k].addr))
			log_info("%s: address %s removed", i->name,
			    ip4_text(was->addr[k].addr, ip));
	for (k = 0; k < was->naddrs6 && (was->tftp || was->http); k++)
		if (!iface_has6(i, was->addr6[k].addr))
			log_info("%s: address %s removed", i->name,
			    text6(&was->addr6[k], ip));
}

static bool
same_services(const struct iface *a, const struct iface *b)
{
	return a->dhcp == b->dhcp && a->tftp == b->tftp && a->http == b->http &&
	       a->root == b->root;
}

/*
 * Warns if DHCP is to be served and no interface serves it.  With a wrong name
 * in `interface`, TFTP on the loopback would look fine.
 */
static bool
log_no_dhcp(const struct conf *c, const struct conf *before)
{
	char names[256];

	if (!c->dhcp.enabled || dhcp_on_any(c) ||
	    (before != NULL && before->dhcp.enabled && !dhcp_on_any(before)))
		return false;
	if (is_why_no_dhcp(c, before))
		return true;
	log_warnx(
	    "DHCP is served on no interface: none that has an IPv4 address is selected; interfaces here: %s; see 'interface' in pxeguard.conf(5)",
	    names_text(c, names, sizeof(names)));
	return true;
}

void
log_served(const struct conf *c, const struct conf *before)
{
	const struct iface *other;
	size_t i;

	for (i = 0; before != NULL && i < before->nifaces; i++) {
		const struct iface *was = &before->ifaces[i];

		if ((other = found(c, was->name, c->nifaces)) == NULL)
			log_info("%s is no longer served", was->name);
		else
			log_removed(other, was);
	}
	for (i = 0; i < c->nifaces; i++) {
		other = before == NULL
			    ? NULL
			    : found(before, c->ifaces[i].name, before->nifaces);
		if (other != NULL && !same_services(other, &c->ifaces[i]))
			other = NULL;
		log_addresses(c, &c->ifaces[i], other);
	}
	if (!log_no_dhcp(c, before) && c->nifaces == 0)
		log_warnx(
		    "no interface is served; see 'interface' in pxeguard.conf(5)");
}
