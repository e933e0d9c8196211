/* SPDX-License-Identifier: ISC */
/* Encodes and decodes the record of HTTP. */
#include "daemon/record_http.h"

void
record_http_encode(const struct record *rec, struct writer *w)
{
	const struct record_http *h = &rec->u.http;

	writer_bool(w, h->enabled);
	writer_bool(w, h->quiet);
	writer_bool(w, h->prefer);
	writer_u16(w, h->port);
	writer_u16(w, h->https_port);
	writer_str(w, h->cert);
	writer_str(w, h->key);
	writer_u32(w, h->max);
	writer_u64(w, h->rate_client);
	writer_u64(w, h->rate_all);
}

void
record_http_decode(struct reader *r, struct record *rec)
{
	struct record_http *h = &rec->u.http;

	h->enabled = reader_bool(r);
	h->quiet = reader_bool(r);
	h->prefer = reader_bool(r);
	h->port = reader_u16(r);
	h->https_port = reader_u16(r);
	(void)reader_str(r, h->cert, sizeof(h->cert));
	(void)reader_str(r, h->key, sizeof(h->key));
	h->max = reader_u32(r);
	h->rate_client = reader_u64(r);
	h->rate_all = reader_u64(r);
	if (h->port == 0 || h->https_port == 0 || h->max == 0 ||
	    (h->cert[0] == '\0') != (h->key[0] == '\0'))
		reader_fail(r);
}
