/* SPDX-License-Identifier: ISC */
/*
 * Decides whether a file may be served: finds its signature or manifest, lets
 * hashd make the missing hashes, and compares.  Nothing here blocks.  A check
 * that needs a pass of hashd, or a manifest that is still being read, returns a
 * ticket; when call() is called with that ticket, the caller repeats the check.
 */
#ifndef IMAGED_VERIFIER_H
#define IMAGED_VERIFIER_H

#include "imaged/contents.h"
#include "imaged/cover.h"
#include "imaged/held_covers.h"
#include "imaged/serials.h"
#include "sign/manifest.h"
#include "sign/signature.h"

#define VERIFIER_MANIFESTS_MAX 64 /* kept at most */
#define VERIFIER_MANIFEST_BYTES (256U << 20) /* of all manifests together */
#define VERIFIER_LINES 2000 /* of a manifest read at a time */
/* Of manifests; those of serials have one bit more. */
#define VERIFIER_TICKETS (1U << 31)
#define VERIFIER_PURE_MAX (1ULL << 30) /* bytes of a file; see PURE_LARGE */

enum verify_result {
	VERIFY_SERVE, /* the copy, or the file and its table */
	VERIFY_PLAIN, /* exempt: the file itself */
	VERIFY_WAIT, /* until the ticket is called */
	VERIFY_REFUSE, /* see why */
};

enum verify_why {
	VERIFY_FINE,
	VERIFY_UNSIGNED, /* nothing covers it */
	VERIFY_UNLISTED, /* its manifest does not list it */
	VERIFY_DIFFERS, /* its manifest lists another checksum */
	VERIFY_SIGNATURE, /* see sign */
	VERIFY_MANIFEST, /* see sign and line */
	VERIFY_UNREADABLE, /* the signature or manifest; see status and err */
	VERIFY_PURE_LARGE, /* too large for a signature over the content */
	VERIFY_SERIAL_LOWER, /* see serial and accepted */
	VERIFY_SERIAL_NONE, /* see accepted */
	/* It could not be checked. */
	VERIFY_FAILED, /* the file cannot be read; see err */
	VERIFY_HASHD, /* hashd ended, or is down */
	VERIFY_MEMORY,
	VERIFY_BUSY, /* too many checks are due */
	VERIFY_SERIAL_DOWN, /* leased does not answer */
	VERIFY_SERIAL_REFUSED, /* leased cannot store it; see stored */
	VERIFY_SERIAL_FULL, /* too many folders have one */
	VERIFY_WHY_MAX
};

struct verdict {
	enum verify_why why;
	enum sign_reason sign;
	uint32_t line; /* of a manifest; 0: none */
	enum file_status status;
	int err;
	char path[COVER_PATH_MAX]; /* of the signature or manifest; "": none */
	bool has_key;
	uint8_t key[SIGN_ID_BYTES]; /* the id of the key that it names */
	bool has_serial; /* of the manifest */
	uint64_t serial;
	uint64_t accepted; /* the highest one before */
	const char *stored; /* why it is not stored; stays the verifier's */
	uint32_t ticket; /* of VERIFY_WAIT */
	/* Of VERIFY_SERVE; both stay the verifier's.  -1: none. */
	int copy;
	int table;
};

struct verifier_conf {
	uint64_t cache; /* bytes */
	const struct sign_pubkey *keys;
	size_t nkeys;
	const struct record_verify_exempt *exempt;
	size_t nexempt;
	struct image_rule rule; /* for signatures and manifests */
	/* The paths of the roots, by number. */
	const char (*roots)[RECORD_PATH_MAX];
};

struct verifier_ops {
	/* Sends a HASH_JOB with a descriptor that stays the verifier's. */
	int (*job)(uint32_t id, const struct hash_job *, int fd);
	/*
	 * The checks with this ticket must be repeated, or refused if given_up
	 * is true, after the function that calls this has returned.
	 */
	void (*call)(uint32_t ticket, bool given_up);
};

struct manifest_entry;
TAILQ_HEAD(manifest_list, manifest_entry);

struct verifier {
	const struct verifier_ops *ops;
	struct verifier_conf conf;
	uint32_t generation; /* of the keys */
	uint32_t tickets; /* of manifests */
	struct contents contents;
	struct held_covers held;
	struct serials serials; /* gets the messages of leased */
	struct manifest_list manifests; /* the least recently used is first */
	size_t nmanifests;
	uint64_t manifest_bytes;
	uint8_t seed[MANIFEST_SEED_BYTES];
};

/* It refuses everything until it is configured. */
void verifier_init(
    struct verifier *, const struct verifier_ops *, const struct serials_ops *);

/*
 * Sets keys, exemptions and limits.  The pointers must stay valid.  Manifests
 * are checked again; what is known of contents is kept.
 */
void verifier_configure(struct verifier *, const struct verifier_conf *);

/* Forgets everything but serials. */
void verifier_clear(struct verifier *);

/*
 * Checks a file that was opened by this path below the root with the number n,
 * not before now_ms.  The image stays the caller's.
 */
enum verify_result verifier_check(struct verifier *, uint8_t n, int root,
    const char *path, const struct image *, uint64_t now_ms, struct verdict *);

/*
 * The answer to a job; takes over fd.  -1: hashd may not answer this, and the
 * job goes on.
 */
int verifier_done(struct verifier *, uint32_t id, const struct hash_done *,
    int fd, uint64_t now_ms);

/* Sends the jobs that are due. */
void verifier_send(struct verifier *);

/*
 * A new hashd is there.  What the one before it has said is forgotten, as it
 * may have been replaced because it was taken over; the new one is given the
 * jobs.
 */
void verifier_hashd_up(struct verifier *);

/* hashd has ended; its jobs are sent again when it is up. */
void verifier_hashd_down(struct verifier *, uint64_t now_ms);

/* hashd has been down for too long: gives up all checks. */
void verifier_give_up(struct verifier *, uint64_t now_ms);

/* Whether a pass of hashd is not done yet. */
bool verifier_waits(const struct verifier *);

/* Reads on in the manifests; returns whether there is more to read. */
bool verifier_turn(struct verifier *);
bool verifier_has_turn(const struct verifier *);

#endif
