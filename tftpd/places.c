/* SPDX-License-Identifier: ISC */
/* Keeps the places for transfers, and chooses which one is replaced. */
#include "tftpd/places.h"

#include <string.h>

#define STILL_SEARCH_MAX 64 /* sessions that places_still() checks */

void
places_init(struct places *p)
{
	int i;

	memset(p, 0, sizeof(*p));
	TAILQ_INIT(&p->proven);
	for (i = 0; i < PLACES_CLASSES; i++)
		TAILQ_INIT(&p->half_open[i]);
}

void
places_limit(
    struct places *p, uint32_t proven, uint32_t half_open, uint32_t total_max)
{
	p->max_proven = proven;
	p->max_half_open = half_open;
	p->max = total_max;
}

uint32_t
places_source_max(const struct places *p)
{
	uint32_t quarter = p->max_proven / 4;

	return quarter > PLACES_SOURCE_MIN ? quarter : PLACES_SOURCE_MIN;
}

static void
half_open_insert(struct places *p, struct session *s, bool known)
{
	s->known = known;
	TAILQ_INSERT_TAIL(&p->half_open[known], s, turn);
	p->nhalf_open[known]++;
}

static void
half_open_remove(struct places *p, struct session *s)
{
	TAILQ_REMOVE(&p->half_open[s->known], s, turn);
	p->nhalf_open[s->known]--;
}

void
places_begin(struct places *p, struct session *s, bool known)
{
	s->half_open = true;
	s->source->half_open++;
	half_open_insert(p, s, known);
}

void
places_answered(struct places *p, struct session *s)
{
	s->answered = true;
	half_open_remove(p, s);
	half_open_insert(p, s, true);
}

void
places_prove(struct places *p, struct session *s)
{
	half_open_remove(p, s);
	s->half_open = false;
	s->source->half_open--;
	s->source->proven++;
	p->nproven++;
	TAILQ_INSERT_TAIL(&p->proven, s, turn);
}

void
places_moved(struct places *p, struct session *s)
{
	TAILQ_REMOVE(&p->proven, s, turn);
	TAILQ_INSERT_TAIL(&p->proven, s, turn);
}

void
places_end(struct places *p, struct session *s)
{
	if (s->half_open) {
		half_open_remove(p, s);
		s->half_open = false;
		s->source->half_open--;
		return;
	}
	TAILQ_REMOVE(&p->proven, s, turn);
	s->source->proven--;
	p->nproven--;
}

static uint32_t
half_open_count(const struct places *p)
{
	return p->nhalf_open[PLACES_UNKNOWN] + p->nhalf_open[PLACES_KNOWN];
}

bool
places_free(const struct places *p)
{
	return half_open_count(p) < p->max_half_open &&
	       half_open_count(p) + p->nproven < p->max;
}

struct session *
places_half_open_loser(const struct places *p, bool known)
{
	uint32_t mine = p->nhalf_open[known], others = p->nhalf_open[!known];

	return TAILQ_FIRST(&p->half_open[mine >= others ? known : !known]);
}

/* How long a proven client has not answered, not counting our own pauses. */
static uint64_t
stood_still_ms(const struct session *s, uint64_t now_ms)
{
	uint64_t since = s->transfer.progress_ms + s->transfer.held_ms;

	return now_ms > since ? now_ms - since : 0;
}

struct session *
places_still(
    const struct places *p, const struct source *source, uint64_t now_ms)
{
	struct session *s;
	int checked = 0;

	TAILQ_FOREACH(s, &p->proven, turn) {
		/*
		 * The list is sorted by progress: the others are more recent.
		 */
		if (now_ms - s->transfer.progress_ms < PLACES_STILL_MS ||
		    checked++ == STILL_SEARCH_MAX)
			break;
		if (stood_still_ms(s, now_ms) >= PLACES_STILL_MS &&
		    (source == NULL || s->source == source))
			return s;
	}
	return NULL;
}

bool
places_can_prove(
    const struct places *p, const struct source *source, uint64_t now_ms)
{
	if (source->proven >= places_source_max(p))
		return places_still(p, source, now_ms) != NULL;
	return p->nproven < p->max_proven ||
	       places_still(p, NULL, now_ms) != NULL;
}
