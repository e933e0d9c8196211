/* SPDX-License-Identifier: ISC */
/* Small files: read with a limit, and replaced as a whole. */
#ifndef CTL_STORE_H
#define CTL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct store_bytes {
	uint8_t *p; /* from malloc(); never NULL after a success */
	size_t n;
};

/*
 * Reads a file that was opened, of at most max bytes, and closes it; -1 with
 * errno: EFBIG if it is larger, or that of the open() whose fd is -1.
 */
int store_take(int fd, size_t max, struct store_bytes *);

/* Opens and reads a file; it may be a pipe, but not a folder. */
int store_load(int folder, const char *name, size_t max, struct store_bytes *);

/* Wipes and frees. */
void store_free(struct store_bytes *);

/* Creates a file; -1 with errno: EEXIST if it exists. */
int store_create(const char *path, mode_t, const char *text);

/* A file that replaces another one of its folder. */
struct store_new {
	int folder;
	char name[64]; /* until store_commit() */
};

/*
 * Writes a file of a random name into the folder, readable by all, and syncs
 * it.  store_commit() renames it: a link of that name is replaced, not
 * followed.  store_discard() removes it.
 */
int store_begin(struct store_new *, int folder, const void *, size_t);
int store_commit(struct store_new *, const char *name);
void store_discard(struct store_new *);

#endif
