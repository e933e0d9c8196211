/* SPDX-License-Identifier: ISC */
/* Reads leases from rows, and binds them to statements. */
#include "leased/sqlite_row.h"

#include <string.h>

#include "leased/row_value.h"

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

/* The values of the first n columns, which stay until the next step. */
static void
row_take(sqlite3_stmt *st, int n, struct row_value *v)
{
	int i;

	memset(v, 0, (size_t)n * sizeof(*v));
	for (i = 0; i < n; i++, v++) {
		switch (sqlite3_column_type(st, i)) {
		case SQLITE_NULL:
			v->type = ROW_NULL;
			continue;
		case SQLITE_INTEGER:
			v->type = ROW_INT;
			v->n = sqlite3_column_int64(st, i);
			continue;
		case SQLITE_BLOB:
			v->type = ROW_BLOB;
			break;
		case SQLITE_TEXT:
			v->type = ROW_TEXT;
			break;
		default:
			v->type = ROW_OTHER;
			continue;
		}
		v->p = sqlite3_column_blob(st, i);
		v->len = (size_t)sqlite3_column_bytes(st, i);
		/* The library has no memory for it. */
		if (v->len > 0 && v->p == NULL)
			v->type = ROW_OTHER;
	}
}

bool
sqlite_row_read(sqlite3_stmt *st, struct lease *l)
{
	struct row_value v[COL_RELAY + 1];

	row_take(st, COL_RELAY + 1, v);
	return row_lease(v, &v[COL_RELAY], l);
}

bool
sqlite_row_read1(sqlite3_stmt *st, struct lease *l)
{
	struct row_value v[1 + ROW_VALUES];

	row_take(st, 1 + ROW_VALUES, v);
	return v[0].type == ROW_INT && row_lease1(v[0].n, v + 1, l);
}

bool
sqlite_row_key(sqlite3_stmt *st, struct store_key *k)
{
	struct row_value v[2];

	memset(k, 0, sizeof(*k));
	row_take(st, 2, v);
	return row_number(&v[0], INT64_MIN, INT64_MAX, &k->family) &&
	       row_bytes(&v[1], ROW_BLOB, k->addr, sizeof(k->addr), &k->len);
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
