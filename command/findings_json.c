/* SPDX-License-Identifier: ISC */
/* Prints the findings of --test as JSON (RFC 8259). */
#include <string.h>

#include "command/findings.h"
#include "command/json.h"

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
put_finding(FILE *out, struct findings *f, size_t i, const char *whole)
{
	const struct finding *one = &f->list[i];
	const char *fix = fix_of(one->text);
	size_t n;

	finding_group(f, i, false);
	(void)fputs("{\"file\": ", out);
	json_put_string(out, one->file[0] == '\0' ? whole : one->file);
	if (one->line == 0)
		(void)fputs(", \"line\": null", out);
	else
		(void)fprintf(out, ", \"line\": %u", one->line);
	(void)fprintf(out, ", \"severity\": \"%s\", \"text\": ",
	    finding_severity_text(one->severity));
	json_put_string(out, one->text);
	(void)fputs(", \"fix\": ", out);
	if (fix == NULL)
		(void)fputs("null", out);
	else
		json_put_string(out, fix);
	(void)fprintf(
	    out, ", \"count\": %zu, \"more_lines\": [", f->nlines + 1);
	for (n = 0; n < f->nlines; n++)
		(void)fprintf(out, "%s%u", n == 0 ? "" : ", ", f->lines[n]);
	(void)fputs("]}", out);
}

void
findings_print_json(FILE *out, struct findings *f, const char *whole,
    const struct findings_verdict *v)
{
	const char *before = "\n";
	size_t i;

	(void)fputs("{\"findings\": [", out);
	for (i = 0; i < f->n; i++) {
		if (f->list[i].done)
			continue;
		(void)fputs(before, out);
		put_finding(out, f, i, whole);
		before = ",\n";
	}
	(void)fprintf(out,
	    "\n], \"errors\": %u, \"warnings\": %u, \"notes\": %u, \"suppressed\": %u, \"correct\": %s, \"starts\": %s}\n",
	    f->count[FINDING_ERROR], f->count[FINDING_WARNING],
	    f->count[FINDING_NOTE], f->lost, v->correct ? "true" : "false",
	    v->starts ? "true" : "false");
}
