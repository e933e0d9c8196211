/* SPDX-License-Identifier: ISC */
/* Parts of lines as they are written in a file. */
#include "confd/print_out.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "confd/directive.h"
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

bool
out_is_text(const uint8_t *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			return false;
	return true;
}

void
out_word(struct out *o, const char *s)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";

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
out_addr(struct out *o, const struct addr *a)
{
	char text[ADDR_TEXT];

	out_put(o, "%s", addr_text(a, text));
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
out_flags(struct out *o, const void *fields, size_t offset, size_t size)
{
	const struct directive *d;
	size_t i;

	for (i = 0; (d = directive_at(i)) != NULL; i++)
		if (d->flag >= offset && d->flag - offset < size &&
		    ((const bool *)fields)[d->flag - offset])
			out_put(o, "%s\n", d->name);
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
