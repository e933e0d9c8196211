/* SPDX-License-Identifier: ISC */
/* Remembers the folder of a client's last UEFI program. */
#include "daemon/sibling.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool
is_efi(const char *name, size_t len)
{
	return len > 4 && strncasecmp(name + len - 4, ".efi", 4) == 0;
}

void
sibling_fetched(
    struct sibling *s, const char *name, size_t len, uint64_t now_ms)
{
	const char *slash = memrchr(name, '/', len);
	size_t n;

	if (!is_efi(name, len))
		return;
	/* A program in the root itself resets the folder. */
	n = slash == NULL ? 0 : (size_t)(slash - name);
	s->len = n <= sizeof(s->folder) ? (uint16_t)n : 0;
	memcpy(s->folder, name, s->len);
	s->until_ms = now_ms + SIBLING_MS;
}

size_t
sibling_name(const struct sibling *s, const char *name, size_t len,
    char dst[FILE_NAME_MAX], uint64_t now_ms)
{
	size_t n = s->len;

	if (n == 0 || now_ms > s->until_ms || !is_efi(name, len) ||
	    memchr(name, '/', len) != NULL || n + 1 + len > FILE_NAME_MAX)
		return 0;
	memcpy(dst, s->folder, n);
	dst[n] = '/';
	memcpy(dst + n + 1, name, len);
	return n + 1 + len;
}
