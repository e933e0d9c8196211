/* SPDX-License-Identifier: ISC */
/* Finds words that dnsmasq reads in another way than their author. */
#include "confd/spelling.h"

#include <string.h>
#include <strings.h>

#include "confd/diag.h"
#include "confd/value.h"

#define ARCH_DIGITS 5 /* in "PXEClient:Arch:00007" */

void
spelling_prefix(struct config *c, struct token *p)
{
	static const char *const prefixes[] = { "tag:", "net:", "set:",
		"option:", "encap:", "vi-encap:", "vendor:" };
	size_t i, n;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		n = strlen(prefixes[i]);
		if (p->len < n || memchr(p->quoted, 1, n) != NULL ||
		    strncasecmp(p->text, prefixes[i], n) != 0 ||
		    memcmp(p->text, prefixes[i], n) == 0)
			continue;
		diag_warn(c,
		    "\"%s\" is read as %s%s; dnsmasq knows \"%s\" in lower case alone, correct it",
		    diag_show(c, p->text), prefixes[i],
		    diag_show(c, p->text + n), prefixes[i]);
		memcpy(p->text, prefixes[i], n);
		return;
	}
}

/* ---------------------------------------------------------------- quotes */

static bool
is_plain(const struct token *v, size_t i, char ch)
{
	return i < v->len && v->text[i] == ch && v->quoted[i] == 0;
}

/* Whether a token begins or ends at i. */
static bool
is_begin(const struct token *v, size_t i)
{
	return i == 0 || is_plain(v, i - 1, ',') || is_plain(v, i - 1, ' ');
}

static bool
is_end(const struct token *v, size_t i)
{
	return i + 1 == v->len || is_plain(v, i + 1, ',') ||
	       is_plain(v, i + 1, ' ');
}

/*
 * Whether one of the quotation marks of UTF-8 is at i: U+201C to U+201F, or, at
 * the begin of a token, where it is no apostrophe, U+2018 to U+201B.
 */
static bool
is_curly(const struct token *v, size_t i)
{
	unsigned char last;

	if (i + 2 >= v->len || v->quoted[i] != 0 ||
	    memcmp(v->text + i, "\xe2\x80", 2) != 0)
		return false;
	last = (unsigned char)v->text[i + 2];
	return (last >= 0x9c && last <= 0x9f) ||
	       (last >= 0x98 && last <= 0x9b && is_begin(v, i));
}

/* 'text' in single quotes: from the begin of a token to the end of one. */
static bool
has_single_quotes(const struct token *v)
{
	bool open = false;
	size_t i;

	for (i = 0; i < v->len; i++) {
		if (!is_plain(v, i, '\''))
			continue;
		if (open && is_end(v, i))
			return true;
		open = open || is_begin(v, i);
	}
	return false;
}

/* Two backslashes that do not begin a name, as in dir\\file. */
static bool
has_double_backslash(const struct token *v)
{
	size_t i;

	for (i = 1; i < v->len; i++)
		if (is_plain(v, i, '\\') && is_plain(v, i - 1, '\\') &&
		    !is_begin(v, i - 1))
			return true;
	return false;
}

void
spelling_quotes(struct config *c, const struct token *v)
{
	bool curly = false, shell = false;
	size_t i;

	for (i = 0; i < v->len; i++) {
		curly = curly || is_curly(v, i);
		/* The lexer removes those of files. */
		shell = shell || is_plain(v, i, '"');
	}
	if (curly)
		diag_warn(c,
		    "the quotation marks of \"%s\" become part of the value; write plain ones (\") or none",
		    diag_show(c, v->text));
	else if (shell)
		diag_warn(c,
		    "the quotes of %s become part of the value; on the command line the shell has to remove them",
		    diag_show(c, v->text));
	else if (has_single_quotes(v))
		diag_warn(c,
		    "the single quotes of %s become part of the value; write double ones or none",
		    diag_show(c, v->text));
	else if (v->len > 0 && is_plain(v, v->len - 1, '\\'))
		diag_warn(c,
		    "the backslash at the end becomes part of the value; a line cannot continue on the next one");
	else if (has_double_backslash(v))
		diag_warn(c,
		    "two backslashes in a row become part of the value; outside of quotes write one");
}

