/* SPDX-License-Identifier: ISC */
/* Log lines for what the engine does. */
#include "dhcpd/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "dhcpd/detail.h"

/*
 * How many lines of a kind a second may have; a boot of a thousand machines
 * at once shows in full, a flood does not fill the disk.
 */
static struct log_limit limits[NOTE_KIND_MAX] = {
	[NOTE_MESSAGE] = LOG_LIMIT(2000, 1000),
	[NOTE_NO_RANGE] = LOG_LIMIT(2, 60000),
	[NOTE_FULL] = LOG_LIMIT(2, 60000),
	[NOTE_REFUSED] = LOG_LIMIT(5, 10000),
	[NOTE_NEIGH] = LOG_LIMIT(5, 60000),
	[NOTE_DECLINED] = LOG_LIMIT(10, 10000),
	[NOTE_RESERVED] = LOG_LIMIT(5, 10000),
	[NOTE_REQUEST] = LOG_LIMIT(500, 1000),
	[NOTE_REPLY] = LOG_LIMIT(500, 1000),
};

/* "DHCPOFFER(br0) 192.168.1.77 9e:42:87:f7:29:92 pc reason" */
static void
report_message(const struct engine *e, const struct note *n)
{
	char ip[16], mac[CLIENT_TEXT], name[64], xid[16];
	bool details = e->conf != NULL && e->conf->dhcp.log_dhcp;

	if (!n->failed && !details && e->conf != NULL && e->conf->dhcp.quiet)
		return;
	xid[0] = '\0';
	if (details)
		(void)snprintf(xid, sizeof(xid), "%u ", n->xid);
	(void)log_escape(name, sizeof(name), n->name, strlen(n->name));
	log_info("%s%s(%s)%s%s %s%s%s%s%s", xid, packet_type_name(n->type),
	    n->ifname, n->addr != 0 ? " " : "",
	    n->addr != 0 ? ip4_text(n->addr, ip) : "",
	    client_text(&n->client, mac), name[0] != '\0' ? " " : "", name,
	    n->text != NULL ? " " : "", n->text != NULL ? n->text : "");
}

static void
report_full(const struct engine *e, const struct note *n)
{
	char start[16], end[16];
	size_t i;

	if (n->type == DROP_LEASES) {
		log_warnx("%s: no leases left: dhcp-lease-max is %u", n->ifname,
		    e->conf->dhcp.lease_max);
		return;
	}
	for (i = 0; i < e->conf->ranges.n; i++) {
		const struct conf_range *g = &e->conf->ranges.v[i];

		if (g->start != n->addr)
			continue;
		log_warnx("%s: no address available: all that a new client "
			  "may have of %s -- %s are taken",
		    n->ifname, ip4_text(g->start, start),
		    ip4_text(g->end, end));
		return;
	}
}

static void
report_refused(const struct note *n)
{
	char ip[16], mac[CLIENT_TEXT], why[256];
	const char *text = n->text != NULL ? n->text : "";

	(void)log_escape(why, sizeof(why), text, strlen(text));
	log_err("%s for %s at %s is not stored, and not confirmed: %s",
	    packet_type_name(n->type), client_text(&n->client, mac),
	    ip4_text(n->addr, ip), why);
}

void
report_note(const struct engine *e, const struct note *n, uint64_t now_ms)
{
	char ip[16], mac[CLIENT_TEXT];
	uint64_t left_out;

	if (!log_limit_ok(&limits[n->kind], now_ms, &left_out))
		return;
	if (left_out > 0)
		log_info("%llu lines of this kind left out",
		    (unsigned long long)left_out);
	switch (n->kind) {
	case NOTE_MESSAGE:
		report_message(e, n);
		break;
	case NOTE_NO_RANGE:
		log_warnx("no address range available for a %s via %s%s%s",
		    packet_type_name(n->type),
		    n->addr != 0 ? ip4_text(n->addr, ip) : n->ifname,
		    n->addr != 0 ? " on " : "", n->addr != 0 ? n->ifname : "");
		break;
	case NOTE_FULL:
		report_full(e, n);
		break;
	case NOTE_REFUSED:
		report_refused(n);
		break;
	case NOTE_NEIGH:
		/* What the parent refused, it has told itself. */
		if (n->error == ETIMEDOUT)
			log_warnx("no neighbour entry for %s in time",
			    ip4_text(n->addr, ip));
		break;
	case NOTE_DECLINED:
		log_warnx("%s is in use by another machine, says %s; not "
			  "given out for %d minutes",
		    ip4_text(n->addr, ip), client_text(&n->client, mac),
		    POOL_DECLINE_S / 60);
		break;
	case NOTE_RESERVED:
		log_warnx("not using configured address %s for %s: %s",
		    ip4_text(n->addr, ip), client_text(&n->client, mac),
		    n->text != NULL ? n->text : "");
		break;
	case NOTE_REQUEST:
		detail_request(e);
		break;
	case NOTE_REPLY:
		detail_reply(e);
		break;
	case NOTE_KIND_MAX:
		break;
	}
}

static const char *
lease_text(uint32_t s, char *dst, size_t size)
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

static void
report_range(const struct conf_range *g)
{
	char start[16], end[16], lease[16];

	(void)ip4_text(g->start, start);
	switch (g->mode) {
	case RECORD_RANGE_DYNAMIC:
		log_info("DHCP, IP range %s -- %s, lease time %s", start,
		    ip4_text(g->end, end),
		    lease_text(g->lease_s, lease, sizeof(lease)));
		break;
	case RECORD_RANGE_STATIC:
		log_info("DHCP, static leases only on %s, lease time %s", start,
		    lease_text(g->lease_s, lease, sizeof(lease)));
		break;
	default:
		log_warnx("DHCP, proxy on subnet %s is not served by this "
			  "version",
		    start);
		return;
	}
	if (g->mask == 0)
		log_warnx("dhcp-range from %s: no interface has its network, "
			  "and it names no netmask; it serves nobody",
		    start);
	else if (!g->attached)
		log_info("dhcp-range from %s: no interface has its network; "
			 "for relayed clients only",
		    start);
}

void
report_conf(const struct dhcp_conf *c)
{
	char ip[16], mac[CLIENT_TEXT] = "";
	struct client k;
	size_t i;

	for (i = 0; i < c->ranges.n; i++)
		report_range(&c->ranges.v[i]);
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
		log_warnx("dhcp-host %s%s%s: %s is an address of this host "
			  "and is not given out; the client gets one from "
			  "the range",
		    h->nmac > 0 ? mac : "",
		    h->nmac > 0 && h->name[0] != '\0' ? " " : "", h->name,
		    ip4_text(h->addr, ip));
	}
}

void
report_counters(const struct engine *e)
{
	int i;

	for (i = PACKET_OK + 1; i < PACKET_REASON_MAX; i++)
		if (e->count.parsed[i] > 0)
			log_debug("refused, %s: %llu",
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
			log_debug("not answered, %s: %llu",
			    engine_drop_text((enum engine_drop)i),
			    (unsigned long long)e->count.dropped[i]);
}
