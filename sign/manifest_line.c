/* SPDX-License-Identifier: ISC */
/* Parses and writes the lines of a manifest. */
#include "sign/manifest_line.h"

#include <string.h>

#include "daemon/hex.h"

#define HEX_LEN (2 * (size_t)MANIFEST_HASH_BYTES)

/* "SHA256 (NAME) = HASH" */
static const char tag_begin[] = "SHA256 (", tag_end[] = ") = ";
#define TAG_BEGIN_LEN (sizeof(tag_begin) - 1)
#define TAG_END_LEN (sizeof(tag_end) - 1)

static bool
hex_read(uint8_t hash[MANIFEST_HASH_BYTES], const uint8_t *p)
{
	int bad = 0, high, low;
	size_t i;

	for (i = 0; i < MANIFEST_HASH_BYTES; i++) {
		high = hex_digit_value(p[2 * i]);
		low = hex_digit_value(p[2 * i + 1]);
		bad |= high | low;
		hash[i] =
		    (uint8_t)((unsigned int)high << 4 | (unsigned int)low);
	}
	return bad >= 0;
}

/* Takes the next byte of a name; 0 after an invalid escape sequence. */
static uint8_t
name_byte(const uint8_t **p, size_t *left, bool escaped)
{
	uint8_t c = **p;

	*p += 1;
	*left -= 1;
	if (!escaped || c != '\\')
		return c;
	if (*left == 0)
		return 0;
	c = **p;
	*p += 1;
	*left -= 1;
	return c == '\\' ? '\\' : c == 'n' ? '\n' : c == 'r' ? '\r' : 0;
}

/*
 * Ends the component that begins at `from` and ends at l->len: an empty one
 * and "." are dropped.
 */
static enum sign_reason
component_end(struct manifest_line *l, size_t from)
{
	const char *c = l->name + from;
	size_t n = l->len - from;

	if (n == 2 && c[0] == '.' && c[1] == '.')
		return SIGN_MANIFEST_PARENT;
	if (n == 1 && c[0] == '.')
		l->len = from;
	return SIGN_OK;
}

static enum sign_reason
name_read(struct manifest_line *l, const uint8_t *p, size_t left, bool escaped)
{
	size_t from = 0;
	enum sign_reason r;
	uint8_t c = 0;

	if (left > 0 && *p == '/')
		return SIGN_MANIFEST_ABSOLUTE;
	while (left > 0) {
		if ((c = name_byte(&p, &left, escaped)) == 0)
			return SIGN_MANIFEST_ESCAPE;
		if (c != '/') {
			l->name[l->len++] = (char)c;
			continue;
		}
		if ((r = component_end(l, from)) != SIGN_OK)
			return r;
		if (l->len > from)
			l->name[l->len++] = '/';
		from = l->len;
	}
	if ((r = component_end(l, from)) != SIGN_OK)
		return r;
	/* Nothing, or nothing after the last slash. */
	return l->len == from ? SIGN_MANIFEST_NAME : SIGN_OK;
}

/* "HASH  NAME" or "HASH *NAME" */
static enum sign_reason
gnu_parse(struct manifest_line *l, const uint8_t *p, size_t n, bool escaped)
{
	if (n < HEX_LEN + 2 || p[HEX_LEN] != ' ' ||
	    (p[HEX_LEN + 1] != ' ' && p[HEX_LEN + 1] != '*'))
		return SIGN_MANIFEST_SYNTAX;
	if (!hex_read(l->hash, p))
		return SIGN_MANIFEST_HEX;
	return name_read(l, p + HEX_LEN + 2, n - HEX_LEN - 2, escaped);
}

/* A name may contain ") = ", so the checksum is found from the end. */
static enum sign_reason
tag_parse(struct manifest_line *l, const uint8_t *p, size_t n, bool escaped)
{
	if (n < TAG_BEGIN_LEN + TAG_END_LEN + HEX_LEN ||
	    memcmp(p + n - HEX_LEN - TAG_END_LEN, tag_end, TAG_END_LEN) != 0)
		return SIGN_MANIFEST_SYNTAX;
	if (!hex_read(l->hash, p + n - HEX_LEN))
		return SIGN_MANIFEST_HEX;
	return name_read(l, p + TAG_BEGIN_LEN,
	    n - TAG_BEGIN_LEN - TAG_END_LEN - HEX_LEN, escaped);
}

enum sign_reason
manifest_line_parse(struct manifest_line *l, const uint8_t *p, size_t n)
{
	bool escaped;

	l->len = 0;
	if (n > MANIFEST_LINE_MAX)
		return SIGN_MANIFEST_LINE;
	if (memchr(p, '\0', n) != NULL || memchr(p, '\r', n) != NULL)
		return SIGN_MANIFEST_CONTROL;
	if (n == 0 || *p == '#')
		return SIGN_OK;
	escaped = *p == '\\';
	p += escaped;
	n -= escaped;
	if (n >= TAG_BEGIN_LEN && memcmp(p, tag_begin, TAG_BEGIN_LEN) == 0)
		return tag_parse(l, p, n, escaped);
	return gnu_parse(l, p, n, escaped);
}

size_t
manifest_line_write(char *dst, const char *name, size_t n,
    const uint8_t hash[MANIFEST_HASH_BYTES])
{
	static const char hex[] = "0123456789abcdef";
	char *p = dst;
	size_t i;

	if (memchr(name, '\\', n) != NULL || memchr(name, '\n', n) != NULL ||
	    memchr(name, '\r', n) != NULL)
		*p++ = '\\';
	for (i = 0; i < MANIFEST_HASH_BYTES; i++) {
		*p++ = hex[hash[i] >> 4];
		*p++ = hex[hash[i] & 15];
	}
	*p++ = ' ';
	*p++ = ' ';
	for (i = 0; i < n; i++) {
		if (name[i] == '\\' || name[i] == '\n' || name[i] == '\r')
			*p++ = '\\';
		*p++ = name[i] == '\n' ? 'n' : name[i] == '\r' ? 'r' : name[i];
	}
	*p++ = '\n';
	return (size_t)(p - dst);
}
