/* SPDX-License-Identifier: ISC */
/* Encodes and decodes leases. */
#include "daemon/lease.h"

#include <string.h>

void
lease_encode(const struct lease *l, struct writer *w)
{
	writer_u8(w, l->state);
	addr_encode(&l->addr, w);
	writer_u8(w, l->hwtype);
	writer_blob(w, l->hw, l->hwlen);
	writer_blob(w, l->id, l->idlen);
	writer_str(w, l->name);
	writer_u64(w, l->start_s);
	writer_u64(w, l->expiry_s);
	addr_encode_optional(&l->relay, w);
}

void
lease_decode(struct reader *r, struct lease *l)
{
	memset(l, 0, sizeof(*l));
	l->state = reader_u8(r);
	addr_decode(r, &l->addr);
	l->hwtype = reader_u8(r);
	l->hwlen = (uint8_t)reader_blob(r, l->hw, sizeof(l->hw));
	l->idlen = (uint16_t)reader_blob(r, l->id, sizeof(l->id));
	reader_str(r, l->name, sizeof(l->name));
	l->start_s = reader_u64(r);
	l->expiry_s = reader_u64(r);
	addr_decode_optional(r, &l->relay);
	if (l->state >= LEASE_STATE_MAX || addr_is_any(&l->addr))
		reader_fail(r);
}
