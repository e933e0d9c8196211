/* SPDX-License-Identifier: ISC */
/* Domain names for options: RFC 1035 labels, compressed as in RFC 3397. */
#include "confd/domains.h"

#include <string.h>

#include "confd/value.h"

#define POINTER 0xc0 /* the two high bits of a compression pointer */
#define HOPS_MAX 128

/*
 * Whether the name that begins at `at` in the written bytes is `name`.  Its
 * pointers lead only backwards, because it was written here.
 */
static bool
name_is(const struct writer *w, size_t at, const char *name)
{
	int hops = 0;

	while (at < w->len && hops++ < HOPS_MAX) {
		size_t n = w->p[at];

		if ((n & POINTER) == POINTER) {
			if (at + 1 >= w->len)
				return false;
			at = (n & ~(size_t)POINTER) << 8 | w->p[at + 1];
			continue;
		}
		if (n == 0)
			return *name == '\0';
		if (at + 1 + n > w->len || strcspn(name, ".") != n ||
		    memcmp(w->p + at + 1, name, n) != 0)
			return false;
		name += n;
		if (*name == '.')
			name++;
		at += 1 + n;
	}
	return false;
}

/* Finds where the same name was already written, from the start of a label. */
static bool
name_find(const struct writer *w, size_t base, const char *name, size_t *at)
{
	size_t i = base;

	while (i < w->len) {
		size_t n = w->p[i];

		if ((n & POINTER) == POINTER) {
			i += 2;
			continue;
		}
		if (n != 0 && name_is(w, i, name)) {
			*at = i - base;
			return true;
		}
		i += n + 1;
	}
	return false;
}

static void
name_write(struct writer *w, size_t base, const char *name)
{
	size_t start = w->len, at, n;
	struct writer before = *w;

	while (*name != '\0') {
		/*
		 * Names are compared with complete ones only, which are before
		 * this one.
		 */
		before.len = start;
		if (base == 0 && name_find(&before, base, name, &at)) {
			writer_u16(w, (uint16_t)(POINTER << 8 | at));
			return;
		}
		n = strcspn(name, ".");
		writer_u8(w, (uint8_t)n);
		writer_bytes(w, name, n);
		name += n;
		if (*name == '.')
			name++;
	}
	writer_u8(w, 0);
}

enum option_result
domains_encode(struct tokens *a, struct writer *w)
{
	/* After the first octet of option 120 nothing is compressed. */
	size_t base = w->len;
	struct token p;

	while (tokens_next(a, &p)) {
		if (!value_is_domain(p.text))
			return OPTION_BAD_DOMAIN;
		name_write(w, base, p.text);
	}
	return OPTION_OK;
}
