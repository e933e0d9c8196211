/* SPDX-License-Identifier: ISC */
/* Escapes a text for JSON. */
#include "command/json.h"

#include <string.h>

#include "daemon/printable.h"

void
json_put_string(FILE *f, const char *s)
{
	size_t left = strlen(s), n;
	uint32_t c;

	(void)fputc('"', f);
	for (; left > 0; s += n, left -= n) {
		n = printable_utf8((const uint8_t *)s, left, &c);
		if (n == 0) {
			n = 1;
			(void)fprintf(f, "\\\\x%02x", (uint8_t)*s);
		} else if (c < 0x20) {
			(void)fprintf(f, "\\u%04x", c);
		} else if (c == '"' || c == '\\') {
			(void)fprintf(f, "\\%c", (char)c);
		} else {
			(void)fwrite(s, 1, n, f);
		}
	}
	(void)fputc('"', f);
}
