/* SPDX-License-Identifier: ISC */
/* Puts file and server of the boot into header or options. */
#include "dhcpd/reply_boot.h"

#include <stdio.h>
#include <string.h>

#include "dhcpd/choose.h"

static void
name_set(struct boot_name *n, const void *s, size_t len)
{
	n->s = s;
	n->len = strnlen(s, len);
}

/* The name is that of a dhcp-option line, which sends no option itself then. */
static void
name_from_option(struct reply_work *b, uint8_t code, struct boot_name *n)
{
	const struct conf_option *o = reply_line(b, code);

	if (o == NULL || o->force)
		return; /* a forced one is left to reply_build() */
	name_set(n, o->data, o->len);
	n->line = (struct trace_line){ RECORD_OPTION, (uint32_t)b->line[code] };
	b->line[code] = -1;
}

/*
 * Where a name goes into the header, a dhcp-option line for the same name
 * still counts for the option, as in dnsmasq.
 */
static void
boot_from_line(struct reply_work *b, const struct conf_boot *line)
{
	b->file.line = (struct trace_line){ RECORD_BOOT,
		(uint32_t)(line - b->c->boots.v) };
	b->sname.line = b->file.line;
	if (line->addr != 0)
		b->rp->siaddr = line->addr;
	name_set(&b->file, line->file, RECORD_FILE_MAX);
	name_set(&b->sname, line->sname, RECORD_SNAME_MAX);
	b->file.header_only = b->sname.header_only = b->c->dhcp.no_override;
}

/* Copies a name into a header field, with a NUL at its end. */
static void
field_set(char *field, size_t size, const struct boot_name *n)
{
	memcpy(field, n->s, n->len);
	memset(field + n->len, 0, size - n->len);
}

/*
 * Puts a name into the header, or as an option if the client asks for that
 * option or the name is too long for the header.
 */
static void
boot_put(struct reply_work *b, uint8_t code, struct boot_name *n, char *field,
    size_t size)
{
	bool option =
	    b->rq->listed && classify_wants(b->rq, code) && !n->header_only;
	char text[RECORD_OPT_MAX + 1];

	if (n->len == 0)
		return;
	if (!option && n->len < size) {
		field_set(field, size, n);
		return;
	}
	n->copy = n->len < size;
	b->done[code] = true;
	/*
	 * Firmware reads past the end of names without a NUL.  A name of 255
	 * bytes goes without one, because the NUL would split the option.
	 */
	memcpy(text, n->s, n->len);
	text[n->len] = '\0';
	if (reply_put(b->rp, code, text, n->len != 255 ? n->len + 1 : n->len))
		trace_option(b->rq->trace, code, (enum record_kind)n->line.kind,
		    n->line.index);
}

/* The next server by its name in dhcp-option; one of dhcp-boot replaces it. */
static void
reply_boot_server(struct reply_work *b)
{
	const struct conf_option *o = reply_line(b, OPT_SERVER_IP);
	struct reader r;
	uint32_t addr;

	if (o == NULL)
		return;
	reader_init(&r, o->data, o->len);
	addr = reader_u32(&r);
	if (reader_ok(&r) && addr != 0) /* 0: this server */
		b->rp->siaddr = addr;
}

/* The boot of a pxe-service, in place of dhcp-boot. */
static void
boot_from_service(struct reply_work *b)
{
	b->rp->siaddr = b->pxe.siaddr;
	name_set(&b->file, b->pxe.file, sizeof(b->pxe.file));
	name_set(&b->sname, b->pxe.sname, sizeof(b->pxe.sname));
	b->file.header_only = b->sname.header_only = b->c->dhcp.no_override;
	b->line[OPT_FILE] = b->line[OPT_SNAME] = -1;
	if (b->rq->trace != NULL)
		b->file.line = b->sname.line = b->rq->trace->boot;
}

/*
 * Names the file by its URL for a client that fetches it from httpd.  A client
 * of class HTTPClient needs option 60 in the reply, also for the URL of a line.
 */
static void
boot_by_http(struct reply_work *b)
{
	static const char http[] = "http";

	if (b->file.len > 0 &&
	    http_boot_url(b->c, b->rq, reply_local(b), b->rp->siaddr, b->file.s,
		b->file.len, b->url))
		name_set(&b->file, b->url, sizeof(b->url));
	if (!b->c->http.enabled || !http_boot_client(b->rq) ||
	    b->file.len < sizeof(http) ||
	    memcmp(b->file.s, http, sizeof(http) - 1) != 0 ||
	    b->done[OPT_VENDOR_CLASS] || b->line[OPT_VENDOR_CLASS] >= 0)
		return;
	b->done[OPT_VENDOR_CLASS] = true;
	(void)reply_put(b->rp, OPT_VENDOR_CLASS, HTTP_BOOT_CLASS,
	    sizeof(HTTP_BOOT_CLASS) - 1);
}

void
reply_boot_put(struct reply_work *b)
{
	const struct conf_boot *line = choose_boot(b->c, b->rq);
	struct reply *rp = b->rp;

	rp->siaddr = reply_local(b);
	reply_boot_server(b);
	if (b->pxe.boot)
		boot_from_service(b);
	else if (line != NULL)
		boot_from_line(b, line);
	else {
		name_from_option(b, OPT_FILE, &b->file);
		name_from_option(b, OPT_SNAME, &b->sname);
	}
	if (b->file.line.kind != 0)
		trace_boot(b->rq->trace, (enum record_kind)b->file.line.kind,
		    b->file.line.index);
	boot_by_http(b);
	(void)snprintf(rp->boot, sizeof(rp->boot), "%.*s", (int)b->file.len,
	    b->file.len > 0 ? b->file.s : "");
	boot_put(b, OPT_SNAME, &b->sname, rp->sname, sizeof(rp->sname));
	boot_put(b, OPT_FILE, &b->file, rp->file, sizeof(rp->file));
}

/*
 * A name that was sent as an option goes into the header too, unless options
 * have taken the place: loaders such as shim look for it there only.
 */
void
reply_boot_copy(struct reply_work *b)
{
	struct reply *rp = b->rp;

	if (b->file.copy && rp->in_file.len == 0)
		field_set(rp->file, sizeof(rp->file), &b->file);
	if (b->sname.copy && rp->in_sname.len == 0)
		field_set(rp->sname, sizeof(rp->sname), &b->sname);
}
