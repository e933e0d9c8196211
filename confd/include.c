/* SPDX-License-Identifier: ISC */
/*
 * Included files: first all texts are collected, as config_want() is
 * answered; then they are read, each at the place that names it.
 */
#include "confd/builder.h"

#include <errno.h>
#include <string.h>

#include "confd/directive.h"
#include "daemon/open_error.h"

static void
collect_result(struct config *c, const char *path, enum source_result r)
{
	if (r != SOURCE_OK && r != SOURCE_KNOWN)
		config_error(
		    c, "%s: %s", config_show(c, path), source_result_text(r));
}

static void
collect_line(struct config *c, const struct lexed *l)
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
config_collect_arg(struct config *c, const char *arg)
{
	struct lexed l;

	if (lexer_arg(arg, &l) == LEXER_DIRECTIVE)
		collect_line(c, &l);
}

/*
 * Skips the lines before the next one that may include something: others
 * would be taken apart twice.  Quotes may stand within a name.
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
config_collect_text(
    struct config *c, struct source *s, const struct config_text *t)
{
	enum source_result r = source_text(&c->sources, s, t);
	enum lexer_result lr;
	struct lexer lx;
	struct lexed l;

	c->here = (struct place){ s->path, 0 };
	if (r == SOURCE_LARGE)
		config_error(c,
		    "this file has %zu bytes, and those before it %zu; a "
		    "configuration may have %u (64 MiB)",
		    t->len, c->sources.bytes, CONFIG_TEXT_MAX);
	else if (r != SOURCE_OK)
		config_error(c, "%s", source_result_text(r));
	if (r != SOURCE_OK) {
		s->state = SOURCE_ERROR;
		return;
	}
	if (&c->sources.list[s->same_as] != s)
		return;
	lexer_init(&lx, s->text, s->len);
	while (lines_skip(&lx), (lr = lexer_next(&lx, &l)) != LEXER_END) {
		c->here.line = l.line;
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
		config_collect_text(c, s, t);
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

/* A directory: the files that it has to offer are wanted next. */
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
		config_error(c, "no memory");
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

	/* Where there is none, that has been told when it was added. */
	if (s == NULL)
		return;
	if (s->state == SOURCE_TEXT) {
		walk_source(c, s, depth);
	} else if (s->optional &&
		   (open_error_irregular(s->error) || s->error == ENOENT)) {
		return;
	} else if (s->error != 0) {
		config_error(c, "cannot read %s: %s", config_show(c, path),
		    open_error_text(s->error));
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
		config_error(c, "cannot read the directory %s: %s",
		    config_show(c, s->dir), open_error_text(s->error));
		return;
	}
	for (i = 0; i < s->nnames && !c->stopped; i++)
		if (source_join(path, s->dir, s->names[i]))
			walk_file(c, path, depth);
}

static void
walk_include(struct config *c, const struct lexed *l, unsigned int depth)
{
	struct place here = c->here;

	if (depth == CONFIG_DEPTH_MAX)
		config_error(c, "files include each other more than %d deep",
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
	struct lexed l;

	if (first->parsed) {
		config_note(c, "%s was read already; not a second time",
		    config_show(c, s->path));
		return;
	}
	first->parsed = true;
	lexer_init(&lx, first->text, first->len);
	while (!c->stopped && (r = lexer_next(&lx, &l)) != LEXER_END) {
		c->here = (struct place){ s->path, l.line };
		if (config_run_line(c, r, &l, false))
			walk_include(c, &l, depth);
	}
}

void
config_walk(struct config *c)
{
	struct lexed l;
	size_t i;

	for (i = 0; i < c->nargs && !c->stopped; i++) {
		c->here =
		    (struct place){ CONFIG_COMMAND_LINE, (uint32_t)i + 1 };
		if (config_run_line(c, lexer_arg(c->args[i], &l), &l, true))
			walk_include(c, &l, 0);
	}
	for (i = 0; i < c->sources.n && !c->stopped; i++)
		if (c->sources.list[i].root &&
		    c->sources.list[i].state == SOURCE_TEXT)
			walk_source(c, &c->sources.list[i], 0);
}
