/* SPDX-License-Identifier: ISC */
/*
 * Whether a text is one JSON value (RFC 8259) in UTF-8.  Written apart from the
 * code that it checks.
 */
#ifndef TESTS_FUZZ_JSON_H
#define TESTS_FUZZ_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define VALID_DEPTH_MAX 16

static inline const char *
valid_blank(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

/* The rest after a character of a string; NULL if it is invalid. */
static inline const char *
valid_utf8(const char *s)
{
	uint8_t lead = (uint8_t)s[0];
	size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1, i;
	uint32_t c, least;

	if (lead < 0x80)
		return s + 1;
	if (lead < 0xc0 || lead > 0xf7)
		return NULL;
	c = lead & (0x3fU >> more);
	for (i = 1; i <= more; i++) {
		if (((uint8_t)s[i] & 0xc0) != 0x80)
			return NULL;
		c = c << 6 | ((uint8_t)s[i] & 0x3f);
	}
	least = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return NULL;
	return s + more + 1;
}

/* Each of these returns the rest after what it reads, or NULL. */
static inline const char *
valid_string(const char *s)
{
	if (*s++ != '"')
		return NULL;
	while (s != NULL && *s != '"') {
		if ((uint8_t)*s < 0x20)
			return NULL;
		if (*s != '\\')
			s = valid_utf8(s);
		else if (s[1] == 'u' &&
			 strspn(s + 2, "0123456789abcdefABCDEF") >= 4)
			s += 6;
		else if (s[1] != '\0' && strchr("\"\\/bfnrt", s[1]) != NULL)
			s += 2;
		else
			return NULL;
	}
	return s == NULL ? NULL : s + 1;
}

/* A number without sign, fraction and exponent; others are not written. */
static inline const char *
valid_number(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n == 0 || (n > 1 && s[0] == '0') ? NULL : s + n;
}

static inline const char *
valid_value(const char *s, int depth)
{
	static const char *const words[] = { "true", "false", "null" };
	char end = *s == '{' ? '}' : ']';
	size_t i;

	if (*s == '"')
		return valid_string(s);
	for (i = 0; i < 3; i++)
		if (strncmp(s, words[i], strlen(words[i])) == 0)
			return s + strlen(words[i]);
	if (*s != '{' && *s != '[')
		return valid_number(s);
	if (depth == VALID_DEPTH_MAX)
		return NULL;
	s = valid_blank(s + 1);
	if (*s == end)
		return s + 1;
	for (;;) {
		if (end == '}') {
			if ((s = valid_string(s)) == NULL)
				return NULL;
			s = valid_blank(s);
			if (*s++ != ':')
				return NULL;
			s = valid_blank(s);
		}
		if ((s = valid_value(s, depth + 1)) == NULL)
			return NULL;
		s = valid_blank(s);
		if (*s == end)
			return s + 1;
		if (*s++ != ',')
			return NULL;
		s = valid_blank(s);
	}
}

static inline bool
json_is_valid(const char *s)
{
	s = valid_value(valid_blank(s), 0);
	return s != NULL && *valid_blank(s) == '\0';
}

#endif
