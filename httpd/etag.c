/* SPDX-License-Identifier: ISC */
/* Makes and compares entity tags. */
#include "httpd/etag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *
etag_text(uint64_t size, uint64_t mtime_ns, char dst[ETAG_TEXT])
{
	(void)snprintf(
	    dst, ETAG_TEXT, "\"%" PRIx64 "-%" PRIx64 "\"", mtime_ns, size);
	return dst;
}

bool
etag_listed(const char *p, const char *etag, bool weak)
{
	size_t n = strlen(etag);
	const char *end;
	bool is_weak;

	for (;;) {
		p += strspn(p, " \t,");
		if (*p == '*')
			return p[1 + strspn(p + 1, " \t")] == '\0';
		is_weak = strncmp(p, "W/", 2) == 0;
		if (is_weak)
			p += 2;
		if (*p != '"' || (end = strchr(p + 1, '"')) == NULL)
			return false;
		end++;
		if ((size_t)(end - p) == n && memcmp(p, etag, n) == 0 &&
		    (weak || !is_weak))
			return true;
		p = end;
	}
}
