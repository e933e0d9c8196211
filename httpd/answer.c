/* SPDX-License-Identifier: ISC */
/* Decides status and range of an answer. */
#include "httpd/answer.h"

#include "httpd/date.h"
#include "httpd/etag.h"
#include "httpd/byte_range.h"

#define NS_PER_S 1000000000

/* Whether If-Match and If-Unmodified-Since hold (RFC 9110 13.1.1, 13.1.4). */
static bool
precondition_ok(
    const struct answer_asked *a, const char *etag, uint64_t mtime_s)
{
	uint64_t s;

	if (a->if_match != NULL)
		return etag_listed(a->if_match, etag, false);
	if (a->if_unmodified_since != NULL &&
	    date_parse(a->if_unmodified_since, &s))
		return mtime_s <= s;
	return true;
}

/* Whether the client's copy is current (RFC 9110 13.1.2, 13.1.3). */
static bool
is_current(const struct answer_asked *a, const char *etag, uint64_t mtime_s)
{
	uint64_t s;

	if (a->if_none_match != NULL)
		return etag_listed(a->if_none_match, etag, true);
	return a->if_modified_since != NULL &&
	       date_parse(a->if_modified_since, &s) && mtime_s <= s;
}

/*
 * Whether the part that the client has is of this file (RFC 9110 13.1.5).  Only
 * the very same date counts.
 */
static bool
if_range_ok(const struct answer_asked *a, const char *etag, uint64_t mtime_s)
{
	uint64_t s;

	if (a->if_range == NULL)
		return true;
	if (a->if_range[0] == '"')
		return etag_listed(a->if_range, etag, false);
	return date_parse(a->if_range, &s) && s == mtime_s;
}

void
answer_file(const struct answer_asked *a, const struct answer_file *f,
    struct answer *out)
{
	uint64_t mtime_s = f->mtime_ns / NS_PER_S;
	char etag[ETAG_TEXT];

	(void)etag_text(f->size, f->mtime_ns, etag);
	*out = (struct answer){ .status = ANSWER_OK, .length = f->size };
	if (!precondition_ok(a, etag, mtime_s)) {
		out->status = ANSWER_PRECONDITION;
		out->text = "the file has changed\n";
		return;
	}
	if (is_current(a, etag, mtime_s)) {
		out->status = ANSWER_NOT_MODIFIED;
		return;
	}
	/* RFC 9110 14.2: a range means nothing to other methods. */
	if (a->head || a->range == NULL || !if_range_ok(a, etag, mtime_s))
		return;
	switch (
	    byte_range_parse(a->range, f->size, &out->first, &out->length)) {
	case RANGE_OK:
		out->status = ANSWER_PARTIAL;
		break;
	case RANGE_BEYOND:
		out->status = ANSWER_RANGE;
		out->text = "the range is not in the file\n";
		break;
	case RANGE_NONE:
		break;
	}
}

void
answer_status(enum file_status status, struct answer *out)
{
	static const struct answer answers[FILE_STATUS_MAX] = {
		[FILE_OK] = { ANSWER_OK, NULL, 0, 0 },
		[FILE_MISSING] = { ANSWER_NOT_FOUND, "file not found\n", 0, 0 },
		[FILE_DENIED] = { ANSWER_FORBIDDEN, "access denied\n", 0, 0 },
		[FILE_KIND] = { ANSWER_FORBIDDEN, "not a regular file\n", 0,
		    0 },
		[FILE_NAME] = { ANSWER_NOT_FOUND, "not a file name\n", 0, 0 },
		[FILE_UNSIGNED] = { ANSWER_FORBIDDEN, "access denied\n", 0, 0 },
		[FILE_BUSY] = { ANSWER_BUSY, "try again later\n", 0, 0 },
		[FILE_ERROR] = { ANSWER_ERROR, "server cannot read the file\n",
		    0, 0 },
	};

	*out = answers[status];
}

void
answer_name(enum tftp_name_reason why, struct answer *out)
{
	static const struct answer answers[TFTP_NAME_REASON_MAX] = {
		[TFTP_NAME_OK] = { ANSWER_OK, NULL, 0, 0 },
		[TFTP_NAME_EMPTY] = { ANSWER_NOT_FOUND, "empty file name\n", 0,
		    0 },
		[TFTP_NAME_LONG] = { ANSWER_NOT_FOUND, "file name too long\n",
		    0, 0 },
		[TFTP_NAME_PARENT] = { ANSWER_FORBIDDEN,
		    "\"..\" in file name\n", 0, 0 },
		[TFTP_NAME_CONTROL] = { ANSWER_BAD,
		    "control character in file name\n", 0, 0 },
		[TFTP_NAME_DIRECTORY] = { ANSWER_FORBIDDEN,
		    "not a regular file\n", 0, 0 },
	};

	*out = answers[why];
}

void
answer_target(enum target_reason why, struct answer *out)
{
	static const struct answer answers[TARGET_REASON_MAX] = {
		[TARGET_OK] = { ANSWER_OK, NULL, 0, 0 },
		[TARGET_FORM] = { ANSWER_BAD, "not a path\n", 0, 0 },
		[TARGET_ESCAPE] = { ANSWER_BAD, "invalid percent-encoding\n", 0,
		    0 },
		[TARGET_LONG] = { ANSWER_NOT_FOUND, "file name too long\n", 0,
		    0 },
	};

	*out = answers[why];
}
