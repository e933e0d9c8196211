/* SPDX-License-Identifier: ISC */
/* Encodes and decodes the records of TFTP. */
#include "daemon/record_tftp.h"

#include "daemon/record_field.h"
#include "daemon/tftp.h"

void
record_tftp_encode(const struct record *rec, struct writer *w)
{
	const struct record_tftp *t = &rec->u.tftp;

	writer_bool(w, t->enabled);
	writer_bool(w, t->quiet);
	writer_bool(w, t->no_fail);
	writer_bool(w, t->secure);
	writer_bool(w, t->lowercase);
	writer_bool(w, t->no_blksize);
	writer_bool(w, t->single_port);
	writer_u8(w, t->unique);
	writer_u8(w, t->rollover);
	writer_str(w, t->root);
	writer_u32(w, t->max);
	writer_u32(w, t->mtu);
	writer_u16(w, t->port_low);
	writer_u16(w, t->port_high);
	writer_bool(w, t->own_rate);
	writer_u64(w, t->rate_client);
	writer_u64(w, t->rate_all);
	writer_u64(w, t->cache);
}

void
record_tftp_decode(struct reader *r, struct record *rec)
{
	struct record_tftp *t = &rec->u.tftp;

	t->enabled = reader_bool(r);
	t->quiet = reader_bool(r);
	t->no_fail = reader_bool(r);
	t->secure = reader_bool(r);
	t->lowercase = reader_bool(r);
	t->no_blksize = reader_bool(r);
	t->single_port = reader_bool(r);
	t->unique = record_enum_decode(r, RECORD_TFTP_UNIQUE_MAX);
	t->rollover = record_enum_decode(r, 2);
	reader_str(r, t->root, sizeof(t->root));
	t->max = reader_u32(r);
	t->mtu = reader_u32(r);
	t->port_low = reader_u16(r);
	t->port_high = reader_u16(r);
	t->own_rate = reader_bool(r);
	t->rate_client = reader_u64(r);
	t->rate_all = reader_u64(r);
	t->cache = reader_u64(r);
	if (t->max == 0 || t->cache > RECORD_TFTP_CACHE_MAX ||
	    (t->root[0] != '\0' && t->root[0] != '/') ||
	    t->port_low > t->port_high ||
	    (t->port_low == 0 && t->port_high != 0))
		reader_fail(r);
}

void
record_tftp_root_encode(const struct record *rec, struct writer *w)
{
	writer_str(w, rec->u.tftp_root.path);
	writer_str(w, rec->u.tftp_root.name);
}

void
record_tftp_root_decode(struct reader *r, struct record *rec)
{
	struct record_tftp_root *t = &rec->u.tftp_root;

	reader_str(r, t->path, sizeof(t->path));
	if (t->path[0] != '/')
		reader_fail(r);
	if (reader_str(r, t->name, sizeof(t->name)) == 0)
		reader_fail(r);
}

void
record_tftp_client_encode(const struct record *rec, struct writer *w)
{
	const struct record_tftp_client *c = &rec->u.tftp_client;

	addr_encode_optional(&c->net, w);
	writer_u8(w, c->prefix);
	record_mac_encode(&c->mac, w);
	writer_u8(w, c->deny);
	writer_u16(w, c->blksize);
	writer_u16(w, c->windowsize);
	writer_u8(w, c->rollover);
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
record_tftp_client_decode(struct reader *r, struct record *rec)
{
	struct record_tftp_client *c = &rec->u.tftp_client;

	addr_decode_optional(r, &c->net);
	c->prefix = reader_u8(r);
	record_mac_decode(r, &c->mac);
	c->deny = record_enum_decode(r, RECORD_TFTP_DENY_ALL + 1);
	c->blksize = reader_u16(r);
	c->windowsize = reader_u16(r);
	c->rollover = reader_u8(r);
	if (!record_client_valid(c) ||
	    (c->blksize != 0 && (c->blksize < TFTP_BLKSIZE_MIN ||
				    c->blksize > TFTP_BLKSIZE_MAX)) ||
	    (c->rollover > 1 && c->rollover != RECORD_TFTP_ROLLOVER_UNSET))
		reader_fail(r);
}
