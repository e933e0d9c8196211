/* SPDX-License-Identifier: ISC */
/* Imports a lease file of dnsmasq into a new store. */
#ifndef LEASED_IMPORT_FILE_H
#define LEASED_IMPORT_FILE_H

#include <stdbool.h>

#include "leased/import_line.h"
#include "leased/store.h"

struct import_count {
	uint64_t line[LEASE_LINE_MAX]; /* by result */
	uint64_t leases; /* stored */
	uint64_t expired; /* of these */
};

/*
 * Puts the leases of a text file into a store, within its transaction.  file:
 * its path; shown: its path in log lines.  dnsmasq writes the length of a lease
 * instead of its end where it has no clock; this counts from the time of the
 * file's last change.  -1 with a sentence in why when the file cannot be read,
 * has no lease in it but other text, or the store fails; invalid lines are
 * counted, logged and ignored.
 */
int import_file(struct store *, const char *file, const char *shown,
    uint64_t now_s, struct import_count *, char *why, size_t whysz);

/* The same for an open file, which is read from the start and stays open. */
int import_fd(struct store *, int fd, const char *shown, uint64_t now_s,
    struct import_count *, char *why, size_t whysz);

/*
 * Reads a file as import_fd() does, and stores nothing.  quiet: neither invalid
 * lines nor the result are logged.  -1 with a sentence in why when the file
 * could not be imported.
 */
int import_check(int fd, const char *shown, uint64_t now_s, bool quiet,
    char *why, size_t whysz);

/* Opens a lease file; -1 with a sentence in why. */
int import_open(const char *file, const char *shown, char *why, size_t whysz);

#endif
