/* SPDX-License-Identifier: ISC */
/* Lines of the log: whatever a role writes, what is shown can be shown. */
#include <stdlib.h>
#include <string.h>

#include "daemon/printable.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The first byte is the room that there is. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char in[512], out[256], again[1024];
	size_t i, n, room;

	if (size == 0 || size > sizeof(in))
		return 0;
	room = (size_t)data[0] + 1;
	n = size - 1;
	memcpy(in, data + 1, n);
	in[n] = '\0';
	printable(out, room > sizeof(out) ? sizeof(out) : room, in);
	if (strlen(out) >= room)
		abort();
	for (i = 0; out[i] != '\0'; i++)
		if ((uint8_t)out[i] < 0x20 || out[i] == 0x7f)
			abort();
	/* It is UTF-8 that passes as it is. */
	if (strcmp(printable(again, sizeof(again), out), out) != 0)
		abort();
	return 0;
}
