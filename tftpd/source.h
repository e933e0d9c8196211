/* SPDX-License-Identifier: ISC */
/*
 * The state of a client address, for all its ports: its transfers, its rate,
 * and the folder of its last UEFI program.
 */
#ifndef TFTPD_SOURCE_H
#define TFTPD_SOURCE_H

#include <sys/queue.h>

#include "daemon/endpoint.h"
#include "daemon/rate.h"
#include "daemon/sibling.h"

#define SOURCE_GAVE_UP_MS 25000 /* longer than an unanswered transfer lasts */

struct source {
	LIST_ENTRY(source) hash;
	TAILQ_ENTRY(source) idle; /* if running is 0 */
	struct source_table *table;
	struct endpoint addr; /* port 0 */
	uint32_t running; /* transfers */
	uint32_t half_open; /* transfers that it has not answered */
	uint32_t proven; /* transfers that it has answered */
	uint32_t gave_up; /* transfers that ended unanswered recently */
	uint64_t gave_up_ms; /* when the last of these ended */
	bool answered; /* at least once: not forged */
	struct rate rate;
	struct sibling sibling;
};

LIST_HEAD(source_list, source);
TAILQ_HEAD(source_queue, source);

struct source_table {
	uint64_t seed;
	uint32_t nsources; /* allocated; never shrinks */
	struct source_piece *pieces; /* their memory */
	struct source_queue idle; /* used, but not running; oldest first */
	uint32_t nbuckets; /* a power of two */
	struct source_list *bucket;
};

/* seed: random, so that nobody can predict which addresses share a bucket. */
void source_table_init(struct source_table *, uint64_t seed);

/*
 * Allocates the sources of max transfers, as many idle ones, and some thousands
 * more, whose unanswered transfers still count.  Returns -1 if out of memory;
 * then nothing has changed.  Pointers to sources stay valid.
 */
int source_table_resize(struct source_table *, uint32_t max);
void source_table_free(struct source_table *);

/*
 * Finds or creates the source of this address.  A new source may replace the
 * one that has been idle longest; NULL if all have transfers.
 */
struct source *source_get(struct source_table *, const struct endpoint *client);

/* A transfer begins, or ends.  A source with transfers is not replaced. */
void source_hold(struct source *);
void source_drop(struct source *);

/*
 * A transfer ended unanswered.  It still counts as unanswered until no other
 * has ended unanswered for SOURCE_GAVE_UP_MS, or the source has answered.
 * Otherwise forged requests could cause an endless stream of packets to a
 * victim, if they replace each other, use all retransmissions at once, or are
 * ended by ICMP errors.
 */
void source_gave_up(struct source *, uint64_t now_ms);
void source_answered(struct source *);

/* How many transfers are unanswered, or ended unanswered recently. */
uint32_t source_unanswered(const struct source *, uint64_t now_ms);

#endif
