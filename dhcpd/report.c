/* SPDX-License-Identifier: ISC */
/* The log lines of the engine, its configuration and its counters. */
#include "dhcpd/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/dhcp_option.h"
#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "daemon/range.h"
#include "daemon/record_name.h"
#include "dhcpd/action.h"
#include "dhcpd/log_dhcp.h"
#include "dhcpd/report_addr.h"
#include "dhcpd/report_boot.h"
#include "dhcpd/trace.h"

/*
 * The limits of lines, by kind.  The boot of a thousand machines at once is
 * logged in full, while a flood does not fill the disk.
 */
static struct log_limit limits[NOTE_KIND_MAX] = {
	[NOTE_MESSAGE] = LOG_LIMIT(2000, 1000),
	[NOTE_NO_RANGE] = LOG_LIMIT(2, 60000),
	[NOTE_FULL] = LOG_LIMIT(2, 60000),
	[NOTE_REFUSED] = LOG_LIMIT(5, 10000),
	[NOTE_NEIGH] = LOG_LIMIT(5, 60000),
	[NOTE_DECLINED] = LOG_LIMIT(10, 10000),
	[NOTE_RESERVED] = LOG_LIMIT(5, 10000),
	[NOTE_OTHER_SERVER] = LOG_LIMIT(2, 600000),
	[NOTE_ARCH] = LOG_LIMIT(5, 60000),
	[NOTE_OMITTED] = LOG_LIMIT(5, 60000),
	[NOTE_REQUEST] = LOG_LIMIT(500, 1000),
	[NOTE_REPLY] = LOG_LIMIT(500, 1000),
	[NOTE_MENU] = LOG_LIMIT(2, 60000),
	[NOTE_PROXY] = LOG_LIMIT(10, 10000),
	[NOTE_DELAYS] = LOG_LIMIT(2, 60000),
};

/* "DHCPOFFER(br0) 192.168.1.77 9e:42:87:f7:29:92 pc reason" */
static void
report_message(const struct engine *e, const struct note *n)
{
	char ip[16], mac[CLIENT_TEXT], name[64], xid[16];
	char boot[REPORT_BOOT_TEXT], delay[24] = "";
	bool details = e->conf != NULL && e->conf->dhcp.log_dhcp;

	if (!n->failed && !details && e->conf != NULL && e->conf->dhcp.quiet)
		return;
	xid[0] = '\0';
	if (details)
		(void)snprintf(xid, sizeof(xid), "%u ", n->xid);
	(void)log_escape(name, sizeof(name), n->name, strlen(n->name));
	if (n->delay_s > 0)
		(void)snprintf(
		    delay, sizeof(delay), ", sent in %u s", n->delay_s);
	log_info("%s%s(%s)%s%s %s%s%s%s%s%s%s", xid, packet_type_name(n->type),
	    n->ifname, n->addr != 0 ? " " : "",
	    n->addr != 0 ? ip4_text(n->addr, ip) : "",
	    client_text(&n->client, mac), name[0] != '\0' ? " " : "", name,
	    n->text != NULL ? " " : "", n->text != NULL ? n->text : "",
	    report_boot_text(n, boot), delay);
}

static void
report_full(const struct engine *e, const struct note *n)
{
	char start[16], end[16];
	size_t i;

	if (n->type == DROP_LEASES) {
		log_warnx(
		    "dhcp-lease-max=%u is reached: no lease for new clients on %s; raise it or shorten the lease times",
		    e->conf->dhcp.lease_max, n->ifname);
		return;
	}
	for (i = 0; i < e->conf->ranges.n; i++) {
		const struct conf_range *g = &e->conf->ranges.v[i];

		if (g->start != n->addr)
			continue;
		log_warnx(
		    "range %s-%s is exhausted: no address for new clients on %s; enlarge it or shorten the lease times",
		    ip4_text(g->start, start), ip4_text(g->end, end),
		    n->ifname);
		return;
	}
}

static void
report_refused(const struct note *n)
{
	char ip[16], mac[CLIENT_TEXT], why[256];
	const char *text = n->text != NULL ? n->text : "";

	(void)log_escape(why, sizeof(why), text, strlen(text));
	log_err("%s %s for %s: rejected by leased: %s",
	    n->type == PACKET_RELEASE	? "release of"
	    : n->type == PACKET_DECLINE ? "decline of"
					: "lease of",
	    ip4_text(n->addr, ip), client_text(&n->client, mac), why);
}

