/* SPDX-License-Identifier: ISC */
/* Runs one line: finds the directive, checks its form, calls its handler. */
#include "confd/run.h"

#include <stdio.h>
#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/directive.h"
#include "confd/directives_host.h"
#include "confd/directives_option.h"
#include "confd/spelling.h"
#include "confd/suggest.h"

/* Where a directive that may occur once was read. */
enum seen { SEEN_NOT, SEEN_ARG, SEEN_FILE };

/* Adds the name to the notice at the end. */
static void
run_ignore_dns(struct config *c, const struct directive *d)
{
	size_t room = CONFIG_DNS_MAX - c->dns_len;
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

/* Checks a directive that may occur once; false when it must not be run. */
static bool
run_single_ok(struct config *c, const struct directive *d, bool arg)
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
		diag_error(c, "duplicate %s; keep one of them", d->name);
		return false;
	}
	*seen = SEEN_FILE;
	return true;
}

static void
run_unknown(struct config *c, const char *name)
{
	/*
	 * Suggestions stop with the reports, as in a file that is not a
	 * configuration.
	 */
	const char *like =
	    diag_is_reported(c, LOG_ERR) ? suggest_directive(name) : NULL;
	const char *instead = suggest_instead(name);
	char word[LEXER_LINE_MAX + 1];
	size_t n = strcspn(name, " :");

	memcpy(word, name, n);
	word[n] = '\0';
	if (name[n] != '\0' && directive_find(word) != NULL)
		diag_error(c,
		    "unknown directive \"%s\"; a value follows an equals sign: %s=...",
		    diag_show(c, name), word);
	else if (instead != NULL)
		diag_error(c, "unknown directive \"%s\"; %s",
		    diag_show(c, name), instead);
	else if (like != NULL)
		diag_error(c, "unknown directive \"%s\"; did you mean \"%s\"?",
		    diag_show(c, name), like);
	else
		diag_error(c, "unknown directive \"%s\"; see pxeguard.conf(5)",
		    diag_show(c, name));
}

/* Whether a value is given or missing as the table says. */
static bool
run_value_ok(struct config *c, const struct directive *d, const struct line *l)
{
	if (d->arg == DIRECTIVE_NO_ARG && l->has_value) {
		diag_error(
		    c, "%s takes no value; write it without one", d->name);
		return false;
	}
	if (d->arg == DIRECTIVE_ARG_OR_EMPTY && l->has_value &&
	    l->value.len == 0) {
		diag_note(
		    c, "%s= has no value; ignored, as dnsmasq does", d->name);
		return false;
	}
	if ((d->arg == DIRECTIVE_ARG || d->arg == DIRECTIVE_ARG_OR_EMPTY) &&
	    l->value.len == 0 &&
	    (d->kind == DIRECTIVE_DONE || d->kind == DIRECTIVE_INCLUDE)) {
		diag_error(
		    c, "%s needs a value: %s=%s", d->name, d->name, d->takes);
		return false;
	}
	return true;
}

/* Lines that would change what clients get are no small thing to ignore. */
static void
run_missing(struct config *c, const struct directive *d)
{
	if (c->unsupported_warn)
		diag_warn(c, "%s is not supported yet; ignored (%s)", d->name,
		    d->takes);
	else
		diag_error(c,
		    "%s is a directive of dnsmasq that is not supported yet; remove the line (%s), or add unsupported=warn to use the other lines",
		    d->name, d->takes);
}

/* Does what the row says, and notes whether a line that sets tags is lost. */
static void
run_handler(
    struct config *c, const struct directive *d, const struct token *value)
{
	/* An unprefixed word of a dhcp-range is one, too. */
	bool sets = strstr(value->text, "set:") != NULL ||
		    strcmp(d->name, "dhcp-range") == 0;
	uint32_t errors = c->errors;

