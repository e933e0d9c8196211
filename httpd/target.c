/* SPDX-License-Identifier: ISC */
/* Decodes the target of a request. */
#include "httpd/target.h"

#include <string.h>
#include <strings.h>

#include "daemon/hex.h"

/* The length of "http://host:port" before the path; 0 if there is none. */
static size_t
authority_len(const char *s, size_t len)
{
	static const char *const schemes[] = { "http://", "https://" };
	const char *slash;
	size_t i, n;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		n = strlen(schemes[i]);
		if (len < n || strncasecmp(s, schemes[i], n) != 0)
			continue;
		slash = memchr(s + n, '/', len - n);
		return slash == NULL ? len : (size_t)(slash - s);
	}
	return 0;
}

enum target_reason
target_path(
    const char *target, size_t len, char dst[TARGET_PATH_MAX], size_t *n)
{
	size_t i = authority_len(target, len);
	int high, low;

	*n = 0;
	if (i == 0 && (len == 0 || target[0] != '/'))
		return TARGET_FORM;
	for (; i < len && target[i] != '?' && target[i] != '#'; i++) {
		if (*n == TARGET_PATH_MAX)
			return TARGET_LONG;
		if (target[i] != '%') {
			dst[(*n)++] = target[i];
			continue;
		}
		if (len - i < 3 ||
		    (high = hex_digit_value(target[i + 1])) == -1 ||
		    (low = hex_digit_value(target[i + 2])) == -1)
			return TARGET_ESCAPE;
		dst[(*n)++] = (char)(high << 4 | low);
		i += 2;
	}
	return TARGET_OK;
}
