/* SPDX-License-Identifier: ISC */
/* Making a line of text safe to show. */
#include "daemon/printable.h"

#include <string.h>

/* Unicode 15: the categories Cc, Cf, Zl and Zp, and what is no character. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{ 0x0000, 0x001f }, /* C0 */
	{ 0x007f, 0x009f }, /* DEL, C1 */
	{ 0x00ad, 0x00ad }, /* soft hyphen */
	{ 0x0600, 0x0605 },
	{ 0x061c, 0x061c }, /* direction of Arabic letters */
	{ 0x06dd, 0x06dd }, { 0x070f, 0x070f }, { 0x0890, 0x0891 },
	{ 0x08e2, 0x08e2 }, { 0x180e, 0x180e },
	{ 0x200b, 0x200f }, /* of no width; direction */
	{ 0x2028, 0x202e }, /* ends of line and paragraph; direction */
	{ 0x2060, 0x206f }, /* of no width; isolated directions */
	{ 0xd800, 0xdfff }, /* surrogates */
	{ 0xfdd0, 0xfdef }, /* no characters */
	{ 0xfeff, 0xfeff }, /* byte order mark */
	{ 0xfff0, 0xfffb }, /* unassigned; annotations */
	{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff }, /* tags */
};

static bool
is_unseen(uint32_t c)
{
	size_t i;

	for (i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (c >= unseen[i].first && c <= unseen[i].last)
			return true;
	/* The last two of each plane are no characters. */
	return (c & 0xfffe) == 0xfffe;
}

size_t
printable_utf8(const uint8_t *s, size_t n, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len, i;
	uint32_t c;

	if (s[0] < 0x80) {
		*character = s[0];
		return 1;
	}
	if (s[0] < 0xc0 || s[0] > 0xf7)
		return 0;
	len = s[0] < 0xe0 ? 2 : (s[0] < 0xf0 ? 3 : 4);
	if (len > n)
		return 0;
	c = s[0] & (0x7fU >> len);
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return len;
}

char *
printable_escape(char *dst, size_t dstsz, const void *src, size_t left,
    printable_shown_fn *shown)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *s = src;
	size_t o = 0, cut = 0, len, need;

	if (dstsz == 0)
		return dst;
	for (; left > 0; s += len, left -= len) {
		need = len = shown(s, left);
		if (len == 0) {
			len = 1;
			need = 4;
		}
		/* The last place that leaves room for the three dots. */
		if (o + 4 <= dstsz)
			cut = o;
		if (o + need + 1 > dstsz) {
			o = cut;
			if (o + 4 <= dstsz) {
				memcpy(dst + o, "...", 3);
				o += 3;
			}
			break;
		}
		if (need == len) {
			memcpy(dst + o, s, len);
			o += len;
		} else {
			dst[o++] = '\\';
			dst[o++] = 'x';
			dst[o++] = hex[*s >> 4];
			dst[o++] = hex[*s & 15];
		}
	}
	dst[o] = '\0';
	return dst;
}

static size_t
shown_utf8(const uint8_t *s, size_t n)
{
	uint32_t c;
	size_t len = printable_utf8(s, n, &c);

	return len > 0 && !is_unseen(c) ? len : 0;
}

char *
printable(char *dst, size_t dstsz, const char *src)
{
	return printable_escape(dst, dstsz, src, strlen(src), shown_utf8);
}
