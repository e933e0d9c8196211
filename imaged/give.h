/* SPDX-License-Identifier: ISC */
/* The answers to FILE_ASK: a descriptor, or the reason why there is none. */
#ifndef IMAGED_GIVE_H
#define IMAGED_GIVE_H

#include "daemon/chan.h"
#include "imaged/find.h"

enum give_result {
	GIVE_SENT,
	GIVE_QUEUED, /* with a descriptor of its own */
	GIVE_FAILED /* FILE_ERROR was given instead, and the log tells why */
};

void give_none(struct chan *, uint32_t id, enum file_status);

/*
 * Gives a file that was found, or its copy where that is not -1.  What waits
 * in the channel takes the file's descriptor out of the cache.
 */
enum give_result give_image(struct chan *, uint32_t id, struct cache *,
    const struct find *, int copy, uint64_t now_ms);

#endif
