/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a file that is translated to netascii, cut into pieces of any
 * size: the result is that of RFC 764, whatever the pieces.  The first two
 * bytes say how source and destination are cut.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/target.h"
#include "tests/unit/netascii_case.h"
#include "tftpd/netascii.h"

#define FILE_MAX 4096

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t want[2 * FILE_MAX], got[2 * FILE_MAX + 256];
	struct netascii_at at = { 0 };
	size_t srcmax, dstmax, wantlen, len = 0, idle = 0;

	if (size < 2 || size - 2 > FILE_MAX)
		return 0;
	srcmax = data[0] + 1U;
	dstmax = data[1] + 1U;
	data += 2;
	size -= 2;
	wantlen = netascii_expected(data, size, want);
	while (idle < 2) {
		size_t left = size - (size_t)at.offset, n;

		n = netascii_put(&at, data + at.offset,
		    left < srcmax ? left : srcmax, got + len, dstmax);
		check(n <= dstmax && at.offset <= size);
		len += n;
		check(len <= wantlen);
		idle = n == 0 ? idle + 1 : 0;
	}
	check(len == wantlen && memcmp(got, want, len) == 0);
	check(at.offset == size && !at.pair);
	return 0;
}