static void
report_omitted(const struct engine *e, const struct note *n)
{
	char mac[CLIENT_TEXT], label[DHCP_OPTION_LABEL];
	char list[REPLY_OMITTED_MAX * (DHCP_OPTION_LABEL + 2)] = "";
	const struct reply *rp = &e->reply;
	size_t i, len = 0;

	for (i = 0; i < rp->nomitted && i < REPLY_OMITTED_MAX; i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
		    i == 0 ? "" : ", ",
		    dhcp_option_label(rp->omitted[i], label));
	log_warnx(
	    "%s for %s: %u options omitted: no room in the message for %s%s; configure fewer or shorter options",
	    packet_type_name(n->type), client_text(&n->client, mac),
	    rp->nomitted, list,
	    rp->nomitted > REPLY_OMITTED_MAX ? ", ..." : "");
}

static void
report_menu(const struct note *n)
{
	char mac[CLIENT_TEXT];

	log_warnx(
	    "boot menu for %s: %u pxe-service lines omitted: a menu has 252 bytes; shorten the texts, or choose fewer by tags",
	    client_text(&n->client, mac), n->error);
}

/* error: the style of the OFFER; failed: both were tried. */
static void
report_proxy(const struct note *n)
{
	char mac[CLIENT_TEXT];

	(void)client_text(&n->client, mac);
	if (n->failed)
		log_warnx(
		    "%s repeats its DISCOVER after each proxy OFFER; if the DHCP server answers it, its firmware may ignore proxy DHCP: let one server do all of DHCP for it",
		    mac);
	else
		log_info(
		    "%s repeats its DISCOVER after a proxy OFFER; trying pxe-style=%s",
		    mac, record_pxe_how_name(n->error));
}

void
report_note(const struct engine *e, const struct note *n, uint64_t now_ms)
{
	char ip[16], mac[CLIENT_TEXT];
	uint64_t suppressed;

	if (!log_limit_ok(&limits[n->kind], now_ms, &suppressed))
		return;
	if (suppressed > 0)
		log_info("%llu similar messages suppressed",
		    (unsigned long long)suppressed);
	switch (n->kind) {
	case NOTE_MESSAGE:
		report_message(e, n);
		break;
	case NOTE_NO_RANGE:
		report_no_range(&e->rq.iface->i, n);
		break;
	case NOTE_FULL:
		report_full(e, n);
		break;
	case NOTE_REFUSED:
		report_refused(n);
		break;
	case NOTE_NEIGH:
		/* The parent logs what it rejects. */
		if (n->error == ETIMEDOUT)
			log_warnx(
			    "no neighbour entry for %s: the parent did not answer in time; reply sent without it",
			    ip4_text(n->addr, ip));
		break;
	case NOTE_DECLINED:
		log_warnx(
		    "%s: declined by %s, as another machine uses it; address withheld for %d minutes; give that machine another address",
		    ip4_text(n->addr, ip), client_text(&n->client, mac),
		    POOL_DECLINE_S / 60);
		break;
	case NOTE_RESERVED:
		report_reserved(e, n);
		break;
	case NOTE_OTHER_SERVER:
		report_other_server(n);
		break;
	case NOTE_ARCH:
		report_misfit(n);
		break;
	case NOTE_OMITTED:
		report_omitted(e, n);
		break;
	case NOTE_REQUEST:
		log_dhcp_request(e);
		break;
	case NOTE_REPLY:
		log_dhcp_reply(e);
		break;
	case NOTE_MENU:
		report_menu(n);
		break;
	case NOTE_PROXY:
		report_proxy(n);
		break;
	case NOTE_DELAYS:
		log_warnx(
		    "dhcp-reply-delay: %d replies are waiting; others are sent at once; shorten the delay, or give it to fewer clients by tags",
		    DELAY_MAX);
		break;
	case NOTE_KIND_MAX:
		break;
	}
}

