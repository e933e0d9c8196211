/* SPDX-License-Identifier: ISC */
/* Parses lines of dnsmasq's lease file.  Pure. */
#include "leased/import_line.h"

#include <string.h>

#include "daemon/hex.h"

/* The five fields of a line, each a reader over its bytes. */
enum { FIELD_EXPIRY, FIELD_HW, FIELD_ADDR, FIELD_NAME, FIELD_ID, FIELD_MAX };

static bool
line_is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word; false when the line is at its end. */
static bool
line_word_next(struct reader *r, struct reader *word)
{
	size_t n;

	while (r->left > 0 && line_is_blank(*r->p))
		reader_skip(r, 1);
	if (r->left == 0)
		return false;
	for (n = 0; n < r->left && !line_is_blank(r->p[n]); n++)
		continue;
	*word = reader_sub(r, n);
	return true;
}

static bool
line_word_is(const struct reader *w, const char *s)
{
	return w->left == strlen(s) && memcmp(w->p, s, w->left) == 0;
}

static bool
line_word_has(const struct reader *w, uint8_t c)
{
	return w->left > 0 && memchr(w->p, c, w->left) != NULL;
}

static uint8_t
line_hex_byte(struct reader *w)
{
	int hi = hex_digit_value(reader_u8(w));
	int lo = hex_digit_value(reader_u8(w));

	if (hi == -1 || lo == -1) {
		reader_fail(w);
		return 0;
	}
	return (uint8_t)(hi << 4 | lo);
}

/* "01:02:03"; at least one byte. Returns how many, 0 on failure. */
static size_t
line_hex_bytes(struct reader *w, uint8_t *dst, size_t max)
{
	size_t n = 0;

	do {
		if (n > 0 && reader_u8(w) != ':')
			reader_fail(w);
		if (n == max)
			reader_fail(w);
		if (!reader_ok(w))
			return 0;
		dst[n++] = line_hex_byte(w);
	} while (reader_ok(w) && w->left > 0);
	return reader_done(w) ? n : 0;
}

/* A decimal number of at most max. */
static uint64_t
line_number(struct reader *w, uint64_t max)
{
	uint64_t v = 0;

	if (w->left == 0)
		reader_fail(w);
	while (reader_ok(w) && w->left > 0) {
		uint8_t c = reader_u8(w);

		if (c < '0' || c > '9' || v > max / 10 ||
		    v * 10 > max - (uint64_t)(c - '0')) {
			reader_fail(w);
			return 0;
		}
		v = v * 10 + (uint64_t)(c - '0');
	}
	return v;
}

static bool
line_parse_addr(struct reader *w, uint32_t *addr)
{
	uint32_t v = 0;
	int i;

	for (i = 0; i < 4; i++) {
		struct reader part;
		size_t n;

		for (n = 0; n < w->left && w->p[n] != '.'; n++)
			continue;
		/* A number has three digits at most. */
		if (n > 3)
			return false;
		part = reader_sub(w, n);
		if (i < 3 && reader_u8(w) != '.')
			return false;
		v = v << 8 | (uint32_t)line_number(&part, 255);
		if (!reader_ok(&part) || !reader_ok(w))
			return false;
	}
	*addr = v;
	return reader_done(w) && v != 0;
}

/* dnsmasq writes a type where it is not Ethernet or there is no address. */
static bool
line_parse_hw(struct reader *w, struct lease *l)
{
	l->hwtype = 1; /* RFC 1700: Ethernet */
	if (w->left >= 3 && w->p[2] == '-') {
		l->hwtype = line_hex_byte(w);
		reader_skip(w, 1);
		if (!reader_ok(w) || w->left == 0)
			return reader_ok(w);
	}
	l->hwlen = (uint8_t)line_hex_bytes(w, l->hw, sizeof(l->hw));
	return l->hwlen > 0;
}

static bool
line_parse_id(struct reader *w, struct lease *l)
{
	if (line_word_is(w, "*"))
		return true;
	l->idlen = (uint16_t)line_hex_bytes(w, l->id, sizeof(l->id));
	return l->idlen > 0;
}

