/* SPDX-License-Identifier: ISC */
/*
 * Leases as text, for people and programs.  Names and identifiers come from
 * clients: everything except printable ASCII, and the backslash, the double
 * quote and the space, appears as \xNN.  Pure.
 */
#ifndef LEASED_SHOW_ROW_H
#define LEASED_SHOW_ROW_H

#include "daemon/lease.h"
#include "daemon/lease_show.h"

#define SHOW_ROW_MAX 4096 /* bytes of any row, with a NUL */

struct show_row {
	size_t n; /* bytes of text */
	char text[SHOW_ROW_MAX];
};

/* What stands before the first row and after the last; both may be "". */
const char *show_row_head(enum lease_show_format);
const char *show_row_tail(enum lease_show_format);

/*
 * Writes a lease to the row, in place of what it had.  first: no lease was
 * shown before it.  Returns false if the format does not show it: dnsmasq's has
 * only IPv4 leases that are bound and not expired.
 */
bool show_row(struct show_row *, enum lease_show_format, const struct lease *,
    uint64_t now_s, bool first);

#endif
