/* SPDX-License-Identifier: ISC */
/* The lines of log-dhcp, each with the transaction's xid before it. */
#include "dhcpd/log_dhcp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/dhcp_option.h"
#include "daemon/endpoint.h"
#include "daemon/log.h"

#define LOG_DHCP_LINE 300

/* Appends to a line of LOG_DHCP_LINE bytes, and truncates it there. */
__attribute__((format(printf, 2, 3))) static void
line_add(char *line, const char *fmt, ...)
{
	size_t len = strlen(line);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line + len, LOG_DHCP_LINE - len, fmt, ap);
	va_end(ap);
}

/* Logs an option of the request that is text. */
static void
log_dhcp_text(const struct engine *e, uint8_t code, const char *label)
{
	char text[200];
	size_t len;
	const uint8_t *opt = packet_option(&e->packet, code, &len);

	if (opt != NULL)
		log_info("%u %s: %s", e->packet.xid, label,
		    log_escape(text, sizeof(text), opt, len));
}

static void
log_dhcp_tags(const struct engine *e)
{
	char line[LOG_DHCP_LINE] = "", name[RECORD_TAG_MAX * 2];
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
log_dhcp_wanted(const struct engine *e)
{
	char line[LOG_DHCP_LINE] = "";
	size_t i, len;
	const uint8_t *list = packet_option(&e->packet, OPT_PARAMETERS, &len);

	for (i = 0; list != NULL && i < len; i++) {
		const char *name = dhcp_option_name(list[i]);

		line_add(line, "%s%u%s%s", line[0] == '\0' ? "" : ", ", list[i],
		    name[0] != '\0' ? ":" : "", name);
		/* Long lists are split over several lines. */
		if (strlen(line) < 60 && i + 1 < len)
			continue;
		log_info("%u requested options: %s", e->packet.xid, line);
		line[0] = '\0';
	}
}

void
log_dhcp_request(const struct engine *e)
{
	char start[16], end[16];
	size_t i;

	for (i = 0; i < e->rq.nnets && i < 8; i++) {
		const struct conf_range *g = e->rq.nets[i].range;

		log_info("%u available DHCP range: %s -- %s", e->packet.xid,
		    ip4_text(g->start, start), ip4_text(g->end, end));
	}
	log_dhcp_text(e, OPT_VENDOR_CLASS, "vendor class");
	log_dhcp_text(e, OPT_USER_CLASS, "user class");
	if (e->rq.name.label[0] != '\0')
		log_info("%u client provides name: %s", e->packet.xid,
		    e->rq.name.label);
}

static void
log_dhcp_area(const struct engine *e, const struct reply_area *a)
{
	char value[LOG_DHCP_LINE];
	struct reader r;

	reader_init(&r, a->data, a->len);
	while (r.left > 0) {
		uint8_t code = reader_u8(&r), len = reader_u8(&r);
		const uint8_t *p = reader_bytes(&r, len);

		if (p == NULL)
			break;
		log_info("%u sent size:%3u option:%3u %s  %s", e->packet.xid,
		    len, code, dhcp_option_name(code),
		    dhcp_option_show(value, sizeof(value), code, p, len));
	}
}

void
log_dhcp_reply(const struct engine *e)
{
	const struct reply *rp = &e->reply;
	char text[PACKET_FILE * 4 + 1], ip[16];

	log_dhcp_tags(e);
	log_dhcp_wanted(e);
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
	log_dhcp_area(e, &rp->main);
	log_dhcp_area(e, &rp->in_file);
	log_dhcp_area(e, &rp->in_sname);
}
