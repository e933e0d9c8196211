/* SPDX-License-Identifier: ISC */
/* Messages for the person who wrote the configuration. */
#include "confd/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "confd/builder.h"
#include "daemon/hash.h"
#include "daemon/log.h"

const char *
diag_show(struct config *c, const char *s)
{
	char *dst = c->show[c->shows++ % CONFIG_SHOWS];

	return log_escape(dst, CONFIG_SHOW_MAX, s, strlen(s));
}

const char *
diag_place(struct config *c, const struct place *other, const struct place *at)
{
	const char *file = other->file == NULL ? "" : other->file;
	char *dst = c->show[c->shows++ % CONFIG_SHOWS];
	char name[CONFIG_SHOW_MAX - sizeof(", line 4294967295")];

	(void)log_escape(name, sizeof(name), file, strlen(file));
	if (at->file != NULL && strcmp(file, at->file) == 0)
		(void)snprintf(dst, CONFIG_SHOW_MAX, "line %u", other->line);
	else
		(void)snprintf(
		    dst, CONFIG_SHOW_MAX, "%s, line %u", name, other->line);
	return dst;
}

/* Errors, and other messages, have a limit each. */
static size_t
diag_class(int severity)
{
	return severity == LOG_ERR ? 0 : 1;
}

bool
diag_is_reported(const struct config *c, int severity)
{
	return c->told[diag_class(severity)] < CONFIG_DIAGS_MAX;
}

/* The name of a message that is about no line: the file given by the caller. */
static const char *
diag_whole(const struct config *c)
{
	size_t i;

	for (i = 0; i < c->sources.n; i++)
		if (c->sources.list[i].root)
			return c->sources.list[i].path;
	return CONFIG_COMMAND_LINE;
}

/* Hands a message over; the file's name is escaped here. */
static void
diag_out(
    struct config *c, int severity, const struct place *at, const char *text)
{
	bool whole = at == NULL || at->file == NULL;
	const char *name = source_shown(whole ? diag_whole(c) : at->file);
	char file[RECORD_PATH_MAX];

	log_escape(file, sizeof(file), name, strlen(name));
	c->diag(severity, file, whole ? 0 : at->line, text, c->diag_arg);
}

void
diag_at(struct config *c, int severity, const struct place *at, const char *fmt,
    ...)
{
	bool ignored = severity == LOG_ERR && c->lenient;
	char text[LOG_LINE_MAX];
	size_t len;
	va_list ap;

	if (ignored)
		severity = LOG_WARNING;
	if (severity == LOG_ERR)
		c->errors++;
	else if (severity == LOG_WARNING)
		c->warnings++;
	if (!diag_is_reported(c, severity)) {
		c->suppressed[diag_class(severity)]++;
		return;
	}
	c->told[diag_class(severity)]++;
	c->diag_kind = hash_bytes(1, fmt, strlen(fmt)) | 1;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	len = strlen(text);
	if (ignored)
		(void)snprintf(
		    text + len, sizeof(text) - len, "; the line is ignored");
	diag_out(c, severity, at, text);
}

void
diag_suppressed(struct config *c)
{
	uint32_t errors = c->suppressed[0], others = c->suppressed[1];
	char text[LOG_LINE_MAX];

	if (errors == 0 && others == 0)
		return;
	c->diag_kind = 1;
	if (errors == 0)
		(void)snprintf(text, sizeof(text),
		    "%u more warnings and notices suppressed", others);
	else
		(void)snprintf(text, sizeof(text),
		    "%u more errors and %u more warnings and notices suppressed",
		    errors, others);
	diag_out(c, c->suppressed[0] > 0 ? LOG_ERR : LOG_WARNING, NULL, text);
}

uint32_t
config_diag_kind(const struct config *c)
{
	return c->diag_kind;
}
