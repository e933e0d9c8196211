/* SPDX-License-Identifier: ISC */
/* Encodes and decodes configuration records. */
#include "daemon/record.h"

#include <string.h>

#include "daemon/msg.h"
#include "daemon/record_content.h"
#include "daemon/record_field.h"
#include "daemon/record_http.h"
#include "daemon/record_tftp.h"
#include "daemon/record_verify.h"

struct record_spec {
	const char *name;
	uint16_t roles;
	void (*encode)(const struct record *, struct writer *);
	void (*decode)(struct reader *, struct record *);
};

static void
record_interface_encode(const struct record *rec, struct writer *w)
{
	const struct record_interface *i = &rec->u.interface;

	writer_u8(w, i->use);
	writer_bool(w, i->prefix);
	writer_str(w, i->name);
	addr_encode_optional(&i->addr, w);
}

static void
record_interface_decode(struct reader *r, struct record *rec)
{
	struct record_interface *i = &rec->u.interface;

	i->use = record_enum_decode(r, RECORD_IF_ADDRESS + 1);
	i->prefix = reader_bool(r);
	reader_str(r, i->name, sizeof(i->name));
	addr_decode_optional(r, &i->addr);
	if ((i->use == RECORD_IF_ADDRESS) != (i->addr.family != 0))
		reader_fail(r);
}

static void
record_range_encode(const struct record *rec, struct writer *w)
{
	const struct record_range *g = &rec->u.range;

	writer_u8(w, g->mode);
	writer_u32(w, g->start);
	writer_u32(w, g->end);
	writer_u32(w, g->mask);
	writer_u32(w, g->broadcast);
	writer_u32(w, g->lease_s);
	writer_str(w, g->set);
	record_tags_encode(&g->tags, w);
}

static void
record_range_decode(struct reader *r, struct record *rec)
{
	struct record_range *g = &rec->u.range;

	g->mode = record_enum_decode(r, RECORD_RANGE_PROXY + 1);
	g->start = reader_u32(r);
	g->end = reader_u32(r);
	g->mask = reader_u32(r);
	g->broadcast = reader_u32(r);
	g->lease_s = reader_u32(r);
	reader_str(r, g->set, sizeof(g->set));
	record_tags_decode(r, &g->tags);
	if (g->start > g->end || (~g->mask & (~g->mask + 1)) != 0)
		reader_fail(r);
}

static void
record_host_encode(const struct record *rec, struct writer *w)
{
	const struct record_host *h = &rec->u.host;
	size_t i;

	writer_bool(w, h->ignore);
	writer_bool(w, h->any_id);
	writer_u8(w, h->nmac);
	for (i = 0; i < h->nmac && i < RECORD_MACS_MAX; i++)
		record_mac_encode(&h->mac[i], w);
	writer_blob(w, h->id, h->idlen);
	writer_u32(w, h->addr);
	writer_str(w, h->name);
	writer_u32(w, h->lease_s);
	record_tags_encode(&h->set, w);
	record_tags_encode(&h->tags, w);
}

static void
record_host_decode(struct reader *r, struct record *rec)
{
	struct record_host *h = &rec->u.host;
	size_t i;

	h->ignore = reader_bool(r);
	h->any_id = reader_bool(r);
	h->nmac = record_enum_decode(r, RECORD_MACS_MAX + 1);
	for (i = 0; i < h->nmac; i++)
		record_mac_decode(r, &h->mac[i]);
	h->idlen = (uint16_t)reader_blob(r, h->id, sizeof(h->id));
	h->addr = reader_u32(r);
	reader_str(r, h->name, sizeof(h->name));
	h->lease_s = reader_u32(r);
	record_tags_decode(r, &h->set);
	record_tags_decode(r, &h->tags);
}

static void
record_match_encode(const struct record *rec, struct writer *w)
{
	const struct record_match *m = &rec->u.match;

	writer_u8(w, m->how);
	writer_u8(w, m->code);
	writer_u8(w, m->width);
	writer_u32(w, m->number);
	writer_blob(w, m->data, m->len);
	writer_blob(w, m->wild, m->len);
	record_mac_encode(&m->mac, w);
	writer_str(w, m->set);
}

