/* SPDX-License-Identifier: ISC */
/* Encodes and decodes records of what replies contain. */
#include "daemon/record_content.h"

#include "daemon/record_field.h"

void
record_boot_encode(const struct record *rec, struct writer *w)
{
	const struct record_boot *b = &rec->u.boot;

	writer_str(w, b->file);
	writer_str(w, b->sname);
	writer_u32(w, b->addr);
	record_tags_encode(&b->tags, w);
}

void
record_boot_decode(struct reader *r, struct record *rec)
{
	struct record_boot *b = &rec->u.boot;

	reader_str(r, b->file, sizeof(b->file));
	reader_str(r, b->sname, sizeof(b->sname));
	b->addr = reader_u32(r);
	record_tags_decode(r, &b->tags);
}

void
record_option_encode(const struct record *rec, struct writer *w)
{
	const struct record_option *o = &rec->u.option;

	writer_u8(w, o->code);
	writer_bool(w, o->force);
	writer_bool(w, o->self);
	writer_bool(w, o->pxe);
	writer_blob(w, o->data, o->len);
	record_tags_encode(&o->tags, w);
}

void
record_option_decode(struct reader *r, struct record *rec)
{
	struct record_option *o = &rec->u.option;

	o->code = reader_u8(r);
	o->force = reader_bool(r);
	o->self = reader_bool(r);
	o->pxe = reader_bool(r);
	o->len = (uint16_t)reader_blob(r, o->data, sizeof(o->data));
	record_tags_decode(r, &o->tags);
	if (o->code == 0)
		reader_fail(r);
}

void
record_suboption_encode(const struct record *rec, struct writer *w)
{
	const struct record_suboption *s = &rec->u.suboption;

	writer_u8(w, s->how);
	writer_u8(w, s->code);
	writer_bool(w, s->force);
	writer_bool(w, s->pxe);
	writer_u32(w, s->outer);
	writer_str(w, s->class);
	writer_blob(w, s->data, s->len);
	record_tags_encode(&s->tags, w);
}

void
record_suboption_decode(struct reader *r, struct record *rec)
{
	struct record_suboption *s = &rec->u.suboption;

	s->how = record_enum_decode(r, RECORD_SUB_HOW_MAX);
	s->code = reader_u8(r);
	s->force = reader_bool(r);
	s->pxe = reader_bool(r);
	s->outer = reader_u32(r);
	reader_str(r, s->class, sizeof(s->class));
	s->len = (uint8_t)reader_blob(r, s->data, sizeof(s->data));
	record_tags_decode(r, &s->tags);
	if (s->how == RECORD_SUB_ENCAP && (s->outer == 0 || s->outer > 254))
		reader_fail(r);
}

void
record_service_encode(const struct record *rec, struct writer *w)
{
	const struct record_service *s = &rec->u.service;

	writer_u16(w, s->arch);
	writer_u16(w, s->type);
	writer_str(w, s->text);
	writer_str(w, s->file);
	writer_u32(w, s->addr);
	record_tags_encode(&s->tags, w);
}

void
record_service_decode(struct reader *r, struct record *rec)
{
	struct record_service *s = &rec->u.service;

	s->arch = reader_u16(r);
	s->type = reader_u16(r);
	reader_str(r, s->text, sizeof(s->text));
	reader_str(r, s->file, sizeof(s->file));
	s->addr = reader_u32(r);
	record_tags_decode(r, &s->tags);
	if ((s->type >= RECORD_SERVICE_OWN) != (s->file[0] != '\0'))
		reader_fail(r);
}

void
record_prompt_encode(const struct record *rec, struct writer *w)
{
	writer_str(w, rec->u.prompt.text);
	writer_u8(w, rec->u.prompt.seconds);
	record_tags_encode(&rec->u.prompt.tags, w);
}

void
record_prompt_decode(struct reader *r, struct record *rec)
{
	struct record_prompt *p = &rec->u.prompt;

	reader_str(r, p->text, sizeof(p->text));
	p->seconds = reader_u8(r);
	record_tags_decode(r, &p->tags);
}

void
record_pxe_style_encode(const struct record *rec, struct writer *w)
{
	writer_u8(w, rec->u.pxe_style.how);
	record_tags_encode(&rec->u.pxe_style.tags, w);
}

void
record_pxe_style_decode(struct reader *r, struct record *rec)
{
	rec->u.pxe_style.how = record_enum_decode(r, RECORD_PXE_HOW_MAX);
	record_tags_decode(r, &rec->u.pxe_style.tags);
}

void
record_pxe_vendor_encode(const struct record *rec, struct writer *w)
{
	writer_str(w, rec->u.pxe_vendor.class);
}

void
record_pxe_vendor_decode(struct reader *r, struct record *rec)
{
	struct record_pxe_vendor *v = &rec->u.pxe_vendor;

	if (reader_str(r, v->class, sizeof(v->class)) == 0)
		reader_fail(r);
}
