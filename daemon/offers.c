/* SPDX-License-Identifier: ISC */
/* The set of boot files that the configuration offers. */
#include "daemon/offers.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/grow.h"
#include "daemon/sort.h"
#include "daemon/tftp_name.h"

static int
offer_append(struct offers *o, struct offer **list, size_t *n, size_t *cap,
    const char *name, size_t len)
{
	void *copy;

	if (grow_array(list, cap, *n + 1, sizeof(**list)) == -1 ||
	    (copy = arena_copy(&o->arena, name, len)) == NULL)
		return -1;
	(*list)[(*n)++] = (struct offer){ copy, len };
	return 0;
}

int
offers_add(struct offers *o, const char *scheme, const char *file)
{
	size_t n = strlen(scheme);
	const char *slash;

	if (strncmp(file, scheme, n) == 0) {
		slash = strchr(file + n, '/');
		file = slash == NULL ? "" : slash + 1;
	}
	if (file[0] == '\0' || strstr(file, "://") != NULL)
		return 0;
	return offer_append(
	    o, &o->asked, &o->nasked, &o->asked_cap, file, strlen(file));
}

static int
offer_compare(const void *a, const void *b)
{
	const struct offer *x = a, *y = b;
	int order = memcmp(x->name, y->name, x->len < y->len ? x->len : y->len);

	if (order != 0)
		return order;
	return x->len < y->len ? -1 : x->len > y->len;
}

/* Adds the name of a file below a root, unless it is that of the last one. */
static int
offer_map(struct offers *o, const struct offer *asked, const char *root,
    bool lowercase)
{
	const struct tftp_text text = { asked->name, asked->len };
	char name[FILE_NAME_MAX];
	struct offer found = { name, 0 };

	if (tftp_name_map(&text, root, lowercase, name, &found.len) !=
		TFTP_NAME_OK ||
	    (o->nbelow > 0 &&
		offer_compare(&found, &o->below[o->nbelow - 1]) == 0))
		return 0;
	return offer_append(
	    o, &o->below, &o->nbelow, &o->below_cap, found.name, found.len);
}

int
offers_map(struct offers *o, const char (*root)[RECORD_PATH_MAX], size_t n,
    bool lowercase)
{
	size_t i, j;

	for (i = 0; i < o->nasked; i++)
		for (j = 0; j < n; j++)
			if (offer_map(o, &o->asked[i], root[j], lowercase) ==
			    -1)
				return -1;
	sort_array(o->below, o->nbelow, sizeof(*o->below), offer_compare);
	return 0;
}

bool
offers_has(const struct offers *o, const char *name, size_t len)
{
	const struct offer want = { name, len };
	size_t low = 0, high = o->nbelow;

	while (low < high) {
		size_t i = low + (high - low) / 2;
		int order = offer_compare(&o->below[i], &want);

		if (order == 0)
			return true;
		if (order < 0)
			low = i + 1;
		else
			high = i;
	}
	return false;
}

void
offers_free(struct offers *o)
{
	free(o->asked);
	free(o->below);
	arena_free(&o->arena);
	memset(o, 0, sizeof(*o));
}
