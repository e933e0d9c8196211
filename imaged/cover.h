/* SPDX-License-Identifier: ISC */
/*
 * Where the signature of a file can be.  A signature beside the file decides;
 * without one, the manifest of the nearest folder that has a signed manifest
 * decides, also about files that it does not list.
 *
 * The path that counts is the requested one, below its root, and not the one to
 * which links lead: a link to another signed file is not that file.
 */
#ifndef IMAGED_COVER_H
#define IMAGED_COVER_H

#include "imaged/lookup.h"

#define COVER_PATH_MAX (LOOKUP_PATH_MAX + 32) /* with a NUL */

enum cover_kind {
	COVER_NONE,
	COVER_DETACHED, /* a signature of the file itself */
	COVER_MANIFEST,
	COVER_BROKEN /* a signature or manifest cannot be read */
};

struct cover {
	enum cover_kind kind;
	enum file_status status; /* of COVER_BROKEN */
	int err; /* errno of it */
	char path[COVER_PATH_MAX]; /* of the signature, or what is broken */
	struct image sig; /* the caller closes its descriptor */
	/* Of COVER_MANIFEST. */
	struct image manifest; /* the caller closes this descriptor, too */
	char manifest_path[COVER_PATH_MAX];
	size_t folderlen; /* bytes of the path before the name in it */
};

/*
 * Copies a path without empty and "." components.  dst has COVER_PATH_MAX
 * bytes.  Returns its length; 0 if nothing is left, or if it is too long.
 */
size_t cover_normalize(const char *path, char *dst);

/* Looks for the signature of a normalized path. */
void cover_find(
    int root, const char *path, const struct image_rule *, struct cover *);

/* Closes its descriptors. */
void cover_close(struct cover *);

#endif
