/* SPDX-License-Identifier: ISC */
/* The fields of records of what replies contain. */
#include "daemon/record_content.h"

void
record_boot_fields(struct field_io *f, struct record *rec)
{
	struct record_boot *b = &rec->u.boot;

	field_str(f, b->file, sizeof(b->file));
	field_str(f, b->sname, sizeof(b->sname));
	field_u32(f, &b->addr);
	field_tags(f, &b->tags);
}

void
record_option_fields(struct field_io *f, struct record *rec)
{
	struct record_option *o = &rec->u.option;

	field_u8(f, &o->code);
	field_bool(f, &o->force);
	field_bool(f, &o->self);
	field_bool(f, &o->pxe);
	field_blob16(f, o->data, &o->len, sizeof(o->data));
	field_tags(f, &o->tags);
	field_check(f, o->code != 0);
}

void
record_suboption_fields(struct field_io *f, struct record *rec)
{
	struct record_suboption *s = &rec->u.suboption;

	field_enum(f, &s->how, RECORD_SUB_HOW_MAX);
	field_u8(f, &s->code);
	field_bool(f, &s->force);
	field_bool(f, &s->pxe);
	field_u32(f, &s->outer);
	field_str(f, s->class, sizeof(s->class));
	field_blob8(f, s->data, &s->len, sizeof(s->data));
	field_tags(f, &s->tags);
	field_check(
	    f, s->how != RECORD_SUB_ENCAP || (s->outer > 0 && s->outer < 255));
}

void
record_service_fields(struct field_io *f, struct record *rec)
{
	struct record_service *s = &rec->u.service;

	field_u16(f, &s->arch);
	field_u16(f, &s->type);
	field_str(f, s->text, sizeof(s->text));
	field_str(f, s->file, sizeof(s->file));
	field_u32(f, &s->addr);
	field_tags(f, &s->tags);
	field_check(f, (s->type >= RECORD_SERVICE_OWN) == (s->file[0] != '\0'));
}

void
record_prompt_fields(struct field_io *f, struct record *rec)
{
	struct record_prompt *p = &rec->u.prompt;

	field_str(f, p->text, sizeof(p->text));
	field_u8(f, &p->seconds);
	field_tags(f, &p->tags);
}

void
record_pxe_style_fields(struct field_io *f, struct record *rec)
{
	field_enum(f, &rec->u.pxe_style.how, RECORD_PXE_HOW_MAX);
	field_tags(f, &rec->u.pxe_style.tags);
}

void
record_pxe_vendor_fields(struct field_io *f, struct record *rec)
{
	struct record_pxe_vendor *v = &rec->u.pxe_vendor;

	field_str(f, v->class, sizeof(v->class));
	field_check(f, v->class[0] != '\0');
}
