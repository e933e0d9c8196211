/* SPDX-License-Identifier: ISC */
/*
 * The interface of a lease store.  One process has it open, and one transaction
 * runs at a time.  A lease is durable when commit() has returned STORE_OK.
 */
#ifndef LEASED_STORE_H
#define LEASED_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/lease.h"
#include "daemon/serial.h"

#define STORE_WHY_MAX 256
#define STORE_FILE_MAX 256
#define STORE_KEY_MAX 64 /* bytes; an address has 16 at most */

enum store_result {
	STORE_OK,
	STORE_REFUSED, /* this lease cannot be stored; others can */
	STORE_FAILED, /* nothing can be stored now; roll back, try later */
	STORE_LOST, /* this handle can no longer be used */
};

struct store_ops;

struct store {
	const struct store_ops *ops;
	char why[STORE_WHY_MAX]; /* the reason of the last result that was not
				    OK */
};

typedef void store_row_fn(const struct lease *, void *arg);
typedef void store_serial_fn(const struct serial_row *, void *arg);

/* The key of a row.  What is in the file may be no address. */
struct store_key {
	int64_t family;
	size_t len;
	uint8_t addr[STORE_KEY_MAX];
};

/* The position of a walk over the rows; all zero at its beginning. */
struct store_cursor {
	struct store_key after; /* the row before */
	bool done;
	uint64_t rows;
	uint64_t unreadable; /* skipped, because they are no valid lease */
};

/* What the first leases of a store were taken from. */
struct store_import {
	char file[STORE_FILE_MAX]; /* as in log lines */
	uint64_t at_s; /* wall clock; 0: there was no import */
	uint64_t leases;
	uint64_t expired; /* of these */
	uint64_t ignored; /* lines or rows */
};

/* How to open a store, and what was found. */
struct store_open {
	const char *file;
	const char *shown; /* its name in log lines; NULL: file */
	/*
	 * Called for a store that is new, or that has no row and no note of
	 * an import, within the transaction that opens it, to put its first
	 * leases and note that.  -1 with a sentence in why rolls the
	 * transaction back.  May be NULL.
	 */
	int (*fill)(struct store *, void *arg, char *why, size_t whysz);
	void *arg;

	uint64_t rows; /* set by open() */
	bool may_fill; /* fill() was called */
	struct store_import imported; /* an import of before */
	uint64_t unreadable;
	bool full; /* it cannot be written for now, as on a full disk */
	bool damaged; /* why open() failed: the file is to be moved aside */
	bool unchecked; /* too large for a check of its structure */
	int version; /* of its schema, before it was converted; 0: new */
	uint64_t converted; /* rows of that schema that are leases */
	uint64_t dropped; /* and the others */
};

struct store_ops {
	/*
	 * Opens or makes the store, checks it and reads it once from end to
	 * end.  NULL with what is wrong and what to do about it in why.
	 */
	struct store *(*open)(struct store_open *, char *why, size_t whysz);

	enum store_result (*begin)(struct store *);

	/*
	 * Puts a lease in the place of the one with its address; refused when
	 * another client holds that address at the start of this lease, or if
	 * LEASES_MAX others have not ended.
	 */
	enum store_result (*put)(struct store *, const struct lease *);
	enum store_result (*commit)(struct store *);

	/*
	 * For store_open.fill: notes that leases were put, so that it is not
	 * called again, whatever becomes of them.
	 */
	enum store_result (*note_import)(
	    struct store *, const struct store_import *);

	/*
	 * Called after any failure since begin().  STORE_LOST when the
	 * rollback fails.
	 */
	enum store_result (*rollback)(struct store *);

	/*
	 * Hands the next rows, at most max of them, to row(), in the order
	 * of their addresses, up to LEASES_MAX.  Outside of a transaction.
	 */
	enum store_result (*load)(struct store *, struct store_cursor *,
	    size_t max, store_row_fn *row, void *arg);

	/*
	 * Puts the serial of a manifest; refused if a higher one is stored,
	 * or if SERIAL_ROWS_MAX folders have one.  Within a transaction.
	 */
	enum store_result (*put_serial)(
	    struct store *, const struct serial_row *);

	/*
	 * Hands at most max serials from number `from` on to row(), in a
	 * fixed order.  *n: how many rows there were, with those that are
	 * invalid; fewer than max: these were the last.
	 */
	enum store_result (*load_serials)(struct store *, size_t from,
	    size_t max, store_serial_fn *row, void *arg, size_t *n);

	/* Work that may wait until the answers are sent. */
	enum store_result (*tidy)(struct store *);

	/* The last call before the process ends. */
	void (*close)(struct store *);
};

extern const struct store_ops store_sqlite;

/*
 * The store can no longer be used: ends the process, as only a new one may open
 * files.  Committed leases that are only in the write-ahead log are copied to
 * the database first, as the log may have been removed.
 */
void __attribute__((noreturn)) store_abandon(struct store *, const char *shown);

/*
 * Whether `new` must not be granted because of `old`: both are bound, to
 * different clients, and `old` has not expired when `new` starts.
 */
bool store_taken(const struct lease *old, const struct lease *new);

/* Below, equal to or above 0; keys are in the order of their addresses. */
int store_key_compare(const struct store_key *, const struct store_key *);

#endif
