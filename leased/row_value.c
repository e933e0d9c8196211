/* SPDX-License-Identifier: ISC */
/* Makes leases of the values of rows.  Pure. */
#include "leased/row_value.h"

#include <string.h>

bool
row_number(const struct row_value *v, int64_t min, int64_t max, int64_t *n)
{
	*n = v->n;
	return v->type == ROW_INT && v->n >= min && v->n <= max;
}

bool
row_bytes(const struct row_value *v, enum row_type type, void *dst, size_t max,
    size_t *n)
{
	if (v->type != type || v->len > max)
		return false;
	if (v->len > 0)
		memcpy(dst, v->p, v->len);
	*n = v->len;
	return true;
}

/* All but address and relay. */
static bool
row_fill(const struct row_value v[ROW_VALUES], struct lease *l)
{
	int64_t state, hwtype, start, expiry;
	size_t hwlen, idlen = 0, namelen;

	if (!row_number(&v[ROW_STATE], 0, LEASE_STATE_MAX - 1, &state) ||
	    !row_number(&v[ROW_HWTYPE], 0, UINT8_MAX, &hwtype) ||
	    !row_bytes(&v[ROW_HW], ROW_BLOB, l->hw, sizeof(l->hw), &hwlen) ||
	    !row_bytes(&v[ROW_NAME], ROW_TEXT, l->name, sizeof(l->name) - 1,
		&namelen) ||
	    strlen(l->name) != namelen ||
	    !row_number(&v[ROW_START], 0, INT64_MAX, &start))
		return false;
	if (v[ROW_ID].type != ROW_NULL &&
	    (!row_bytes(&v[ROW_ID], ROW_BLOB, l->id, sizeof(l->id), &idlen) ||
		idlen == 0))
		return false;
	l->expiry_s = LEASE_NEVER;
	if (v[ROW_EXPIRY].type != ROW_NULL) {
		if (!row_number(&v[ROW_EXPIRY], 0, INT64_MAX, &expiry))
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
row_lease(const struct row_value v[2 + ROW_VALUES],
    const struct row_value *relay, struct lease *l)
{
	int64_t family;

	memset(l, 0, sizeof(*l));
	if (!row_number(&v[0], 0, UINT8_MAX, &family) || v[1].type != ROW_BLOB)
		return false;
	l->addr = addr_from_bytes((uint8_t)family, v[1].p, v[1].len);
	if (addr_is_any(&l->addr))
		return false;
	if (relay->type != ROW_NULL) {
		if (relay->type != ROW_BLOB)
			return false;
		l->relay =
		    addr_from_bytes((uint8_t)family, relay->p, relay->len);
		if (l->relay.family == 0)
			return false;
	}
	return row_fill(v + 2, l);
}

bool
row_lease1(int64_t rowid, const struct row_value v[ROW_VALUES], struct lease *l)
{
	memset(l, 0, sizeof(*l));
	if (rowid < 1 || rowid > UINT32_MAX)
		return false;
	l->addr = addr_from_ip4((uint32_t)rowid);
	return row_fill(v, l);
}
