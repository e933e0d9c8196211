/* SPDX-License-Identifier: ISC */
/*
 * Places for transfers: how many there are, who has one, and who gives way.
 *
 * A transfer that its client has not answered is half open.  Those are kept
 * apart from the proven ones, so that forged requests take no place of clients
 * that are there.  Where there are too many of them, the oldest gives way to
 * the newest: who is there has answered long before.  Of both classes, known
 * and unknown addresses, the larger one loses, so that a flood in one does not
 * concern the other.
 *
 * Pure, like the transfers themselves.
 */
#ifndef TFTPD_PLACES_H
#define TFTPD_PLACES_H

#include "tftpd/table.h"

#define PLACES_SOURCE_MIN 16 /* for one address, where tftp-max is small */
#define PLACES_STILL_MS 10000 /* no progress for so long: gives way */

enum places_class {
	PLACES_UNKNOWN,
	PLACES_KNOWN, /* the address holds a lease, or has answered before */
	PLACES_CLASSES
};

/* Zeroed by places_init(). */
struct places {
	uint32_t max_proven;
	uint32_t max_half_open;
	uint32_t max; /* of both together */
	uint32_t nproven;
	uint32_t nhalf_open[PLACES_CLASSES];
	struct session_queue half_open[PLACES_CLASSES]; /* oldest first */
	struct session_queue proven; /* who has not moved for longest first */
};

void places_init(struct places *);

/* What holds from now on; who has a place keeps it. */
void places_limit(
    struct places *, uint32_t proven, uint32_t half_open, uint32_t together);

/* How many of either kind one address may have. */
uint32_t places_source_max(const struct places *);

/*
 * The life of a place: half open, perhaps answered in vain, then proven,
 * moved again and again; ended in any state.  The session has its source.
 */
void places_begin(struct places *, struct session *, bool known);
void places_answered(struct places *, struct session *);
void places_prove(struct places *, struct session *);
void places_moved(struct places *, struct session *);
void places_end(struct places *, struct session *);

/* Whether one more can be half open without another giving way. */
bool places_free(const struct places *);

/* The half-open one that gives way to a new one of this class, or NULL. */
struct session *places_half_open_loser(const struct places *, bool known);

/*
 * The proven one that gives way to another one, as it stood still for too
 * long, or NULL.  Of one source, if that is given.
 */
struct session *
places_still(const struct places *, const struct source *, uint64_t now_ms);

/*
 * Whether one more of this source can be proven now, at the worst as another
 * one that stands still gives way.
 */
bool
places_can_prove(const struct places *, const struct source *, uint64_t now_ms);

#endif
