/* SPDX-License-Identifier: ISC */
/* The table of record kinds, and the fields of those that are for DHCP. */
#include "daemon/record.h"

#include <string.h>

#include "daemon/msg.h"
#include "daemon/record_content.h"
#include "daemon/record_field.h"
#include "daemon/record_serve.h"

static void
record_interface_fields(struct field_io *f, struct record *rec)
{
	struct record_interface *i = &rec->u.interface;

	field_enum(f, &i->use, RECORD_IF_ADDRESS + 1);
	field_bool(f, &i->prefix);
	field_str(f, i->name, sizeof(i->name));
	field_addr(f, &i->addr);
	field_check(f, (i->use == RECORD_IF_ADDRESS) == (i->addr.family != 0));
}

static void
record_range_fields(struct field_io *f, struct record *rec)
{
	struct record_range *g = &rec->u.range;

	field_enum(f, &g->mode, RECORD_RANGE_PROXY + 1);
	field_u32(f, &g->start);
	field_u32(f, &g->end);
	field_u32(f, &g->mask);
	field_u32(f, &g->broadcast);
	field_u32(f, &g->lease_s);
	field_str(f, g->set, sizeof(g->set));
	field_tags(f, &g->tags);
	field_check(f, g->start <= g->end && (~g->mask & (~g->mask + 1)) == 0);
}

static void
record_host_fields(struct field_io *f, struct record *rec)
{
	struct record_host *h = &rec->u.host;
	size_t i;

	field_bool(f, &h->ignore);
	field_bool(f, &h->any_id);
	field_enum(f, &h->nmac, RECORD_MACS_MAX + 1);
	for (i = 0; i < h->nmac && i < RECORD_MACS_MAX; i++)
		field_mac(f, &h->mac[i]);
	field_blob16(f, h->id, &h->idlen, sizeof(h->id));
	field_u32(f, &h->addr);
	field_str(f, h->name, sizeof(h->name));
	field_u32(f, &h->lease_s);
	field_tags(f, &h->set);
	field_tags(f, &h->tags);
}

static void
record_match_fields(struct field_io *f, struct record *rec)
{
	struct record_match *m = &rec->u.match;
	uint16_t nwild;

	field_enum(f, &m->how, RECORD_MATCH_HOW_MAX);
	field_u8(f, &m->code);
	field_u8(f, &m->width);
	field_u32(f, &m->number);
	field_blob16(f, m->data, &m->len, sizeof(m->data));
	nwild = m->len;
	field_blob16(f, m->wild, &nwild, sizeof(m->wild));
	field_mac(f, &m->mac);
	field_str(f, m->set, sizeof(m->set));
	field_check(f, nwild == m->len && m->set[0] != '\0');
	field_check(f, m->how != RECORD_MATCH_NUMBER || m->width == 1 ||
			   m->width == 2 || m->width == 4);
}

static void
record_tagif_fields(struct field_io *f, struct record *rec)
{
	field_tags(f, &rec->u.tagif.set);
	field_tags(f, &rec->u.tagif.tags);
}

static void
record_ignore_fields(struct field_io *f, struct record *rec)
{
	field_tags(f, &rec->u.ignore.tags);
	field_check(f, rec->u.ignore.tags.n > 0);
}

static void
record_choice_fields(struct field_io *f, struct record *rec)
{
	field_enum(f, &rec->u.choice.of, RECORD_CHOOSE_MAX);
	field_tags(f, &rec->u.choice.tags);
}

static void
record_reply_delay_fields(struct field_io *f, struct record *rec)
{
	field_enum(f, &rec->u.reply_delay.seconds, RECORD_REPLY_DELAY_MAX + 1);
	field_tags(f, &rec->u.reply_delay.tags);
}

static void
record_relay_proxy_fields(struct field_io *f, struct record *rec)
{
	field_u32(f, &rec->u.relay_proxy.addr);
}

static void
record_shared_fields(struct field_io *f, struct record *rec)
{
	struct record_shared *s = &rec->u.shared;

	field_str(f, s->iface, sizeof(s->iface));
	field_u32(f, &s->via);
	field_u32(f, &s->addr);
}

static void
record_dhcp_fields(struct field_io *f, struct record *rec)
{
	struct record_dhcp *d = &rec->u.dhcp;

	field_bool(f, &d->enabled);
	field_bool(f, &d->authoritative);
	field_bool(f, &d->no_override);
	field_bool(f, &d->sequential);
	field_bool(f, &d->subnet_selection);
	field_bool(f, &d->dns);
	field_bool(f, &d->pxe);
	field_bool(f, &d->ignore_clid);
	field_bool(f, &d->rapid_commit);
	field_bool(f, &d->log_dhcp);
	field_bool(f, &d->quiet);
	field_u16(f, &d->server_port);
	field_u16(f, &d->client_port);
	field_u32(f, &d->lease_max);
	field_str(f, d->domain, sizeof(d->domain));
	field_check(f, (d->server_port == 0) == (d->client_port == 0));
}

static void
record_store_fields(struct field_io *f, struct record *rec)
{
	struct record_store *s = &rec->u.store;

	field_str(f, s->path, sizeof(s->path));
	field_check(f, s->path[0] == '/');
}

