/* SPDX-License-Identifier: ISC */
/* Finds the tags that lines test, and compares them. */
#include "confd/tag_key.h"

#include <string.h>

#include "daemon/sort.h"

const struct record_tags *
tag_key_tests(const struct record *rec)
{
	switch (rec->kind) {
	case RECORD_RANGE:
		return &rec->u.range.tags;
	case RECORD_HOST:
		return &rec->u.host.tags;
	case RECORD_OPTION:
		return &rec->u.option.tags;
	case RECORD_SUBOPTION:
		return &rec->u.suboption.tags;
	case RECORD_BOOT:
		return &rec->u.boot.tags;
	case RECORD_SERVICE:
		return &rec->u.service.tags;
	case RECORD_PROMPT:
		return &rec->u.prompt.tags;
	case RECORD_PXE_STYLE:
		return &rec->u.pxe_style.tags;
	case RECORD_TAGIF:
		return &rec->u.tagif.tags;
	case RECORD_IGNORE:
		return &rec->u.ignore.tags;
	case RECORD_CHOICE:
		return &rec->u.choice.tags;
	case RECORD_REPLY_DELAY:
		return &rec->u.reply_delay.tags;
	default:
		return NULL;
	}
}

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
