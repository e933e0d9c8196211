/* SPDX-License-Identifier: ISC */
/* From text to directives, and from a value to its pieces. */
#include "confd/lexer.h"

#include <string.h>

void
lexer_init(struct lexer *lx, const void *text, size_t len)
{
	lx->p = text;
	lx->left = len;
	lx->line = 0;
}

void
lexer_skip(struct lexer *lx, size_t len)
{
	lx->p += len;
	lx->left -= len;
	lx->line++;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The byte that a backslash and c stand for within quotes; 0 for none. */
static char
escape_value(char c)
{
	switch (c) {
	case '\\':
	case '"':
		return c;
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'e':
		return '\033';
	case 'b':
		return '\b';
	case 'r':
		return '\r';
	default:
		return '\0';
	}
}

/* A line while it is copied without quotes and comment. */
struct copy {
	struct lexed *l;
	size_t len;
	bool full;
};

static void
copy_put(struct copy *c, char byte, bool hidden)
{
	if (c->len == LEXER_LINE_MAX) {
		c->full = true;
		return;
	}
	c->l->text[c->len] = byte;
	c->l->hidden[c->len] = hidden ? 1 : 0;
	c->len++;
}

/* What stands in quotes; returns the index behind them, 0 when unclosed. */
static size_t
copy_quoted(struct copy *c, const char *s, size_t i, size_t n)
{
	char byte;

	for (; i < n && s[i] != '"'; i++) {
		byte = s[i];
		if (byte == '\\' && i + 1 < n && escape_value(s[i + 1]) != '\0')
			byte = escape_value(s[++i]);
		copy_put(c, byte, true);
	}
	return i < n ? i + 1 : 0;
}

static enum lexer_result
line_copy(struct copy *c, const char *s, size_t n)
{
	bool white = true;
	size_t i = 0;

	while (i < n && !(white && s[i] == '#')) {
		white = is_blank(s[i]);
		if (s[i] == '"') {
			if ((i = copy_quoted(c, s, i + 1, n)) == 0)
				return LEXER_QUOTE;
		} else {
			copy_put(c, white ? ' ' : s[i], false);
			i++;
		}
		if (c->full)
			return LEXER_LONG;
	}
	return LEXER_DIRECTIVE;
}

static bool
lexed_blank(const struct lexed *l, size_t i)
{
	return l->text[i] == ' ' && l->hidden[i] == 0;
}

/* Finds name and value in text[start..end). */
static void
lexed_split(struct lexed *l, size_t start, size_t end)
{
	size_t eq, stop;

	l->text[end] = '\0';
	l->hidden[end] = 0;
	l->name = l->text + start;
	for (eq = start; eq < end && l->text[eq] != '='; eq++)
		continue;
	l->has_value = eq < end;
	for (stop = eq; stop > start && lexed_blank(l, stop - 1); stop--)
		continue;
	l->text[stop] = '\0';
	if (l->has_value)
		eq++;
	while (eq < end && lexed_blank(l, eq))
		eq++;
	l->value.text = l->text + eq;
	l->value.hidden = l->hidden + eq;
	l->value.len = end - eq;
}

enum lexer_result
lexer_next(struct lexer *lx, struct lexed *l)
{
	while (lx->left > 0) {
		struct copy c = { .l = l };
		const char *s = lx->p;
		const char *nl = memchr(s, '\n', lx->left);
		size_t n = nl == NULL ? lx->left : (size_t)(nl - s);
		size_t start = 0, end, used = n + (nl == NULL ? 0 : 1);
		enum lexer_result r;

		lx->p += used;
		lx->left -= used;
		l->line = ++lx->line;
		if (memchr(s, '\0', n) != NULL)
			return LEXER_NUL;
		if ((r = line_copy(&c, s, n)) != LEXER_DIRECTIVE)
			return r;
		end = c.len;
		while (start < end && lexed_blank(l, start))
			start++;
		while (end > start && lexed_blank(l, end - 1))
			end--;
		if (start == end)
			continue;
		lexed_split(l, start, end);
		return LEXER_DIRECTIVE;
	}
	return LEXER_END;
}

enum lexer_result
lexer_arg(const char *arg, struct lexed *l)
{
	size_t n = strlen(arg);

	l->line = 0;
	if (n > LEXER_LINE_MAX)
		return LEXER_LONG;
	memcpy(l->text, arg, n);
	memset(l->hidden, 0, n);
	lexed_split(l, 0, n);
	return LEXER_DIRECTIVE;
}

void
args_init(struct args *a, const struct piece *value)
{
	a->rest = *value;
	a->done = value->len == 0;
}

bool
args_rest(struct args *a, struct piece *p)
{
	if (a->done)
		return false;
	*p = a->rest;
	a->done = true;
	return true;
}

/* Cuts the first n bytes off. */
static void
piece_cut(struct piece *p, size_t n)
{
	p->text += n;
	p->hidden += n;
	p->len -= n;
}

bool
args_next(struct args *a, struct piece *p)
{
	struct piece *rest = &a->rest;
	size_t i, end;

	if (a->done)
		return false;
	*p = *rest;
	for (i = 0; i < rest->len; i++)
		if (rest->text[i] == ',' && rest->hidden[i] == 0)
			break;
	if (i == rest->len) {
		a->done = true;
		return true;
	}
	for (end = i; end > 0; end--)
		if (p->text[end - 1] != ' ' || p->hidden[end - 1] != 0)
			break;
	piece_cut(rest, i + 1);
	while (rest->len > 0 && rest->text[0] == ' ' && rest->hidden[0] == 0)
		piece_cut(rest, 1);
	p->len = end;
	p->text[end] = '\0';
	return true;
}

bool
piece_prefix(struct piece *p, const char *prefix)
{
	size_t n = strlen(prefix);

	if (p->len < n || memcmp(p->text, prefix, n) != 0 ||
	    memchr(p->hidden, 1, n) != NULL)
		return false;
	piece_cut(p, n);
	return true;
}

bool
piece_is(const struct piece *p, const char *word)
{
	return strcmp(p->text, word) == 0;
}

bool
piece_quoted(const struct piece *p)
{
	return p->len > 0 && memchr(p->hidden, 1, p->len) != NULL;
}
