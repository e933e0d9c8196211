/* SPDX-License-Identifier: ISC */
/* Directives of signed boot files. */
#include "confd/directives_verify.h"

#include <string.h>
#include <strings.h>

#include "confd/argument.h"
#include "confd/diag.h"
#include "confd/value.h"

#define EXEMPT_STARS_MAX 8

void
directive_verify_images(struct config *c, const struct token *value)
{
	if (strcasecmp(value->text, "off") == 0)
		c->verify.mode = RECORD_VERIFY_OFF;
	else if (strcasecmp(value->text, "warn") == 0)
		c->verify.mode = RECORD_VERIFY_WARN;
	else if (strcasecmp(value->text, "require") == 0)
		c->verify.mode = RECORD_VERIFY_REQUIRE;
	else
		diag_error(c, "\"%s\" is none of off, warn and require",
		    diag_show(c, value->text));
}

void
directive_verify_key(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_VERIFY_KEY };

	config_mark_first(c, CONFIG_MARK_VERIFY_KEY);
	if (!argument_path(c, value, rec.u.verify_key.path))
		return;
	if (c->nverify_keys == RECORD_VERIFY_KEYS_MAX) {
		diag_error(c,
		    "more than %d lines of verify-key; put the keys into one folder, and write that",
		    RECORD_VERIFY_KEYS_MAX);
		return;
	}
	c->nverify_keys++;
	(void)config_add(c, &rec);
}

/* Each multiplies the time that a comparison can take. */
static size_t
stars(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s == '*';
	return n;
}

void
directive_verify_exempt(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_VERIFY_EXEMPT };
	struct record_verify_exempt *e = &rec.u.verify_exempt;
	struct token p = *value;

	/* Paths are those below tftp-root, without a slash before them. */
	while (p.len > 0 && p.text[0] == '/') {
		p.text++;
		p.len--;
	}
	if (p.len == 0) {
		diag_error(c,
		    "pattern is missing; write one for paths below tftp-root, such as pxelinux.cfg/*");
		return;
	}
	if (stars(p.text) > EXEMPT_STARS_MAX) {
		diag_error(c,
		    "more than %d asterisks in a pattern; write several patterns",
		    EXEMPT_STARS_MAX);
		return;
	}
	if (c->nverify_exempt == RECORD_VERIFY_EXEMPT_MAX) {
		diag_error(c,
		    "more than %d lines of verify-exempt; write patterns that match more",
		    RECORD_VERIFY_EXEMPT_MAX);
		return;
	}
	if (!argument_text(
		c, &p, e->pattern, sizeof(e->pattern), "the pattern"))
		return;
	c->nverify_exempt++;
	(void)config_add(c, &rec);
}

void
directive_verify_cache(struct config *c, const struct token *value)
{
	uint64_t bytes;

	/* A number without a unit could be meant as bytes or as mebibytes. */
	if (value_is_digits(value->text) ||
	    !value_scaled(value->text, 1024, RECORD_VERIFY_CACHE_MAX, &bytes))
		diag_error(c,
		    "\"%s\" is not a size; write one like 256M or 2G, at most 1024G",
		    diag_show(c, value->text));
	else if (bytes < RECORD_VERIFY_CACHE_MIN)
		diag_error(c, "\"%s\" is too small; write at least 1M",
		    diag_show(c, value->text));
	else
		c->verify.cache = bytes;
}
