/* SPDX-License-Identifier: ISC */
/* Puts several encoded records into the body of one message. */
#include "daemon/record_batch.h"

void
record_batch_init(struct record_batch *b)
{
	writer_init(&b->w, b->body, sizeof(b->body));
}

bool
record_batch_add(struct record_batch *b, const void *data, size_t len)
{
	if (len > RECORD_MAX || 2 + len > b->w.cap - b->w.len)
		return false;
	writer_blob(&b->w, data, len);
	return true;
}

bool
record_batch_next(struct reader *body, struct reader *record)
{
	if (body->left == 0)
		return false;
	*record = reader_sub(body, reader_u16(body));
	if (reader_ok(body) && (record->left == 0 || record->left > RECORD_MAX))
		reader_fail(body);
	return reader_ok(body);
}
