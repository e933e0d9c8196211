/* SPDX-License-Identifier: ISC */
/*
 * The files of a boot tree, as clients can request them: regular files, and
 * links that lead to regular files inside the tree, also below linked folders.
 */
#ifndef CTL_TREE_H
#define CTL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sign/manifest.h"
#include "sign/signature.h"

#define TREE_FILES_MAX 1000000
#define TREE_DEPTH_MAX 64
#define TREE_LINKED_MAX 10000 /* folders below links */
#define TREE_WARNINGS_MAX 100

struct tree_file {
	char *path; /* below the root; no empty, "." or ".." component */
	uint64_t size;
	dev_t dev;
	ino_t ino;
	bool want_sha256, want_blake2b; /* for tree_hash() */
	int error; /* errno of reading it; EAGAIN: it was changed meanwhile */
	uint8_t sha256[MANIFEST_HASH_BYTES];
	uint8_t blake2b[SIGN_DIGEST_BYTES];
};

struct tree {
	int root; /* O_PATH; links are resolved as if it were "/" */
	struct tree_file *file; /* ordered by path */
	size_t n, cap;
	size_t linked; /* folders that links led to */
	size_t left_out;
};

/*
 * Collects the files below a folder, "" for the root.  Folders that lead into
 * themselves, files of other kinds, links that lead nowhere in the tree, and
 * paths of more than FILE_NAME_MAX bytes are left out with a warning.  -1 after
 * a message: a folder cannot be read, or there are too many files.
 */
int tree_collect(struct tree *, int root, const char *folder);

/* Adds a path, if it is a regular file; call tree_sort() afterwards. */
int tree_add(struct tree *, const char *path);
void tree_sort(struct tree *);

/* The file of that path, or NULL. */
struct tree_file *tree_find(const struct tree *, const char *path, size_t n);

void tree_free(struct tree *);

#endif
