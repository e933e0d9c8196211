/* SPDX-License-Identifier: ISC */
/*
 * Finds the file for a FILE_ASK: below which root, in the client's own
 * folder or outside it, by its name or by that of its sibling.
 */
#ifndef IMAGED_LOOKUP_H
#define IMAGED_LOOKUP_H

#include "daemon/file_ask.h"
#include "daemon/image.h"
#include "daemon/record.h"

#define LOOKUP_ROOTS_MAX (1 + RECORD_TFTP_ROOTS_MAX)
#define LOOKUP_PATH_MAX (FILE_FOLDER_MAX + 1 + FILE_NAME_MAX)

/* The folders, and the rule for files. */
struct lookup_conf {
	int root[LOOKUP_ROOTS_MAX]; /* descriptors of directories; -1: none */
	struct image_rule rule;
};

/* The result of a lookup. */
struct lookup {
	struct image image; /* the caller closes its descriptor */
	uint8_t way; /* enum file_way bits; 0 unless the status is FILE_OK */
	/*
	 * The path below the root that was opened, denied or failed.  If the
	 * status is FILE_MISSING, the path of the name, not of the sibling.
	 */
	char path[LOOKUP_PATH_MAX + 1];
};

/* Initializes it without roots; files must be readable by others. */
void lookup_conf_init(struct lookup_conf *);

/*
 * Opens the requested file; every field may be hostile.  If the folder `own`
 * exists, the file is searched only there; symbolic links may lead out of it,
 * to files that all clients share.  FILE_NAME if own, name or sibling is not a
 * valid name; FILE_MISSING if the root does not exist.
 */
enum file_status lookup_open(
    const struct lookup_conf *, const struct file_ask *, struct lookup *);

#endif
