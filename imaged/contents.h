/* SPDX-License-Identifier: ISC */
/*
 * What is known of the content of files: their hashes, the copy or the table
 * of block hashes that was made in the same pass, and the pass that is due.
 * Pure, but for the descriptors that it closes.
 *
 * A file is identified as in memcache.h, so a changed file is another one.
 */
#ifndef IMAGED_CONTENTS_H
#define IMAGED_CONTENTS_H

#include <sys/queue.h>

#include "daemon/hash_job.h"
#include "imaged/memcache.h"

#define CONTENTS_MAX 4096 /* files of which something is known */
#define CONTENTS_HELD_MAX 1024 /* copies and tables */
#define CONTENTS_PASSES_MAX 256 /* passes that wait, or run */
#define CONTENTS_BUSY_MS 10000 /* a copy used within this time is kept */
#define CONTENTS_ERROR_MS 5000 /* a failed pass is repeated after this */
#define CONTENTS_TRIES_MAX 3 /* how often hashd may end during one pass */
/* Larger files are few among the passes, so that others have their turn. */
#define CONTENTS_LARGE (1ULL << 30)
#define CONTENTS_LARGE_MAX 64 /* passes over them that wait, or run */
#define CONTENTS_LARGE_SENT 8 /* and that run */
#define CONTENT_PATH_ID 16
#define CONTENTS_ID_MAX 0x7fffffffU
#define CONTENTS_BUCKETS 4096 /* a power of 2 */

struct content {
	LIST_ENTRY(content) hash;
	TAILQ_ENTRY(content) lru; /* the least recently used one is first */
	TAILQ_ENTRY(content) pass; /* those with a pass, in order */
	struct memcache_key key;
	uint64_t used_ms;
	/* What is known: SHA256, BLAKE2B, PURE of enum hash_work. */
	uint8_t known;
	uint8_t sha256[HASH_SHA256_LEN];
	uint8_t blake2b[HASH_BLAKE2B_LEN];
	bool pure; /* this signature by this key is good */
	uint8_t pure_key[HASH_KEY_LEN];
	uint8_t pure_sig[HASH_SIG_LEN];
	int copy; /* -1: none */
	int table; /* -1: none */
	uint64_t bytes; /* of memory that they take, or will take */
	/* The signature that was checked last, and for which path. */
	struct {
		bool known;
		struct memcache_key key; /* of the signature's file */
		uint32_t generation; /* of the keys */
		uint8_t path[CONTENT_PATH_ID]; /* stands for the path */
		uint8_t reason; /* enum sign_reason */
		uint8_t id[8]; /* of the key */
		bool has_serial;
		uint64_t serial;
	} sign;
	/* The last pass failed. */
	uint8_t failed; /* enum hash_status */
	int error; /* errno of HASH_FAILED; 0: hashd ended, or was down */
	uint64_t failed_ms;
	/* The pass that is due. */
	uint32_t id; /* 0: none */
	int fd; /* the file */
	bool sent;
	uint8_t tries;
	struct hash_job job;
};

LIST_HEAD(content_bucket, content);
TAILQ_HEAD(content_list, content);

struct contents {
	uint64_t budget; /* bytes */
	uint64_t used;
	size_t n, nheld, npasses, nsent;
	uint32_t ids;
	struct content_list lru;
	struct content_list passes;
	struct content_bucket bucket[CONTENTS_BUCKETS];
};

void contents_init(struct contents *);

/* Forgets everything, and closes all descriptors. */
void contents_clear(struct contents *);

/* Forgets what passes have found out, but not those that go on or failed. */
void contents_forget(struct contents *);

/* Sets the budget, and drops what exceeds it. */
void contents_set_budget(struct contents *, uint64_t bytes);

/* What is known of a file, or NULL.  It becomes the most recently used one. */
struct content *
contents_find(struct contents *, const struct memcache_key *, uint64_t now_ms);

/* The same, with a new, empty entry if there is none.  NULL: out of memory. */
struct content *
contents_get(struct contents *, const struct memcache_key *, uint64_t now_ms);

/*
 * Begins a pass with a copy of *job, in which the size and the bits COPY and
 * TABLE are set here: COPY if there is room for one or `copy` is true,
 * otherwise TABLE.  Takes over the descriptor.  Returns the id of the pass, or
 * 0 if too many are due.
 */
uint32_t contents_begin(struct contents *, struct content *,
    const struct hash_job *, bool copy, int fd, uint64_t now_ms);

/* Whether a copy of this size fits the budget once others are dropped. */
bool contents_fits(const struct contents *, uint64_t size);

/*
 * The first pass that was not sent to hashd yet and may be sent now, or NULL.
 * The passes that run take no more memory than the budget, beside what is held,
 * unless a single one needs more.
 */
struct content *contents_to_send(struct contents *);
void contents_sent(struct contents *, struct content *);

enum contents_answer {
	CONTENTS_ENDED, /* the pass */
	CONTENTS_UNKNOWN, /* there is no such pass, or it was forgotten */
	CONTENTS_WRONG /* not the memory that was asked for; the pass goes on */
};

/*
 * The answer of hashd; takes over fd.  A file that changed meanwhile is
 * forgotten.
 */
enum contents_answer contents_done(struct contents *, uint32_t id,
    const struct hash_done *, int fd, uint64_t now_ms);

/*
 * hashd has ended, and its passes will be sent again.  Those that were sent too
 * often are ended; lost() is called with the id of each, after its end.
 */
void contents_hashd_down(struct contents *, uint64_t now_ms,
    void (*lost)(uint32_t id, void *arg), void *arg);

/* Ends all passes because hashd does not return; calls lost() with each id. */
void contents_give_up(struct contents *, uint64_t now_ms,
    void (*lost)(uint32_t id, void *arg), void *arg);

/*
 * The copy is not needed now and is dropped before all others.  It is not
 * dropped at once, because the content may be served under another path.
 */
void contents_demote(struct contents *, struct content *);

/* Whether the last pass failed, so recently that it is not repeated. */
bool contents_failed(const struct content *, uint64_t now_ms);

#endif
