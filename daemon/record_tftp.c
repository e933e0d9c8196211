/* SPDX-License-Identifier: ISC */
/* Encoding and decoding of the records of TFTP. */
#include <string.h>

#include "daemon/record_codec.h"
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

	writer_u8(w, c->family);
	writer_bytes(w, c->addr, sizeof(c->addr));
	writer_u8(w, c->prefix);
	record_mac_encode(&c->mac, w);
	writer_u8(w, c->deny);
	writer_u16(w, c->blksize);
	writer_u16(w, c->windowsize);
	writer_u8(w, c->rollover);
}

/* Whether no bit of the address lies beyond the prefix. */
static bool
net_clean(const struct record_tftp_client *c)
{
	size_t i, bits = c->prefix;

	for (i = 0; i < sizeof(c->addr); i++) {
		uint8_t host = 0xff;

		if (bits >= (i + 1) * 8)
			host = 0;
		else if (bits > i * 8)
			host = (uint8_t)(0xff >> (bits - i * 8));
		if ((c->addr[i] & host) != 0)
			return false;
	}
	return true;
}

/* A network, or a hardware address, and nothing of the other. */
static bool
who_ok(const struct record_tftp_client *c)
{
	switch (c->family) {
	case 0:
		return c->mac.len > 0 && c->prefix == 0 && net_clean(c);
	case 4:
		return c->mac.len == 0 && c->prefix <= 32 && net_clean(c);
	case 6:
		return c->mac.len == 0 && c->prefix <= 128 && net_clean(c);
	default:
		return false;
	}
}

void
record_tftp_client_decode(struct reader *r, struct record *rec)
{
	struct record_tftp_client *c = &rec->u.tftp_client;

	c->family = reader_u8(r);
	reader_copy(r, c->addr, sizeof(c->addr));
	c->prefix = reader_u8(r);
	record_mac_decode(r, &c->mac);
	c->deny = record_enum_decode(r, RECORD_TFTP_DENY_ALL + 1);
	c->blksize = reader_u16(r);
	c->windowsize = reader_u16(r);
	c->rollover = reader_u8(r);
	if (!who_ok(c) ||
	    (c->blksize != 0 && (c->blksize < TFTP_BLKSIZE_MIN ||
				    c->blksize > TFTP_BLKSIZE_MAX)) ||
	    (c->rollover > 1 && c->rollover != RECORD_TFTP_ROLLOVER_UNSET))
		reader_fail(r);
}
