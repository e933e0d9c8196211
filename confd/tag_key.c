/* SPDX-License-Identifier: ISC */
/* Compares the tags that lines test. */
#include "confd/tag_key.h"

#include <string.h>

#include "daemon/sort.h"

static int
tag_compare(const void *a, const void *b)
{
	const struct record_tag *x = a, *y = b;
	int d = strcmp(x->name, y->name);

	return d != 0 ? d : (int)x->negate - (int)y->negate;
}

void
tag_key_normalize(struct record_tags *t)
{
	size_t i, n = 0;

	sort_array(t->tag, t->n, sizeof(t->tag[0]), tag_compare);
	for (i = 0; i < t->n; i++)
		if (n == 0 || tag_compare(&t->tag[n - 1], &t->tag[i]) != 0)
			t->tag[n++] = t->tag[i];
	t->n = (uint8_t)n;
}

size_t
tag_key_put(
    const struct record_tags *t, uint32_t bits, uint8_t key[TAG_KEY_MAX])
{
	size_t len = 0, i, n;

	for (i = 0; i < t->n; i++) {
		if ((bits >> i & 1) == 0)
			continue;
		key[len++] = t->tag[i].negate ? '-' : '+';
		n = strlen(t->tag[i].name) + 1;
		memcpy(key + len, t->tag[i].name, n);
		len += n;
	}
	return len;
}