static void
record_match_decode(struct reader *r, struct record *rec)
{
	struct record_match *m = &rec->u.match;

	m->how = record_enum_decode(r, RECORD_MATCH_HOW_MAX);
	m->code = reader_u8(r);
	m->width = reader_u8(r);
	m->number = reader_u32(r);
	m->len = (uint16_t)reader_blob(r, m->data, sizeof(m->data));
	if (reader_blob(r, m->wild, sizeof(m->wild)) != m->len)
		reader_fail(r);
	record_mac_decode(r, &m->mac);
	if (reader_str(r, m->set, sizeof(m->set)) == 0)
		reader_fail(r);
	if (m->how == RECORD_MATCH_NUMBER && m->width != 1 && m->width != 2 &&
	    m->width != 4)
		reader_fail(r);
}

static void
record_tagif_encode(const struct record *rec, struct writer *w)
{
	record_tags_encode(&rec->u.tagif.set, w);
	record_tags_encode(&rec->u.tagif.tags, w);
}

static void
record_tagif_decode(struct reader *r, struct record *rec)
{
	record_tags_decode(r, &rec->u.tagif.set);
	record_tags_decode(r, &rec->u.tagif.tags);
}

static void
record_ignore_encode(const struct record *rec, struct writer *w)
{
	record_tags_encode(&rec->u.ignore.tags, w);
}

static void
record_ignore_decode(struct reader *r, struct record *rec)
{
	record_tags_decode(r, &rec->u.ignore.tags);
	if (rec->u.ignore.tags.n == 0)
		reader_fail(r);
}

static void
record_choice_encode(const struct record *rec, struct writer *w)
{
	writer_u8(w, rec->u.choice.of);
	record_tags_encode(&rec->u.choice.tags, w);
}

static void
record_choice_decode(struct reader *r, struct record *rec)
{
	rec->u.choice.of = record_enum_decode(r, RECORD_CHOOSE_MAX);
	record_tags_decode(r, &rec->u.choice.tags);
}

static void
record_reply_delay_encode(const struct record *rec, struct writer *w)
{
	writer_u8(w, rec->u.reply_delay.seconds);
	record_tags_encode(&rec->u.reply_delay.tags, w);
}

static void
record_reply_delay_decode(struct reader *r, struct record *rec)
{
	rec->u.reply_delay.seconds =
	    record_enum_decode(r, RECORD_REPLY_DELAY_MAX + 1);
	record_tags_decode(r, &rec->u.reply_delay.tags);
}

static void
record_relay_proxy_encode(const struct record *rec, struct writer *w)
{
	writer_u32(w, rec->u.relay_proxy.addr);
}

static void
record_relay_proxy_decode(struct reader *r, struct record *rec)
{
	rec->u.relay_proxy.addr = reader_u32(r);
}

static void
record_shared_encode(const struct record *rec, struct writer *w)
{
	writer_str(w, rec->u.shared.iface);
	writer_u32(w, rec->u.shared.via);
	writer_u32(w, rec->u.shared.addr);
}

static void
record_shared_decode(struct reader *r, struct record *rec)
{
	struct record_shared *s = &rec->u.shared;

	reader_str(r, s->iface, sizeof(s->iface));
	s->via = reader_u32(r);
	s->addr = reader_u32(r);
}

static void
record_dhcp_encode(const struct record *rec, struct writer *w)
{
	const struct record_dhcp *d = &rec->u.dhcp;

	writer_bool(w, d->enabled);
	writer_bool(w, d->authoritative);
	writer_bool(w, d->no_override);
	writer_bool(w, d->sequential);
	writer_bool(w, d->subnet_selection);
	writer_bool(w, d->dns);
	writer_bool(w, d->pxe);
	writer_bool(w, d->ignore_clid);
	writer_bool(w, d->rapid_commit);
	writer_bool(w, d->log_dhcp);
	writer_bool(w, d->quiet);
	writer_u16(w, d->server_port);
	writer_u16(w, d->client_port);
	writer_u32(w, d->lease_max);
	writer_str(w, d->domain);
}

