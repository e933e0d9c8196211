/* SPDX-License-Identifier: ISC */
/*
 * From a question of tftpd to a file: below which root, in the client's own
 * folder or beside it, under its name or under that of its sibling.
 */
#ifndef IMAGED_FIND_H
#define IMAGED_FIND_H

#include "daemon/buf.h"
#include "daemon/record.h"
#include "imaged/cache.h"
#include "imaged/open.h"

#define FIND_ROOTS_MAX (1 + RECORD_TFTP_ROOTS_MAX)
#define FIND_PATH_MAX CACHE_PATH_MAX

/* A FILE_ASK; no string ends in a NUL, a length of 0 tells there is none. */
struct find_ask {
	uint8_t root;
	size_t ownlen;
	size_t namelen;
	size_t siblinglen;
	char own[FILE_FOLDER_MAX];
	char name[FILE_NAME_MAX];
	char sibling[FILE_NAME_MAX];
};

/* Where, and by which rule. */
struct finder {
	int root[FIND_ROOTS_MAX]; /* directories; -1: there is none */
	struct image_rule rule;
	struct cache cache;
};

/* What came of a question. */
struct find {
	struct image image; /* its descriptor is the cache's */
	uint8_t way; /* enum file_way bits; 0 unless the status is FILE_OK */
	bool opened; /* just now, not found in the cache */
	/*
	 * Below the root, for a log: the path that was denied or failed; where
	 * the status is FILE_MISSING that of the name, not of the sibling.
	 */
	char path[FIND_PATH_MAX + 1];
};

/* No root, the plain rule, and nothing in the cache. */
void finder_init(struct finder *);

/* The body of the message; -1 when its fields are wrong. */
int find_ask_decode(struct reader *, struct find_ask *);

/*
 * Opens what was asked for; every field may be hostile.  The folder `own`
 * counts if it is one; what is not in it is then not found.  Symbolic links
 * may lead out of it, to what all clients share.  FILE_NAME where own, name
 * or sibling can be no name; FILE_MISSING below a root that there is not.
 */
enum file_status find_open(
    struct finder *, const struct find_ask *, uint64_t now_ms, struct find *);

#endif
