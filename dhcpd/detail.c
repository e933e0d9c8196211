/* SPDX-License-Identifier: ISC */
/* The lines of log-dhcp, each with the transaction's xid before it. */
#include "dhcpd/detail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"

#define DETAIL_LINE 300

enum show { SHOW_HEX, SHOW_ADDRS, SHOW_TEXT, SHOW_NUMBER };

struct option_name {
	const char *name;
	enum show show;
};

static const struct option_name names[256] = {
	[OPT_MASK] = { "netmask", SHOW_ADDRS },
	[2] = { "time-offset", SHOW_NUMBER },
	[OPT_ROUTER] = { "router", SHOW_ADDRS },
	[OPT_DNS] = { "dns-server", SHOW_ADDRS },
	[7] = { "log-server", SHOW_ADDRS },
	[9] = { "lpr-server", SHOW_ADDRS },
	[OPT_HOSTNAME] = { "hostname", SHOW_TEXT },
	[13] = { "boot-file-size", SHOW_NUMBER },
	[OPT_DOMAIN] = { "domain-name", SHOW_TEXT },
	[16] = { "swap-server", SHOW_ADDRS },
	[17] = { "root-path", SHOW_TEXT },
	[18] = { "extension-path", SHOW_TEXT },
	[19] = { "ip-forward-enable", SHOW_NUMBER },
	[26] = { "mtu", SHOW_NUMBER },
	[OPT_BROADCAST] = { "broadcast", SHOW_ADDRS },
	[31] = { "router-discovery", SHOW_NUMBER },
	[33] = { "static-route", SHOW_ADDRS },
	[40] = { "nis-domain", SHOW_TEXT },
	[41] = { "nis-server", SHOW_ADDRS },
	[42] = { "ntp-server", SHOW_ADDRS },
	[43] = { "vendor-encap", SHOW_HEX },
	[44] = { "netbios-ns", SHOW_ADDRS },
	[46] = { "netbios-nodetype", SHOW_NUMBER },
	[OPT_REQUESTED_IP] = { "requested-address", SHOW_ADDRS },
	[OPT_LEASE_TIME] = { "lease-time", SHOW_NUMBER },
	[OPT_OVERLOAD] = { "option-overload", SHOW_NUMBER },
	[OPT_TYPE] = { "message-type", SHOW_NUMBER },
	[OPT_SERVER_ID] = { "server-identifier", SHOW_ADDRS },
	[OPT_PARAMETERS] = { "parameter-request", SHOW_HEX },
	[OPT_MESSAGE] = { "message", SHOW_TEXT },
	[OPT_MAX_SIZE] = { "max-message-size", SHOW_NUMBER },
	[OPT_T1] = { "T1", SHOW_NUMBER },
	[OPT_T2] = { "T2", SHOW_NUMBER },
	[OPT_VENDOR_CLASS] = { "vendor-class", SHOW_TEXT },
	[OPT_CLIENT_ID] = { "client-id", SHOW_HEX },
	[OPT_SNAME] = { "tftp-server", SHOW_TEXT },
	[OPT_FILE] = { "bootfile-name", SHOW_TEXT },
	[OPT_USER_CLASS] = { "user-class", SHOW_TEXT },
	[OPT_FQDN] = { "FQDN", SHOW_HEX },
	[OPT_AGENT] = { "agent-id", SHOW_HEX },
	[93] = { "client-arch", SHOW_HEX },
	[94] = { "client-interface-id", SHOW_HEX },
	[97] = { "client-machine-id", SHOW_HEX },
	[119] = { "domain-search", SHOW_HEX },
	[120] = { "sip-server", SHOW_HEX },
	[121] = { "classless-static-route", SHOW_HEX },
	[125] = { "vendor-id-encap", SHOW_HEX },
	[150] = { "tftp-server-address", SHOW_ADDRS },
	[175] = { "ipxe", SHOW_HEX },
	[209] = { "pxelinux-config-file", SHOW_TEXT },
	[210] = { "pxelinux-path-prefix", SHOW_TEXT },
	[255] = { "server-ip-address", SHOW_ADDRS },
};

const char *
detail_option_name(uint8_t code)
{
	return names[code].name != NULL ? names[code].name : "";
}

/* Appends to a line of DETAIL_LINE bytes; what does not fit is cut off. */
__attribute__((format(printf, 2, 3))) static void
line_add(char *line, const char *fmt, ...)
{
	size_t len = strlen(line);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line + len, DETAIL_LINE - len, fmt, ap);
	va_end(ap);
}

/* One line for an option of the request that is text. */
static void
detail_text(const struct engine *e, uint8_t code, const char *label)
{
	char text[200];
	size_t len;
	const uint8_t *opt = packet_option(&e->packet, code, &len);

	if (opt != NULL)
		log_info("%u %s: %s", e->packet.xid, label,
		    log_escape(text, sizeof(text), opt, len));
}

