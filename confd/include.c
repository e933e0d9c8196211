/* SPDX-License-Identifier: ISC */
/*
 * Included files: first all texts are collected, as config_want() is
 * answered; then they are read, each at the place that names it.
 */
#include "confd/include.h"

#include <errno.h>
#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/directive.h"
#include "confd/run.h"
#include "daemon/open_error.h"

static void
collect_result(struct config *c, const char *path, enum source_result r)
{
	if (r != SOURCE_OK && r != SOURCE_KNOWN)
		diag_error(
		    c, "%s: %s", diag_show(c, path), source_result_text(r));
}

static void
collect_line(struct config *c, const struct line *l)
{
	const char *value = l->value.text;

	if (l->value.len == 0)
		return;
	if (strcmp(l->name, "conf-file") == 0)
		collect_result(
		    c, value, sources_add_file(&c->sources, value, false));
	else if (strcmp(l->name, "conf-dir") == 0)
		collect_result(c, value, sources_add_dir(&c->sources, value));
}

void
include_collect_arg(struct config *c, const char *arg)
{
	struct line l;

	if (lexer_arg(arg, &l) == LEXER_DIRECTIVE)
		collect_line(c, &l);
}

/*
 * Skips lines that cannot be an include, so that they are parsed only once, by
 * include_walk().  A line with a quote is kept: a name may contain quotes.
 */
static void
lines_skip(struct lexer *lx)
{
	const char *nl;
	size_t n;

	while (lx->left > 0) {
		nl = memchr(lx->p, '\n', lx->left);
		n = nl == NULL ? lx->left : (size_t)(nl - lx->p);
		if (memchr(lx->p, '"', n) != NULL ||
		    memmem(lx->p, n, "conf-", 5) != NULL)
			return;
		lexer_skip(lx, n + (nl == NULL ? 0 : 1));
	}
}

void
include_collect_text(
    struct config *c, struct source *s, const struct config_text *t)
{
	enum source_result r = source_text(&c->sources, s, t);
	enum lexer_result lr;
	struct lexer lx;
	struct line l;

	c->here = (struct place){ s->path, 0 };
	if (r == SOURCE_LARGE)
		diag_error(c,
		    "file is too large: %zu bytes, after %zu bytes in previous files; the limit for all files is %u bytes (64 MiB)",
		    t->len, c->sources.bytes, CONFIG_TEXT_MAX);
	else if (r != SOURCE_OK)
		diag_error(c, "%s", source_result_text(r));
	if (r != SOURCE_OK) {
		s->state = SOURCE_ERROR;
		return;
	}
	if (&c->sources.list[s->same_as] != s)
		return;
	lexer_init(&lx, s->text, s->len);
	while (lines_skip(&lx), (lr = lexer_next(&lx, &l)) != LEXER_END) {
		c->here.line = l.number;
		if (lr == LEXER_DIRECTIVE)
			collect_line(c, &l);
	}
}

const struct config_want *
config_want(struct config *c)
{
	struct source *s = sources_wanted(&c->sources);

	if (s == NULL)
		return NULL;
	c->sources.want.path = s->directory ? s->dir : s->path;
	c->sources.want.directory = s->directory;
	c->sources.want.optional = s->optional;
	return &c->sources.want;
}

void
config_give_text(struct config *c, const struct config_text *t)
{
	struct source *s = sources_wanted(&c->sources);

	if (s != NULL && !s->directory)
		include_collect_text(c, s, t);
	else
		config_give_error(c, EINVAL);
}

void
config_give_error(struct config *c, int error)
{
	struct source *s = sources_wanted(&c->sources);

	if (s == NULL)
		return;
	s->state = SOURCE_ERROR;
	s->error = error;
}

