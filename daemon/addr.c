/* SPDX-License-Identifier: ISC */
/* Addresses of both families: conversion, comparison, text and encoding. */
#include "daemon/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

size_t
addr_family_len(uint8_t family)
{
	return family == 4 ? 4 : family == 6 ? ADDR_BYTES : 0;
}

struct addr
addr_from_bytes(uint8_t family, const void *bytes, size_t n)
{
	struct addr a = { .family = 0 };

	if (n == 0 || n != addr_family_len(family))
		return a;
	a.family = family;
	memcpy(a.bytes, bytes, n);
	return a;
}

struct addr
addr_from_ip4(uint32_t host)
{
	struct addr a = { .family = 4 };

	a.bytes[0] = (uint8_t)(host >> 24);
	a.bytes[1] = (uint8_t)(host >> 16);
	a.bytes[2] = (uint8_t)(host >> 8);
	a.bytes[3] = (uint8_t)host;
	return a;
}

bool
addr_to_ip4(const struct addr *a, uint32_t *host)
{
	*host = 0;
	if (a->family != 4)
		return false;
	*host = (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 |
		(uint32_t)a->bytes[2] << 8 | a->bytes[3];
	return true;
}

int
addr_compare(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, addr_family_len(a->family));
}

bool
addr_clear_host(struct addr *a, size_t prefix)
{
	size_t i, bits = addr_family_len(a->family) * 8;
	bool any = false;

	for (i = prefix; i < bits; i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		any = any || (a->bytes[i / 8] & bit) != 0;
		a->bytes[i / 8] &= (uint8_t)~bit;
	}
	return any;
}

bool
addr_in_net(const struct addr *a, const struct addr *net, size_t prefix)
{
	struct addr first = *a;

	(void)addr_clear_host(&first, prefix);
	return addr_compare(&first, net) == 0;
}

bool
addr_is_mapped(const struct addr *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return a->family == 6 && memcmp(a->bytes, mapped, sizeof(mapped)) == 0;
}

bool
addr_is_unicast(const struct addr *a)
{
	static const uint8_t broadcast[4] = { 255, 255, 255, 255 };

	if (addr_is_any(a))
		return false;
	if (a->family == 6)
		return a->bytes[0] != 0xff;
	return a->bytes[0] >> 4 != 14 &&
	       memcmp(a->bytes, broadcast, sizeof(broadcast)) != 0;
}

bool
addr_is_any(const struct addr *a)
{
	static const uint8_t zero[ADDR_BYTES];

	return memcmp(a->bytes, zero, addr_family_len(a->family)) == 0;
}

int
addr_parse(struct addr *a, const char *text)
{
	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, text, a->bytes) == 1)
		a->family = 4;
	else if (inet_pton(AF_INET6, text, a->bytes) == 1)
		a->family = 6;
	return a->family == 0 ? -1 : 0;
}

const char *
addr_text(const struct addr *a, char dst[ADDR_TEXT])
{
	if (addr_family_len(a->family) == 0 ||
	    inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->bytes, dst,
		ADDR_TEXT) == NULL)
		(void)snprintf(dst, ADDR_TEXT, "?");
	return dst;
}

const char *
ip4_text(uint32_t host, char dst[16])
{
	(void)snprintf(dst, 16, "%u.%u.%u.%u", host >> 24, host >> 16 & 255,
	    host >> 8 & 255, host & 255);
	return dst;
}

void
addr_encode(const struct addr *a, struct writer *w)
{
	if (addr_family_len(a->family) == 0)
		w->failed = true;
	addr_encode_optional(a, w);
}

void
addr_decode(struct reader *r, struct addr *a)
{
	addr_decode_optional(r, a);
	if (a->family == 0)
		reader_fail(r);
}

void
addr_encode_optional(const struct addr *a, struct writer *w)
{
	writer_u8(w, a->family);
	writer_bytes(w, a->bytes, addr_family_len(a->family));
}

void
addr_decode_optional(struct reader *r, struct addr *a)
{
	memset(a, 0, sizeof(*a));
	a->family = reader_u8(r);
	if (a->family != 0 && addr_family_len(a->family) == 0)
		reader_fail(r);
	reader_copy(r, a->bytes, addr_family_len(a->family));
}
