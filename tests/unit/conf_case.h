/* SPDX-License-Identifier: ISC */
/* A configuration in a string, parsed, with its messages kept. */
#ifndef TESTS_UNIT_CONF_CASE_H
#define TESTS_UNIT_CONF_CASE_H

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "confd/config.h"
#include "tests/unit/unit.h"

struct conf_case {
	struct config *c;
	bool ok;
	char diags[65536]; /* "E 3 text\n" for an error in line 3 */
};

static inline void
conf_case_diag(
    int severity, const char *file, uint32_t line, const char *text, void *arg)
{
	struct conf_case *k = arg;
	size_t n = strlen(k->diags);

	(void)file;
	(void)snprintf(k->diags + n, sizeof(k->diags) - n, "%c %u %s\n",
	    severity == LOG_ERR	      ? 'E'
	    : severity == LOG_WARNING ? 'W'
				      : 'N',
	    line, text);
}

static inline void
conf_case_begin(struct conf_case *k)
{
	memset(k, 0, sizeof(*k));
	k->c = config_new(conf_case_diag, k);
	ck_assert_ptr_nonnull(k->c);
}

static inline void
conf_case_text(struct conf_case *k, const char *text)
{
	struct config_text t = { .text = text, .len = strlen(text) };

	config_add_file(k->c, "/etc/test.conf", &t);
}

static inline void
conf_case_parse(struct conf_case *k, const char *text)
{
	conf_case_begin(k);
	conf_case_text(k, text);
	k->ok = config_finish(k->c);
}

/* The one record of a kind; NULL when there is none. */
static inline struct record *
conf_case_record(const struct conf_case *k, uint8_t kind, struct record *rec)
{
	size_t i;

	for (i = 0; i < config_count(k->c); i++) {
		config_record(k->c, i, rec);
		if (rec->kind == kind)
			return rec;
	}
	return NULL;
}

static inline void
conf_case_end(struct conf_case *k)
{
	config_free(k->c);
}

/* Parses a line in a configuration that is complete without it. */
static inline void
conf_case_line(struct conf_case *k, const char *line)
{
	char text[4096];

	(void)snprintf(text, sizeof(text),
	    "%s\ndhcp-range=set:net,192.168.1.10,192.168.1.20\n", line);
	conf_case_parse(k, text);
}

/* The line is refused, or warned of, with these words. */
static inline void
conf_case_says(const char *line, char severity, const char *words)
{
	static struct conf_case k;
	const char *p;

	conf_case_line(&k, line);
	p = strstr(k.diags, words);
	ck_assert_msg(
	    p != NULL, "\"%s\": no \"%s\" in:\n%s", line, words, k.diags);
	while (p > k.diags && p[-1] != '\n')
		p--;
	ck_assert_msg(p[0] == severity, "\"%s\" gives:\n%s", line, k.diags);
	ck_assert_msg(
	    k.ok == (severity != 'E'), "\"%s\" gives:\n%s", line, k.diags);
	conf_case_end(&k);
}

/* The line is accepted, and no message about it has these words. */
static inline void
conf_case_lacks(const char *line, const char *words)
{
	static struct conf_case k;

	conf_case_line(&k, line);
	ck_assert_msg(k.ok && strstr(k.diags, words) == NULL,
	    "\"%s\" gives:\n%s", line, k.diags);
	conf_case_end(&k);
}

/*
 * Whether there is no message, besides notices of tags that are set and not
 * tested: a single line sets them for others.
 */
static inline bool
conf_case_silent(const struct conf_case *k)
{
	const char *p = k->diags, *end;

	for (; *p != '\0'; p = end + 1) {
		end = strchr(p, '\n');
		ck_assert_ptr_nonnull(end);
		if (*p != 'N' || memmem(p, (size_t)(end - p),
				     "set here, but nothing", 21) == NULL)
			return false;
	}
	return true;
}

/* The line is accepted, with messages or none, and gives a record. */
static inline void
conf_case_makes(const char *line, uint8_t kind, struct record *rec)
{
	static struct conf_case k;

	conf_case_line(&k, line);
	ck_assert_msg(k.ok, "\"%s\" gives:\n%s", line, k.diags);
	ck_assert_msg(conf_case_record(&k, kind, rec) != NULL,
	    "\"%s\" gives no record", line);
	conf_case_end(&k);
}

/* The line is accepted without a word, and gives a record of this kind. */
static inline void
conf_case_gives(const char *line, uint8_t kind, struct record *rec)
{
	static struct conf_case k;

	conf_case_line(&k, line);
	ck_assert_msg(
	    k.ok && conf_case_silent(&k), "\"%s\" gives:\n%s", line, k.diags);
	ck_assert_msg(conf_case_record(&k, kind, rec) != NULL,
	    "\"%s\" gives no record", line);
	conf_case_end(&k);
}

#endif
