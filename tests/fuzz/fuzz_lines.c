/* SPDX-License-Identifier: ISC */
/*
 * Lines: how they are split, and those of files of hosts and options and of
 * ethers(5).  A bad line there is no error; a good host or option is the same
 * in the main file; what was read prints and parses again.
 *
 * Input: a letter that says which lines follow: h(osts), o(ptions), e(thers);
 * any other: lines to split.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "confd/lexer.h"
#include "confd/print_out.h"
#include "tests/fuzz/round_trip.h"
#include "tests/fuzz/target.h"

#define TEXT_MAX (4 * LEXER_LINE_MAX)

static bool
is_blank_at(const struct token *t, size_t i)
{
	return t->text[i] == ' ' && t->quoted[i] == 0;
}

/* Whether a value lies in its line, is one string, and begins and ends well. */
static void
check_value(const struct line *l)
{
	const struct token *v = &l->value;
	size_t i;

	check(
	    v->text >= l->text && v->text + v->len <= l->text + LEXER_LINE_MAX);
	check(v->quoted - l->quoted == v->text - l->text);
	check(strlen(v->text) == v->len);
	for (i = 0; i < v->len; i++)
		check(v->quoted[i] <= 1);
	if (v->len > 0)
		check(!is_blank_at(v, 0));
}

/* Written in quotes, it is read as it was. */
static void
check_quoted(const struct token *v)
{
	static char buf[2 * LEXER_LINE_MAX + 16];
	static struct line again;
	struct out o = { .p = buf, .cap = sizeof(buf) };
	struct lexer lx;

	out_put(&o, "x=");
	out_quoted(&o, (const uint8_t *)v->text, v->len);
	check(!o.failed);
	/* A newline is written as an escape sequence. */
	check(memchr(buf, '\n', o.len) == NULL);
	lexer_init(&lx, buf, o.len);
	if (v->len + 2 > LEXER_LINE_MAX) {
		check(lexer_next(&lx, &again) == LEXER_LONG);
		return;
	}
	check(lexer_next(&lx, &again) == LEXER_DIRECTIVE);
	check(strcmp(again.name, "x") == 0 && again.value.len == v->len);
	check(memcmp(again.value.text, v->text, v->len) == 0);
	check(v->len == 0 || memchr(again.value.quoted, 0, v->len) == NULL);
}

/* Changes the value. */
static void
check_tokens(const struct token *v)
{
	size_t commas = 0, n = 0, i;
	struct tokens a;
	struct token t;

	for (i = 0; i < v->len; i++)
		if (v->text[i] == ',' && v->quoted[i] == 0)
			commas++;
	tokens_init(&a, v);
	while (tokens_next(&a, &t)) {
		check(t.text >= v->text);
		check(t.text + t.len <= v->text + v->len);
		check(strlen(t.text) == t.len);
		for (i = 0; i < t.len; i++)
			check(t.text[i] != ',' || t.quoted[i] == 1);
		if (t.len > 0)
			check(!is_blank_at(&t, 0));
		/* The shell keeps blanks at the end of an argument. */
		if (t.len > 0 && t.text + t.len < v->text + v->len)
			check(!is_blank_at(&t, t.len - 1));
		n++;
	}
	check(n == (v->len == 0 ? 0 : commas + 1));
	check(!tokens_rest(&a, &t));
}

static void
check_arg(const uint8_t *p, size_t n)
{
	static char arg[TEXT_MAX + 1];
	static struct line l;

	memcpy(arg, p, n);
	arg[n] = '\0';
	if (lexer_arg(arg, &l) == LEXER_LONG) {
		check(strlen(arg) > LEXER_LINE_MAX);
		return;
	}
	check(strchr(l.name, '=') == NULL && l.number == 0);
	check(l.has_value == (strchr(arg, '=') != NULL));
	check_value(&l);
	check_tokens(&l.value);
}

/* Both ways to read lines see the same ones. */
static void
check_lexer(const uint8_t *p, size_t n)
{
	static struct line l, whole;
	struct lexer a, b;
	enum lexer_result r;
	uint32_t before = 0;
	size_t name;

	check_arg(p, n);
	lexer_init(&a, p, n);
	lexer_init(&b, p, n);
	while ((r = lexer_next(&a, &l)) != LEXER_END) {
		check(lexer_next_value(&b, &whole) == r);
		check(l.number > before && whole.number == l.number);
		before = l.number;
		if (r != LEXER_DIRECTIVE)
			continue;
		name = strlen(l.name);
		check(strchr(l.name, '=') == NULL);
		check(l.has_value || l.value.len == 0);
		check_value(&l);
		check_value(&whole);
		n = whole.value.len;
		check(n > 0 && !is_blank_at(&whole.value, n - 1));
		check(whole.name[0] == '\0' && whole.has_value);
		check(name + l.value.len <= whole.value.len);
		check(memcmp(whole.value.text, l.name, name) == 0);
		check(memcmp(whole.value.text + whole.value.len - l.value.len,
			  l.value.text, l.value.len) == 0);
		check_quoted(&l.value);
		check_tokens(&l.value);
		check_tokens(&whole.value);
	}
	check(lexer_next_value(&b, &whole) == LEXER_END);
}

/* The main file's text, and the file that it names. */
static struct config *
parse_file(const char *text, const uint8_t *p, size_t n)
{
	struct config_text main_text = { .text = text, .len = strlen(text) };
	struct config_text t = { .text = p, .len = n };
	struct config *c = config_new(check_diag, NULL);

	check(c != NULL);
	config_add_file(c, "/main", &main_text);
	check(config_want(c) != NULL);
	config_give_text(c, &t);
	check(config_want(c) == NULL);
	(void)config_finish(c);
	return c;
}

/* The same line as one of the main file. */
static void
check_same(const char *include, const char *name, const uint8_t *p, size_t n)
{
	struct config *file, *line;
	struct text t = { 0 };

	text_add(&t, name, strlen(name));
	text_add(&t, p, n);
	line = parse_text(t.p, t.len);
	file = parse_file(include, p, n);
	if (config_errors(line) == 0)
		same_records(file, line);
	else
		check(config_warnings(file) > 0);
	config_free(file);
	config_free(line);
	free(t.p);
}

static void
check_lines(const char *include, const char *name, const uint8_t *p, size_t n)
{
	struct config *c = parse_file(include, p, n);
	const uint8_t *nl;
	size_t len, lines;

	check(config_errors(c) == 0);
	round_trip(c);
	config_free(c);
	/* A line that begins with '#' would be no comment in the main file. */
	for (lines = 0; name != NULL && n > 0 && lines < 16; lines++) {
		nl = memchr(p, '\n', n);
		len = nl == NULL ? n : (size_t)(nl - p);
		if (len > 0 && p[0] != '#' && len < LEXER_LINE_MAX - 64)
			check_same(include, name, p, len);
		len += nl == NULL ? 0 : 1;
		p += len;
		n -= len;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > TEXT_MAX)
		return 0;
	switch (data[0]) {
	case 'h':
		check_lines(
		    "dhcp-hostsfile=/1\n", "dhcp-host=", data + 1, size - 1);
		break;
	case 'o':
		check_lines(
		    "dhcp-optsfile=/1\n", "dhcp-option=", data + 1, size - 1);
		break;
	case 'e':
		check_lines("read-ethers\n", NULL, data + 1, size - 1);
		break;
	default:
		check_lexer(data + 1, size - 1);
	}
	return 0;
}
