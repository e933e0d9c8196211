/* SPDX-License-Identifier: ISC */
/* Compares the records of two configurations. */
#include "priv/conf_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/hash.h"
#include "daemon/sort.h"

/* More take too long: the parent serves requests of roles meanwhile. */
#define DIFF_RECORDS_MAX 100000

/* The lines that records are made from. */
static const char *const names[RECORD_KIND_MAX] = {
	[RECORD_INTERFACE] = "interfaces",
	[RECORD_RANGE] = "dhcp-range",
	[RECORD_HOST] = "dhcp-host",
	[RECORD_OPTION] = "dhcp-option",
	[RECORD_BOOT] = "dhcp-boot",
	[RECORD_MATCH] = "dhcp-match and the like",
	[RECORD_TAGIF] = "tag-if",
	[RECORD_IGNORE] = "dhcp-ignore",
	[RECORD_DHCP] = "settings of DHCP",
	[RECORD_TFTP] = "settings of TFTP",
	[RECORD_HTTP] = "settings of HTTP",
	[RECORD_STORE] = "dhcp-leasefile",
	[RECORD_DAEMON] = "settings of the daemon",
	[RECORD_TFTP_ROOT] = "tftp-root",
	[RECORD_TFTP_CLIENT] = "tftp-client",
	[RECORD_SERVICE] = "pxe-service",
	[RECORD_PROMPT] = "pxe-prompt",
	[RECORD_PXE_STYLE] = "pxe-style",
	[RECORD_REPLY_DELAY] = "dhcp-reply-delay",
	[RECORD_CHOICE] = "dhcp-broadcast and the like",
	[RECORD_PXE_VENDOR] = "dhcp-pxe-vendor",
	[RECORD_RELAY_PROXY] = "dhcp-proxy",
	[RECORD_SHARED] = "shared-network",
	[RECORD_VERIFY] = "verify-images and the like",
	[RECORD_VERIFY_KEY] = "verify-key",
	[RECORD_VERIFY_EXEMPT] = "verify-exempt",
	[RECORD_SUBOPTION] = "dhcp-option with encap or vendor",
};

/* Represents a record in a comparison; a collision is very improbable. */
struct mark {
	uint64_t hash;
	uint8_t kind;
};

static int
mark_compare(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return 0;
}

/* The marks of all records but PLACE and FILE, sorted; NULL without memory. */
static struct mark *
marks_of(const struct conf *c, size_t *count)
{
	struct mark *marks = calloc(c->nrecords + 1, sizeof(*marks));
	struct conf_record r;
	size_t at = 0, n = 0;

	*count = 0;
	if (marks == NULL)
		return NULL;
	while (n < c->nrecords && conf_next_record(c, &at, &r)) {
		if (r.kind == RECORD_PLACE || r.kind == RECORD_FILE)
			continue;
		marks[n].hash = (uint64_t)hash_bytes(1, r.data, r.len) << 32 |
				hash_bytes(2, r.data, r.len);
		marks[n++].kind = r.kind;
	}
	*count = n;
	sort_array(marks, n, sizeof(*marks), mark_compare);
	return marks;
}

/* Counts by kind: added - what only `b` has, removed - what only `a` has. */
static void
marks_count(const struct mark *a, size_t na, const struct mark *b, size_t nb,
    uint32_t added[RECORD_KIND_MAX], uint32_t removed[RECORD_KIND_MAX])
{
	size_t i = 0, j = 0;

	while (i < na || j < nb) {
		if (j == nb || (i < na && a[i].hash < b[j].hash))
			removed[a[i++].kind % RECORD_KIND_MAX]++;
		else if (i == na || b[j].hash < a[i].hash)
			added[b[j++].kind % RECORD_KIND_MAX]++;
		else
			i++, j++;
	}
}

static void
counts_text(const uint32_t added[RECORD_KIND_MAX],
    const uint32_t removed[RECORD_KIND_MAX], char dst[CONF_DIFF_TEXT])
{
	size_t kind, len = 0;

	dst[0] = '\0';
	for (kind = 0; kind < RECORD_KIND_MAX; kind++) {
		uint32_t more = added[kind], less = removed[kind];

		if ((more == 0 && less == 0) || len >= CONF_DIFF_TEXT)
			continue;
		len += (size_t)snprintf(dst + len, CONF_DIFF_TEXT - len,
		    "%s%s: ", len == 0 ? "" : "; ",
		    names[kind] == NULL ? "?" : names[kind]);
		if (len < CONF_DIFF_TEXT && more > 0)
			len += (size_t)snprintf(dst + len, CONF_DIFF_TEXT - len,
			    "%u added%s", more, less > 0 ? ", " : "");
		if (len < CONF_DIFF_TEXT && less > 0)
			len += (size_t)snprintf(dst + len, CONF_DIFF_TEXT - len,
			    "%u removed", less);
	}
}

const char *
conf_diff_text(
    const struct conf *old, const struct conf *new, char dst[CONF_DIFF_TEXT])
{
	uint32_t added[RECORD_KIND_MAX] = { 0 };
	uint32_t removed[RECORD_KIND_MAX] = { 0 };
	struct mark *a = NULL, *b = NULL;
	size_t na = 0, nb = 0;

	if (old->records_len == new->records_len &&
	    (old->records_len == 0 ||
		memcmp(old->records, new->records, old->records_len) == 0))
		return "no change";
	if (old->nrecords <= DIFF_RECORDS_MAX &&
	    new->nrecords <= DIFF_RECORDS_MAX) {
		a = marks_of(old, &na);
		b = marks_of(new, &nb);
	}
	if (a != NULL && b != NULL) {
		marks_count(a, na, b, nb, added, removed);
		counts_text(added, removed, dst);
		if (dst[0] == '\0')
			(void)snprintf(dst, CONF_DIFF_TEXT, "lines moved");
	} else {
		(void)snprintf(dst, CONF_DIFF_TEXT, "%zu lines instead of %zu",
		    new->nrecords, old->nrecords);
	}
	free(a);
	free(b);
	return dst;
}