static void
record_dhcp_decode(struct reader *r, struct record *rec)
{
	struct record_dhcp *d = &rec->u.dhcp;

	d->enabled = reader_bool(r);
	d->authoritative = reader_bool(r);
	d->no_override = reader_bool(r);
	d->sequential = reader_bool(r);
	d->subnet_selection = reader_bool(r);
	d->dns = reader_bool(r);
	d->pxe = reader_bool(r);
	d->ignore_clid = reader_bool(r);
	d->rapid_commit = reader_bool(r);
	d->log_dhcp = reader_bool(r);
	d->quiet = reader_bool(r);
	d->server_port = reader_u16(r);
	d->client_port = reader_u16(r);
	d->lease_max = reader_u32(r);
	reader_str(r, d->domain, sizeof(d->domain));
	if ((d->server_port == 0) != (d->client_port == 0))
		reader_fail(r);
}

static void
record_store_encode(const struct record *rec, struct writer *w)
{
	writer_str(w, rec->u.store.path);
}

static void
record_store_decode(struct reader *r, struct record *rec)
{
	reader_str(r, rec->u.store.path, sizeof(rec->u.store.path));
	if (rec->u.store.path[0] != '/')
		reader_fail(r);
}

static void
record_daemon_encode(const struct record *rec, struct writer *w)
{
	writer_u8(w, rec->u.daemon.layers_disabled);
	writer_str(w, rec->u.daemon.pid_file);
}

static void
record_daemon_decode(struct reader *r, struct record *rec)
{
	struct record_daemon *d = &rec->u.daemon;

	d->layers_disabled = record_enum_decode(r, 1U << RECORD_LAYERS);
	reader_str(r, d->pid_file, sizeof(d->pid_file));
	if (d->pid_file[0] != '\0' && d->pid_file[0] != '/')
		reader_fail(r);
}

static void
record_place_encode(const struct record *rec, struct writer *w)
{
	writer_u32(w, rec->u.place.file);
	writer_u32(w, rec->u.place.line);
}

static void
record_place_decode(struct reader *r, struct record *rec)
{
	rec->u.place.file = reader_u32(r);
	rec->u.place.line = reader_u32(r);
}

static void
record_file_encode(const struct record *rec, struct writer *w)
{
	writer_str(w, rec->u.file.path);
}

static void
record_file_decode(struct reader *r, struct record *rec)
{
	if (reader_str(r, rec->u.file.path, sizeof(rec->u.file.path)) == 0)
		reader_fail(r);
}

#define PRIV ROLE_BIT(ROLE_PRIV)
#define DHCPD ROLE_BIT(ROLE_DHCPD)
#define LEASED ROLE_BIT(ROLE_LEASED)
#define TFTPD ROLE_BIT(ROLE_TFTPD)
#define IMAGED ROLE_BIT(ROLE_IMAGED)
#define HTTPD ROLE_BIT(ROLE_HTTPD)

