/* SPDX-License-Identifier: ISC */
/*
 * Every directive with any value.  The first line gives the same records in a
 * file and on the command line.  The lines that have no error are a
 * configuration, which parses to the same records again when it is printed.
 *
 * Input: lines "NAME=VALUE".  A name that is no directive stands for one, so
 * that a changed byte leads to another directive.  A line that begins with "@"
 * is one of the command line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "confd/directive.h"
#include "daemon/hash.h"
#include "tests/fuzz/round_trip.h"
#include "tests/fuzz/target.h"

#define LINES_MAX 16
#define NAME_MAX_LEN 64 /* of a directive */

/* A line of the input, with the name of a directive. */
struct one {
	struct text text; /* with a NUL, which is not counted */
	bool arg;
};

/* Half of the words that are no name lead to directives with a handler. */
static const struct directive *
directive_of(const uint8_t *p, size_t n)
{
	const struct directive *d = NULL;
	char name[NAME_MAX_LEN];
	uint32_t hash;
	size_t i;

	if (n < sizeof(name)) {
		memcpy(name, p, n);
		name[n] = '\0';
		if ((d = directive_find(name)) != NULL)
			return d;
	}
	hash = hash_bytes(1, p, n);
	for (i = 0; i < directive_count(); i++) {
		d = directive_at((hash + i) % directive_count());
		if (d->kind == DIRECTIVE_DONE || (hash >> 31) != 0)
			break;
	}
	return d;
}

static void
one_read(struct one *l, const uint8_t *p, size_t n)
{
	const struct directive *d;
	const uint8_t *eq;
	size_t name;

	memset(l, 0, sizeof(*l));
	if (n > 0 && p[0] == '@') {
		l->arg = true;
		p++;
		n--;
	}
	eq = n == 0 ? NULL : memchr(p, '=', n);
	name = eq == NULL ? n : (size_t)(eq - p);
	d = directive_of(p, name);
	text_add(&l->text, d->name, strlen(d->name));
	if (n > name)
		text_add(&l->text, p + name, n - name);
	text_add(&l->text, "", 1);
	l->text.len--;
}

static struct config *
parse_arg(const char *arg)
{
	struct config *c = config_new(check_diag, NULL);

	check(c != NULL);
	config_add_arg(c, arg);
	while (config_want(c) != NULL)
		config_give_error(c, ENOENT);
	(void)config_finish(c);
	return c;
}

/* Whether a file and the command line read this line alike. */
static bool
is_plain(const struct text *t)
{
	size_t i;

	for (i = 0; i < t->len; i++)
		if (t->p[i] == '"' || t->p[i] == '#' || t->p[i] == '\0' ||
		    (t->p[i] >= '\t' && t->p[i] <= '\r'))
			return false;
	/* The shell keeps blanks at the end. */
	return t->len > 0 && t->p[t->len - 1] != ' ';
}

/* A single line gives the same records in a file and on the command line. */
static void
check_alike(const struct text *t)
{
	struct config *file, *arg;

	if (!is_plain(t))
		return;
	file = parse_text(t->p, t->len);
	arg = parse_arg(t->p);
	check(config_errors(file) == config_errors(arg));
	if (config_errors(file) == 0)
		same_records(file, arg);
	config_free(file);
	config_free(arg);
}

/* Whether a single line has no error. */
static bool
one_is_good(const struct one *l)
{
	struct config *c =
	    l->arg ? parse_arg(l->text.p) : parse_text(l->text.p, l->text.len);
	bool good = config_errors(c) == 0;

	config_free(c);
	return good;
}

/* All lines together; returns whether they have no error. */
static bool
check_together(const struct one *list, size_t n)
{
	bool good;
	struct config_text t = { 0 };
	struct config *c = config_new(check_diag, NULL);
	struct text text = { 0 };
	size_t i;

	check(c != NULL);
	for (i = 0; i < n; i++) {
		if (list[i].arg) {
			config_add_arg(c, list[i].text.p);
			continue;
		}
		text_add(&text, list[i].text.p, list[i].text.len);
		text_add(&text, "\n", 1);
	}
	t.text = text.p;
	t.len = text.len;
	config_add_file(c, "/main", &t);
	while (config_want(c) != NULL)
		config_give_error(c, ENOENT);
	if ((good = config_finish(c)))
		round_trip(c);
	config_free(c);
	free(text.p);
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct one list[LINES_MAX];
	const uint8_t *nl;
	size_t n = 0, good = 0, len, i;

	while (size > 0 && n < LINES_MAX) {
		nl = memchr(data, '\n', size);
		len = nl == NULL ? size : (size_t)(nl - data);
		one_read(&list[n++], data, len);
		len += nl == NULL ? 0 : 1;
		data += len;
		size -= len;
	}
	if (n == 0)
		return 0;
	check_alike(&list[0].text);
	if (!check_together(list, n)) {
		for (i = 0; i < n; i++) {
			if (one_is_good(&list[i]))
				list[good++] = list[i];
			else
				free(list[i].text.p);
		}
		n = good;
		(void)check_together(list, n);
	}
	for (i = 0; i < n; i++)
		free(list[i].text.p);
	return 0;
}
