/* SPDX-License-Identifier: ISC */
/* Prints the findings of --test as JSON (RFC 8259). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv/findings_group.h"
#include "priv/json.h"

struct out {
	findings_put_fn *put;
	void *arg;
};

static void
put_string(const struct out *o, const char *s)
{
	json_put_string(o->put, o->arg, s);
}

static void
put_number(const struct out *o, const char *key, uint64_t number)
{
	char text[64];

	(void)snprintf(text, sizeof(text), ", \"%s\": %llu", key,
	    (unsigned long long)number);
	o->put(text, o->arg);
}

static void
put_bool(const struct out *o, const char *key, bool value)
{
	char text[64];

	(void)snprintf(
	    text, sizeof(text), ", \"%s\": %s", key, value ? "true" : "false");
	o->put(text, o->arg);
}

/*
 * What to do, which messages say after their last semicolon; NULL if that says
 * something else.
 */
static const char *
fix_of(const char *text)
{
	static const char *const verbs[] = { "add ", "allow ", "change ",
		"choose ", "correct ", "create ", "delete ", "end ", "find ",
		"fix ", "give ", "grant ", "install ", "keep ", "lower ",
		"make ", "move ", "name ", "put ", "raise ", "remove ",
		"rename ", "repeat ", "replace ", "reserve ", "restart ",
		"see ", "separate ", "set ", "shorten ", "specify ", "split ",
		"stop ", "swap ", "use ", "write ", "did you mean " };
	const char *p, *fix = NULL;
	size_t i;

	for (p = text; (p = strstr(p, "; ")) != NULL; p += 2)
		for (i = 0; fix == NULL && i < sizeof(verbs) / sizeof(verbs[0]);
		     i++)
			if (strncmp(p + 2, verbs[i], strlen(verbs[i])) == 0)
				fix = p + 2;
	return fix;
}

static void
put_finding(struct findings *f, size_t i, const char *whole,
    struct finding_lines *lines, const struct out *o)
{
	const struct finding *one = &f->list[i];
	const char *fix = fix_of(one->text);
	char number[16];
	size_t n;

	finding_group(f, i, false, lines);
	o->put("{\"file\": ", o->arg);
	put_string(o, one->file[0] == '\0' ? whole : one->file);
	if (one->line == 0)
		o->put(", \"line\": null", o->arg);
	else
		put_number(o, "line", one->line);
	o->put(", \"severity\": ", o->arg);
	put_string(o, finding_severity_text(one->severity));
	o->put(", \"text\": ", o->arg);
	put_string(o, one->text);
	o->put(", \"fix\": ", o->arg);
	if (fix == NULL)
		o->put("null", o->arg);
	else
		put_string(o, fix);
	put_number(o, "count", lines->n + 1);
	o->put(", \"more_lines\": [", o->arg);
	for (n = 0; n < lines->n; n++) {
		(void)snprintf(number, sizeof(number), "%s%u",
		    n == 0 ? "" : ", ", lines->line[n]);
		o->put(number, o->arg);
	}
	o->put("]}", o->arg);
}

void
findings_print_json(struct findings *f, const char *whole,
    const struct findings_verdict *v, findings_put_fn *put, void *arg)
{
	const struct out o = { put, arg };
	struct finding_lines *lines = finding_lines_new(f);
	bool first = true;
	size_t i;

	put("{\"findings\": [", arg);
	for (i = 0; lines != NULL && i < f->n; i++) {
		if (f->list[i].done)
			continue;
		put(first ? "\n" : ",\n", arg);
		put_finding(f, i, whole, lines, &o);
		first = false;
	}
	free(lines);
	put("\n]", arg);
	put_number(&o, "errors", f->count[FINDING_ERROR]);
	put_number(&o, "warnings", f->count[FINDING_WARNING]);
	put_number(&o, "notes", f->count[FINDING_NOTE]);
	put_number(&o, "suppressed", f->lost);
	put_bool(&o, "correct", v->correct);
	put_bool(&o, "starts", v->starts);
	put("}\n", arg);
}