/* A host name has letters, digits, "-", "_" and "." only. */
static bool
line_parse_name(struct reader *w, struct lease *l)
{
	size_t i, n = w->left;

	if (line_word_is(w, "*"))
		return true;
	if (n >= sizeof(l->name) || w->p[0] == '-' || w->p[0] == '.')
		return false;
	for (i = 0; i < n; i++) {
		uint8_t c = w->p[i];

		if ((c < '0' || c > '9') && (c < 'a' || c > 'z') &&
		    (c < 'A' || c > 'Z') && c != '-' && c != '_' && c != '.')
			return false;
	}
	reader_copy(w, l->name, n);
	return true;
}

/* Records of newer versions, which begin with a word. */
static bool
line_is_other(const struct reader *first)
{
	return line_word_is(first, "duid") ||
	       line_word_is(first, "vendorclass") ||
	       line_word_is(first, "agent-info");
}

enum lease_line
lease_line_parse(const void *line, size_t n, struct lease *l)
{
	struct reader r, field[FIELD_MAX], extra;
	uint32_t ip4;
	size_t i;

	memset(l, 0, sizeof(*l));
	reader_init(&r, line, n);
	for (i = 0; i < FIELD_MAX && line_word_next(&r, &field[i]); i++) {
		if (i == FIELD_EXPIRY && line_is_other(&field[i]))
			return LEASE_LINE_OTHER;
	}
	if (i == 0)
		return LEASE_LINE_EMPTY;
	if (i < FIELD_MAX || line_word_next(&r, &extra))
		return LEASE_LINE_FIELDS;
	if (line_word_has(&field[FIELD_ADDR], ':'))
		return LEASE_LINE_OTHER;
	l->state = LEASE_BOUND;
	l->expiry_s = line_number(&field[FIELD_EXPIRY], INT64_MAX);
	if (!reader_done(&field[FIELD_EXPIRY]))
		return LEASE_LINE_EXPIRY;
	if (l->expiry_s == 0)
		l->expiry_s = LEASE_NEVER;
	if (!line_parse_hw(&field[FIELD_HW], l))
		return LEASE_LINE_HW;
	if (!line_parse_addr(&field[FIELD_ADDR], &ip4))
		return LEASE_LINE_ADDR;
	l->addr = addr_from_ip4(ip4);
	if (!line_parse_id(&field[FIELD_ID], l))
		return LEASE_LINE_ID;
	return line_parse_name(&field[FIELD_NAME], l) ? LEASE_LINE_OK
						      : LEASE_LINE_UNNAMED;
}

const char *
lease_line_text(enum lease_line r)
{
	static const char *const texts[LEASE_LINE_MAX] = {
		[LEASE_LINE_OK] = "a lease",
		[LEASE_LINE_UNNAMED] = "invalid host name ignored",
		[LEASE_LINE_EMPTY] = "empty",
		[LEASE_LINE_OTHER] = "not an IPv4 lease",
		[LEASE_LINE_FIELDS] = "not five fields",
		[LEASE_LINE_EXPIRY] = "invalid expiry time",
		[LEASE_LINE_HW] = "invalid hardware address",
		[LEASE_LINE_ADDR] = "invalid IPv4 address",
		[LEASE_LINE_ID] = "invalid client identifier",
		[LEASE_LINE_LONG] = "line too long",
		[LEASE_LINE_DUPLICATE] = "duplicate address",
	};

	return (unsigned int)r < LEASE_LINE_MAX ? texts[r] : "?";
}

static void
import_line_end(struct import *im)
{
	struct lease l;
	enum lease_line r;

	if (im->over) {
		im->line(LEASE_LINE_LONG, NULL, "", 0, im->arg);
	} else {
		r = lease_line_parse(im->buf, im->len, &l);
		im->line(r, &l, im->buf, im->len, im->arg);
	}
	im->len = 0;
	im->over = false;
}

void
import_feed(struct import *im, const void *p, size_t n)
{
	const uint8_t *s = p;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] == '\n')
			import_line_end(im);
		else if (im->len == sizeof(im->buf))
			im->over = true;
		else
			im->buf[im->len++] = s[i];
	}
}

void
import_end(struct import *im)
{
	if (im->len > 0 || im->over)
		import_line_end(im);
}
