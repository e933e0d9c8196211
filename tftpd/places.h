/* SPDX-License-Identifier: ISC */
/*
 * Places for transfers: how many there are, which session has one, and which
 * session is replaced.
 *
 * A transfer is half open until its client answers.  Half-open transfers are
 * counted separately from proven ones, so that forged requests take no places
 * of real clients.  If there are too many, the newest replaces the oldest: a
 * real client would have answered the oldest long ago.  Of the two classes,
 * known and unknown addresses, the larger one loses a place, so that a flood in
 * one class does not affect the other.
 *
 * Pure, like the transfers themselves.
 */
#ifndef TFTPD_PLACES_H
#define TFTPD_PLACES_H

#include "tftpd/table.h"

#define PLACES_SOURCE_MIN 16 /* for one address, even if tftp-max is small */
#define PLACES_STILL_MS 10000 /* without progress: may be replaced */

enum places_class {
	PLACES_UNKNOWN,
	PLACES_KNOWN, /* the address has a lease, or has answered before */
	PLACES_CLASSES
};

/* Initialized by places_init(). */
struct places {
	uint32_t max_proven;
	uint32_t max_half_open;
	uint32_t max; /* of both together */
	uint32_t nproven;
	uint32_t nhalf_open[PLACES_CLASSES];
	struct session_queue half_open[PLACES_CLASSES]; /* oldest first */
	struct session_queue proven; /* least recently active first */
};

void places_init(struct places *);

/* Sets the limits; sessions keep the places that they have. */
void places_limit(
    struct places *, uint32_t proven, uint32_t half_open, uint32_t total_max);

/* How many transfers of either kind one address may have. */
uint32_t places_source_max(const struct places *);

/*
 * The states of a place.  It begins half open.  It is answered if the client
 * has answered but no proven place was free.  It becomes proven, and moves with
 * each progress.  It can end in any state.  The session must have its source.
 */
void places_begin(struct places *, struct session *, bool known);
void places_answered(struct places *, struct session *);
void places_prove(struct places *, struct session *);
void places_moved(struct places *, struct session *);
void places_end(struct places *, struct session *);

/* Whether another transfer can become half open without replacing one. */
bool places_free(const struct places *);

/* The half-open transfer that a new one of this class replaces, or NULL. */
struct session *places_half_open_loser(const struct places *, bool known);

/*
 * A proven transfer that may be replaced because it has made no progress for
 * PLACES_STILL_MS; or NULL.  If a source is given: a transfer of that source.
 */
struct session *
places_still(const struct places *, const struct source *, uint64_t now_ms);

/*
 * Whether another transfer of this source can be proven now, if necessary by
 * replacing a transfer without progress.
 */
bool
places_can_prove(const struct places *, const struct source *, uint64_t now_ms);

#endif
