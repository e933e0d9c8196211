/* SPDX-License-Identifier: ISC */
/*
 * For targets that parse configurations: what parses without an error prints,
 * parses to the same records again, and prints in the same way again.
 */
#ifndef TESTS_FUZZ_ROUND_TRIP_H
#define TESTS_FUZZ_ROUND_TRIP_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "confd/config.h"
#include "confd/print_config.h"
#include "tests/fuzz/target.h"

/* A config_diag_fn: messages are printable ASCII. */
static inline void
check_diag(
    int severity, const char *file, uint32_t line, const char *text, void *arg)
{
	size_t i;

	(void)severity;
	(void)line;
	(void)arg;
	for (i = 0; text[i] != '\0'; i++)
		check(text[i] >= 0x20 && text[i] <= 0x7e);
	for (i = 0; file[i] != '\0'; i++)
		check(file[i] >= 0x20 && file[i] <= 0x7e);
}

/* Lines, in memory that grows. */
struct text {
	char *p;
	size_t len;
};

static inline void
text_add(struct text *t, const void *p, size_t n)
{
	if (n == 0)
		return;
	check((t->p = realloc(t->p, t->len + n)) != NULL);
	memcpy(t->p + t->len, p, n);
	t->len += n;
}

/* A print_line_fn. */
static inline void
text_add_line(const char *line, void *arg)
{
	text_add(arg, line, strlen(line));
	text_add(arg, "\n", 1);
}

/* A configuration of one file; the files that it includes do not exist. */
static inline struct config *
parse_text(const void *p, size_t n)
{
	struct config_text t = { .text = p, .len = n };
	struct config *c = config_new(check_diag, NULL);

	check(c != NULL);
	config_add_file(c, "/main", &t);
	while (config_want(c) != NULL)
		config_give_error(c, ENOENT);
	(void)config_finish(c);
	return c;
}

static inline void
same_record(const struct config *a, const struct config *b, size_t i)
{
	static uint8_t x[RECORD_MAX], y[RECORD_MAX];
	struct writer wx, wy;
	struct record rec;

	writer_init(&wx, x, sizeof(x));
	config_record(a, i, &rec);
	record_encode(&rec, &wx);
	writer_init(&wy, y, sizeof(y));
	config_record(b, i, &rec);
	record_encode(&rec, &wy);
	check(!wx.failed && !wy.failed && wx.len == wy.len);
	check(memcmp(x, y, wx.len) == 0);
}

static inline void
same_records(const struct config *a, const struct config *b)
{
	size_t i;

	check(config_count(a) == config_count(b));
	for (i = 0; i < config_count(a); i++)
		same_record(a, b, i);
}

/* A configuration without errors; to print it may find some. */
static inline void
round_trip(struct config *c)
{
	struct text first = { 0 }, second = { 0 };
	struct config *again;

	print_config(c, text_add_line, &first);
	if (config_errors(c) == 0) {
		again = parse_text(first.p, first.len);
		check(config_errors(again) == 0);
		same_records(c, again);
		print_config(again, text_add_line, &second);
		check(config_errors(again) == 0 && first.len == second.len);
		check(first.len == 0 ||
		      memcmp(first.p, second.p, first.len) == 0);
		config_free(again);
	}
	free(first.p);
	free(second.p);
}

#endif
