/* SPDX-License-Identifier: ISC */
/* The fields of records of TFTP, HTTP and signed boot files. */
#include "daemon/record_serve.h"

#include "daemon/tftp.h"

void
record_tftp_fields(struct field_io *f, struct record *rec)
{
	struct record_tftp *t = &rec->u.tftp;

	field_bool(f, &t->enabled);
	field_bool(f, &t->quiet);
	field_bool(f, &t->no_fail);
	field_bool(f, &t->secure);
	field_bool(f, &t->lowercase);
	field_bool(f, &t->no_blksize);
	field_bool(f, &t->single_port);
	field_enum(f, &t->unique, RECORD_TFTP_UNIQUE_MAX);
	field_enum(f, &t->rollover, 2);
	field_str(f, t->root, sizeof(t->root));
	field_u32(f, &t->max);
	field_u32(f, &t->mtu);
	field_u16(f, &t->port_low);
	field_u16(f, &t->port_high);
	field_bool(f, &t->own_rate);
	field_u64(f, &t->rate_client);
	field_u64(f, &t->rate_all);
	field_u64(f, &t->cache);
	field_check(f, t->max > 0 && t->cache <= RECORD_TFTP_CACHE_MAX);
	field_check(f, t->root[0] == '\0' || t->root[0] == '/');
	field_check(f, t->port_low <= t->port_high);
	field_check(f, t->port_low > 0 || t->port_high == 0);
}

void
record_tftp_root_fields(struct field_io *f, struct record *rec)
{
	struct record_tftp_root *t = &rec->u.tftp_root;

	field_str(f, t->path, sizeof(t->path));
	field_str(f, t->name, sizeof(t->name));
	field_check(f, t->path[0] == '/' && t->name[0] != '\0');
}

/* A network, or a hardware address, and nothing of the other. */
static bool
record_client_valid(const struct record_tftp_client *c)
{
	struct addr net = c->net;

	if (c->prefix > addr_family_len(net.family) * 8 ||
	    addr_clear_host(&net, c->prefix))
		return false;
	return (c->mac.len > 0) == (net.family == 0);
}

void
record_tftp_client_fields(struct field_io *f, struct record *rec)
{
	struct record_tftp_client *c = &rec->u.tftp_client;

	field_addr(f, &c->net);
	field_u8(f, &c->prefix);
	field_mac(f, &c->mac);
	field_enum(f, &c->deny, RECORD_TFTP_DENY_ALL + 1);
	field_u16(f, &c->blksize);
	field_u16(f, &c->windowsize);
	field_u8(f, &c->rollover);
	field_check(f, record_client_valid(c));
	field_check(f, c->blksize == 0 || (c->blksize >= TFTP_BLKSIZE_MIN &&
					      c->blksize <= TFTP_BLKSIZE_MAX));
	field_check(
	    f, c->rollover <= 1 || c->rollover == RECORD_TFTP_ROLLOVER_UNSET);
}

void
record_http_fields(struct field_io *f, struct record *rec)
{
	struct record_http *h = &rec->u.http;

	field_bool(f, &h->enabled);
	field_bool(f, &h->quiet);
	field_bool(f, &h->prefer);
	field_u16(f, &h->port);
	field_u16(f, &h->https_port);
	field_str(f, h->cert, sizeof(h->cert));
	field_str(f, h->key, sizeof(h->key));
	field_u32(f, &h->max);
	field_u64(f, &h->rate_client);
	field_u64(f, &h->rate_all);
	field_check(f, h->port > 0 && h->https_port > 0 && h->max > 0);
	field_check(f, (h->cert[0] == '\0') == (h->key[0] == '\0'));
}

void
record_verify_fields(struct field_io *f, struct record *rec)
{
	struct record_verify *v = &rec->u.verify;

	field_enum(f, &v->mode, RECORD_VERIFY_MODE_MAX);
	field_bool(f, &v->preload);
	field_u64(f, &v->cache);
	field_check(f, v->cache >= RECORD_VERIFY_CACHE_MIN &&
			   v->cache <= RECORD_VERIFY_CACHE_MAX &&
			   v->cache % 1024 == 0);
}

void
record_verify_key_fields(struct field_io *f, struct record *rec)
{
	struct record_verify_key *k = &rec->u.verify_key;

	field_str(f, k->path, sizeof(k->path));
	field_check(f, k->path[0] == '/');
}

void
record_verify_exempt_fields(struct field_io *f, struct record *rec)
{
	struct record_verify_exempt *e = &rec->u.verify_exempt;

	field_str(f, e->pattern, sizeof(e->pattern));
	field_check(f, e->pattern[0] != '\0' && e->pattern[0] != '/');
}