static const struct record_spec specs[RECORD_KIND_MAX] = {
	[RECORD_INTERFACE] = { "interface", PRIV, record_interface_encode,
	    record_interface_decode },
	[RECORD_RANGE] = { "range", PRIV | DHCPD, record_range_encode,
	    record_range_decode },
	[RECORD_HOST] = { "host", DHCPD, record_host_encode,
	    record_host_decode },
	[RECORD_OPTION] = { "option", DHCPD, record_option_encode,
	    record_option_decode },
	[RECORD_BOOT] = { "boot", DHCPD | TFTPD | HTTPD, record_boot_encode,
	    record_boot_decode },
	[RECORD_MATCH] = { "match", DHCPD, record_match_encode,
	    record_match_decode },
	[RECORD_TAGIF] = { "tagif", DHCPD, record_tagif_encode,
	    record_tagif_decode },
	[RECORD_IGNORE] = { "ignore", DHCPD, record_ignore_encode,
	    record_ignore_decode },
	[RECORD_DHCP] = { "dhcp", PRIV | DHCPD, record_dhcp_encode,
	    record_dhcp_decode },
	[RECORD_TFTP] = { "tftp", PRIV | TFTPD | IMAGED | HTTPD,
	    record_tftp_encode, record_tftp_decode },
	[RECORD_STORE] = { "store", PRIV | LEASED, record_store_encode,
	    record_store_decode },
	[RECORD_DAEMON] = { "daemon", PRIV, record_daemon_encode,
	    record_daemon_decode },
	[RECORD_TFTP_ROOT] = { "tftp_root", PRIV | TFTPD | IMAGED | HTTPD,
	    record_tftp_root_encode, record_tftp_root_decode },
	[RECORD_TFTP_CLIENT] = { "tftp_client", TFTPD,
	    record_tftp_client_encode, record_tftp_client_decode },
	[RECORD_PLACE] = { "place", PRIV | DHCPD, record_place_encode,
	    record_place_decode },
	[RECORD_FILE] = { "file", PRIV | DHCPD, record_file_encode,
	    record_file_decode },
	[RECORD_SERVICE] = { "service", DHCPD | TFTPD | HTTPD,
	    record_service_encode, record_service_decode },
	[RECORD_PROMPT] = { "prompt", DHCPD, record_prompt_encode,
	    record_prompt_decode },
	[RECORD_PXE_STYLE] = { "pxe_style", DHCPD, record_pxe_style_encode,
	    record_pxe_style_decode },
	[RECORD_SUBOPTION] = { "suboption", DHCPD, record_suboption_encode,
	    record_suboption_decode },
	[RECORD_REPLY_DELAY] = { "reply_delay", DHCPD,
	    record_reply_delay_encode, record_reply_delay_decode },
	[RECORD_CHOICE] = { "choice", DHCPD, record_choice_encode,
	    record_choice_decode },
	[RECORD_PXE_VENDOR] = { "pxe_vendor", DHCPD, record_pxe_vendor_encode,
	    record_pxe_vendor_decode },
	[RECORD_RELAY_PROXY] = { "relay_proxy", DHCPD,
	    record_relay_proxy_encode, record_relay_proxy_decode },
	[RECORD_SHARED] = { "shared", DHCPD, record_shared_encode,
	    record_shared_decode },
	[RECORD_VERIFY] = { "verify", PRIV | IMAGED, record_verify_encode,
	    record_verify_decode },
	[RECORD_VERIFY_KEY] = { "verify_key", PRIV, record_verify_key_encode,
	    record_verify_key_decode },
	[RECORD_VERIFY_EXEMPT] = { "verify_exempt", IMAGED,
	    record_verify_exempt_encode, record_verify_exempt_decode },
	[RECORD_HTTP] = { "http", PRIV | DHCPD | HTTPD, record_http_encode,
	    record_http_decode },
};

void
record_encode(const struct record *rec, struct writer *w)
{
	writer_u8(w, rec->kind);
	if (rec->kind >= RECORD_KIND_MAX || specs[rec->kind].encode == NULL)
		w->failed = true;
	else
		specs[rec->kind].encode(rec, w);
}

int
record_decode(struct reader *r, struct record *rec)
{
	memset(rec, 0, sizeof(*rec));
	rec->kind = reader_u8(r);
	if (rec->kind >= RECORD_KIND_MAX || specs[rec->kind].decode == NULL)
		return -1;
	specs[rec->kind].decode(r, rec);
	return reader_done(r) ? 0 : -1;
}

const char *
record_kind_name(uint8_t kind)
{
	if (kind >= RECORD_KIND_MAX || specs[kind].name == NULL)
		return "?";
	return specs[kind].name;
}

uint16_t
record_kind_roles(uint8_t kind)
{
	return kind < RECORD_KIND_MAX ? specs[kind].roles : 0;
}
