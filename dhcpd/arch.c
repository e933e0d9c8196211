/* SPDX-License-Identifier: ISC */
/* Finds the architecture of a client in its packets. */
#include "dhcpd/arch.h"

#include <string.h>

#include "daemon/buf.h"

#define ARCH_DIGITS 5

/* The number behind "Arch:" in a vendor class. */
static uint32_t
arch_of_class(const uint8_t *text, size_t len)
{
	static const char mark[] = "Arch:";
	const uint8_t *p = memmem(text, len, mark, sizeof(mark) - 1);
	uint32_t arch = 0;
	size_t i;

	if (p == NULL)
		return ARCH_NONE;
	p += sizeof(mark) - 1;
	if ((size_t)(text + len - p) < ARCH_DIGITS)
		return ARCH_NONE;
	for (i = 0; i < ARCH_DIGITS; i++) {
		if (p[i] < '0' || p[i] > '9')
			return ARCH_NONE;
		arch = arch * 10 + (uint32_t)(p[i] - '0');
	}
	return arch <= UINT16_MAX ? arch : ARCH_NONE;
}

uint32_t
arch_of(const struct packet *p)
{
	size_t len;
	const uint8_t *opt = packet_option(p, OPT_ARCH, &len);
	struct reader r;

	if (opt != NULL && len >= 2) {
		reader_init(&r, opt, len);
		return reader_u16(&r);
	}
	opt = packet_option(p, OPT_VENDOR_CLASS, &len);
	return opt == NULL ? ARCH_NONE : arch_of_class(opt, len);
}
