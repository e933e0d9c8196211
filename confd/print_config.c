/* SPDX-License-Identifier: ISC */
/* Prints a configuration line by line, and checks that each reads back. */
#include "confd/print_config.h"

#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/print.h"
#include "daemon/printable.h"

/* Why a line cannot be read back; NULL if it can. */
static const char *
line_fault(const char *line, size_t len)
{
	char shown[PRINT_MAX * 4];
	struct lexer lx;
	struct line l;

	lexer_init(&lx, line, len);
	if (lexer_next(&lx, &l) != LEXER_DIRECTIVE)
		return "the line is too long; shorten the value";
	/* The parent escapes such bytes before they reach a terminal. */
	if (strcmp(printable(shown, sizeof(shown), line), line) != 0)
		return "control characters, or bytes that are not UTF-8; write the value without them";
	return NULL;
}

static void
print_fault(struct config *c, size_t i, const char *why)
{
	struct place at = config_place(c, i);

	diag_at(c, LOG_ERR, &at, "cannot be printed: %s", why);
}

void
print_config(struct config *c, print_line_fn *put, void *arg)
{
	char lines[PRINT_MAX], *line, *end;
	struct record rec;
	const char *fault;
	size_t i;

	for (i = 0; i < config_count(c); i++) {
		config_progress(c);
		config_record(c, i, &rec);
		if (print_record(lines, sizeof(lines), &rec) == NULL) {
			print_fault(c, i, "the value has no written form");
			continue;
		}
		for (line = lines; *line != '\0'; line = end) {
			end = line + strcspn(line, "\n");
			if (*end == '\n')
				*end++ = '\0';
			fault = line_fault(line, strlen(line));
			if (fault != NULL)
				print_fault(c, i, fault);
			else
				put(line, arg);
		}
	}
}
