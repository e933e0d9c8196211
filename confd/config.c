/* SPDX-License-Identifier: ISC */
/* The walk through arguments and files, and the records it gathers. */
#include "confd/builder.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confd/directive.h"
#include "daemon/log.h"

#define DNS_NAMES_MAX 512 /* bytes of the list of ignored DNS directives */

enum seen { SEEN_NOT, SEEN_ARG, SEEN_FILE };

struct config *
config_new(config_diag_fn *diag, void *arg)
{
	struct config *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->seen = calloc(directive_count(), 1);
	c->dns_names = calloc(1, DNS_NAMES_MAX);
	if (c->seen == NULL || c->dns_names == NULL) {
		config_free(c);
		return NULL;
	}
	c->diag = diag;
	c->diag_arg = arg;
	c->dhcp.dns = true;
	c->dhcp.lease_max = CONFIG_LEASE_MAX;
	c->tftp.max = CONFIG_TFTP_MAX;
	c->tftp.cache = CONFIG_TFTP_CACHE;
	memcpy(c->store.path, CONFIG_STORE_PATH, sizeof(CONFIG_STORE_PATH));
	return c;
}

void
config_free(struct config *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nargs; i++)
		free(c->args[i]);
	free(c->args);
	sources_free(&c->sources);
	free(c->entries);
	free(c->bodies);
	free(c->seen);
	free(c->dns_names);
	free(c);
}

void
config_on_progress(struct config *c, void (*progress)(void))
{
	c->progress = progress;
}

void
config_progress(const struct config *c)
{
	if (c->progress != NULL)
		c->progress();
}

uint32_t
config_errors(const struct config *c)
{
	return c->errors;
}

uint32_t
config_warnings(const struct config *c)
{
	return c->warnings;
}

const char *
config_show(struct config *c, const char *s)
{
	char *dst = c->show[c->shows++ % CONFIG_SHOWS];

	return log_escape(dst, CONFIG_SHOW_MAX, s, strlen(s));
}

/* Errors and other messages are bounded each for itself. */
static size_t
diag_class(int severity)
{
	return severity == LOG_ERR ? 0 : 1;
}

bool
config_tells(const struct config *c, int severity)
{
	return c->told[diag_class(severity)] < CONFIG_DIAGS_MAX;
}

/* Hands a message over, made fit for a log line. */
static void
diag_out(
    struct config *c, int severity, const struct place *at, const char *text)
{
	static const struct place nowhere = { "configuration", 0 };
	char file[RECORD_PATH_MAX];

	if (at->file == NULL)
		at = &nowhere;
	log_escape(file, sizeof(file), at->file, strlen(at->file));
	c->diag(severity, file, at->line, text, c->diag_arg);
}

__attribute__((format(printf, 4, 0))) static void
diag_format(struct config *c, int severity, const struct place *at,
    const char *fmt, va_list ap)
{
	char text[LOG_LINE_MAX];

	if (severity == LOG_ERR)
		c->errors++;
	else if (severity == LOG_WARNING)
		c->warnings++;
	if (!config_tells(c, severity)) {
		c->suppressed[diag_class(severity)]++;
		return;
	}
	c->told[diag_class(severity)]++;
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	diag_out(c, severity, at, text);
}

/* The last line, where messages were left untold. */
static void
diag_suppressed(struct config *c)
{
	static const struct place whole = { NULL, 0 };
	char text[LOG_LINE_MAX];

	if (c->suppressed[0] == 0 && c->suppressed[1] == 0)
		return;
	(void)snprintf(text, sizeof(text),
	    "%u more errors and %u more warnings and notices suppressed",
	    c->suppressed[0], c->suppressed[1]);
	diag_out(c, c->suppressed[0] > 0 ? LOG_ERR : LOG_WARNING, &whole, text);
}

void
config_error(struct config *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_format(c, LOG_ERR, &c->here, fmt, ap);
	va_end(ap);
}

void
config_warn(struct config *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_format(c, LOG_WARNING, &c->here, fmt, ap);
	va_end(ap);
}

void
config_note(struct config *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_format(c, LOG_INFO, &c->here, fmt, ap);
	va_end(ap);
}

void
config_diag_at(struct config *c, int severity, const struct place *at,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_format(c, severity, at, fmt, ap);
	va_end(ap);
}

void
config_mark(struct config *c, enum config_mark m)
{
	c->mark[m] = c->here;
}

void
config_mark_first(struct config *c, enum config_mark m)
{
	if (c->mark[m].file == NULL)
		config_mark(c, m);
}

/* Grows an array by doubling; false without memory. */
static bool
grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap == 0 ? 256 : *cap;
	void *old, *p;

	if (need <= *cap)
		return true;
	while (n < need)
		n *= 2;
	memcpy(&old, array, sizeof(old));
	if ((p = reallocarray(old, n, size)) == NULL)
		return false;
	memcpy(array, &p, sizeof(p));
	*cap = n;
	return true;
}

