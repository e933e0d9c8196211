/* SPDX-License-Identifier: ISC */
/* What the signatures of a tree say about its files. */
#ifndef CTL_CHECK_H
#define CTL_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "ctl/keys.h"
#include "ctl/store.h"
#include "ctl/tree.h"
#include "sign/manifest.h"

enum check_verdict {
	CHECK_SIGNED,
	CHECK_CHANGED, /* the content is not what was signed */
	CHECK_MISSING, /* listed, but not there */
	CHECK_UNLISTED, /* the manifest does not list it */
	CHECK_UNSIGNED, /* neither a signature nor a manifest */
	CHECK_BAD_SIGNATURE, /* see why */
	CHECK_BAD_MANIFEST, /* its manifest, or the signature of that */
	CHECK_UNREADABLE, /* see the file's error */
	CHECK_VERDICT_MAX
};

/* The manifest of a folder. */
struct check_manifest {
	char *folder; /* path of the folder, "" for the root */
	bool good; /* signed by a known key, and well-formed */
	struct store_bytes bytes;
	struct manifest list;
};

struct check {
	struct tree *tree;
	const struct keys *keys;
	struct check_manifest *manifest;
	size_t n, cap;
};

/*
 * Reads the manifests that cover files of the tree, with a message about each
 * one that is bad.  -1 without memory.
 */
int check_manifests(struct check *);

/* Says which checksums are needed; tree_hash() makes them. */
void check_want(struct check *);

/* *why is set with CHECK_BAD_SIGNATURE. */
enum check_verdict
check_file(struct check *, const struct tree_file *, enum sign_reason *why);

void check_free(struct check *);

#endif
