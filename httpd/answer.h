/* SPDX-License-Identifier: ISC */
/*
 * The answer to a request: its status, and which bytes of the file it has.
 * Pure: it uses neither the HTTP library nor descriptors.
 */
#ifndef HTTPD_ANSWER_H
#define HTTPD_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/file.h"
#include "daemon/tftp_name.h"
#include "httpd/target.h"

/* Status codes (RFC 9110 15). */
enum answer_status {
	ANSWER_OK = 200,
	ANSWER_PARTIAL = 206,
	ANSWER_NOT_MODIFIED = 304,
	ANSWER_BAD = 400,
	ANSWER_FORBIDDEN = 403,
	ANSWER_NOT_FOUND = 404,
	ANSWER_METHOD = 405,
	ANSWER_PRECONDITION = 412,
	ANSWER_CONTENT = 413,
	ANSWER_RANGE = 416,
	ANSWER_ERROR = 500,
	ANSWER_BUSY = 503,
};

#define ANSWER_RETRY_S "5" /* of Retry-After */

/* Values of headers; NULL if they are absent. */
struct answer_asked {
	bool head; /* the method is HEAD, not GET */
	const char *range;
	const char *if_range;
	const char *if_match;
	const char *if_none_match;
	const char *if_modified_since;
	const char *if_unmodified_since;
};

struct answer_file {
	uint64_t size;
	uint64_t mtime_ns;
};

struct answer {
	enum answer_status status;
	const char *text; /* the body unless it comes from the file; or NULL */
	uint64_t first; /* of OK and PARTIAL: the bytes of the file */
	uint64_t length;
};

/* The answer for a file that was found. */
void answer_file(
    const struct answer_asked *, const struct answer_file *, struct answer *);

/* The answer for a file that is not served; status: any but FILE_OK. */
void answer_status(enum file_status, struct answer *);

/* The answers to requests that name no file; reason: any but OK. */
void answer_name(enum tftp_name_reason, struct answer *);
void answer_target(enum target_reason, struct answer *);

#endif
