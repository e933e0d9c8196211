/* SPDX-License-Identifier: ISC */
/*
 * Judges a file by a signature of its own, and serves contents that are good.
 * A part of the verifier, for verifier.c alone.
 */
#ifndef IMAGED_VERIFY_SIGNED_H
#define IMAGED_VERIFY_SIGNED_H

#include "imaged/verifier.h"

/* A file that is judged. */
struct verify_subject {
	const char *path; /* normalized */
	const struct image *image;
	struct memcache_key key;
	bool copy; /* a copy is needed, whatever the budget */
};

/* Sets the reason; VERIFY_REFUSE. */
enum verify_result verify_refuse(struct verdict *, enum verify_why);

/* The id of the key that the signature names. */
void verify_name_key(struct verdict *, const uint8_t id[SIGN_ID_BYTES]);

/* Gives what is held of a content that is good; VERIFY_SERVE. */
enum verify_result verify_give(struct verdict *, const struct content *);

/* Has hashd make a pass over a file; what it needs is in the job. */
enum verify_result
verify_pass(struct verifier *, const struct verify_subject *, struct content *,
    const struct hash_job *, uint64_t now_ms, struct verdict *);

/* The content is good: the same, after a pass if nothing is held of it. */
enum verify_result
verify_serve(struct verifier *, const struct verify_subject *, struct content *,
    const struct hash_job *, uint64_t now_ms, struct verdict *);

/* Judges a file by the signature in `sig`. */
enum verify_result
verify_signed(struct verifier *, const struct verify_subject *,
    const struct image *sig, uint64_t now_ms, struct verdict *);

/* Whether that signature is known to be good for this content and path. */
bool verify_signed_known(const struct verifier *, const char *path,
    const struct memcache_key *sig, const struct content *);

#endif
