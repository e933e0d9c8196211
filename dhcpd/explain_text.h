/* SPDX-License-Identifier: ISC */
/*
 * The text of pxeguard --explain: printable ASCII, and tables whose columns are
 * aligned and at most EXPLAIN_COLUMNS wide.
 */
#ifndef DHCPD_EXPLAIN_TEXT_H
#define DHCPD_EXPLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/explain.h"

#define TEXT_CELLS_MAX 6
#define TEXT_CELL_MAX 600 /* bytes of a cell; longer ones are truncated */
#define TEXT_ROWS_MAX 512 /* of one table; more are counted */

struct text {
	/* Takes up to EXPLAIN_TEXT_MAX bytes. */
	void (*send)(const char *, size_t n, void *arg);
	void *arg;
	size_t used;
	char buf[EXPLAIN_TEXT_MAX];
};

/*
 * These print nothing without a text (NULL): callers need not ask whether text
 * or JSON is wanted.  The arguments must be printable ASCII already; see
 * log_escape().
 */
__attribute__((format(printf, 2, 3))) void
text_line(struct text *, const char *fmt, ...);
/* Bytes of such text, with ends of lines. */
void text_put(struct text *, const char *, size_t n);
void text_flush(struct text *);

/* A table; all zero, with the number of its columns, is an empty one. */
struct table {
	size_t columns;
	size_t indent; /* blanks before each line */
	unsigned int whole; /* a bit for each column that is narrowed last */
	size_t rows;
	size_t omitted; /* rows beyond TEXT_ROWS_MAX, or without memory */
	char **cell; /* columns of each row; allocated */
};

/* Adds a row; sets its cells, all "", by table_cell() after that. */
void table_row(struct table *);
__attribute__((format(printf, 3, 4))) void
table_cell(struct table *, size_t column, const char *fmt, ...);

/*
 * Prints the table and frees its rows.  Cells that do not fit their column
 * continue in the next line.  A cell with only empty ones behind it extends to
 * EXPLAIN_COLUMNS.
 */
void table_print(struct table *, struct text *);

#endif