/* Takes the names in a directory; these files are wanted next. */
void
config_give_names(struct config *c, const char *const *names, size_t n)
{
	struct source *s = sources_wanted(&c->sources);
	char path[RECORD_PATH_MAX];
	enum source_result r = SOURCE_OK;
	size_t i;

	if (s == NULL)
		return;
	if (!s->directory) {
		config_give_error(c, EISDIR);
		return;
	}
	c->here = (struct place){ s->dir, 0 };
	if (source_names(s, names, n) != SOURCE_OK) {
		diag_error(c, "out of memory");
		s->state = SOURCE_ERROR;
		return;
	}
	for (i = 0; i < s->nnames && r != SOURCE_MANY; i++) {
		r = source_join(path, s->dir, s->names[i])
			? sources_add_file(&c->sources, path, true)
			: SOURCE_PATH;
		collect_result(c, s->names[i], r);
	}
}

static void walk_source(struct config *, struct source *, unsigned int depth);

/* One included file, at the line that names it. */
static void
walk_file(struct config *c, const char *path, unsigned int depth)
{
	struct source *s = sources_find(&c->sources, path, false);

	/* If there is none, an error was reported when it was added. */
	if (s == NULL)
		return;
	if (s->state == SOURCE_TEXT) {
		walk_source(c, s, depth);
	} else if (s->optional &&
		   (open_error_irregular(s->error) || s->error == ENOENT)) {
		return;
	} else if (s->error != 0) {
		diag_error(c, "cannot read %s: %s; %scorrect conf-file",
		    diag_show(c, path), open_error_text(s->error),
		    s->error == ENOENT ? "create the file or " : "");
	}
}

static void
walk_dir(struct config *c, const char *value, unsigned int depth)
{
	struct source *s = sources_find(&c->sources, value, true);
	char path[RECORD_PATH_MAX];
	size_t i;

	if (s == NULL)
		return;
	if (s->error != 0) {
		diag_error(c,
		    "cannot read the directory %s: %s; %scorrect conf-dir",
		    diag_show(c, s->dir), open_error_text(s->error),
		    s->error == ENOENT ? "create it or " : "");
		return;
	}
	for (i = 0; i < s->nnames && !c->stopped; i++)
		if (source_join(path, s->dir, s->names[i]))
			walk_file(c, path, depth);
}

static void
walk_include(struct config *c, const struct line *l, unsigned int depth)
{
	struct place here = c->here;

	if (depth == CONFIG_DEPTH_MAX)
		diag_error(c,
		    "includes are nested more than %d levels deep; use fewer levels",
		    CONFIG_DEPTH_MAX);
	else if (strcmp(l->name, "conf-dir") == 0)
		walk_dir(c, l->value.text, depth + 1);
	else
		walk_file(c, l->value.text, depth + 1);
	c->here = here;
}

/* Reads a file, once, as dnsmasq does. */
static void
walk_source(struct config *c, struct source *s, unsigned int depth)
{
	struct source *first = &c->sources.list[s->same_as];
	enum lexer_result r;
	struct lexer lx;
	struct line l;

	if (first->parsed) {
		diag_note(c,
		    "duplicate include of %s ignored; it was read already",
		    diag_show(c, s->path));
		return;
	}
	first->parsed = true;
	lexer_init(&lx, first->text, first->len);
	while (!c->stopped && (r = lexer_next(&lx, &l)) != LEXER_END) {
		c->here = (struct place){ s->path, l.number };
		if (run_line(c, r, &l, false))
			walk_include(c, &l, depth);
	}
}

void
include_walk(struct config *c)
{
	struct line l;
	size_t i;

	for (i = 0; i < c->nargs && !c->stopped; i++) {
		c->here =
		    (struct place){ CONFIG_COMMAND_LINE, (uint32_t)i + 1 };
		if (run_line(c, lexer_arg(c->args[i], &l), &l, true))
			walk_include(c, &l, 0);
	}
	for (i = 0; i < c->sources.n && !c->stopped; i++)
		if (c->sources.list[i].root &&
		    c->sources.list[i].state == SOURCE_TEXT)
			walk_source(c, &c->sources.list[i], 0);
}
