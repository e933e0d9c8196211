/* SPDX-License-Identifier: ISC */
/*
 * The values of a row of the lease table, whether the library or the pages of
 * the file give them, and the rules by which they are a lease.  Pure.
 */
#ifndef LEASED_ROW_VALUE_H
#define LEASED_ROW_VALUE_H

#include "daemon/lease.h"

enum row_type {
	ROW_NULL,
	ROW_INT,
	ROW_BLOB,
	ROW_TEXT,
	ROW_OTHER /* which no column has */
};

struct row_value {
	enum row_type type;
	int64_t n; /* of ROW_INT */
	const uint8_t *p; /* of ROW_BLOB and ROW_TEXT; the caller's */
	size_t len;
};

/* The columns that all schemas have, in their order. */
enum {
	ROW_STATE,
	ROW_HWTYPE,
	ROW_HW,
	ROW_ID,
	ROW_NAME,
	ROW_START,
	ROW_EXPIRY,
	ROW_VALUES
};

/* An integer within these bounds; false for anything else. */
bool row_number(const struct row_value *, int64_t min, int64_t max, int64_t *n);

/* Copies at most max bytes of that type; false for anything else. */
bool row_bytes(
    const struct row_value *, enum row_type, void *dst, size_t max, size_t *n);

/*
 * The lease in a row; false when the row is invalid, whatever it holds.  v:
 * family, address, and the values above; relay: ROW_NULL if there is none.
 */
bool row_lease(const struct row_value v[2 + ROW_VALUES],
    const struct row_value *relay, struct lease *);

/* The same of schema 1, whose rowid is the IPv4 address. */
bool
row_lease1(int64_t rowid, const struct row_value v[ROW_VALUES], struct lease *);

#endif
