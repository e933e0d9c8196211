/* SPDX-License-Identifier: ISC */
/*
 * What the server keeps of an address that asks for files, whatever its
 * ports: how many transfers it has, how fast it may be served, and where it
 * found its last UEFI program.
 */
#ifndef TFTPD_SOURCE_H
#define TFTPD_SOURCE_H

#include <sys/queue.h>

#include "daemon/endpoint.h"
#include "daemon/file.h"
#include "tftpd/rate.h"

#define SOURCE_FOLDER_MAX 192 /* bytes; a deeper folder is not remembered */
#define SOURCE_SIBLING_MS 120000 /* and no folder for longer */
#define SOURCE_GAVE_UP_MS 25000 /* longer than a transfer without answer */

struct source {
	LIST_ENTRY(source) hash;
	TAILQ_ENTRY(source) idle; /* while running is 0 */
	struct source_table *table;
	struct endpoint addr; /* port 0 */
	uint32_t running; /* transfers */
	uint32_t half_open; /* those that it has not answered */
	uint32_t proven; /* those that it has answered */
	uint32_t gave_up; /* those that ended so of late ... */
	uint64_t gave_up_ms; /* ... the last of them then */
	bool answered; /* once at least: somebody is there */
	struct rate rate;
	uint64_t folder_until_ms;
	uint16_t folderlen; /* 0: none */
	char folder[SOURCE_FOLDER_MAX];
};

LIST_HEAD(source_list, source);
TAILQ_HEAD(source_queue, source);

struct source_table {
	uint64_t seed;
	uint32_t nsources; /* that exist; never shrinks */
	struct source_piece *pieces; /* the memory behind them */
	struct source_queue idle; /* used, but not running; oldest first */
	uint32_t nbuckets; /* a power of two */
	struct source_list *bucket;
};

/* seed: random, so that nobody can choose addresses that share a bucket. */
void source_table_init(struct source_table *, uint64_t seed);

/*
 * Room for the sources of max transfers, and for as many and some thousands
 * more that were there before: what they have not answered counts for a while.
 * Memory is touched when it is used.  -1 when there is none, and nothing has
 * changed.  Pointers to sources stay valid.
 */
int source_table_resize(struct source_table *, uint32_t max);
void source_table_free(struct source_table *);

/*
 * The source at this address, made new if need be, then in place of the one
 * that has been idle longest; NULL when all of them have transfers.
 */
struct source *source_get(struct source_table *, const struct endpoint *client);

/* A transfer begins, and ends; while one runs the source stays. */
void source_hold(struct source *);
void source_drop(struct source *);

/*
 * A transfer that it has not answered is over, or makes room for another one:
 * it counts as if it ran on, until no other one has done so for
 * SOURCE_GAVE_UP_MS, or the source has answered.  Else requests in somebody's
 * name that replace each other, are repeated so that all is sent at once, or
 * are ended by ICMP would draw packets without end.
 */
void source_gave_up(struct source *, uint64_t now_ms);
void source_answered(struct source *);

/* How many transfers it has not answered, with those that count still. */
uint32_t source_unanswered(const struct source *, uint64_t now_ms);

/* It has fetched this file: remembers the folder of an .efi program. */
void
source_fetched(struct source *, const char *name, size_t len, uint64_t now_ms);

/*
 * The name to try where there is no file of that name: an .efi without a
 * folder, as shim asks for its second stage when firmware has not told it
 * where it came from, is looked for beside the one before it.  Writes it to
 * dst without a NUL; returns its length, 0 for none.
 */
size_t source_sibling(const struct source *, const char *name, size_t len,
    char dst[FILE_NAME_MAX], uint64_t now_ms);

#endif
