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
	if (r == SOURCE_OK || r == SOURCE_KNOWN)
		return;
	c->incomplete = true;
	diag_error(c, "%s: %s", diag_show(c, path), source_result_text(r));
}

/* The directives that include files. */
static const struct include {
	const char *name;
	bool directory;
	enum source_lines lines;
	const char *path; /* NULL: the value */
} includes[] = {
	{ "conf-file", false, SOURCE_DIRECTIVES, NULL },
	{ "conf-dir", true, SOURCE_DIRECTIVES, NULL },
	{ "dhcp-hostsfile", false, SOURCE_HOSTS, NULL },
	{ "dhcp-hostsdir", true, SOURCE_HOSTS, NULL },
	{ "dhcp-optsfile", false, SOURCE_OPTIONS, NULL },
	{ "dhcp-optsdir", true, SOURCE_OPTIONS, NULL },
	{ "read-ethers", false, SOURCE_ETHERS, "/etc/ethers" },
};

/* The include of a line, and its path; NULL: the line is none. */
static const struct include *
include_of(const struct line *l, const char **path)
{
	size_t i;

	for (i = 0; i < sizeof(includes) / sizeof(includes[0]); i++) {
		if (strcmp(l->name, includes[i].name) != 0)
			continue;
		*path = includes[i].path;
		if (*path == NULL)
			*path = l->value.text;
		return (*path)[0] == '\0' ? NULL : &includes[i];
	}
	return NULL;
}

/* Adds a file or directory; the first directive says what its lines are. */
static enum source_result
collect_path(struct config *c, const char *path, bool directory, bool optional,
    enum source_lines lines)
{
	static const struct config_text nothing = { .text = "" };
	struct source *s;
	enum source_result r =
	    directory ? sources_add_dir(&c->sources, path)
		      : sources_add_file(&c->sources, path, optional);

	if (r == SOURCE_OK) {
		s = sources_find(&c->sources, path, directory);
		s->lines = lines;
		/* It holds nothing, and is no regular file. */
		if (!directory && strcmp(path, "/dev/null") == 0)
			r = source_text(&c->sources, s, &nothing);
	}
	collect_result(c, path, r);
	return r;
}

static void
collect_line(struct config *c, const struct line *l)
{
	const char *path;
	const struct include *i = include_of(l, &path);

	if (strcmp(l->name, "unsupported") == 0 && token_is(&l->value, "warn"))
		c->unsupported_warn = true;
	if (i != NULL)
		(void)collect_path(c, path, i->directory, false, i->lines);
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
		    memmem(lx->p, n, "conf-", 5) != NULL ||
		    memmem(lx->p, n, "unsup", 5) != NULL ||
		    memmem(lx->p, n, "sfile", 5) != NULL ||
		    memmem(lx->p, n, "sdir", 4) != NULL ||
		    memmem(lx->p, n, "read-", 5) != NULL)
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
		c->incomplete = true;
		s->state = SOURCE_ERROR;
		return;
	}
	if (&c->sources.list[s->same_as] != s || s->lines != SOURCE_DIRECTIVES)
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
	c->sources.want.watch = s->directory && s->lines != SOURCE_DIRECTIVES;
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
	/* dhcp-hostsfile and dhcp-optsfile may name a directory. */
	if (error == EISDIR && !s->directory && !s->optional &&
	    (s->lines == SOURCE_HOSTS || s->lines == SOURCE_OPTIONS)) {
		collect_result(c, s->path, source_to_dir(s));
		return;
	}
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
		if (source_join(path, s->dir, s->names[i]))
			r = collect_path(
			    c, path, false, true, (enum source_lines)s->lines);
		else
			collect_result(c, s->names[i], SOURCE_PATH);
	}
}

static void walk_source(struct config *, struct source *, unsigned int depth);

/*
 * A file or directory that cannot be read.  Lines of hosts and options may
 * come and go, so their absence is no error.
 */
static void
walk_error(struct config *c, const struct source *s, const char *directive)
{
	const char *what = s->directory ? "the directory " : "";
	const char *path = s->directory ? s->dir : source_shown(s->path);

	c->incomplete = true;
	if (s->lines == SOURCE_DIRECTIVES)
		diag_error(c, "cannot read %s%s: %s; %scorrect %s", what,
		    diag_show(c, path), open_error_text(s->error),
		    s->error != ENOENT ? ""
		    : s->directory     ? "create it or "
				       : "create the file or ",
		    directive);
	else
		diag_warn(c,
		    "cannot read %s%s: %s; it is left out; %scorrect or remove %s",
		    what, diag_show(c, path), open_error_text(s->error),
		    s->error == ENOENT ? "create it, or " : "", directive);
}

/* A file or a directory, at the line that names it. */
static void
walk_named(struct config *c, struct source *s, const char *directive,
    unsigned int depth)
{
	char path[RECORD_PATH_MAX];
	size_t i;

	/* If there is none, an error was reported when it was added. */
	if (s == NULL)
		return;
	if (s->state == SOURCE_TEXT) {
		walk_source(c, s, depth);
		return;
	}
	if (s->optional &&
	    (open_error_irregular(s->error) || s->error == ENOENT))
		return;
	if (s->error != 0) {
		walk_error(c, s, directive);
		return;
	}
	for (i = 0; s->directory && i < s->nnames && !c->stopped; i++)
		if (source_join(path, s->dir, s->names[i]))
			walk_named(c, sources_find(&c->sources, path, false),
			    directive, depth);
}

static void
walk_include(struct config *c, const struct line *l, unsigned int depth)
{
	struct place here = c->here;
	const char *path;
	const struct include *i = include_of(l, &path);

	if (depth == CONFIG_DEPTH_MAX)
		diag_error(c,
		    "includes are nested more than %d levels deep; use fewer levels",
		    CONFIG_DEPTH_MAX);
	else if (i != NULL)
		walk_named(c, sources_find(&c->sources, path, i->directory),
		    i->name, depth + 1);
	c->here = here;
}

/* A file of hosts or options: a bad line does not end the start. */
static void
walk_values(struct config *c, const struct source *s, struct lexer *lx)
{
	enum lexer_result r;
	struct line l;

	c->lenient = true;
	while (!c->stopped && (r = lexer_next_value(lx, &l)) != LEXER_END) {
		c->here = (struct place){ s->path, l.number };
		run_value(c, r, (enum source_lines)s->lines, &l);
	}
	c->lenient = false;
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
		    diag_show(c, source_shown(s->path)));
		return;
	}
	first->parsed = true;
	lexer_init(&lx, first->text, first->len);
	if (s->lines != SOURCE_DIRECTIVES) {
		walk_values(c, s, &lx);
		return;
	}
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