static const char *
report_lease_time(uint32_t s, char *dst, size_t size)
{
	static const struct {
		uint32_t s;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i;

	if (s == RECORD_LEASE_INFINITE)
		return "infinite";
	for (i = 0; s % units[i].s != 0; i++)
		continue;
	(void)snprintf(dst, size, "%u%c", s / units[i].s, units[i].unit);
	return dst;
}

static struct log_place
report_line_of(const struct dhcp_conf *c, enum record_kind kind, size_t index)
{
	const struct trace_line l = { (uint8_t)kind, (uint32_t)index };
	const struct conf_place *p = trace_place(c, &l);
	struct log_place place = { NULL, 0 };

	if (p != NULL) {
		place.file = p->file;
		place.line = p->line;
	}
	return place;
}

static struct log_place
report_range_line(const struct dhcp_conf *c, const struct conf_range *g)
{
	return report_line_of(c, RECORD_RANGE, (size_t)(g - c->ranges.v));
}

/*
 * The first address of a served interface whose network a range fits, or with
 * `partly` fits in part, and the interface; NULL: none.
 */
static const struct iface_addr *
report_addr_of(const struct dhcp_conf *c, const struct range *r, bool partly,
    const struct iface **of)
{
	size_t i;
	uint8_t n;

	for (i = 0; i < c->ifaces.n; i++) {
		*of = &c->ifaces.v[i].i;
		for (n = 0; n < (*of)->naddrs; n++) {
			enum range_fit fit = range_fit(r, &(*of)->addr[n]);

			if (partly ? fit != RANGE_FIT_NO : fit == RANGE_FIT_YES)
				return &(*of)->addr[n];
		}
	}
	return NULL;
}

/* A range that is on the subnet of no interface. */
static void
report_unserved(const struct dhcp_conf *c, const struct conf_range *g)
{
	const struct range r = { g->start, g->end, g->guessed ? 0 : g->mask };
	const struct range other = { g->start, g->end, 0 };
	const struct log_place at = report_range_line(c, g);
	const struct iface_addr *a;
	const struct iface *i;
	char start[16], mask[16], ip[16];

	if ((a = report_addr_of(c, &r, true, &i)) != NULL)
		range_log_unserved(&r, at, i->name, a);
	else if (!g->guessed &&
		 (a = report_addr_of(c, &other, false, &i)) != NULL)
		/* Another netmask would put it on that network. */
		log_at(LOG_WARNING, at,
		    "dhcp-range %s: its netmask %s makes it another network than that of %s (%s/%d), so clients there get no address from it; correct or remove the netmask, unless relayed clients are meant",
		    ip4_text(g->start, start), ip4_text(g->mask, mask), i->name,
		    ip4_text(a->addr, ip), __builtin_popcount(a->mask));
	else
		range_log_unserved(&r, at, NULL, NULL);
}

/* A netmask that is written and is not that of the interface. */
static void
report_mask(const struct dhcp_conf *c, const struct conf_range *g)
{
	const struct range r = { g->start, g->end, g->mask };
	char start[16], mask[16], other[16];
	const struct iface_addr *a;
	const struct iface *i;

	a = report_addr_of(c, &r, false, &i);
	if (a != NULL && a->mask != g->mask)
		log_at(LOG_WARNING, report_range_line(c, g),
		    "dhcp-range %s: its netmask is %s, but that of %s is %s; clients get that of the dhcp-range",
		    ip4_text(g->start, start), ip4_text(g->mask, mask), i->name,
		    ip4_text(a->mask, other));
}

static void
report_range(const struct dhcp_conf *c, const struct conf_range *g)
{
	char start[16], end[16], lease[16];

	(void)ip4_text(g->start, start);
	switch (g->mode) {
	case RECORD_RANGE_DYNAMIC:
		log_info("DHCP, IP range %s -- %s, lease time %s", start,
		    ip4_text(g->end, end),
		    report_lease_time(g->lease_s, lease, sizeof(lease)));
		break;
	case RECORD_RANGE_STATIC:
		log_info("DHCP, static leases only on %s, lease time %s", start,
		    report_lease_time(g->lease_s, lease, sizeof(lease)));
		break;
	default:
		log_info("DHCP, proxy on subnet %s", start);
		if (!g->attached && c->ifaces.n > 0)
			log_at(LOG_WARNING, report_range_line(c, g),
			    "dhcp-range %s,proxy: no interface is on its subnet; only relayed clients get its replies; correct the network, or the address of the interface",
			    start);
		return;
	}
	/* Without an interface, that is what the parent warns of. */
	if (g->attached)
		report_mask(c, g);
	else if (c->ifaces.n > 0)
		report_unserved(c, g);
}

/* Ranges alone that are on no network of this host: one digit may be wrong. */
static void
report_none_attached(const struct dhcp_conf *c)
{
	const struct iface *first = NULL;
	char ip[16];
	size_t i;

	for (i = 0; i < c->ranges.n; i++)
		if (c->ranges.v[i].attached)
			return;
	for (i = 0; i < c->ifaces.n && first == NULL; i++)
		if (c->ifaces.v[i].i.naddrs > 0)
			first = &c->ifaces.v[i].i;
	if (first != NULL && c->ranges.n > 0)
		log_warnx(
		    "no dhcp-range is on the network of a served interface, such as %s (%s/%d): only relayed clients are served; correct the range if others are meant",
		    first->name, ip4_text(first->addr[0].addr, ip),
		    __builtin_popcount(first->addr[0].mask));
}

void
report_conf(const struct dhcp_conf *c)
{
	char ip[16], mac[CLIENT_TEXT] = "";
	struct client k;
	size_t i;

	for (i = 0; i < c->ranges.n; i++)
		report_range(c, &c->ranges.v[i]);
	report_none_attached(c);
	for (i = 0; i < c->hosts.n; i++) {
		const struct conf_host *h = &c->hosts.v[i];

		if (!h->own)
			continue;
		if (h->nmac > 0) {
			memset(&k, 0, sizeof(k));
			k.hwtype = h->mac[0].hwtype == 0 ? 1 : h->mac[0].hwtype;
			k.hwlen = h->mac[0].len;
			memcpy(k.hw, h->mac[0].addr, k.hwlen);
			(void)client_text(&k, mac);
		}
		log_at(LOG_WARNING, report_line_of(c, RECORD_HOST, i),
		    "dhcp-host %s%s%s: %s is an address of this host; reservation ignored; reserve another address",
		    h->nmac > 0 ? mac : "",
		    h->nmac > 0 && h->name[0] != '\0' ? " " : "", h->name,
		    ip4_text(h->addr, ip));
	}
}

void
report_counters(const struct engine *e)
{
	const struct {
		const char *text;
		const uint64_t *count;
	} outcome[] = {
		{ "leases stored", &e->count.durable },
		{ "leases rejected by leased", &e->count.refused },
		{ "REQUESTs repeated while a lease was stored",
		    &e->count.joined },
		{ "neighbour entries that failed", &e->count.neigh_failed },
		{ "options omitted for want of room",
		    &e->count.options_omitted },
		{ "replies delayed", &e->count.delayed },
		{ "requests repeated while their reply was delayed",
		    &e->count.delay_joined },
		{ "replies not delayed for want of room",
		    &e->count.delay_full },
	};
	size_t n;
	int i;

	for (i = PACKET_OK + 1; i < PACKET_REASON_MAX; i++)
		if (e->count.parsed[i] > 0)
			log_debug("rejected packets: %s: %llu",
			    packet_reason_text((enum packet_reason)i),
			    (unsigned long long)e->count.parsed[i]);
	for (i = 0; i < PACKET_TYPE_MAX; i++)
		if (e->count.received[i] > 0 || e->count.sent[i] > 0)
			log_debug("%s: %llu received, %llu sent",
			    packet_type_name((uint8_t)i),
			    (unsigned long long)e->count.received[i],
			    (unsigned long long)e->count.sent[i]);
	for (i = 0; i < ENGINE_DROP_MAX; i++)
		if (e->count.dropped[i] > 0)
			log_debug("unanswered packets: %s: %llu",
			    action_drop_text((enum engine_drop)i),
			    (unsigned long long)e->count.dropped[i]);
	for (n = 0; n < sizeof(outcome) / sizeof(outcome[0]); n++)
		if (*outcome[n].count > 0)
			log_debug("%s: %llu", outcome[n].text,
			    (unsigned long long)*outcome[n].count);
}
