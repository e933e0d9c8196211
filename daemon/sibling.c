/* SPDX-License-Identifier: ISC */
/* The other name of a file: in the folder of a program, or without one. */
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

/* Whether a program looks for this file where it was loaded from. */
static bool
has_sibling(const char *name, size_t len)
{
	static const char script[] = "autoexec.ipxe";

	if (memchr(name, '/', len) != NULL)
		return false;
	return is_efi(name, len) || (len == sizeof(script) - 1 &&
					strncasecmp(name, script, len) == 0);
}

/* How long the folder is, with its slash, that may be left out; or 0. */
static size_t
prefix_len(const char *name, size_t len)
{
	static const char *const prefixes[] = { "EFI/BOOT/", "EFI/",
		"httpboot/" };
	size_t i, n;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		n = strlen(prefixes[i]);
		if (len > n && strncasecmp(name, prefixes[i], n) == 0)
			return n;
	}
	return 0;
}

size_t
sibling_name(const struct sibling *s, const char *name, size_t len,
    char dst[FILE_NAME_MAX], uint64_t now_ms)
{
	size_t n = s->len, drop;

	if ((drop = prefix_len(name, len)) > 0) {
		memcpy(dst, name + drop, len - drop);
		return len - drop;
	}
	if (n == 0 || now_ms > s->until_ms || !has_sibling(name, len) ||
	    n + 1 + len > FILE_NAME_MAX)
		return 0;
	memcpy(dst, s->folder, n);
	dst[n] = '/';
	memcpy(dst + n + 1, name, len);
	return n + 1 + len;
}

void
sibling_keep(struct sibling_change *c, char name[FILE_NAME_MAX], size_t len,
    const char *sibling, size_t siblinglen)
{
	*c = (struct sibling_change){ 0 };
	if (siblinglen > len) {
		c->folder = (uint16_t)(siblinglen - len - 1);
		memcpy(name + len, sibling, c->folder);
	} else if (siblinglen > 0) {
		c->drop = (uint16_t)(len - siblinglen);
	}
}

size_t
sibling_apply(struct sibling_change *c, char name[FILE_NAME_MAX], size_t len)
{
	char was[FILE_NAME_MAX];

	if (c->folder > 0) {
		memcpy(was, name, len);
		memmove(name, name + len, c->folder);
		name[c->folder] = '/';
		memcpy(name + c->folder + 1, was, len);
		len += c->folder + 1;
	} else {
		len -= c->drop;
		memmove(name, name + c->drop, len);
	}
	*c = (struct sibling_change){ 0 };
	return len;
}
