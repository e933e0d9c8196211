/* SPDX-License-Identifier: ISC */
/* Log lines that say why a client gets no address, or another one. */
#include "dhcpd/report_addr.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "daemon/range.h"

#define NETS_SHOWN 4
#define NET_TEXT 20 /* "255.255.255.255/32, " */
#define EXAMPLE_TEXT 80
#define HOLDER_TEXT (CLIENT_TEXT + 64 + 4)
#define TIME_TEXT 32

/* ", as in dhcp-range=10.1.0.50,10.1.0.150", or "" for a small network. */
static const char *
example_text(uint32_t addr, uint32_t mask, bool with_mask, char *dst)
{
	char a[16], b[16], m[16];
	uint32_t start, end;

	dst[0] = '\0';
	if (range_example(addr, mask, &start, &end))
		(void)snprintf(dst, EXAMPLE_TEXT,
		    ", as in dhcp-range=%s,%s%s%s", ip4_text(start, a),
		    ip4_text(end, b), with_mask ? "," : "",
		    with_mask ? ip4_text(mask, m) : "");
	return dst;
}

/* The networks of an interface: "10.1.0.0/24, 10.2.0.0/16". */
static const char *
nets_text(const struct iface *i, char dst[NETS_SHOWN * NET_TEXT + 4])
{
	size_t len = 0;
	char net[16];
	uint8_t n;

	for (n = 0; n < i->naddrs && n < NETS_SHOWN; n++)
		len += (size_t)snprintf(dst + len, NET_TEXT + 1, "%s%s/%d",
		    n == 0 ? "" : ", ",
		    ip4_text(i->addr[n].addr & i->addr[n].mask, net),
		    __builtin_popcount(i->addr[n].mask));
	if (i->naddrs > NETS_SHOWN)
		(void)snprintf(dst + len, 4, "...");
	return dst;
}

void
report_no_range(const struct iface *i, const struct note *n)
{
	char ip[16], link[16], mac[CLIENT_TEXT], example[EXAMPLE_TEXT];
	char nets[NETS_SHOWN * NET_TEXT + 4];
	const char *type = packet_type_name(n->type);

	(void)client_text(&n->client, mac);
	if (n->link != 0)
		log_warnx(
		    "no address range available for a %s from %s via %s%s%s: no dhcp-range contains %s, which the request names (option 82 or 118); add one%s",
		    type, mac, n->addr != 0 ? ip4_text(n->addr, ip) : "",
		    n->addr != 0 ? " on " : "", n->ifname,
		    ip4_text(n->link, link),
		    example_text(n->link, 0xffffff00, true, example));
	else if (n->addr != 0)
		log_warnx(
		    "no address range available for a %s from %s via %s on %s: no dhcp-range is on the network of this relay; add one%s",
		    type, mac, ip4_text(n->addr, ip), n->ifname,
		    example_text(n->addr, 0xffffff00, true, example));
	else if (i->naddrs == 0)
		log_warnx(
		    "no address range available for a %s from %s via %s: the interface has no IPv4 address; give it one on the network of a dhcp-range",
		    type, mac, n->ifname);
	else
		log_warnx(
		    "no address range available for a %s from %s via %s: no dhcp-range is on its network, %s; add one%s",
		    type, mac, n->ifname, nets_text(i, nets),
		    example_text(
			i->addr[0].addr, i->addr[0].mask, false, example));
}

/* "9e:42:87:f7:29:92 (printer)" */
static const char *
holder_text(const struct binding *b, char dst[HOLDER_TEXT])
{
	char name[LEASE_NAME_MAX], shown[64], mac[CLIENT_TEXT];
	struct client k;

	binding_client(b, &k);
	binding_name(b, name);
	(void)log_escape(shown, sizeof(shown), name, strlen(name));
	(void)snprintf(dst, HOLDER_TEXT, "%s%s%s%s", client_text(&k, mac),
	    shown[0] != '\0' ? " (" : "", shown, shown[0] != '\0' ? ")" : "");
	return dst;
}

/* The time until a binding expires: "for 3h 25m". */
static const char *
left_text(const struct binding *b, uint64_t now_s, char dst[TIME_TEXT])
{
	uint64_t s = b->expiry_s > now_s ? b->expiry_s - now_s : 0;

	if (b->expiry_s == LEASE_NEVER)
		(void)snprintf(dst, TIME_TEXT, "without end");
	else if (s < 60)
		(void)snprintf(dst, TIME_TEXT, "for %" PRIu64 "s", s);
	else if (s < 3600)
		(void)snprintf(dst, TIME_TEXT, "for %" PRIu64 "m", s / 60);
	else if (s < 86400)
		(void)snprintf(dst, TIME_TEXT, "for %" PRIu64 "h %" PRIu64 "m",
		    s / 3600, s % 3600 / 60);
	else
		(void)snprintf(dst, TIME_TEXT, "for %" PRIu64 "d %" PRIu64 "h",
		    s / 86400, s % 86400 / 3600);
	return dst;
}

void
report_reserved(const struct engine *e, const struct note *n)
{
	const struct binding *b = pool_at(e->pool, n->addr);
	char ip[16], mac[CLIENT_TEXT], holder[HOLDER_TEXT], left[TIME_TEXT];

	(void)ip4_text(n->addr, ip);
	(void)client_text(&n->client, mac);
	if (n->blocked == BLOCKED_RANGE)
		log_warnx(
		    "not using configured address %s for %s: the tags of the dhcp-range lines on its network exclude the client; correct tag: in these lines",
		    ip, mac);
	else if (n->blocked == BLOCKED_OWN)
		log_warnx(
		    "not using configured address %s for %s: it is the address of this server or of the relay; reserve another address",
		    ip, mac);
	else if (b == NULL)
		return;
	else if (n->blocked == BLOCKED_DECLINED)
		log_warnx(
		    "not using configured address %s for %s: it was declined, as another machine uses it, and is withheld %s; give that machine another address",
		    ip, mac, left_text(b, e->now.wall_s, left));
	else if (b->state == BINDING_BOUND && b->pending == NULL)
		log_warnx(
		    "not using configured address %s for %s: it is leased to %s %s; it becomes free when that machine renews or releases its lease",
		    ip, mac, holder_text(b, holder),
		    left_text(b, e->now.wall_s, left));
	else
		log_warnx(
		    "not using configured address %s for %s: it is being offered to %s; it becomes free within a minute if that machine does not take it",
		    ip, mac, holder_text(b, holder));
}

void
report_other_server(const struct note *n)
{
	char ip[16], server[16], mac[CLIENT_TEXT];

	log_warnx(
	    "%s chose %s from another DHCP server, %s, via %s; it boots from here only if it chooses this one; stop DHCP on %s, or let it ignore these machines",
	    client_text(&n->client, mac), ip4_text(n->addr, ip),
	    ip4_text(n->server, server), n->ifname, server);
}
