/* SPDX-License-Identifier: ISC */
/*
 * One job of hashd: a pass over a file that hashes it and, in the same pass,
 * copies it into sealed memory or makes the table of its block hashes.  What
 * is copied is what was hashed: both take the bytes from the same buffer.
 */
#ifndef HASHD_WORK_H
#define HASHD_WORK_H

#include <nettle/sha2.h>
#include <sodium.h>
#include <sys/stat.h>

#include "daemon/hash_job.h"

#define WORK_PIECE (256 * 1024) /* bytes of one step; whole blocks */

/* Allocated by the caller, aligned as crypto_generichash_state. */
struct work {
	struct hash_job job;
	struct stat before;
	crypto_generichash_state blake2b;
	/*
	 * nettle uses the instructions that a processor has for it; libsodium
	 * does not, and takes several times as long.
	 */
	struct sha256_ctx sha256;
	int from; /* the file; -1: none */
	int to; /* the copy or the table; -1: none */
	uint64_t done; /* bytes */
	int error; /* errno of HASH_FAILED */
};

enum work_result {
	WORK_MORE, /* call work_step() again */
	WORK_DONE, /* the answer is complete */
};

/*
 * Takes over `from`.  The job must be valid (hash_job_decode).
 */
void work_init(struct work *, const struct hash_job *, int from);

/*
 * Hashes one piece.  It may wait for a disk.  With WORK_DONE *d is the answer,
 * whatever its status; the caller may take `to` if that is HASH_OK.
 */
enum work_result work_step(struct work *, struct hash_done *d);

/* Closes the remaining descriptors. */
void work_end(struct work *);

#endif
