/* SPDX-License-Identifier: ISC */
/*
 * The lease store, whatever is behind it.  One process has it open, and one
 * transaction runs at a time; a lease is durable once commit() has returned
 * STORE_OK.
 */
#ifndef LEASED_STORE_H
#define LEASED_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/lease.h"

#define STORE_WHY_MAX 256

enum store_result {
	STORE_OK,
	STORE_REFUSED, /* this lease cannot be stored; others can */
	STORE_FAILED, /* nothing can be stored now; roll back, try later */
	STORE_LOST, /* this handle is of no more use */
};

struct store_ops;

struct store {
	const struct store_ops *ops;
	char why[STORE_WHY_MAX]; /* the reason of the last that was not OK */
};

typedef void store_row_fn(const struct lease *, void *arg);

/* Where a walk over the rows stands; all zero at its beginning. */
struct store_cursor {
	int64_t after;
	bool done;
	uint64_t rows;
	uint64_t unreadable; /* skipped: not what a lease can be */
};

/* How to open a store, and what was found. */
struct store_open {
	const char *file;
	const char *shown; /* what log lines call it; NULL: file */
	/*
	 * Called once for a store that is new, within the transaction that
	 * makes it, to put its first leases; -1 with a sentence in why undoes
	 * the whole.  May be NULL.
	 */
	int (*fill)(struct store *, void *arg, char *why, size_t whysz);
	void *arg;

	uint64_t rows; /* set by open() */
	uint64_t unreadable;
	bool full; /* it cannot be written for now, as on a full disk */
	bool damaged; /* why open() failed: the file is to be moved aside */
	bool unchecked; /* too large for a check of its structure */
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
	 * another client holds that address at the start of this lease.
	 */
	enum store_result (*put)(struct store *, const struct lease *);
	enum store_result (*commit)(struct store *);

	/* After any failure since begin(). STORE_LOST when it cannot. */
	enum store_result (*rollback)(struct store *);

	/*
	 * Hands the next rows, at most max of them, to row(), in the order
	 * of their addresses.  Outside of a transaction.
	 */
	enum store_result (*load)(struct store *, struct store_cursor *,
	    size_t max, store_row_fn *row, void *arg);

	/* Work that may wait until the answers have left. */
	enum store_result (*tidy)(struct store *);

	/* The last call before the process ends; the store goes to rest. */
	void (*close)(struct store *);
};

extern const struct store_ops store_sqlite;

/*
 * Whether `old` keeps `new` from being granted: both are bound, to different
 * clients, and the old one still runs when the new one starts.
 */
bool store_taken(const struct lease *old, const struct lease *new);

#endif