static void
detail_tags(const struct engine *e)
{
	char line[DETAIL_LINE] = "", name[RECORD_TAG_MAX * 2];
	const struct tags *t = &e->conf->tags;
	uint32_t i;

	for (i = tagset_next(&e->rq.all, 0); i < t->n;
	     i = tagset_next(&e->rq.all, i + 1))
		line_add(line, "%s%s", line[0] == '\0' ? "" : ", ",
		    log_escape(
			name, sizeof(name), t->name[i], strlen(t->name[i])));
	log_info("%u tags: %s", e->packet.xid, line);
}

static void
detail_wanted(const struct engine *e)
{
	char line[DETAIL_LINE] = "";
	size_t i, len;
	const uint8_t *list = packet_option(&e->packet, OPT_PARAMETERS, &len);

	for (i = 0; list != NULL && i < len; i++) {
		const char *name = detail_option_name(list[i]);

		line_add(line, "%s%u%s%s", line[0] == '\0' ? "" : ", ", list[i],
		    name[0] != '\0' ? ":" : "", name);
		/* Several lines rather than one that is cut off. */
		if (strlen(line) < 60 && i + 1 < len)
			continue;
		log_info("%u requested options: %s", e->packet.xid, line);
		line[0] = '\0';
	}
}

void
detail_request(const struct engine *e)
{
	char start[16], end[16];
	size_t i;

	for (i = 0; i < e->rq.nnets && i < 8; i++) {
		const struct conf_range *g = e->rq.nets[i].range;

		log_info("%u available DHCP range: %s -- %s", e->packet.xid,
		    ip4_text(g->start, start), ip4_text(g->end, end));
	}
	detail_text(e, OPT_VENDOR_CLASS, "vendor class");
	detail_text(e, OPT_USER_CLASS, "user class");
	if (e->rq.name[0] != '\0')
		log_info(
		    "%u client provides name: %s", e->packet.xid, e->rq.name);
}

static void
option_value(char *line, uint8_t code, const uint8_t *p, size_t n)
{
	char text[200], ip[16];
	uint32_t v = 0;
	size_t i;

	switch (names[code].show) {
	case SHOW_TEXT:
		line_add(line, "%s", log_escape(text, sizeof(text), p, n));
		return;
	case SHOW_NUMBER:
		for (i = 0; i < n && i < 4; i++)
			v = v << 8 | p[i];
		line_add(line, "%u", v);
		return;
	case SHOW_ADDRS:
		for (i = 0; i + 4 <= n; i += 4)
			line_add(line, "%s%s", i == 0 ? "" : ", ",
			    ip4_text((uint32_t)p[i] << 24 |
					 (uint32_t)p[i + 1] << 16 |
					 (uint32_t)p[i + 2] << 8 | p[i + 3],
				ip));
		return;
	case SHOW_HEX:
		for (i = 0; i < n && i < 32; i++)
			line_add(line, "%s%02x", i == 0 ? "" : ":", p[i]);
		if (n > 32)
			line_add(line, "...");
		return;
	}
}

static void
detail_area(const struct engine *e, const struct reply_area *a)
{
	char line[DETAIL_LINE];
	struct reader r;

	reader_init(&r, a->data, a->len);
	while (r.left > 0) {
		uint8_t code = reader_u8(&r), len = reader_u8(&r);
		const uint8_t *p = reader_bytes(&r, len);

		if (p == NULL)
			break;
		line[0] = '\0';
		line_add(line, "sent size:%3u option:%3u %s  ", len, code,
		    detail_option_name(code));
		option_value(line, code, p, len);
		log_info("%u %s", e->packet.xid, line);
	}
}

void
detail_reply(const struct engine *e)
{
	const struct reply *rp = &e->reply;
	char text[PACKET_FILE * 4 + 1], ip[16];

	detail_tags(e);
	detail_wanted(e);
	if (rp->file[0] != '\0')
		log_info("%u bootfile name: %s", rp->xid,
		    log_escape(text, sizeof(text), rp->file,
			strnlen(rp->file, sizeof(rp->file))));
	if (rp->sname[0] != '\0')
		log_info("%u server name: %s", rp->xid,
		    log_escape(text, sizeof(text), rp->sname,
			strnlen(rp->sname, sizeof(rp->sname))));
	if (rp->siaddr != 0)
		log_info(
		    "%u next server: %s", rp->xid, ip4_text(rp->siaddr, ip));
	if ((rp->flags & PACKET_BROADCAST) != 0 && rp->ciaddr == 0)
		log_info("%u broadcast response", rp->xid);
	detail_area(e, &rp->main);
	detail_area(e, &rp->in_file);
	detail_area(e, &rp->in_sname);
	if (rp->left_out > 0)
		log_warnx("%u %u options did not fit into the reply", rp->xid,
		    rp->left_out);
}
