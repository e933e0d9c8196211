/* SPDX-License-Identifier: ISC */
/* Reads leases from rows, and binds them to statements. */
#include "leased/sqlite_row.h"

#include <string.h>

enum {
	COL_FAMILY,
	COL_ADDR,
	COL_STATE,
	COL_HWTYPE,
	COL_HW,
	COL_ID,
	COL_NAME,
	COL_START,
	COL_EXPIRY,
	COL_RELAY
};

/* An integer column within its bounds; false for anything else. */
static bool
row_number(sqlite3_stmt *st, int col, int64_t min, int64_t max, int64_t *value)
{
	if (sqlite3_column_type(st, col) != SQLITE_INTEGER)
		return false;
	*value = sqlite3_column_int64(st, col);
	return *value >= min && *value <= max;
}

/* Bytes of a column of that type; false when they are not, or too many. */
static bool
row_bytes(
    sqlite3_stmt *st, int col, int type, void *dst, size_t max, size_t *len)
{
	const void *p;
	int n;

	if (sqlite3_column_type(st, col) != type)
		return false;
	p = sqlite3_column_blob(st, col);
	n = sqlite3_column_bytes(st, col);
	if (n < 0 || (size_t)n > max || (n > 0 && p == NULL))
		return false;
	if (n > 0)
		memcpy(dst, p, (size_t)n);
	*len = (size_t)n;
	return true;
}

/* All but address and relay; state: the number of that column. */
static bool
row_lease(sqlite3_stmt *st, int state_col, struct lease *l)
{
	const int shift = state_col - COL_STATE;
	int64_t state, hwtype, start, expiry;
	size_t hwlen, idlen = 0, namelen;

	if (!row_number(
		st, shift + COL_STATE, 0, LEASE_STATE_MAX - 1, &state) ||
	    !row_number(st, shift + COL_HWTYPE, 0, UINT8_MAX, &hwtype) ||
	    !row_bytes(st, shift + COL_HW, SQLITE_BLOB, l->hw, sizeof(l->hw),
		&hwlen) ||
	    !row_bytes(st, shift + COL_NAME, SQLITE_TEXT, l->name,
		sizeof(l->name) - 1, &namelen) ||
	    strlen(l->name) != namelen ||
	    !row_number(st, shift + COL_START, 0, INT64_MAX, &start))
		return false;
	if (sqlite3_column_type(st, shift + COL_ID) != SQLITE_NULL &&
	    (!row_bytes(st, shift + COL_ID, SQLITE_BLOB, l->id, sizeof(l->id),
		 &idlen) ||
		idlen == 0))
		return false;
	l->expiry_s = LEASE_NEVER;
	if (sqlite3_column_type(st, shift + COL_EXPIRY) != SQLITE_NULL) {
		if (!row_number(st, shift + COL_EXPIRY, 0, INT64_MAX, &expiry))
			return false;
		l->expiry_s = (uint64_t)expiry;
	}
	l->state = (uint8_t)state;
	l->hwtype = (uint8_t)hwtype;
	l->hwlen = (uint8_t)hwlen;
	l->idlen = (uint16_t)idlen;
	l->start_s = (uint64_t)start;
	return true;
}

bool
sqlite_row_read(sqlite3_stmt *st, struct lease *l)
{
	uint8_t bytes[ADDR_BYTES];
	int64_t family;
	size_t n;

	memset(l, 0, sizeof(*l));
	if (!row_number(st, COL_FAMILY, 0, UINT8_MAX, &family) ||
	    !row_bytes(st, COL_ADDR, SQLITE_BLOB, bytes, sizeof(bytes), &n))
		return false;
	l->addr = addr_from_bytes((uint8_t)family, bytes, n);
	if (sqlite3_column_type(st, COL_RELAY) != SQLITE_NULL) {
		if (!row_bytes(
			st, COL_RELAY, SQLITE_BLOB, bytes, sizeof(bytes), &n))
			return false;
		l->relay = addr_from_bytes((uint8_t)family, bytes, n);
		if (l->relay.family == 0)
			return false;
	}
	return !addr_is_any(&l->addr) && row_lease(st, COL_STATE, l);
}

bool
sqlite_row_read1(sqlite3_stmt *st, struct lease *l)
{
	int64_t addr;

	memset(l, 0, sizeof(*l));
	if (!row_number(st, 0, 1, UINT32_MAX, &addr))
		return false;
	l->addr = addr_from_ip4((uint32_t)addr);
	return row_lease(st, 1, l);
}

bool
sqlite_row_key(sqlite3_stmt *st, struct store_key *k)
{
	memset(k, 0, sizeof(*k));
	return row_number(st, COL_FAMILY, INT64_MIN, INT64_MAX, &k->family) &&
	       row_bytes(st, COL_ADDR, SQLITE_BLOB, k->addr, sizeof(k->addr),
		   &k->len);
}

void
sqlite_row_bind_key(sqlite3_stmt *st, const struct store_key *k)
{
	(void)sqlite3_bind_int64(st, 1 + COL_FAMILY, k->family);
	(void)sqlite3_bind_blob(
	    st, 1 + COL_ADDR, k->addr, (int)k->len, SQLITE_STATIC);
}

void
sqlite_row_bind(sqlite3_stmt *st, const struct lease *l)
{
	(void)sqlite3_bind_int(st, 1 + COL_FAMILY, l->addr.family);
	(void)sqlite3_bind_blob(st, 1 + COL_ADDR, l->addr.bytes,
	    (int)addr_family_len(l->addr.family), SQLITE_STATIC);
	(void)sqlite3_bind_int(st, 1 + COL_STATE, l->state);
	(void)sqlite3_bind_int(st, 1 + COL_HWTYPE, l->hwtype);
	(void)sqlite3_bind_blob(st, 1 + COL_HW, l->hw, l->hwlen, SQLITE_STATIC);
	if (l->idlen == 0)
		(void)sqlite3_bind_null(st, 1 + COL_ID);
	else
		(void)sqlite3_bind_blob(
		    st, 1 + COL_ID, l->id, l->idlen, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 1 + COL_NAME, l->name, -1, SQLITE_STATIC);
	/* More than 63 bits becomes negative, and the table refuses it. */
	(void)sqlite3_bind_int64(st, 1 + COL_START, (int64_t)l->start_s);
	if (l->expiry_s == LEASE_NEVER)
		(void)sqlite3_bind_null(st, 1 + COL_EXPIRY);
	else
		(void)sqlite3_bind_int64(
		    st, 1 + COL_EXPIRY, (int64_t)l->expiry_s);
	if (l->relay.family == 0)
		(void)sqlite3_bind_null(st, 1 + COL_RELAY);
	else
		(void)sqlite3_bind_blob(st, 1 + COL_RELAY, l->relay.bytes,
		    (int)addr_family_len(l->relay.family), SQLITE_STATIC);
}
