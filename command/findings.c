/* SPDX-License-Identifier: ISC */
/* Keeps the findings of --test, and prints them as text. */
#include "command/findings.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "daemon/grow.h"
#include "daemon/plural.h"
#include "daemon/sort.h"

static uint64_t
hash_add(uint64_t hash, const char *s)
{
	for (; *s != '\0'; s++) /* FNV-1a */
		hash = (hash ^ (uint8_t)*s) * UINT64_C(0x100000001b3);
	return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

static uint8_t
severity_of(int priority)
{
	if (priority <= LOG_ERR)
		return FINDING_ERROR;
	return priority == LOG_WARNING ? FINDING_WARNING : FINDING_NOTE;
}

const char *
finding_severity_text(uint8_t severity)
{
	static const char *const words[] = { "error", "warning", "note" };

	return words[severity];
}

/* Whether the same is known of the same line. */
static bool
finding_is_known(const struct findings *f, const struct finding *new)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->list[i].same == new->same &&
		    f->list[i].line == new->line)
			return true;
	return false;
}

void
findings_add(struct findings *f, int priority, const char *file, uint32_t line,
    uint32_t kind, const char *text)
{
	struct finding new = {
		.severity = severity_of(priority), .line = line, .kind = kind
	};
	uint64_t start = UINT64_C(0xcbf29ce484222325) + new.severity;

	new.same = hash_add(hash_add(start, file), text);
	new.alike = hash_add(start, file) + kind *UINT64_C(0x9e3779b97f4a7c15);
	if (finding_is_known(f, &new))
		return;
	f->count[new.severity]++;
	if (f->n < FINDINGS_MAX &&
	    grow_array(&f->list, &f->cap, f->n + 1, sizeof(*f->list)) == 0 &&
	    grow_array(&f->lines, &f->lines_cap, f->n + 1, sizeof(*f->lines)) ==
		0) {
		new.file = strdup(file);
		new.text = strdup(text);
	}
	if (new.file == NULL || new.text == NULL) {
		free(new.file);
		free(new.text);
		f->lost++;
		return;
	}
	f->list[f->n++] = new;
}

void
findings_free(struct findings *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		free(f->list[i].file);
		free(f->list[i].text);
	}
	free(f->list);
	free(f->lines);
	f->list = NULL;
	f->lines = NULL;
	f->n = f->cap = f->lines_cap = 0;
}

static int
line_compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void
finding_group(struct findings *f, size_t first, bool alike)
{
	const struct finding *one = &f->list[first];
	size_t i;

	f->nlines = 0;
	for (i = first + 1; i < f->n; i++) {
		struct finding *other = &f->list[i];

		if (other->done || (alike ? other->alike != one->alike
					  : other->same != one->same))
			continue;
		other->done = true;
		f->lines[f->nlines++] = other->line;
	}
	sort_array(f->lines, f->nlines, sizeof(*f->lines), line_compare);
}

/* How many findings that are not printed yet are of the kind of this one. */
static size_t
alike_left(const struct findings *f, size_t first)
{
	size_t i, n = 0;

	if (f->list[first].kind == 0)
		return 0;
	for (i = first + 1; i < f->n; i++)
		if (!f->list[i].done &&
		    f->list[i].alike == f->list[first].alike)
			n++;
	return n;
}

/* How many of the kind of this one were printed before it. */
static size_t
alike_before(const struct findings *f, size_t first)
{
	size_t i, n = 0;

	for (i = 0; i < first; i++)
		if (f->list[i].alike == f->list[first].alike)
			n++;
	return n;
}

/* "12, 14-18, ..." */
static void
lines_print(FILE *out, const uint32_t *lines, size_t n)
{
	size_t i, end, spans = 0;

	for (i = 0; i < n; i = end) {
		for (end = i + 1; end < n; end++)
			if (lines[end] > lines[end - 1] + 1)
				break;
		if (spans++ == FINDINGS_LINES_MAX) {
			(void)fputs(", ...", out);
			break;
		}
		(void)fprintf(out, "%s%u", i == 0 ? "" : ", ", lines[i]);
		if (lines[end - 1] != lines[i])
			(void)fprintf(out, "%s%u",
			    lines[end - 1] == lines[i] + 1 ? ", " : "-",
			    lines[end - 1]);
	}
}

/* Prints one finding, and how many others it stands for. */
static void
finding_print(FILE *out, struct findings *f, size_t i, const char *whole)
{
	struct finding *one = &f->list[i];
	bool alike;

	/*
	 * The last finding of a kind that is printed has the lines of the
	 * others.
	 */
	alike = alike_left(f, i) > 1 &&
		alike_before(f, i) + 1 >= FINDINGS_ALIKE_MAX;
	finding_group(f, i, alike);
	(void)fputs(one->file[0] == '\0' ? whole : one->file, out);
	if (one->line != 0)
		(void)fprintf(out, ":%u", one->line);
	(void)fprintf(
	    out, ": %s: %s", finding_severity_text(one->severity), one->text);
	if (f->nlines > 0) {
		(void)fprintf(out, " (and %zu more%s: line%s ", f->nlines,
		    alike ? " like it" : "", plural(f->nlines));
		lines_print(out, f->lines, f->nlines);
		(void)fputc(')', out);
	}
	(void)fputc('\n', out);
}

void
findings_print(FILE *out, struct findings *f, const char *whole)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (!f->list[i].done)
			finding_print(out, f, i, whole);
	if (f->lost > 0)
		(void)fprintf(out, "%u more finding%s suppressed\n", f->lost,
		    plural(f->lost));
}
