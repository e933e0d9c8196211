/* SPDX-License-Identifier: ISC */
/* Text in aligned columns. */
#include "dhcpd/explain_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2 /* blanks between two columns */
#define WIDTH_MIN 8 /* of a column that is narrowed */
#define WIDTH_FIRST 16 /* the same, while there is one to be kept whole */

void
text_flush(struct text *t)
{
	if (t->used > 0)
		t->send(t->buf, t->used, t->arg);
	t->used = 0;
}

void
text_put(struct text *t, const char *s, size_t n)
{
	if (t == NULL)
		return;
	if (n > sizeof(t->buf) - t->used)
		text_flush(t);
	if (n > sizeof(t->buf))
		n = sizeof(t->buf);
	memcpy(t->buf + t->used, s, n);
	t->used += n;
}

void
text_line(struct text *t, const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= sizeof(line))
		n = sizeof(line) - 1;
	text_put(t, line, (size_t)n);
	text_put(t, "\n", 1);
}

/* ---------------------------------------------------------------- tables */

void
table_row(struct table *t)
{
	size_t n = t->rows * t->columns;
	char **grown;

	if (t->rows == TEXT_ROWS_MAX || t->omitted > 0 ||
	    (grown = reallocarray(t->cell, n + t->columns, sizeof(*grown))) ==
		NULL) {
		t->omitted++;
		return;
	}
	t->cell = grown;
	memset(t->cell + n, 0, t->columns * sizeof(*t->cell));
	t->rows++;
}

void
table_cell(struct table *t, size_t column, const char *fmt, ...)
{
	char text[TEXT_CELL_MAX];
	char **cell;
	va_list ap;

	if (t->rows == 0 || t->omitted > 0)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	cell = &t->cell[(t->rows - 1) * t->columns + column];
	free(*cell);
	*cell = strdup(text);
}

/* The cell, "" without memory. */
static const char *
cell_text(const struct table *t, size_t row, size_t column)
{
	const char *s = t->cell[row * t->columns + column];

	return s == NULL ? "" : s;
}

/* Whether all cells behind this one are empty: it may use their width. */
static bool
cell_is_last(const struct table *t, size_t row, size_t column)
{
	while (++column < t->columns)
		if (cell_text(t, row, column)[0] != '\0')
			return false;
	return true;
}

/* The width of the longest cell, of those that need a column. */
static size_t
column_width(const struct table *t, size_t column)
{
	size_t r, n, width = 0;

	for (r = 0; r < t->rows; r++) {
		if (column + 1 < t->columns && cell_is_last(t, r, column))
			continue;
		if ((n = strlen(cell_text(t, r, column))) > width)
			width = n;
	}
	return width;
}

/*
 * The column to be narrowed: the widest that need not stay whole, then the
 * widest.
 */
static size_t
table_widest(const struct table *t, const size_t *width)
{
	size_t c, any = 0, best = TEXT_CELLS_MAX;

	for (c = 0; c < t->columns; c++) {
		if (width[c] > width[any])
			any = c;
		if ((t->whole >> c & 1) == 0 && width[c] > WIDTH_FIRST &&
		    (best == TEXT_CELLS_MAX || width[c] > width[best]))
			best = c;
	}
	return best < TEXT_CELLS_MAX ? best : any;
}

/* The columns as wide as their longest cells, then narrowed until they fit. */
static void
table_widths(const struct table *t, size_t width[TEXT_CELLS_MAX])
{
	size_t c, total = t->indent;

	for (c = 0; c < t->columns; c++) {
		width[c] = column_width(t, c);
		total += width[c] + (c > 0 ? GAP : 0);
	}
	while (total > EXPLAIN_COLUMNS) {
		c = table_widest(t, width);
		if (width[c] <= WIDTH_MIN)
			return;
		width[c]--;
		total--;
	}
}

/* How much of a cell goes into a line: to a blank, '/' or ',' if possible. */
static size_t
cell_break(const char *s, size_t width)
{
	size_t n = strlen(s), i;

	if (n <= width)
		return n;
	if (s[width] == ' ')
		return width;
	for (i = width; i > width / 2; i--)
		if (strchr(" /,", s[i - 1]) != NULL)
			return i;
	return width;
}

static void
table_print_row(
    const struct table *t, size_t row, const size_t *width, struct text *out)
{
	const char *left[TEXT_CELLS_MAX];
	char line[EXPLAIN_COLUMNS + TEXT_CELLS_MAX * (WIDTH_MIN + GAP) + 1];
	bool more = true;
	size_t c, n, at, room, start;

	for (c = 0; c < t->columns; c++)
		left[c] = cell_text(t, row, c);
	while (more) {
		more = false;
		memset(line, ' ', sizeof(line));
		at = start = t->indent;
		for (c = 0; c < t->columns; c++) {
			room = width[c];
			if (start + room < EXPLAIN_COLUMNS &&
			    cell_is_last(t, row, c))
				room = EXPLAIN_COLUMNS - start;
			n = cell_break(left[c], room);
			memcpy(line + start, left[c], n);
			if (n > 0)
				at = start + n;
			left[c] += n;
			left[c] += strspn(left[c], " ");
			more |= left[c][0] != '\0';
			start += width[c] + GAP;
		}
		while (at > 0 && line[at - 1] == ' ')
			at--;
		text_put(out, line, at);
		text_put(out, "\n", 1);
	}
}

static void
table_free(struct table *t)
{
	size_t i;

	for (i = 0; i < t->rows * t->columns; i++)
		free(t->cell[i]);
	free(t->cell);
	t->cell = NULL;
	t->rows = t->omitted = 0;
}

void
table_print(struct table *t, struct text *out)
{
	size_t width[TEXT_CELLS_MAX] = { 0 }, i;

	table_widths(t, width);
	for (i = 0; out != NULL && i < t->rows; i++)
		table_print_row(t, i, width, out);
	if (t->omitted > 0)
		text_line(out, "%*s%zu more are omitted", (int)t->indent, "",
		    t->omitted);
	table_free(t);
}
