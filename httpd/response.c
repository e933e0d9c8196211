/* SPDX-License-Identifier: ISC */
/* Builds responses of libmicrohttpd. */
#include "httpd/response.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <microhttpd.h>

#include "daemon/clock.h"
#include "httpd/content_type.h"
#include "httpd/date.h"
#include "httpd/etag.h"
#include "httpd/paced.h"

static bool
header_add(struct MHD_Response *m, const char *name, const char *value)
{
	return MHD_add_response_header(m, name, value) == MHD_YES;
}

/* The headers of an answer that has the file, or is about it. */
static bool
headers_add_file(struct MHD_Response *m, const struct request *r)
{
	const struct answer *a = &r->answer;
	char text[80], etag[ETAG_TEXT];

	if (!header_add(
		m, "ETag", etag_text(r->file.size, r->file.mtime_ns, etag)) ||
	    !header_add(m, "Last-Modified",
		date_text(r->file.mtime_ns / 1000000000, text)) ||
	    !header_add(m, "Accept-Ranges", "bytes"))
		return false;
	if (a->status == ANSWER_PARTIAL)
		(void)snprintf(text, sizeof(text),
		    "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, a->first,
		    a->first + a->length - 1, r->file.size);
	else if (a->status == ANSWER_RANGE)
		(void)snprintf(
		    text, sizeof(text), "bytes */%" PRIu64, r->file.size);
	else
		return true;
	return header_add(m, "Content-Range", text);
}

static bool
headers_add_status(struct MHD_Response *m, const struct request *r)
{
	switch (r->answer.status) {
	case ANSWER_METHOD:
		return header_add(m, "Allow", "GET, HEAD");
	case ANSWER_BUSY:
		return header_add(m, "Retry-After", ANSWER_RETRY_S) &&
		       (!r->conn->spare ||
			   header_add(m, "Connection", "close"));
	case ANSWER_CONTENT:
		return header_add(m, "Connection", "close");
	default:
		return true;
	}
}

/* The library sends no Date, as it would open the time zone for it. */
static bool
headers_add(struct MHD_Response *m, const struct request *r)
{
	const struct answer *a = &r->answer;
	const char *type = "text/plain";
	char date[DATE_TEXT];

	if (a->text == NULL)
		type = content_type_of(r->name, r->namelen);
	return header_add(
		   m, "Date", date_text((uint64_t)clock_wall_s(), date)) &&
	       header_add(m, "Content-Type", type) &&
	       headers_add_status(m, r) &&
	       (r->file_status != FILE_OK || r->namelen == 0 ||
		   headers_add_file(m, r));
}

/* A response with the body, but without headers. */
static struct MHD_Response *
response_body(const struct server_conf *conf, struct request *r)
{
	const struct answer *a = &r->answer;
	struct MHD_Response *m;

	if (a->text != NULL)
		return MHD_create_response_from_buffer(strlen(a->text),
		    (void *)(uintptr_t)a->text, MHD_RESPMEM_PERSISTENT);
	/* The library would encrypt a file in pieces of 4 KiB. */
	if ((r->conn->tls || conf->rate_client != 0 || conf->rate_all != 0 ||
		r->table != -1) &&
	    !r->head && a->status != ANSWER_NOT_MODIFIED && a->length > 0)
		return paced_response(r);
	/* With NOT_MODIFIED, the library sends the length alone. */
	m = MHD_create_response_from_fd_at_offset64(a->length, r->fd, a->first);
	if (m != NULL) {
		r->fd = -1; /* the response closes it */
		r->plain = true;
	}
	return m;
}

struct MHD_Response *
response_new(const struct server_conf *conf, struct request *r)
{
	struct MHD_Response *m = response_body(conf, r);

	if (m == NULL || headers_add(m, r))
		return m;
	MHD_destroy_response(m);
	return NULL;
}
