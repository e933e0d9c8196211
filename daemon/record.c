/* SPDX-License-Identifier: ISC */
/* Encoding and decoding of configuration records. */
#include "daemon/record.h"

#include <string.h>

#include "daemon/msg.h"
#include "daemon/record_codec.h"

struct record_spec {
	const char *name;
	uint16_t roles;
	void (*encode)(const struct record *, struct writer *);
	void (*decode)(struct reader *, struct record *);
};

static void
tags_encode(const struct record_tags *t, struct writer *w)
{
	size_t i;

	writer_u8(w, t->n);
	for (i = 0; i < t->n && i < RECORD_TAGS_MAX; i++) {
		writer_bool(w, t->tag[i].negate);
		writer_str(w, t->tag[i].name);
	}
}

static void
tags_decode(struct reader *r, struct record_tags *t)
{
	size_t i;

	t->n = reader_u8(r);
	if (t->n > RECORD_TAGS_MAX) {
		t->n = 0;
		reader_fail(r);
	}
	for (i = 0; i < t->n; i++) {
		t->tag[i].negate = reader_bool(r);
		if (reader_str(r, t->tag[i].name, RECORD_TAG_MAX) == 0)
			reader_fail(r);
	}
}

void
record_mac_encode(const struct record_mac *m, struct writer *w)
{
	writer_u8(w, m->hwtype);
	writer_blob(w, m->addr, m->len);
	writer_u16(w, m->wild);
}

void
record_mac_decode(struct reader *r, struct record_mac *m)
{
	m->hwtype = reader_u8(r);
	m->len = (uint8_t)reader_blob(r, m->addr, sizeof(m->addr));
	m->wild = reader_u16(r);
}

/* An enumeration value below `limit`. */
uint8_t
record_enum_decode(struct reader *r, uint8_t limit)
{
	uint8_t v = reader_u8(r);

	if (v >= limit) {
		reader_fail(r);
		return 0;
	}
	return v;
}

static void
interface_encode(const struct record *rec, struct writer *w)
{
	const struct record_interface *i = &rec->u.interface;

	writer_u8(w, i->use);
	writer_bool(w, i->prefix);
	writer_str(w, i->name);
	writer_u32(w, i->addr);
	writer_bytes(w, i->addr6, sizeof(i->addr6));
}

static void
interface_decode(struct reader *r, struct record *rec)
{
	struct record_interface *i = &rec->u.interface;

	i->use = record_enum_decode(r, RECORD_IF_ADDRESS + 1);
	i->prefix = reader_bool(r);
	reader_str(r, i->name, sizeof(i->name));
	i->addr = reader_u32(r);
	reader_copy(r, i->addr6, sizeof(i->addr6));
}

static void
range_encode(const struct record *rec, struct writer *w)
{
	const struct record_range *g = &rec->u.range;

	writer_u8(w, g->mode);
	writer_u32(w, g->start);
	writer_u32(w, g->end);
	writer_u32(w, g->mask);
	writer_u32(w, g->broadcast);
	writer_u32(w, g->lease_s);
	writer_str(w, g->set);
	tags_encode(&g->tags, w);
}

static void
range_decode(struct reader *r, struct record *rec)
{
	struct record_range *g = &rec->u.range;

	g->mode = record_enum_decode(r, RECORD_RANGE_PROXY + 1);
	g->start = reader_u32(r);
	g->end = reader_u32(r);
	g->mask = reader_u32(r);
	g->broadcast = reader_u32(r);
	g->lease_s = reader_u32(r);
	reader_str(r, g->set, sizeof(g->set));
	tags_decode(r, &g->tags);
	if (g->start > g->end || (~g->mask & (~g->mask + 1)) != 0)
		reader_fail(r);
}

static void
host_encode(const struct record *rec, struct writer *w)
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
	tags_encode(&h->set, w);
	tags_encode(&h->tags, w);
}

static void
host_decode(struct reader *r, struct record *rec)
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
	tags_decode(r, &h->set);
	tags_decode(r, &h->tags);
}

static void
option_encode(const struct record *rec, struct writer *w)
{
	const struct record_option *o = &rec->u.option;

	writer_u8(w, o->code);
	writer_bool(w, o->force);
	writer_bool(w, o->self);
	writer_blob(w, o->data, o->len);
	tags_encode(&o->tags, w);
}

static void
option_decode(struct reader *r, struct record *rec)
{
	struct record_option *o = &rec->u.option;

	o->code = reader_u8(r);
	o->force = reader_bool(r);
	o->self = reader_bool(r);
	o->len = (uint16_t)reader_blob(r, o->data, sizeof(o->data));
	tags_decode(r, &o->tags);
	if (o->code == 0 || o->code == 255)
		reader_fail(r);
}

static void
boot_encode(const struct record *rec, struct writer *w)
{
	const struct record_boot *b = &rec->u.boot;

	writer_str(w, b->file);
	writer_str(w, b->sname);
	writer_u32(w, b->addr);
	tags_encode(&b->tags, w);
}

