/* SPDX-License-Identifier: ISC */
/*
 * The lease file that a new database is filled with: one that the parent has
 * opened, because leased cannot reach it, or the text file beside the database.
 */
#ifndef LEASED_IMPORT_SOURCE_H
#define LEASED_IMPORT_SOURCE_H

#include "leased/dbfile.h"
#include "leased/store.h"

struct import_source {
	int fd; /* from the parent; -1: none */
	char shown[DBFILE_SHOWN_MAX]; /* its path, for log lines */
};

/* Takes the descriptor; closes the one before. */
void import_source_set(struct import_source *, int fd, const char *path);

/* Closes the file from the parent. */
void import_source_end(struct import_source *);

/*
 * Whether the file could be imported, if the database is empty.  quiet: its
 * invalid lines are not logged.  -1 with a sentence in why.
 */
int import_source_check(const struct import_source *, const struct dbfile *,
    bool quiet, char *why, size_t whysz);

/* Fills a new store; -1 with a sentence in why. */
int import_source_fill(const struct import_source *, const struct dbfile *,
    struct store *, char *why, size_t whysz);

#endif
