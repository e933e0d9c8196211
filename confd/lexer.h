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

#define LEXER_LINE_MAX 16384 /* bytes of a line without its comment */

/*
 * A part of a value. quoted[i] is 1 if text[i] was in quotes: such a byte is
 * plain text, even if it is a comma, a colon or a digit.
 */
struct token {
	char *text; /* ended with a NUL */
	uint8_t *quoted;
	size_t len;
};

enum lexer_result {
	LEXER_END, /* there is no further line */
	LEXER_DIRECTIVE,
	LEXER_LONG, /* a line over LEXER_LINE_MAX */
	LEXER_QUOTE, /* a quote was not closed */
	LEXER_NUL, /* a NUL byte: not a text file */
};

/* One line: `name` or `name=value`. */
struct line {
	uint32_t number; /* from 1 */
	char *name;
	bool has_value;
	struct token value; /* len 0 when there is none */
	char text[LEXER_LINE_MAX + 1];
	uint8_t quoted[LEXER_LINE_MAX + 1];
};

struct lexer {
	const char *p;
	size_t left;
	uint32_t line;
};

void lexer_init(struct lexer *, const void *text, size_t len);

/* Skips a line of len bytes, which includes its end. */
void lexer_skip(struct lexer *, size_t len);

/* Reads the next line that is not empty; sets l->number except at the end. */
enum lexer_result lexer_next(struct lexer *, struct line *l);

/* The same for a file whose lines are values; the name is empty. */
enum lexer_result lexer_next_value(struct lexer *, struct line *l);

/*
 * Reads a directive of the command line, where the shell has removed the
 * quotes: only the first '=' and commas are special.
 */
enum lexer_result lexer_arg(const char *arg, struct line *l);

/* The tokens of a value that are not read yet. */
struct tokens {
	struct token rest;
	bool done;
};

void tokens_init(struct tokens *, const struct token *value);

/*
 * Reads the next token, without the blanks around it; false at the end.  An
 * empty value has no token; one that ends in a comma has an empty last one.
 */
bool tokens_next(struct tokens *, struct token *);

/* Reads all that is left, commas included, as one token; false at the end. */
bool tokens_rest(struct tokens *, struct token *);

/* Whether a token begins with this unquoted prefix; if so, removes it. */
bool token_prefix(struct token *, const char *prefix);
bool token_is(const struct token *, const char *word);
bool token_is_quoted(const struct token *);

#endif
