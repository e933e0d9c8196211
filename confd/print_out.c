/* SPDX-License-Identifier: ISC */
/* Words, addresses and option values as they are written in a file. */
#include "confd/print_out.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "confd/option.h"
#include "daemon/endpoint.h"

void
out_put(struct out *o, const char *fmt, ...)
{
	size_t room = o->cap - o->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(o->p + o->len, room, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room)
		o->failed = true;
	else
		o->len += (size_t)n;
}

void
out_quoted(struct out *o, const uint8_t *s, size_t n)
{
	static const char plain[] = "\\\"\t\n\033\b\r";
	static const char escape[] = "\\\"tnebr";
	size_t i;

	out_put(o, "\"");
	for (i = 0; i < n; i++) {
		const char *e = s[i] == '\0' ? NULL : strchr(plain, s[i]);

		if (s[i] == '\0')
			o->failed = true;
		else if (e != NULL)
			out_put(o, "\\%c", escape[e - plain]);
		else
			out_put(o, "%c", s[i]);
	}
	out_put(o, "\"");
}

void
out_word(struct out *o, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./";

	if (s[0] != '\0' && s[strspn(s, plain)] == '\0')
		out_put(o, "%s", s);
	else
		out_quoted(o, (const uint8_t *)s, strlen(s));
}

void
out_hex(struct out *o, const uint8_t *p, const uint8_t *wild, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			out_put(o, ":");
		if (wild != NULL && wild[i])
			out_put(o, "*");
		else
			out_put(o, "%02x", p[i]);
	}
	/* One octet alone would be read as a number. */
	if (n == 1)
		o->failed = true;
}

void
out_ip4(struct out *o, uint32_t addr)
{
	char text[16];

	out_put(o, "%s", ip4_text(addr, text));
}

void
out_ip6(struct out *o, const uint8_t addr[16])
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(AF_INET6, addr, text, sizeof(text)) == NULL)
		o->failed = true;
	else
		out_put(o, "%s", text);
}

void
out_mac(struct out *o, const struct record_mac *m)
{
	uint8_t wild[RECORD_HW_MAX];
	size_t i;

	for (i = 0; i < RECORD_HW_MAX; i++)
		wild[i] = (uint8_t)(m->wild >> i & 1);
	if (m->hwtype != 0)
		out_put(o, "%02x-", m->hwtype);
	out_hex(o, m->addr, wild, m->len);
}

void
out_end(struct out *o)
{
	if (o->len > 0 && o->p[o->len - 1] == ',')
		o->len--;
	out_put(o, "\n");
}

void
out_flag(struct out *o, bool on, const char *name)
{
	if (on)
		out_put(o, "%s\n", name);
}

void
out_value(struct out *o, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	out_put(o, "%s=", name);
	out_word(o, value);
	out_put(o, "\n");
}

static void
out_addrs(struct out *o, const uint8_t *p, size_t n)
{
	size_t i;

	if (n % 4 != 0)
		o->failed = true;
	for (i = 0; i + 4 <= n; i += 4)
		out_put(o, "%s%u.%u.%u.%u", i == 0 ? "" : ",", p[i], p[i + 1],
		    p[i + 2], p[i + 3]);
}

/*
 * One name of option 119, its pointers followed, to name[].  Returns where
 * the next one begins, 0 when it is none.
 */
static size_t
domain_read(
    const uint8_t *p, size_t n, size_t at, uint8_t name[256], size_t *len)
{
	size_t next = 0, hops;

	*len = 0;
	for (hops = 0; at < n && hops < 256; hops++) {
		size_t label = p[at];

		if (label >= 0xc0 && at + 1 < n) {
			if (next == 0)
				next = at + 2;
			at = (label & 0x3f) << 8 | p[at + 1];
			continue;
		}
		if (label == 0)
			return next == 0 ? at + 1 : next;
		if (at + 1 + label > n || *len + label + 1 > 256)
			break;
		if (*len > 0)
			name[(*len)++] = '.';
		memcpy(name + *len, p + at + 1, label);
		*len += label;
		at += 1 + label;
	}
	return 0;
}

static void
out_domains(struct out *o, const uint8_t *p, size_t n)
{
	uint8_t name[256];
	size_t at = 0, len;

	while (at < n) {
		if (at > 0)
			out_put(o, ",");
		if ((at = domain_read(p, n, at, name, &len)) == 0) {
			o->failed = true;
			return;
		}
		out_quoted(o, name, len);
	}
}

void
out_option_number(struct out *o, uint8_t code, uint32_t v, uint8_t width)
{
	static const char suffix[] = { 0, 'b', 's', 0, 'i' };
	const struct option_info *info = option_by_code(code);

	if (info != NULL && (info->type == OPTION_TIME || info->width == width))
		out_put(o, "%u", v);
	else
		out_put(o, "%u%c", v, suffix[width]);
}

static bool
is_number(uint8_t type, size_t n)
{
	return type == OPTION_TIME
		   ? n == 4
		   : (type == OPTION_NUMBER && (n == 1 || n == 2 || n == 4));
}

/* By its look: text, addresses or octets. */
static void
out_any(struct out *o, uint8_t code, const uint8_t *p, size_t n, bool text)
{
	bool nul = memchr(p, '\0', n) != NULL;
	/* Quoted text is something else for these. */
	bool special = code == 120 || code == 121 || code == 249;

	if (!nul && !special)
		out_quoted(o, p, n);
	else if (text)
		out_addrs(o, p, n);
	else if (n > 1)
		out_hex(o, p, NULL, n);
	else
		out_option_number(o, code, p[0], 1);
}

void
out_option(struct out *o, uint8_t code, const uint8_t *p, size_t n, bool text)
{
	const struct option_info *info = option_by_code(code);
	uint8_t type = info == NULL ? OPTION_ANY : info->type;
	uint32_t v = 0;
	size_t i;

	if (n == 0)
		return;
	if (type == OPTION_ADDRS) {
		out_addrs(o, p, n);
	} else if (type == OPTION_TEXT) {
		out_quoted(o, p, n);
	} else if (type == OPTION_DOMAINS) {
		out_domains(o, p, n);
	} else if (is_number(type, n)) {
		for (i = 0; i < n; i++)
			v = v << 8 | p[i];
		out_option_number(o, code, v, (uint8_t)n);
	} else {
		out_any(o, code, p, n, text);
	}
}