/* --------------------------------------------------------------- classes */

/* "PXEClient:Arch:7": firmware sends five digits. */
static void
class_arch(struct config *c, const struct token *p)
{
	static const char mark[] = "Arch:";
	const char *digits = strstr(p->text, mark);
	char number[ARCH_DIGITS + 1];
	uint64_t arch;
	size_t n;

	if (digits == NULL)
		return;
	digits += sizeof(mark) - 1;
	n = strspn(digits, "0123456789");
	if (n == 0 || n >= sizeof(number))
		return;
	memcpy(number, digits, n);
	number[n] = '\0';
	if (n == ARCH_DIGITS && (digits[n] == '\0' || digits[n] == ':'))
		return;
	if (digits[n] != '\0' || !value_number(number, UINT16_MAX, &arch))
		diag_warn(c,
		    "\"%s\" matches no client: firmware sends the architecture as five decimal digits, like 00007",
		    diag_show(c, p->text));
	else if (number[0] != '0')
		diag_warn(c,
		    "\"%s\" matches no client: firmware sends the architecture as five digits; write %05u",
		    diag_show(c, p->text), (unsigned int)arch);
	else
		diag_warn(c,
		    "\"%s\" matches all architectures whose five digits begin with %s; write all five, like %05u",
		    diag_show(c, p->text), number, (unsigned int)arch);
}

void
spelling_class(struct config *c, const struct token *p)
{
	static const char *const sent[] = { "iPXE", "gPXE", "PXEClient",
		"HTTPClient" };
	size_t i, n;

	for (i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
		n = strlen(sent[i]);
		if (p->len < n || strncasecmp(p->text, sent[i], n) != 0 ||
		    (p->text[n] != '\0' && p->text[n] != ':'))
			continue;
		if (memcmp(p->text, sent[i], n) == 0)
			break;
		diag_warn(c,
		    "\"%s\" matches no client: clients send \"%s\", and upper and lower case differ",
		    diag_show(c, p->text), sent[i]);
		return;
	}
	class_arch(c, p);
}

/* ----------------------------------------------------------------- hosts */

void
spelling_mac(
    struct config *c, const struct token *p, const struct record_mac *m)
{
	if (m->hwtype > 1 || m->len == 6)
		return;
	if (m->len == 7 && m->addr[0] == 1 && (m->wild & 1) == 0)
		diag_warn(c,
		    "%s has 7 octets; an Ethernet address has 6, without the 01 of a client identifier before it",
		    diag_show(c, p->text));
	else if (m->len < 8)
		diag_warn(c, "%s has %u octets; an Ethernet address has 6",
		    diag_show(c, p->text), m->len);
}

void
spelling_host(struct config *c, const struct token *p)
{
	static const char *const words[] = { "ignore", "infinite" };
	uint32_t addr;
	size_t i;

	if (value_ip4(p->text, &addr)) {
		diag_warn(c,
		    "\"%s\" in quotes is a host name, as in dnsmasq; write the address without quotes",
		    diag_show(c, p->text));
		return;
	}
	if (!token_is_quoted(p) && value_mac_like(p->text)) {
		diag_warn(c,
		    "%s is used as a host name; write a hardware address with colons, like 52:54:00:12:34:56",
		    diag_show(c, p->text));
		return;
	}
	if (value_ip4_broken(p->text)) {
		diag_warn(c,
		    "%s is not an address; it is used as a host name, as in dnsmasq",
		    diag_show(c, p->text));
		return;
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!token_is_quoted(p) && strcasecmp(p->text, words[i]) == 0)
			diag_warn(c,
			    "\"%s\" is used as a host name, as in dnsmasq; write \"%s\" in lower case",
			    diag_show(c, p->text), words[i]);
}
