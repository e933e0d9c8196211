/* SPDX-License-Identifier: ISC */
/* Answers FILE_ASK with a descriptor, or with the reason why there is none. */
#ifndef IMAGED_GIVE_H
#define IMAGED_GIVE_H

#include "daemon/chan.h"
#include "imaged/lookup.h"

enum give_result {
	GIVE_SENT,
	GIVE_QUEUED, /* with a duplicate of the descriptor */
	GIVE_FAILED
};

/* Sends a message with a descriptor that stays the caller's.  FAILED: errno. */
enum give_result give_message(
    struct chan *, enum msg_type, uint32_t id, const struct writer *, int fd);

void give_none(struct chan *, uint32_t id, enum file_status);

/*
 * Passes a file that was found, or its copy unless that is -1.  The caller
 * keeps both descriptors.  If that fails, FILE_ERROR was sent instead, and the
 * reason logged.
 */
enum give_result give_image(struct chan *, uint32_t id, const struct lookup *,
    int copy, uint64_t now_ms);

/*
 * Passes a file with the table of its block hashes, by which the receiver
 * compares what it reads.
 */
enum give_result give_blocks(struct chan *, uint32_t id, const struct lookup *,
    int table, uint64_t now_ms);

#endif
