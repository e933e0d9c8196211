/* SPDX-License-Identifier: ISC */
/* Finds the file of the lease database. */
#ifndef LEASED_DBFILE_H
#define LEASED_DBFILE_H

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
};

/*
 * named: dhcp-leasefile, an absolute path.  dir: the path of its folder in this
 * process's root, "" for the root itself.  If `named` is a database, it is
 * used.  Otherwise NAME.db is used if it exists or `named` is a text file,
 * which is imported into it; else `named` is created, with mode 0600.  The file
 * can be written when this returns 0.  -1 with a sentence in why.
 */
int dbfile_find(struct dbfile *, const char *named, const char *dir, char *why,
    size_t whysz);

/* Whether these first bytes of a file are those of a database, or of text. */
bool dbfile_is_database(const void *, size_t n);
bool dbfile_is_text(const void *, size_t n);

/* Creates the database file if it is missing; -1 with a sentence in why. */
int dbfile_make(const struct dbfile *, char *why, size_t whysz);

#endif
