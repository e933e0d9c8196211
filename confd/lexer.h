/* SPDX-License-Identifier: ISC */
/*
 * Lines of the configuration language: comments, quotes, escapes, commas and
 * blanks, as dnsmasq reads them.  Pure; the text is copied, never kept.
 */
#ifndef CONFD_LEXER_H
#define CONFD_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEXER_LINE_MAX 1024 /* bytes of a line without its comment */

/*
 * A part of a value.  hidden[i] is 1 where text[i] stood in quotes: such a
 * byte is text and nothing else, be it a comma, a colon or a digit.
 */
struct piece {
	char *text; /* ended with a NUL */
	uint8_t *hidden;
	size_t len;
};

enum lexer_result {
	LEXER_END, /* no more lines */
	LEXER_DIRECTIVE,
	LEXER_LONG, /* a line over LEXER_LINE_MAX */
	LEXER_QUOTE, /* a quote was not closed */
	LEXER_NUL, /* a NUL byte: not a text file */
};

/* One line: `name` or `name=value`. */
struct lexed {
	uint32_t line; /* from 1 */
	char *name;
	bool has_value;
	struct piece value; /* len 0 when there is none */
	char text[LEXER_LINE_MAX + 1];
	uint8_t hidden[LEXER_LINE_MAX + 1];
};

struct lexer {
	const char *p;
	size_t left;
	uint32_t line;
};

void lexer_init(struct lexer *, const void *text, size_t len);

/* Goes over a line of len bytes, with its end. */
void lexer_skip(struct lexer *, size_t len);

/* The next line that is not empty; l->line is set in any case but the end. */
enum lexer_result lexer_next(struct lexer *, struct lexed *l);

/*
 * A directive from the command line, where the shell has dealt with quotes:
 * no byte is special but the first '=' and commas.
 */
enum lexer_result lexer_arg(const char *arg, struct lexed *l);

/* Walks along a value from comma to comma. */
struct args {
	struct piece rest;
	bool done;
};

void args_init(struct args *, const struct piece *value);

/*
 * The next piece, without the blanks round it; false at the end.  A value
 * that is empty has no piece, one that ends in a comma has an empty last.
 */
bool args_next(struct args *, struct piece *);

/* All that is left, commas included, as one piece; false at the end. */
bool args_rest(struct args *, struct piece *);

/* Whether it begins with this unquoted prefix, which is then cut off. */
bool piece_prefix(struct piece *, const char *prefix);
bool piece_is(const struct piece *, const char *word);
bool piece_quoted(const struct piece *);

#endif