static void
record_daemon_fields(struct field_io *f, struct record *rec)
{
	struct record_daemon *d = &rec->u.daemon;

	field_enum(f, &d->layers_disabled, 1U << RECORD_LAYERS);
	field_str(f, d->pid_file, sizeof(d->pid_file));
	field_check(f, d->pid_file[0] == '\0' || d->pid_file[0] == '/');
}

static void
record_place_fields(struct field_io *f, struct record *rec)
{
	field_u32(f, &rec->u.place.file);
	field_u32(f, &rec->u.place.line);
}

static void
record_file_fields(struct field_io *f, struct record *rec)
{
	field_str(f, rec->u.file.path, sizeof(rec->u.file.path));
	field_check(f, rec->u.file.path[0] != '\0');
}

#define PRIV ROLE_BIT(ROLE_PRIV)
#define DHCPD ROLE_BIT(ROLE_DHCPD)
#define LEASED ROLE_BIT(ROLE_LEASED)
#define TFTPD ROLE_BIT(ROLE_TFTPD)
#define IMAGED ROLE_BIT(ROLE_IMAGED)
#define HTTPD ROLE_BIT(ROLE_HTTPD)

/* clang-format off */
static const struct {
	const char *name;
	uint16_t roles; /* that get it */
	void (*fields)(struct field_io *, struct record *);
} specs[RECORD_KIND_MAX] = {
	[RECORD_INTERFACE] = { "interface", PRIV, record_interface_fields },
	[RECORD_RANGE] = { "range", PRIV | DHCPD, record_range_fields },
	[RECORD_HOST] = { "host", DHCPD, record_host_fields },
	[RECORD_OPTION] = { "option", DHCPD, record_option_fields },
	[RECORD_BOOT] = { "boot", DHCPD | TFTPD | HTTPD, record_boot_fields },
	[RECORD_MATCH] = { "match", DHCPD, record_match_fields },
	[RECORD_TAGIF] = { "tagif", DHCPD, record_tagif_fields },
	[RECORD_IGNORE] = { "ignore", DHCPD, record_ignore_fields },
	[RECORD_DHCP] = { "dhcp", PRIV | DHCPD, record_dhcp_fields },
	[RECORD_TFTP] = { "tftp", PRIV | TFTPD | IMAGED | HTTPD, record_tftp_fields },
	[RECORD_STORE] = { "store", PRIV | LEASED, record_store_fields },
	[RECORD_DAEMON] = { "daemon", PRIV, record_daemon_fields },
	[RECORD_TFTP_ROOT] = { "tftp_root", PRIV | TFTPD | IMAGED | HTTPD, record_tftp_root_fields },
	[RECORD_TFTP_CLIENT] = { "tftp_client", TFTPD, record_tftp_client_fields },
	[RECORD_PLACE] = { "place", PRIV | DHCPD, record_place_fields },
	[RECORD_FILE] = { "file", PRIV | DHCPD, record_file_fields },
	[RECORD_SERVICE] = { "service", DHCPD | TFTPD | HTTPD, record_service_fields },
	[RECORD_PROMPT] = { "prompt", DHCPD, record_prompt_fields },
	[RECORD_PXE_STYLE] = { "pxe_style", DHCPD, record_pxe_style_fields },
	[RECORD_SUBOPTION] = { "suboption", DHCPD, record_suboption_fields },
	[RECORD_REPLY_DELAY] = { "reply_delay", DHCPD, record_reply_delay_fields },
	[RECORD_CHOICE] = { "choice", DHCPD, record_choice_fields },
	[RECORD_PXE_VENDOR] = { "pxe_vendor", DHCPD, record_pxe_vendor_fields },
	[RECORD_RELAY_PROXY] = { "relay_proxy", DHCPD, record_relay_proxy_fields },
	[RECORD_SHARED] = { "shared", DHCPD, record_shared_fields },
	[RECORD_VERIFY] = { "verify", PRIV | IMAGED, record_verify_fields },
	[RECORD_VERIFY_KEY] = { "verify_key", PRIV, record_verify_key_fields },
	[RECORD_VERIFY_EXEMPT] = { "verify_exempt", IMAGED, record_verify_exempt_fields },
	[RECORD_HTTP] = { "http", PRIV | DHCPD | HTTPD, record_http_fields },
};
/* clang-format on */

void
record_encode(const struct record *rec, struct writer *w)
{
	struct field_io f = { .out = w };

	writer_u8(w, rec->kind);
	if (rec->kind >= RECORD_KIND_MAX || specs[rec->kind].fields == NULL) {
		w->failed = true;
		return;
	}
	/* The same functions read records, so theirs is not const. */
	specs[rec->kind].fields(&f, (struct record *)(uintptr_t)rec);
}

int
record_decode(struct reader *r, struct record *rec)
{
	struct field_io f = { .in = r };

	memset(rec, 0, sizeof(*rec));
	rec->kind = reader_u8(r);
	if (rec->kind >= RECORD_KIND_MAX || specs[rec->kind].fields == NULL)
		return -1;
	specs[rec->kind].fields(&f, rec);
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
