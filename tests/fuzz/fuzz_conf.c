/* SPDX-License-Identifier: ISC */
/*
 * The configuration language: any text, with included files.  What parses
 * and prints without an error must parse to the same records again.
 *
 * Input: parts divided by lines "%%".  The first is the main file, the
 * others are found by any path that ends in their number, from 1; a path
 * that ends in "d" is a directory that lists them.  A part before that begins
 * with "@" is a directive of the command line.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/round_trip.h"
#include "tests/fuzz/target.h"

#define PARTS_MAX 8

struct part {
	const uint8_t *p;
	size_t n;
};

struct parts {
	struct part part[PARTS_MAX];
	size_t n;
};

static void
split(struct parts *ps, const uint8_t *data, size_t size)
{
	size_t start = 0, i;

	for (i = 0; i + 3 < size && ps->n < PARTS_MAX - 1; i++)
		if (memcmp(data + i, "\n%%\n", 4) == 0) {
			ps->part[ps->n].p = data + start;
			ps->part[ps->n++].n = i + 1 - start;
			start = i + 4;
			i += 3;
		}
	ps->part[ps->n].p = data + start;
	ps->part[ps->n++].n = size - start;
}

static void
give(struct config *c, const struct parts *ps, const struct config_want *w)
{
	static const char *const names[] = { "4", "1", "x", "2~", "3", ".5" };
	char last = w->path[strlen(w->path) - 1];
	struct config_text t = { 0 };
	size_t i;

	if (w->directory) {
		if (last == 'd' || last == 'e')
			config_give_names(c, names, 6);
		else
			config_give_error(c, ENOENT);
		return;
	}
	if (last == 'e') {
		config_give_error(c, EISDIR);
		return;
	}
	i = (size_t)(last - '0');
	if (last < '1' || i >= ps->n) {
		config_give_error(c, last == 'x' ? EINVAL : ENOENT);
		return;
	}
	t.text = ps->part[i].p;
	t.len = ps->part[i].n;
	t.ino = i;
	config_give_text(c, &t);
}

static struct config *
parse(const struct parts *ps)
{
	struct config_text t = { .text = ps->part[0].p, .len = ps->part[0].n };
	struct config *c = config_new(check_diag, NULL);
	const struct config_want *w;
	char arg[256];
	size_t i, n;

	check(c != NULL);
	for (i = 1; i < ps->n; i++) {
		n = ps->part[i].n;
		if (n < 2 || n > sizeof(arg) || ps->part[i].p[0] != '@')
			continue;
		memcpy(arg, ps->part[i].p + 1, n - 1);
		arg[n - 1] = '\0';
		config_add_arg(c, arg);
	}
	config_add_file(c, "/main", &t);
	while ((w = config_want(c)) != NULL)
		give(c, ps, w);
	(void)config_finish(c);
	return c;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parts ps = { 0 };
	struct config *c;

	split(&ps, data, size);
	c = parse(&ps);
	if (config_errors(c) == 0)
		round_trip(c);
	config_free(c);
	return 0;
}
