/* SPDX-License-Identifier: ISC */
/* Any bytes as a lease file in dnsmasq's format. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "leased/import_line.h"
#include "tests/fuzz/target.h"

/* What is said to be a lease must stand being stored and sent. */
static void
check_line(enum lease_line r, const struct lease *l, const void *bytes,
    size_t n, void *arg)
{
	uint8_t buf[LEASE_ENCODED_MAX];
	struct lease back;
	struct reader rd;
	struct writer w;

	(void)bytes;
	*(size_t *)arg += n;
	if (strcmp(lease_line_text(r), "?") == 0)
		abort();
	if (r != LEASE_LINE_OK && r != LEASE_LINE_UNNAMED)
		return;
	writer_init(&w, buf, sizeof(buf));
	lease_encode(l, &w);
	if (!writer_ok(&w))
		abort();
	reader_init(&rd, buf, w.len);
	lease_decode(&rd, &back);
	if (!reader_done(&rd) || memcmp(l, &back, sizeof(back)) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t bytes = 0, half = size / 2;
	struct import im = { .line = check_line, .arg = &bytes };

	import_feed(&im, data, half);
	import_feed(&im, data + half, size - half);
	import_end(&im);
	if (bytes > size)
		abort();
	return 0;
}