	if (d->mark != CONFIG_MARK_NONE)
		config_mark_first(c, (enum config_mark)d->mark);
	if (d->flag != 0)
		*(bool *)((char *)c + d->flag) = true;
	if (d->handler != NULL)
		d->handler(c, value);
	if (d->handler_of != NULL)
		d->handler_of(c, value, d->of);
	if (sets && c->errors != errors)
		c->sets_lost = true;
}

/* Runs one directive other than an include. */
static void
run_directive(
    struct config *c, const struct directive *d, const struct line *l, bool arg)
{
	if (!run_value_ok(c, d, l) || !run_single_ok(c, d, arg))
		return;
	switch (d->kind) {
	case DIRECTIVE_DONE:
		spelling_quotes(c, &l->value);
		run_handler(c, d, &l->value);
		break;
	case DIRECTIVE_IGNORED:
		diag_note(c, "%s is ignored: %s", d->name, d->takes);
		break;
	case DIRECTIVE_DNS:
		run_ignore_dns(c, d);
		break;
	case DIRECTIVE_V6:
		config_skip_v6(c);
		break;
	case DIRECTIVE_MISSING:
		run_missing(c, d);
		break;
	default:
		break;
	}
}

static void
run_lexer_fault(struct config *c, enum lexer_result r)
{
	switch (r) {
	case LEXER_LONG:
		diag_error(c,
		    "line is longer than %d bytes; shorten it, it cannot continue on a second line",
		    LEXER_LINE_MAX);
		break;
	case LEXER_QUOTE:
		diag_error(c,
		    "quote is not closed; write a quote within quotes as \\\"");
		break;
	case LEXER_NUL:
		diag_error(
		    c, "line holds a NUL byte; the file must be a text file");
		break;
	case LEXER_DIRECTIVE:
	case LEXER_END:
		break;
	}
}

/* "MAC ADDRESS" or "MAC NAME" of ethers(5), as a value of dhcp-host. */
static void
run_ethers(struct config *c, const struct token *value)
{
	char text[LEXER_LINE_MAX + 16];
	uint8_t quoted[sizeof(text)] = { 0 };
	struct token host = { .text = text, .quoted = quoted };
	size_t n = strcspn(value->text, " ");

	host.len = (size_t)snprintf(text, sizeof(text), "%.*s,id:*,%s", (int)n,
	    value->text, value->text + n + strspn(value->text + n, " "));
	if (value->text[n] == '\0')
		diag_error(c, "the address or name is missing after \"%s\"",
		    diag_show(c, value->text));
	else
		directive_host(c, &host);
}

void
run_value(struct config *c, enum lexer_result r, enum source_lines lines,
    const struct line *l)
{
	config_progress(c);
	if (r != LEXER_DIRECTIVE)
		run_lexer_fault(c, r);
	else if (lines == SOURCE_OPTIONS)
		directive_option(c, &l->value, DIRECTIVE_OPTION_PLAIN);
	else if (lines == SOURCE_ETHERS)
		run_ethers(c, &l->value);
	else
		directive_host(c, &l->value);
}

/* Whether there is something to include. */
static bool
run_include_ok(
    struct config *c, const struct directive *d, const struct line *l)
{
	if (!run_value_ok(c, d, l))
		return false;
	if (d->arg == DIRECTIVE_NO_ARG || l->value.len > 0)
		return true;
	diag_note(c, "%s names no file; ignored, as dnsmasq does", d->name);
	return false;
}

bool
run_line(struct config *c, enum lexer_result r, const struct line *l, bool arg)
{
	const struct directive *d;

	config_progress(c);
	if (r != LEXER_DIRECTIVE) {
		run_lexer_fault(c, r);
		return false;
	}
	if ((d = directive_find(l->name)) == NULL)
		run_unknown(c, l->name);
	else if (d->kind == DIRECTIVE_INCLUDE)
		return run_include_ok(c, d, l);
	else
		run_directive(c, d, l, arg);
	return false;
}
