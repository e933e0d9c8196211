/* SPDX-License-Identifier: ISC */
/* Addresses, numbers, times, hardware addresses and names. */
#include "confd/value.h"

#include <arpa/inet.h>
#include <string.h>

#include "daemon/hex.h"

bool
value_ip4(const char *s, uint32_t *addr)
{
	struct in_addr in;

	if (inet_pton(AF_INET, s, &in) != 1)
		return false;
	*addr = ntohl(in.s_addr);
	return true;
}

bool
value_ip4_broken(const char *s)
{
	uint32_t addr;
	size_t n;
	int i;

	if (value_ip4(s, &addr))
		return false;
	for (i = 0; i < 2; i++) {
		n = strspn(s, "0123456789");
		if (n == 0 || n > 3 || s[n] != '.')
			return false;
		s += n + 1;
	}
	return true;
}

bool
value_is_mask(uint32_t mask)
{
	return (~mask & (~mask + 1)) == 0;
}

uint32_t
value_prefix_mask(uint64_t bits)
{
	return bits == 0 ? 0 : UINT32_MAX << (32 - bits);
}

bool
value_ip4_prefix(const char *s, uint32_t *addr, uint32_t *mask)
{
	const char *slash = strchr(s, '/');
	char text[INET_ADDRSTRLEN];
	uint64_t bits;
	size_t n;

	if (slash == NULL || (n = (size_t)(slash - s)) >= sizeof(text))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	if (!value_ip4(text, addr) || !value_number(slash + 1, 32, &bits))
		return false;
	*mask = value_prefix_mask(bits);
	return true;
}

bool
value_is_digits(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

bool
value_number(const char *s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (uint64_t)(*s - '0');
		if (v > max)
			return false;
	}
	*out = v;
	return true;
}

bool
value_scaled(const char *s, uint64_t base, uint64_t max, uint64_t *out)
{
	static const char units[] = "kKmMgG";
	char number[sizeof("18446744073709551615")];
	size_t n = strspn(s, "0123456789"), i;
	const char *unit = strchr(units, s[n]);
	uint64_t times = 1;

	/* Without a unit, it is the NUL. */
	if (n >= sizeof(number) || unit == NULL ||
	    (*unit != '\0' && s[n + 1] != '\0'))
		return false;
	memcpy(number, s, n);
	number[n] = '\0';
	for (i = 0; *unit != '\0' && i <= (size_t)(unit - units) / 2; i++)
		times *= base;
	if (!value_number(number, max / times, out))
		return false;
	*out *= times;
	return true;
}

/* The seconds of a unit; 0 for an unknown letter. */
static uint32_t
unit_seconds(char c)
{
	switch (c) {
	case 's':
	case 'S':
		return 1;
	case 'm':
	case 'M':
		return 60;
	case 'h':
	case 'H':
		return 3600;
	case 'd':
	case 'D':
		return 86400;
	case 'w':
	case 'W':
		return 604800;
	default:
		return 0;
	}
}

enum value_time_result
value_time(const char *s, uint32_t *seconds)
{
	uint64_t v = 0;
	uint32_t unit = 1;

	if (*s < '0' || *s > '9')
		return VALUE_TIME_BAD;
	for (; *s >= '0' && *s <= '9'; s++)
		if (v <= UINT32_MAX)
			v = v * 10 + (uint64_t)(*s - '0');
	if (*s != '\0' && ((unit = unit_seconds(*s)) == 0 || s[1] != '\0'))
		return VALUE_TIME_BAD;
	if (v > UINT32_MAX || v * unit >= RECORD_LEASE_INFINITE) {
		*seconds = RECORD_LEASE_INFINITE;
		return VALUE_TIME_HUGE;
	}
	*seconds = (uint32_t)(v * unit);
	return VALUE_TIME_OK;
}

enum value_time_result
value_lease(const char *s, uint32_t *seconds)
{
	enum value_time_result r;

	if (strcmp(s, "infinite") == 0) {
		*seconds = RECORD_LEASE_INFINITE;
		return VALUE_TIME_OK;
	}
	r = value_time(s, seconds);
	if (r == VALUE_TIME_OK && *seconds < VALUE_LEASE_MIN_S) {
		*seconds = VALUE_LEASE_MIN_S;
		return VALUE_TIME_SHORT;
	}
	return r;
}

/*
 * One group of hexadecimal digits: one or two of them, or pairs.  Returns
 * the digits read, 0 when it is none.
 */
