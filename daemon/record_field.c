/* SPDX-License-Identifier: ISC */
/* Encodes and decodes fields that several kinds of records have. */
#include "daemon/record_field.h"

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