static void
boot_decode(struct reader *r, struct record *rec)
{
	struct record_boot *b = &rec->u.boot;

	reader_str(r, b->file, sizeof(b->file));
	reader_str(r, b->sname, sizeof(b->sname));
	b->addr = reader_u32(r);
	tags_decode(r, &b->tags);
}

static void
match_encode(const struct record *rec, struct writer *w)
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
match_decode(struct reader *r, struct record *rec)
{
	struct record_match *m = &rec->u.match;

	m->how = record_enum_decode(r, RECORD_MATCH_MAC + 1);
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
tagif_encode(const struct record *rec, struct writer *w)
{
	tags_encode(&rec->u.tagif.set, w);
	tags_encode(&rec->u.tagif.tags, w);
}

static void
tagif_decode(struct reader *r, struct record *rec)
{
	tags_decode(r, &rec->u.tagif.set);
	tags_decode(r, &rec->u.tagif.tags);
}

static void
ignore_encode(const struct record *rec, struct writer *w)
{
	tags_encode(&rec->u.ignore.tags, w);
}

static void
ignore_decode(struct reader *r, struct record *rec)
{
	tags_decode(r, &rec->u.ignore.tags);
	if (rec->u.ignore.tags.n == 0)
		reader_fail(r);
}

static void
dhcp_encode(const struct record *rec, struct writer *w)
{
	const struct record_dhcp *d = &rec->u.dhcp;

	writer_bool(w, d->enabled);
	writer_bool(w, d->authoritative);
	writer_bool(w, d->no_override);
	writer_bool(w, d->sequential);
	writer_bool(w, d->dns);
	writer_bool(w, d->log_dhcp);
	writer_bool(w, d->quiet);
	writer_u32(w, d->lease_max);
	writer_str(w, d->domain);
}

static void
dhcp_decode(struct reader *r, struct record *rec)
{
	struct record_dhcp *d = &rec->u.dhcp;

	d->enabled = reader_bool(r);
	d->authoritative = reader_bool(r);
	d->no_override = reader_bool(r);
	d->sequential = reader_bool(r);
	d->dns = reader_bool(r);
	d->log_dhcp = reader_bool(r);
	d->quiet = reader_bool(r);
	d->lease_max = reader_u32(r);
	reader_str(r, d->domain, sizeof(d->domain));
}

static void
store_encode(const struct record *rec, struct writer *w)
{
	writer_str(w, rec->u.store.path);
}

static void
store_decode(struct reader *r, struct record *rec)
{
	reader_str(r, rec->u.store.path, sizeof(rec->u.store.path));
	if (rec->u.store.path[0] != '/')
		reader_fail(r);
}

static void
daemon_encode(const struct record *rec, struct writer *w)
{
	writer_u8(w, rec->u.daemon.without);
	writer_str(w, rec->u.daemon.pid_file);
}

static void
daemon_decode(struct reader *r, struct record *rec)
{
	struct record_daemon *d = &rec->u.daemon;

	d->without = record_enum_decode(r, RECORD_WALL_SECCOMP << 1);
	reader_str(r, d->pid_file, sizeof(d->pid_file));
	if (d->pid_file[0] != '\0' && d->pid_file[0] != '/')
		reader_fail(r);
}

#define PRIV ROLE_BIT(ROLE_PRIV)
#define DHCPD ROLE_BIT(ROLE_DHCPD)
#define LEASED ROLE_BIT(ROLE_LEASED)
#define TFTPD ROLE_BIT(ROLE_TFTPD)
#define IMAGED ROLE_BIT(ROLE_IMAGED)

static const struct record_spec specs[RECORD_KIND_MAX] = {
	[RECORD_INTERFACE] = { "interface", PRIV, interface_encode,
	    interface_decode },
	[RECORD_RANGE] = { "range", PRIV | DHCPD, range_encode, range_decode },
	[RECORD_HOST] = { "host", DHCPD, host_encode, host_decode },
	[RECORD_OPTION] = { "option", DHCPD, option_encode, option_decode },
	[RECORD_BOOT] = { "boot", DHCPD, boot_encode, boot_decode },
	[RECORD_MATCH] = { "match", DHCPD, match_encode, match_decode },
	[RECORD_TAGIF] = { "tagif", DHCPD, tagif_encode, tagif_decode },
	[RECORD_IGNORE] = { "ignore", DHCPD, ignore_encode, ignore_decode },
	[RECORD_DHCP] = { "dhcp", PRIV | DHCPD, dhcp_encode, dhcp_decode },
	[RECORD_TFTP] = { "tftp", PRIV | TFTPD | IMAGED, record_tftp_encode,
	    record_tftp_decode },
	[RECORD_STORE] = { "store", PRIV | LEASED, store_encode, store_decode },
	[RECORD_DAEMON] = { "daemon", PRIV, daemon_encode, daemon_decode },
	[RECORD_TFTP_ROOT] = { "tftp_root", PRIV | TFTPD | IMAGED,
	    record_tftp_root_encode, record_tftp_root_decode },
	[RECORD_TFTP_CLIENT] = { "tftp_client", TFTPD,
	    record_tftp_client_encode, record_tftp_client_decode },
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
