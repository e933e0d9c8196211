/* SPDX-License-Identifier: ISC */
/* Encodes and decodes the records of signed boot files. */
#include "daemon/record_verify.h"

#include "daemon/record_field.h"

void
record_verify_encode(const struct record *rec, struct writer *w)
{
	writer_u8(w, rec->u.verify.mode);
	writer_bool(w, rec->u.verify.preload);
	writer_u64(w, rec->u.verify.cache);
}

void
record_verify_decode(struct reader *r, struct record *rec)
{
	struct record_verify *v = &rec->u.verify;

	v->mode = record_enum_decode(r, RECORD_VERIFY_MODE_MAX);
	v->preload = reader_bool(r);
	v->cache = reader_u64(r);
	if (v->cache < RECORD_VERIFY_CACHE_MIN ||
	    v->cache > RECORD_VERIFY_CACHE_MAX || v->cache % 1024 != 0)
		reader_fail(r);
}

void
record_verify_key_encode(const struct record *rec, struct writer *w)
{
	writer_str(w, rec->u.verify_key.path);
}

void
record_verify_key_decode(struct reader *r, struct record *rec)
{
	reader_str(r, rec->u.verify_key.path, sizeof(rec->u.verify_key.path));
	if (rec->u.verify_key.path[0] != '/')
		reader_fail(r);
}

void
record_verify_exempt_encode(const struct record *rec, struct writer *w)
{
	writer_str(w, rec->u.verify_exempt.pattern);
}

void
record_verify_exempt_decode(struct reader *r, struct record *rec)
{
	struct record_verify_exempt *e = &rec->u.verify_exempt;

	reader_str(r, e->pattern, sizeof(e->pattern));
	if (e->pattern[0] == '\0' || e->pattern[0] == '/')
		reader_fail(r);
}
