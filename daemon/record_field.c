/* SPDX-License-Identifier: ISC */
/* Writes and reads the fields of records. */
#include "daemon/record_field.h"

void
field_check(struct field_io *f, bool valid)
{
	if (f->in != NULL && !valid)
		reader_fail(f->in);
}

void
field_bool(struct field_io *f, bool *v)
{
	if (f->in != NULL)
		*v = reader_bool(f->in);
	else
		writer_bool(f->out, *v);
}

void
field_u8(struct field_io *f, uint8_t *v)
{
	if (f->in != NULL)
		*v = reader_u8(f->in);
	else
		writer_u8(f->out, *v);
}

void
field_u16(struct field_io *f, uint16_t *v)
{
	if (f->in != NULL)
		*v = reader_u16(f->in);
	else
		writer_u16(f->out, *v);
}

void
field_u32(struct field_io *f, uint32_t *v)
{
	if (f->in != NULL)
		*v = reader_u32(f->in);
	else
		writer_u32(f->out, *v);
}

void
field_u64(struct field_io *f, uint64_t *v)
{
	if (f->in != NULL)
		*v = reader_u64(f->in);
	else
		writer_u64(f->out, *v);
}

void
field_enum(struct field_io *f, uint8_t *v, uint8_t limit)
{
	field_u8(f, v);
	if (f->in != NULL && *v >= limit) {
		*v = 0;
		reader_fail(f->in);
	}
}

void
field_str(struct field_io *f, char *s, size_t size)
{
	if (f->in != NULL)
		(void)reader_str(f->in, s, size);
	else
		writer_str(f->out, s);
}

void
field_blob16(struct field_io *f, void *p, uint16_t *len, size_t size)
{
	if (f->in != NULL)
		*len = (uint16_t)reader_blob(f->in, p, size);
	else
		writer_blob(f->out, p, *len);
}

void
field_blob8(struct field_io *f, void *p, uint8_t *len, size_t size)
{
	uint16_t n = *len;

	field_blob16(f, p, &n, size);
	if (f->in != NULL)
		*len = (uint8_t)n;
}

void
field_addr(struct field_io *f, struct addr *a)
{
	if (f->in != NULL)
		addr_decode_optional(f->in, a);
	else
		addr_encode_optional(a, f->out);
}

void
field_mac(struct field_io *f, struct record_mac *m)
{
	field_u8(f, &m->hwtype);
	field_blob8(f, m->addr, &m->len, sizeof(m->addr));
	field_u16(f, &m->wild);
}

void
field_tags(struct field_io *f, struct record_tags *t)
{
	size_t i;

	field_enum(f, &t->n, RECORD_TAGS_MAX + 1);
	for (i = 0; i < t->n && i < RECORD_TAGS_MAX; i++) {
		field_bool(f, &t->tag[i].negate);
		field_str(f, t->tag[i].name, RECORD_TAG_MAX);
		field_check(f, t->tag[i].name[0] != '\0');
	}
}
