/* SPDX-License-Identifier: ISC */
/* Any bytes as a lease file in dnsmasq's format. */
#include <string.h>

#include "leased/import_line.h"
#include "tests/fuzz/lease.h"

/* What is said to be a lease must stand being stored and sent. */
static void
check_line(enum lease_line r, const struct lease *l, const void *bytes,
    size_t n, void *arg)
{
	(void)bytes;
	*(size_t *)arg += n;
	check(strcmp(lease_line_text(r), "?") != 0);
	if (r == LEASE_LINE_OK || r == LEASE_LINE_UNNAMED)
		check_lease(l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t bytes = 0, half = size / 2;
	struct import im = { .line = check_line, .arg = &bytes };

	import_feed(&im, data, half);
	import_feed(&im, data + half, size - half);
	import_end(&im);
	check(bytes <= size);
	return 0;
}
