/* SPDX-License-Identifier: ISC */
/* Arguments that many directives take: texts, numbers, paths. */
#include "confd/argument.h"

#include <string.h>

#include "confd/diag.h"
#include "confd/value.h"

bool
argument_text(struct config *c, const struct token *p, char *dst, size_t dstsz,
    const char *what)
{
	if (p->len >= dstsz) {
		diag_error(c, "%s \"%s\" is longer than %zu bytes; shorten it",
		    what, diag_show(c, p->text), dstsz - 1);
		return false;
	}
	memcpy(dst, p->text, p->len + 1);
	return true;
}

bool
argument_number(
    struct config *c, const struct token *p, uint64_t max, uint64_t *out)
{
	if (value_number(p->text, max, out))
		return true;
	diag_error(c, "\"%s\" is not a number from 0 to %llu",
	    diag_show(c, p->text), (unsigned long long)max);
	return false;
}

bool
argument_port(struct config *c, const struct token *p, uint16_t *port)
{
	uint64_t n;

	if (!value_number(p->text, UINT16_MAX, &n) || n == 0) {
		diag_error(c, "\"%s\" is not a port from 1 to 65535",
		    diag_show(c, p->text));
		return false;
	}
	*port = (uint16_t)n;
	return true;
}

bool
argument_lease(struct config *c, const char *s, uint32_t *seconds)
{
	enum value_time_result r = value_lease(s, seconds);

	if (r == VALUE_TIME_SHORT)
		diag_warn(c, "lease time %s is too short; using 2 minutes%s", s,
		    value_is_digits(s)
			? " (a number alone is seconds; 12h is twelve hours)"
			: "");
	else if (r == VALUE_TIME_HUGE)
		diag_warn(c, "lease time %s is too long; using infinite",
		    diag_show(c, s));
	return r != VALUE_TIME_BAD;
}

bool
argument_path(
    struct config *c, const struct token *p, char dst[RECORD_PATH_MAX])
{
	if (p->len == 0) {
		diag_error(c, "path is missing; write an absolute one");
		return false;
	}
	if (p->text[0] != '/') {
		diag_error(c,
		    "\"%s\" is not an absolute path; begin it with a slash",
		    diag_show(c, p->text));
		return false;
	}
	return argument_text(c, p, dst, RECORD_PATH_MAX, "the path");
}

bool
argument_file(struct config *c, const struct token *p, char *dst, size_t dstsz)
{
	if (!argument_text(c, p, dst, dstsz, "the file"))
		return false;
	if (p->len >= RECORD_FILE_FIELD)
		diag_note(c,
		    "a file name of more than %d bytes does not fit into the header of replies; it is sent as option 67, also to clients that do not ask for it",
		    RECORD_FILE_FIELD - 1);
	return true;
}