static size_t
hex_group(const char *s, uint8_t *out, size_t room, size_t *octets)
{
	size_t n = 0, i;

	while (hex_digit_value(s[n]) >= 0)
		n++;
	if (n == 1) {
		*octets = 1;
		if (room > 0)
			out[0] = (uint8_t)hex_digit_value(s[0]);
		return n;
	}
	if (n % 2 != 0)
		return 0;
	*octets = n / 2;
	for (i = 0; i < n / 2 && i < room; i++)
		out[i] = (uint8_t)(hex_digit_value(s[2 * i]) << 4 |
				   hex_digit_value(s[2 * i + 1]));
	return n;
}

int
value_hex(const char *s, uint8_t *out, uint8_t *wild, size_t max)
{
	size_t n = 0, used, octets;
	bool more;

	do {
		if (*s == '*' && wild != NULL) {
			if (n < max) {
				out[n] = 0;
				wild[n] = 1;
			}
			used = octets = 1;
		} else {
			used = hex_group(s, out + (n < max ? n : max),
			    n < max ? max - n : 0, &octets);
			if (used == 0)
				return -1;
			if (wild != NULL && n < max)
				memset(wild + n, 0,
				    octets < max - n ? octets : max - n);
		}
		n += octets;
		s += used;
		more = *s == ':';
		if (more)
			s++;
	} while (more);
	if (*s != '\0')
		return -1;
	return n > max ? -2 : (int)n;
}

/* Turns aa-bb-cc-dd-ee-ff or 01-aa-bb-... into the form with colons. */
static bool
mac_undash(const char *s, char *dst)
{
	size_t n = strlen(s), i;

	if (n != 17 && n != 20)
		return false;
	for (i = 0; i < n; i++) {
		if (i % 3 == 2 ? s[i] != '-' : hex_digit_value(s[i]) < 0)
			return false;
		dst[i] = s[i] == '-' && (n == 17 || i > 2) ? ':' : s[i];
	}
	dst[n] = '\0';
	return true;
}

enum value_mac_result
value_mac(const char *s, struct record_mac *m)
{
	uint8_t wild[RECORD_HW_MAX] = { 0 };
	char colons[24];
	bool dashed = mac_undash(s, colons);
	size_t octets, used;
	int i, n;

	memset(m, 0, sizeof(*m));
	if (dashed)
		s = colons;
	else if (strchr(s, ':') == NULL)
		return VALUE_MAC_BAD;
	used = hex_group(s, &m->hwtype, 1, &octets);
	if (used > 0 && used <= 2 && s[used] == '-')
		s += used + 1;
	else
		m->hwtype = 0;
	n = value_hex(s, m->addr, wild, RECORD_HW_MAX);
	if (n == -2)
		return VALUE_MAC_LONG;
	if (n < 0)
		return VALUE_MAC_BAD;
	m->len = (uint8_t)n;
	for (i = 0; i < n; i++)
		if (wild[i])
			m->wild |= (uint16_t)(1U << i);
	return dashed ? VALUE_MAC_DASHED : VALUE_MAC_OK;
}

/* Pairs of hexadecimal digits with dashes between. */
static size_t
dashed_octets(const char *s)
{
	size_t n = 0;

	for (;; s += 3) {
		if (hex_digit_value(s[0]) < 0 || hex_digit_value(s[1]) < 0)
			return 0;
		n++;
		if (s[2] == '\0')
			return n;
		if (s[2] != '-')
			return 0;
	}
}

bool
value_mac_like(const char *s)
{
	size_t i, digits = 0;

	if (dashed_octets(s) >= 5)
		return true;
	for (i = 0; s[i] != '\0'; i++) {
		if (hex_digit_value(s[i]) >= 0)
			digits++;
		else if (s[i] != '.' || i % 5 != 4)
			return false;
	}
	return digits == 12 && (i == 12 || i == 14);
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

bool
value_is_hostname(const char *s)
{
	size_t i;

	if (!is_alnum(s[0]))
		return false;
	for (i = 0; s[i] != '\0' && s[i] != '.'; i++)
		if (!is_alnum(s[i]) && s[i] != '-' && s[i] != '_')
			return false;
	return i < 64 && (s[i] == '\0' || value_is_domain(s + i + 1));
}

bool
value_is_domain(const char *s)
{
	size_t total = 0, label = 0;

	for (; *s != '\0'; s++, total++) {
		if (*s == '.') {
			if (label == 0)
				return false;
			label = 0;
		} else if (*s <= ' ' || *s == 0x7f || ++label > 63) {
			return false;
		}
	}
	/* A trailing dot is allowed. */
	return total > 0 && total < 254;
}
