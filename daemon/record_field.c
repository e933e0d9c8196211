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

void
record_tags_encode(const struct record_tags *t, struct writer *w)
{
	size_t i;

	writer_u8(w, t->n);
	for (i = 0; i < t->n && i < RECORD_TAGS_MAX; i++) {
		writer_bool(w, t->tag[i].negate);
		writer_str(w, t->tag[i].name);
	}
}

void
record_tags_decode(struct reader *r, struct record_tags *t)
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
