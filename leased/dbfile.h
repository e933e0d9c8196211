/* SPDX-License-Identifier: ISC */
/* Finds the file of the lease database. */
#ifndef LEASED_DBFILE_H
#define LEASED_DBFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/record.h"

#define DBFILE_SUFFIX ".db" /* of the database beside a text file */
#define DBFILE_SHOWN_MAX 200

struct dbfile {
	char file[RECORD_PATH_MAX +
		  8]; /* the database, relative to this process's root */
	char text[RECORD_PATH_MAX + 8]; /* lease file to import; "": none */
	char shown[DBFILE_SHOWN_MAX]; /* its path outside, for log lines */
	char text_shown[DBFILE_SHOWN_MAX];
	bool foreign; /* the file exists and is no database */
	bool empty; /* the file does not exist, or has nothing in it */
};

/*
 * named: dhcp-leasefile, an absolute path.  dir: the path of its folder in this
 * process's root, "" for the root itself.  If `named` is a database, it is
 * used.  Otherwise NAME.db is used if it exists or `named` is a text file,
 * which is to be imported into it; else `named` is.  Nothing is created.  -1
 * with a sentence in why.
 */
int dbfile_find(struct dbfile *, const char *named, const char *dir, char *why,
    size_t whysz);

/* Opens a file for reading, without waiting; no link.  -1 with errno. */
int dbfile_open(const char *file);

/* Whether these first bytes of a file are those of a database, or of text. */
bool dbfile_is_database(const void *, size_t n);
bool dbfile_is_text(const void *, size_t n);

/*
 * Creates the database file if it is missing, with mode 0600.  It can be
 * written when this returns 0.  -1 with a sentence in why.
 */
int dbfile_make(const struct dbfile *, char *why, size_t whysz);

/*
 * Writes to why that a file cannot be `doing`, for errno, and the next step.
 * Always -1.
 */
int
dbfile_problem(const char *shown, const char *doing, char *why, size_t whysz);

#endif
