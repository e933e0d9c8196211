/* SPDX-License-Identifier: ISC */
/*
 * The lease file that an empty database is filled with: one that the parent
 * has opened, because leased cannot reach it, or the text file beside the
 * database.
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
 * Puts the leases of the file, if there is one, into a store; store NULL: only
 * tells whether it could be imported.  quiet: its lines are not logged.  -1
 * with a sentence in why.
 */
int import_source_read(const struct import_source *, const struct dbfile *,
    struct store *, bool quiet, char *why, size_t whysz);

/*
 * Logs that the database has something, and that the file, if there is one, is
 * not imported.  note: an import of before, or NULL.
 */
void import_source_refused(const struct import_source *, const struct dbfile *,
    const struct store_import *note);

/* For --test: logs what a start would; -1 with a sentence in why. */
int import_source_test(const struct import_source *, const struct dbfile *,
    char *why, size_t whysz);

#endif
