/* SPDX-License-Identifier: ISC */
/*
 * Manifests: lists of SHA-256 checksums as `sha256sum` writes them, with and
 * without --tag, and as distributions publish them.
 *
 *	HASH  NAME		HASH *NAME		SHA256 (NAME) = HASH
 *
 * A backslash at the start of a line says that the name has the escape
 * sequences \\, \n and \r.  Names are relative to the manifest's folder; "./"
 * and "//" in them do not count.  Empty lines and lines that begin with '#' are
 * skipped.  One line that is not of this kind makes the whole manifest invalid.
 */
#ifndef SIGN_MANIFEST_H
#define SIGN_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sign/reason.h"

#define MANIFEST_FILE "SHA256SUMS"
#define MANIFEST_BYTES_MAX ((size_t)64 << 20)
#define MANIFEST_LINES_MAX 1000000
#define MANIFEST_LINE_MAX 4096 /* bytes, without the newline */

#define MANIFEST_HASH_BYTES 32
#define MANIFEST_SEED_BYTES 16

enum manifest_state {
	MANIFEST_MORE, /* call manifest_step() again */
	MANIFEST_DONE,
	MANIFEST_FAILED /* see why and line */
};

struct manifest_slot;

struct manifest {
	const uint8_t *bytes; /* of the caller, unchanged until the end */
	size_t len;
	enum manifest_state state;
	enum sign_reason why; /* SIGN_OK, or what is wrong with the line */
	uint32_t line; /* the number of the last line that was read; from 1 */
	uint32_t files; /* that it lists */
	/* Private to this module. */
	size_t at;
	uint32_t nlines;
	bool counted;
	struct manifest_slot *slot;
	uint32_t mask;
	uint8_t seed[MANIFEST_SEED_BYTES];
};

/*
 * Starts with the bytes of a manifest whose signature is good.  seed: random,
 * so that nobody can choose names that collide in the index.  The index takes
 * 16 to 32 bytes per line.
 */
void manifest_init(struct manifest *, const void *bytes, size_t n,
    const uint8_t seed[MANIFEST_SEED_BYTES]);

/*
 * Reads about `lines` lines at most; one takes less than a microsecond.  All
 * lines are read twice: the first pass counts them.
 */
enum manifest_state manifest_step(struct manifest *, size_t lines);

/* Reads all of it at once. */
enum manifest_state manifest_read(struct manifest *);

/*
 * The checksum of a file.  name: its path below the manifest's folder, without
 * empty, "." and ".." components.  False if it is not listed, and unless the
 * manifest is DONE.
 */
bool manifest_find(const struct manifest *, const char *name, size_t n,
    uint8_t hash[MANIFEST_HASH_BYTES]);

/*
 * One file after the other, in the order of the lines, of a manifest that is
 * DONE.  *at: 0 at the start.  The name is relative and normalized; it may have
 * any bytes but NUL, and *n is its length.  False at the end.
 */
bool manifest_next(const struct manifest *, size_t *at,
    char name[MANIFEST_LINE_MAX], size_t *n, uint8_t hash[MANIFEST_HASH_BYTES]);

/* Frees the index, not the bytes.  It may be called twice. */
void manifest_free(struct manifest *);

#endif
