/* SPDX-License-Identifier: ISC */
/* Any words as a command line; a NUL ends each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/record.h"
#include "priv/options.h"
#include "tests/fuzz/target.h"

#define WORDS_MAX 64
#define INPUT_MAX 65536

static void
check_options(const struct options *o, const char *text, size_t size)
{
	size_t i;

	check(o->conf_file != NULL);
	/* "": no file, named as an empty word or as /dev/null. */
	if (o->conf_named)
		check(o->conf_file[0] == '\0' ||
		      (o->conf_file >= text && o->conf_file <= text + size));
	else
		check(strcmp(o->conf_file, OPTIONS_CONF_DEFAULT) == 0);
	check((o->directives != NULL) == (o->ndirectives > 0));
	for (i = 0; i < o->ndirectives; i++)
		check(o->directives[i] != NULL);
	check(options_layers_disabled(o) >> RECORD_LAYERS == 0);
	check(!o->debug || o->foreground);
}

static void
options_free(struct options *o)
{
	size_t i;

	for (i = 0; i < o->ndirectives; i++)
		free(o->directives[i]);
	free(o->directives);
}

/* Usage and errors go nowhere. */
static enum options_verdict
parse_quietly(struct options *o, int argc, char **argv)
{
	static FILE *nowhere;
	FILE *out = stdout, *err = stderr;
	enum options_verdict v;

	if (nowhere == NULL && (nowhere = fopen("/dev/null", "w")) == NULL)
		abort();
	stdout = stderr = nowhere;
	v = options_parse(o, argc, argv);
	stdout = out;
	stderr = err;
	return v;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[WORDS_MAX + 2], *text, *p, name[] = "pxeguard";
	struct options o;
	int argc = 0;

	if (size > INPUT_MAX || (text = malloc(size + 1)) == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	argv[argc++] = name;
	for (p = text; p < text + size && argc <= WORDS_MAX; p += strlen(p) + 1)
		argv[argc++] = p;
	argv[argc] = NULL;
	if (parse_quietly(&o, argc, argv) == OPTIONS_RUN)
		check_options(&o, text, size);
	options_free(&o);
	free(text);
	return 0;
}
