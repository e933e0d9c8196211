/* SPDX-License-Identifier: ISC */
/* Imports a lease file of dnsmasq into a new store. */
#ifndef LEASED_IMPORT_FILE_H
#define LEASED_IMPORT_FILE_H

#include <stdbool.h>

#include "leased/store.h"

/*
 * Puts the leases of an open text file into a store, within its transaction;
 * store NULL: only reads it.  The file is read from its start, and stays open.
 * shown: its path in log lines.  dnsmasq writes the length of a lease instead
 * of its end where it has no clock; this counts from the time of the file's
 * last change.  -1 with a sentence in why when the file cannot be read, has no
 * lease in it but other text, or the store fails; invalid lines are counted,
 * logged and ignored.  quiet: neither they nor the result are logged.
 */
int import_file(struct store *, int fd, const char *shown, uint64_t now_s,
    bool quiet, char *why, size_t whysz);

#endif