/* An error after which nothing more is read. */
static void
config_stop(struct config *c, const char *text)
{
	config_error(c, "%s", text);
	c->stopped = true;
}

/* Encodes a record behind the others. */
static bool
body_add(struct config *c, const struct record *rec, struct config_entry *e)
{
	uint8_t body[RECORD_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	record_encode(rec, &w);
	if (w.failed) {
		config_error(c, "the line says more than a record holds; "
				"split it into several");
		return false;
	}
	if (w.len > RECORD_TOTAL_MAX - c->bodies_len) {
		config_stop(c, "more than 256 MiB of records");
		return false;
	}
	if (!grow(&c->bodies, &c->bodies_cap, c->bodies_len + w.len, 1)) {
		config_stop(c, "no memory");
		return false;
	}
	memcpy(c->bodies + c->bodies_len, body, w.len);
	e->at = (uint32_t)c->bodies_len;
	e->len = (uint32_t)w.len;
	c->bodies_len += w.len;
	return true;
}

struct config_entry *
config_add(struct config *c, const struct record *rec)
{
	struct config_entry e = { .place = c->here, .kind = rec->kind };

	if (c->nentries == RECORD_COUNT_MAX) {
		config_stop(c, "more than 1000000 records");
		return NULL;
	}
	if (!grow(&c->entries, &c->entries_cap, c->nentries + 1,
		sizeof(*c->entries))) {
		config_stop(c, "no memory");
		return NULL;
	}
	if (!body_add(c, rec, &e))
		return NULL;
	c->entries[c->nentries] = e;
	return &c->entries[c->nentries++];
}

void
config_entry_record(
    const struct config *c, const struct config_entry *e, struct record *rec)
{
	struct reader r;

	reader_init(&r, c->bodies + e->at, e->len);
	if (record_decode(&r, rec) == -1)
		fatalx("a record of kind %s does not decode",
		    record_kind_name(e->kind));
}

#define CONFIG_SINGLES 4 /* records that exist once */

size_t
config_count(const struct config *c)
{
	return CONFIG_SINGLES + c->nroots + c->nentries;
}

void
config_record(const struct config *c, size_t i, struct record *rec)
{
	memset(rec, 0, sizeof(*rec));
	if (i >= CONFIG_SINGLES + c->nroots) {
		i -= CONFIG_SINGLES + c->nroots;
		config_entry_record(c, &c->entries[i], rec);
		return;
	}
	switch (i) {
	case 0:
		rec->kind = RECORD_DAEMON;
		rec->u.daemon = c->daemon;
		break;
	case 1:
		rec->kind = RECORD_STORE;
		rec->u.store = c->store;
		break;
	case 2:
		rec->kind = RECORD_DHCP;
		rec->u.dhcp = c->dhcp;
		break;
	case 3:
		rec->kind = RECORD_TFTP;
		rec->u.tftp = c->tftp;
		break;
	default:
		rec->kind = RECORD_TFTP_ROOT;
		rec->u.tftp_root = c->roots[i - CONFIG_SINGLES];
	}
}

void
config_encoded(struct config *c, size_t i, struct reader *out)
{
	size_t before = CONFIG_SINGLES + c->nroots;
	struct record rec;
	struct writer w;

	if (i >= before) {
		const struct config_entry *e = &c->entries[i - before];

		reader_init(out, c->bodies + e->at, e->len);
		return;
	}
	config_record(c, i, &rec);
	writer_init(&w, c->single, sizeof(c->single));
	record_encode(&rec, &w);
	if (w.failed)
		fatalx("a record of kind %s does not fit",
		    record_kind_name(rec.kind));
	reader_init(out, c->single, w.len);
}

void
config_add_arg(struct config *c, const char *directive)
{
	c->here = (struct place){ CONFIG_COMMAND_LINE, 0 };
	if (!grow(&c->args, &c->args_cap, c->nargs + 1, sizeof(*c->args)) ||
	    (c->args[c->nargs] = strdup(directive)) == NULL) {
		config_error(c, "no memory");
		return;
	}
	c->nargs++;
	config_collect_arg(c, c->args[c->nargs - 1]);
}

void
config_add_failed(struct config *c, const char *path, int error)
{
	c->here = (struct place){ path, 0 };
	config_error(c, "cannot be read: %s", strerror(error));
}

void
config_add_file(struct config *c, const char *path, const struct config_text *t)
{
	enum source_result r;
	struct source *s;

	c->here = (struct place){ CONFIG_COMMAND_LINE, 0 };
	r = sources_add_file(&c->sources, path, false);
	if (r != SOURCE_OK && r != SOURCE_KNOWN) {
		config_error(
		    c, "%s: %s", config_show(c, path), source_result_text(r));
		return;
	}
	s = sources_find(&c->sources, path, false);
	s->root = true;
	if (s->state != SOURCE_WANTED)
		return;
	config_collect_text(c, s, t);
}

/* The name is taken down for the notice at the end. */
static void
dns_ignore(struct config *c, const struct directive *d)
{
	size_t room = DNS_NAMES_MAX - c->dns_len;
	int n;

	if (c->seen[directive_index(d)] != SEEN_NOT)
		return;
	c->seen[directive_index(d)] = SEEN_FILE;
	n = snprintf(c->dns_names + c->dns_len, room, "%s%s",
	    c->dns_len == 0 ? "" : ", ", d->name);
	if (n > 0 && (size_t)n < room)
		c->dns_len += (size_t)n;
	else
		c->dns_names[c->dns_len] = '\0';
}

/* A directive that may stand once: false when it is not to be carried out. */
static bool
single_ok(struct config *c, const struct directive *d, bool arg)
{
	uint8_t *seen = &c->seen[directive_index(d)];

	if (!d->single)
		return true;
	if (arg) {
		*seen = SEEN_ARG;
		return true;
	}
	if (*seen == SEEN_ARG)
		return false;
	if (*seen == SEEN_FILE) {
		config_error(
		    c, "%s is there a second time; keep one of them", d->name);
		return false;
	}
	*seen = SEEN_FILE;
	return true;
}

static void
unknown(struct config *c, const char *name)
{
	/* Not for a whole file that is no configuration. */
	const char *like =
	    config_tells(c, LOG_ERR) ? directive_suggest(name) : NULL;
	char word[LEXER_LINE_MAX + 1];
	size_t n = strcspn(name, " :");

	memcpy(word, name, n);
	word[n] = '\0';
	if (name[n] != '\0' && directive_find(word) != NULL)
		config_error(c,
		    "unknown directive \"%s\"; a value follows an "
		    "equals sign: %s=...",
		    config_show(c, name), word);
	else if (like != NULL)
		config_error(c,
		    "unknown directive \"%s\"; did you mean \"%s\"?",
		    config_show(c, name), like);
	else
		config_error(
		    c, "unknown directive \"%s\"", config_show(c, name));
}

/* Whether a value is there as the table wants it. */
static bool
arg_ok(struct config *c, const struct directive *d, const struct lexed *l)
{
	if (d->arg == DIRECTIVE_NO_ARG && l->has_value) {
		config_error(c, "%s takes no value; write it alone", d->name);
		return false;
	}
	if (d->arg == DIRECTIVE_ARG && l->value.len == 0 &&
	    d->kind == DIRECTIVE_DONE) {
		config_error(
		    c, "%s needs a value: %s=%s", d->name, d->name, d->takes);
		return false;
	}
	return true;
}

/* Carries out one directive that is no include. */
static void
directive_run(struct config *c, const struct directive *d,
    const struct lexed *l, bool arg)
{
	if (!arg_ok(c, d, l) || !single_ok(c, d, arg))
		return;
	switch (d->kind) {
	case DIRECTIVE_DONE:
		d->handler(c, &l->value);
		break;
	case DIRECTIVE_IGNORED:
		config_note(c, "%s is ignored: %s", d->name, d->takes);
		break;
	case DIRECTIVE_DNS:
		dns_ignore(c, d);
		break;
	case DIRECTIVE_MISSING:
		config_error(c,
		    "%s is known to dnsmasq, but not carried out by "
		    "this version of pxeguard; remove the line%s%s%s",
		    d->name, d->takes[0] == '\0' ? "" : " (", d->takes,
		    d->takes[0] == '\0' ? "" : ")");
		break;
	default:
		break;
	}
}

static void
lexer_complain(struct config *c, enum lexer_result r)
{
	switch (r) {
	case LEXER_LONG:
		config_error(c,
		    "the line is longer than %d bytes; it cannot be "
		    "continued on a second one",
		    LEXER_LINE_MAX);
		break;
	case LEXER_QUOTE:
		config_error(c, "a quote is not closed; a quote within quotes "
				"is written \\\"");
		break;
	case LEXER_NUL:
		config_error(c, "a NUL byte; this is no text file");
		break;
	case LEXER_DIRECTIVE:
	case LEXER_END:
		break;
	}
}

bool
config_run_line(
    struct config *c, enum lexer_result r, const struct lexed *l, bool arg)
{
	const struct directive *d;

	config_progress(c);
	if (r != LEXER_DIRECTIVE) {
		lexer_complain(c, r);
		return false;
	}
	if ((d = directive_find(l->name)) == NULL)
		unknown(c, l->name);
	else if (d->kind == DIRECTIVE_INCLUDE)
		return arg_ok(c, d, l) && l->value.len > 0;
	else
		directive_run(c, d, l, arg);
	return false;
}

bool
config_finish(struct config *c)
{
	config_walk(c);
	if (c->dns_len > 0) {
		c->here = (struct place){ NULL, 0 };
		config_note(c, "DNS is not served; ignored: %s", c->dns_names);
	}
	if (!c->stopped)
		config_check(c);
	diag_suppressed(c);
	return c->errors == 0;
}
