/* SPDX-License-Identifier: ISC */
/* Escapes a text for JSON. */
#include "priv/json.h"

#include <stdio.h>
#include <string.h>

#include "daemon/printable.h"

void
json_put_string(json_put_fn *put, void *arg, const char *s)
{
	size_t left = strlen(s), n;
	char part[16];
	uint32_t c;

	put("\"", arg);
	for (; left > 0; s += n, left -= n) {
		n = printable_utf8((const uint8_t *)s, left, &c);
		if (n == 0) {
			n = 1;
			(void)snprintf(
			    part, sizeof(part), "\\\\x%02x", (uint8_t)*s);
		} else if (c < 0x20) {
			(void)snprintf(part, sizeof(part), "\\u%04x", c);
		} else if (c == '"' || c == '\\') {
			(void)snprintf(part, sizeof(part), "\\%c", (char)c);
		} else {
			memcpy(part, s, n);
			part[n] = '\0';
		}
		put(part, arg);
	}
	put("\"", arg);
}
