/* SPDX-License-Identifier: ISC */
/*
 * The configuration language: any text, with included files.  What parses
 * must print, and what was printed must parse to the same records.
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

#include "confd/config.h"
#include "confd/print.h"

#define PARTS_MAX 8
#define OUTPUT_MAX (256 * 1024)
#define PRINT_LINE 1024

struct part {
	const uint8_t *p;
	size_t n;
};

struct parts {
	struct part part[PARTS_MAX];
	size_t n;
};

static void
diag(int severity, const char *file, uint32_t line, const char *text, void *arg)
{
	size_t i;

	(void)severity;
	(void)file;
	(void)line;
	(void)arg;
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			abort();
}

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
		if (last == 'd')
			config_give_names(c, names, 6);
		else
			config_give_error(c, ENOENT);
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
	struct config *c = config_new(diag, NULL);
	const struct config_want *w;
	char arg[256];
	size_t i, n;

	if (c == NULL)
		abort();
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

/* All records as text; NULL when one cannot be written, or is too long. */
static char *
print_all(const struct config *c, size_t *len)
{
	char *out = malloc(OUTPUT_MAX);
	struct record rec;
	size_t i, n;

	if (out == NULL)
		abort();
	*len = 0;
	for (i = 0; i < config_count(c); i++) {
		config_record(c, i, &rec);
		if (OUTPUT_MAX - *len < PRINT_MAX ||
		    print_record(out + *len, PRINT_MAX, &rec) == NULL) {
			free(out);
			return NULL;
		}
		n = strlen(out + *len);
		if (n > PRINT_LINE) {
			free(out);
			return NULL;
		}
		*len += n;
	}
	return out;
}

static void
same_record(const struct config *a, const struct config *b, size_t i)
{
	uint8_t x[RECORD_MAX], y[RECORD_MAX];
	struct writer wx, wy;
	struct record rec;

	writer_init(&wx, x, sizeof(x));
	config_record(a, i, &rec);
	record_encode(&rec, &wx);
	writer_init(&wy, y, sizeof(y));
	config_record(b, i, &rec);
	record_encode(&rec, &wy);
	if (wx.failed || wy.failed || wx.len != wy.len ||
	    memcmp(x, y, wx.len) != 0)
		abort();
}

static void
round_trip(const struct config *c)
{
	struct parts ps = { .n = 1 };
	struct config *again;
	size_t len, i;
	char *text;

	if ((text = print_all(c, &len)) == NULL)
		return;
	ps.part[0].p = (const uint8_t *)text;
	ps.part[0].n = len;
	again = parse(&ps);
	if (config_errors(again) != 0 || config_count(again) != config_count(c))
		abort();
	for (i = 0; i < config_count(c); i++)
		same_record(c, again, i);
	config_free(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

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
