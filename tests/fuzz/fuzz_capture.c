/* SPDX-License-Identifier: ISC */
/* Any capture file, through libpcap: requests lie in their frames. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "capd/capture.h"
#include "tests/fuzz/target.h"

static uint32_t requests;

static void
request(void *arg, uint32_t number, const struct frame *f)
{
	static uint8_t copy[CAPTURE_PACKET_MAX];
	const struct capture *c = arg;

	check(number == c->frames && number > 0);
	check(f->port == 67 || f->port == 1067 || f->port == 4011);
	check(f->len <= sizeof(copy));
	memcpy(copy, f->data, f->len);
	requests++;
}

static void
progress(void)
{
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture c = { .request = request, .progress = progress };
	uint8_t *copy;
	FILE *stream;

	if (size == 0 || size > 65536 || (copy = malloc(size)) == NULL)
		return 0;
	memcpy(copy, data, size);
	if ((stream = fmemopen(copy, size, "r")) == NULL)
		abort();
	c.arg = &c;
	requests = 0;
	capture_read(&c, stream);
	check(requests == c.requests);
	check(c.requests + c.fragments + c.shorts <= c.frames);
	check(strlen(c.why) <= CAPTURE_WHY_MAX);
	free(copy);
	return 0;
}
