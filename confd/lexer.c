/* SPDX-License-Identifier: ISC */
/* Splits text into lines, and a value into tokens. */
#include "confd/lexer.h"

#include <string.h>

#include "confd/builder.h"

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
lexer_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The byte of an escape sequence within quotes; 0 if there is none. */
static char
lexer_escape(char c)
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
	struct line *l;
	size_t len;
	bool full;
};

static void
copy_put(struct copy *c, char byte, bool quoted)
{
	if (c->len == LEXER_LINE_MAX) {
		c->full = true;
		return;
	}
	c->l->text[c->len] = byte;
	c->l->quoted[c->len] = quoted ? 1 : 0;
	c->len++;
}

/* Copies a quoted part; returns the index after it, 0 when it is unclosed. */
static size_t
copy_quoted(struct copy *c, const char *s, size_t i, size_t n)
{
	char byte;

	for (; i < n; i++) {
		byte = s[i];
		if (byte == '"')
			return i + 1;
		if (byte == '\\' && i + 1 < n && lexer_escape(s[i + 1]) != '\0')
			byte = lexer_escape(s[++i]);
		copy_put(c, byte, true);
	}
	return 0;
}

static enum lexer_result
line_copy(struct copy *c, const char *s, size_t n)
{
	bool white = true;
	size_t i = 0;

	while (i < n && !(white && s[i] == '#')) {
		white = lexer_is_blank(s[i]);
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
line_blank(const struct line *l, size_t i)
{
	return l->text[i] == ' ' && l->quoted[i] == 0;
}

/* All of text[start..end) is the value. */
static void
line_whole(struct line *l, size_t start, size_t end)
{
	l->text[end] = '\0';
	l->quoted[end] = 0;
	l->name = l->text + end;
	l->has_value = true;
	l->value.text = l->text + start;
	l->value.quoted = l->quoted + start;
	l->value.len = end - start;
}

/* Finds name and value in text[start..end). */
static void
line_split(struct line *l, size_t start, size_t end)
{
	size_t eq, stop;

	l->text[end] = '\0';
	l->quoted[end] = 0;
	l->name = l->text + start;
	for (eq = start; eq < end && l->text[eq] != '='; eq++)
		continue;
	l->has_value = eq < end;
	for (stop = eq; stop > start && line_blank(l, stop - 1); stop--)
		continue;
	l->text[stop] = '\0';
	if (l->has_value)
		eq++;
	while (eq < end && line_blank(l, eq))
		eq++;
	l->value.text = l->text + eq;
	l->value.quoted = l->quoted + eq;
	l->value.len = end - eq;
}

static enum lexer_result
line_next(struct lexer *lx, struct line *l,
    void (*split)(struct line *, size_t start, size_t end))
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
		l->number = ++lx->line;
		if (memchr(s, '\0', n) != NULL)
			return LEXER_NUL;
		if ((r = line_copy(&c, s, n)) != LEXER_DIRECTIVE)
			return r;
		end = c.len;
		while (start < end && line_blank(l, start))
			start++;
		while (end > start && line_blank(l, end - 1))
			end--;
		if (start == end)
			continue;
		split(l, start, end);
		return LEXER_DIRECTIVE;
	}
	return LEXER_END;
}

enum lexer_result
lexer_next(struct lexer *lx, struct line *l)
{
	return line_next(lx, l, line_split);
}

enum lexer_result
lexer_next_value(struct lexer *lx, struct line *l)
{
	return line_next(lx, l, line_whole);
}

enum lexer_result
lexer_arg(const char *arg, struct line *l)
{
	size_t n = strlen(arg);

	l->number = 0;
	if (n > LEXER_LINE_MAX)
		return LEXER_LONG;
	memcpy(l->text, arg, n);
	memset(l->quoted, 0, n);
	line_split(l, 0, n);
	return LEXER_DIRECTIVE;
}

void
tokens_init(struct tokens *a, const struct token *value)
{
	a->rest = *value;
	a->done = value->len == 0;
}

bool
tokens_rest(struct tokens *a, struct token *p)
{
	if (a->done)
		return false;
	*p = a->rest;
	a->done = true;
	return true;
}

/* Cuts the first n bytes off. */
static void
token_cut(struct token *p, size_t n)
{
	p->text += n;
	p->quoted += n;
	p->len -= n;
}

bool
tokens_next(struct tokens *a, struct token *p)
{
	struct token *rest = &a->rest;
	size_t i, end;

	if (a->done)
		return false;
	*p = *rest;
	for (i = 0; i < rest->len; i++)
		if (rest->text[i] == ',' && rest->quoted[i] == 0)
			break;
	if (i == rest->len) {
		a->done = true;
		return true;
	}
	for (end = i; end > 0; end--)
		if (p->text[end - 1] != ' ' || p->quoted[end - 1] != 0)
			break;
	token_cut(rest, i + 1);
	while (rest->len > 0 && rest->text[0] == ' ' && rest->quoted[0] == 0)
		token_cut(rest, 1);
	p->len = end;
	p->text[end] = '\0';
	return true;
}

bool
token_prefix(struct token *p, const char *prefix)
{
	size_t n = strlen(prefix);

	if (p->len < n || memcmp(p->text, prefix, n) != 0 ||
	    memchr(p->quoted, 1, n) != NULL)
		return false;
	token_cut(p, n);
	return true;
}

bool
token_is(const struct token *p, const char *word)
{
	return strcmp(p->text, word) == 0;
}

bool
token_is_quoted(const struct token *p)
{
	return p->len > 0 && memchr(p->quoted, 1, p->len) != NULL;
}
