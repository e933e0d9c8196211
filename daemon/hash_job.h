/* SPDX-License-Identifier: ISC */
/* Fields of the messages between imaged and hashd, which hashes boot files. */
#ifndef DAEMON_HASH_JOB_H
#define DAEMON_HASH_JOB_H

#include "daemon/buf.h"

#define HASH_JOBS_MAX 64 /* at the same time */
#define HASH_SHA256_LEN 32
#define HASH_BLAKE2B_LEN 64
#define HASH_KEY_LEN 32 /* an Ed25519 public key */
#define HASH_SIG_LEN 64

/*
 * A file that is too large for a copy is sent by blocks of this size, each of
 * which is compared with its hash.  The table is sealed memory with a hash,
 * BLAKE2b of 32 bytes, for each block; the last block may be shorter.
 */
#define HASH_BLOCK_SIZE 65536
#define HASH_BLOCK_LEN 32

/* Bytes of the table for a file of this size. */
static inline uint64_t
hash_table_size(uint64_t size)
{
	return (size + HASH_BLOCK_SIZE - 1) / HASH_BLOCK_SIZE * HASH_BLOCK_LEN;
}

/* What to do with a file, in one pass; bits of HASH_JOB. */
enum hash_work {
	HASH_SHA256 = 1 << 0,
	HASH_BLAKE2B = 1 << 1,
	HASH_PURE = 1 << 2, /* check an Ed25519 signature over the content */
	HASH_COPY = 1 << 3, /* answer with a copy in sealed memory */
	HASH_TABLE = 1 << 4, /* answer with the table of block hashes */
	HASH_WORK_ALL = (1 << 5) - 1
};

/*
 * HASH_JOB; its descriptor is the file.  PURE needs COPY, as the signature is
 * checked over what was copied; COPY and TABLE exclude each other.
 */
struct hash_job {
	uint8_t work; /* enum hash_work bits */
	uint64_t size; /* of the file */
	uint8_t key[HASH_KEY_LEN]; /* of PURE */
	uint8_t sig[HASH_SIG_LEN];
};

enum hash_status {
	HASH_OK,
	HASH_CHANGED, /* the file was changed meanwhile */
	HASH_FAILED, /* it cannot be read; see error */
	HASH_NO_MEMORY,
	HASH_STATUS_MAX
};

/*
 * HASH_DONE.  With COPY or TABLE its descriptor is the copy or the table, if
 * the status is HASH_OK.  Fields of work that was not asked for are zero.
 */
struct hash_done {
	uint8_t status; /* enum hash_status */
	uint32_t error; /* errno if HASH_FAILED */
	bool pure; /* the signature is good */
	uint8_t sha256[HASH_SHA256_LEN];
	uint8_t blake2b[HASH_BLAKE2B_LEN];
};

#define HASH_JOB_ENCODED (1 + 8 + HASH_KEY_LEN + HASH_SIG_LEN)
#define HASH_DONE_ENCODED (1 + 4 + 1 + HASH_SHA256_LEN + HASH_BLAKE2B_LEN)

void hash_job_encode(const struct hash_job *, struct writer *);
void hash_done_encode(const struct hash_done *, struct writer *);

/* -1 if the body is malformed. */
int hash_job_decode(struct reader *, struct hash_job *);
int hash_done_decode(struct reader *, struct hash_done *);

#endif
