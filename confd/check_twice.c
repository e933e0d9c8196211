/* SPDX-License-Identifier: ISC */
/*
 * Finds lines that a later one always replaces.  Of the lines whose tags are
 * set the last one counts, so a line has no effect if a later one of the same
 * kind tests some of its tags, and no others.  A line without tags replaces
 * only those without tags.
 */
#include "confd/check_twice.h"

#include <stdlib.h>
#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/keys.h"
#include "confd/tag_key.h"
#include "daemon/dhcp_option.h"

/* A line with more tags is compared with those of the same tags only. */
#define TWICE_TAGS_MAX 6
#define TWICE_KEY_MAX (3 + TAG_KEY_MAX)

/* What one line decides, and by which tags, in their order. */
struct decision {
	uint8_t head[3]; /* kind, option, whether for PXE clients only */
	struct record_tags tags;
};

/* False for records that do not replace each other. */
static bool
decision_of(const struct record *rec, struct decision *d)
{
	memset(d, 0, sizeof(*d));
	d->head[0] = rec->kind;
	if (rec->kind == RECORD_OPTION) {
		d->head[1] = rec->u.option.code;
		d->head[2] = rec->u.option.pxe ? 1 : 0;
	} else if (rec->kind != RECORD_BOOT && rec->kind != RECORD_PROMPT &&
		   rec->kind != RECORD_PXE_STYLE) {
		return false;
	}
	d->tags = *tag_key_tests(rec);
	tag_key_normalize(&d->tags);
	return true;
}

/* The key of a decision with those tags whose bits are set. */
static size_t
decision_key(
    const struct decision *d, uint32_t bits, uint8_t key[TWICE_KEY_MAX])
{
	memcpy(key, d->head, sizeof(d->head));
	return sizeof(d->head) +
	       tag_key_put(&d->tags, bits, key + sizeof(d->head));
}

/* The later line that replaces it, or KEYS_NONE; *same: it has all its tags. */
static uint32_t
decision_replaced(
    const struct keys *later, const struct decision *d, bool *same)
{
	uint32_t all = (1U << d->tags.n) - 1, bits, found = KEYS_NONE;
	uint8_t key[TWICE_KEY_MAX];

	for (bits = all;; bits--) {
		found = keys_find(later, key, decision_key(d, bits, key));
		*same = bits == all;
		if (found != KEYS_NONE || bits <= 1 ||
		    d->tags.n > TWICE_TAGS_MAX)
			return found;
	}
}

static bool
entries_equal(const struct config *c, const struct config_entry *a,
    const struct config_entry *b)
{
	return a->len == b->len &&
	       memcmp(c->bodies + a->at, c->bodies + b->at, a->len) == 0;
}

/* Options that hold several values, which people expect to be combined. */
static bool
option_is_list(uint8_t code)
{
	const struct dhcp_option *o = dhcp_option_find(code);

	return o != NULL && (o->type == DHCP_OPTION_ADDRS ||
				o->type == DHCP_OPTION_ADDR_PAIRS ||
				o->type == DHCP_OPTION_DOMAINS ||
				o->type == DHCP_OPTION_ROUTES);
}

static void
replaced_say(struct config *c, const struct config_entry *e,
    const struct config_entry *later, bool same)
{
	const char *by = diag_place(c, &later->place, &e->place);
	struct decision d;
	struct record rec;

	config_entry_record(c, e, &rec);
	(void)decision_of(&rec, &d);
	if (entries_equal(c, e, later))
		diag_at(c, LOG_INFO, &later->place,
		    "the same as %s; remove one of them",
		    diag_place(c, &e->place, &later->place));
	else if (same && e->kind == RECORD_OPTION && option_is_list(d.head[1]))
		diag_at(c, LOG_WARNING, &e->place,
		    "this line has no effect: %s sets the same option later, and values of several lines are not combined; write them in one line, with commas between",
		    by);
	else if (same)
		diag_at(c, LOG_WARNING, &e->place,
		    "this line has no effect: %s is for the same clients and comes later; remove one of them%s",
		    by, d.tags.n == 0 ? ", or choose the clients by tag:" : "");
	else
		diag_at(c, LOG_WARNING, &e->place,
		    "this line has no effect: %s applies to all of its clients, too, and the last line counts; move this line behind that one",
		    by);
}

#define SAME (1U << 31) /* besides the number of an entry */

/*
 * For each entry: KEYS_NONE, or the one that replaces it, with SAME if its tags
 * are the same.  NULL without memory; the caller frees it.
 */
static uint32_t *
twice_find(struct config *c)
{
	uint32_t *by = calloc(c->nentries + 1, sizeof(*by));
	struct keys later = { 0 };
	uint8_t key[TWICE_KEY_MAX];
	struct decision d;
	struct record rec;
	bool memory = by != NULL, same;
	size_t i, len;

	for (i = c->nentries; i-- > 0 && memory;) {
		const struct config_entry *e = &c->entries[i];

		by[i] = KEYS_NONE;
		/* Of hosts there are many. */
		if (e->kind == RECORD_HOST)
			continue;
		config_entry_record(c, e, &rec);
		if (!decision_of(&rec, &d))
			continue;
		by[i] = decision_replaced(&later, &d, &same);
		if (by[i] != KEYS_NONE) {
			by[i] |= same ? SAME : 0;
			continue;
		}
		len = decision_key(&d, UINT32_MAX, key);
		memory = keys_put(&later, key, len, (uint32_t)i);
	}
	keys_free(&later);
	if (memory)
		return by;
	free(by);
	return NULL;
}

void
check_twice(struct config *c)
{
	uint32_t *by = twice_find(c);
	size_t i;

	if (by == NULL)
		diag_error(c, "out of memory");
	for (i = 0; i < c->nentries && by != NULL; i++)
		/* Lines that were warned of may be meant otherwise. */
		if (by[i] != KEYS_NONE && !c->entries[i].told)
			replaced_say(c, &c->entries[i],
			    &c->entries[by[i] & ~SAME], (by[i] & SAME) != 0);
	free(by);
}
