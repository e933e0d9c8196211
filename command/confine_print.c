/* SPDX-License-Identifier: ISC */
/* Prints what --confinement has found: text, or JSON. */
#include "command/confine_print.h"

#include <string.h>

#include "command/json.h"
#include "daemon/plural.h"
#include "daemon/record_name.h"

#define COLUMNS 100
#define INDENT 25 /* of what was found */

int
confine_differences(const struct confine_report *r)
{
	int n = 0;
	enum role role;
	size_t i;

	for (i = 0; i < r->n; i++)
		n += r->list[i].differences;
	for (role = ROLE_PRIV; role < ROLE_MAX; role++)
		n += (r->missing & ROLE_BIT(role)) != 0;
	return n;
}

/* ------------------------------------------------------------------ text */

/* Words, in lines that begin at a column; the first is there already. */
static void
put_words(FILE *f, const char *text)
{
	size_t at = INDENT, n;

	while (*text != '\0') {
		n = strcspn(text, " ");
		if (at > INDENT && at + 1 + n > COLUMNS) {
			(void)fprintf(f, "\n%*s", INDENT, "");
			at = INDENT;
		} else if (at > INDENT) {
			(void)fputc(' ', f);
			at++;
		}
		(void)fwrite(text, 1, n, f);
		at += n;
		text += n + strspn(text + n, " ");
	}
	(void)fputc('\n', f);
}

static void
put_item(FILE *f, enum confine_item item, const struct confine_result *r)
{
	static const char *const words[] = {
		[CONFINE_OK] = "ok",
		[CONFINE_DIFFERS] = "DIFFERS",
		[CONFINE_HIDDEN] = "not seen",
		[CONFINE_NOT_COMPARED] = "-",
	};

	(void)fprintf(
	    f, "  %-13s %-8s ", confine_item_name(item), words[r->verdict]);
	put_words(f, r->found);
	if (r->verdict != CONFINE_DIFFERS)
		return;
	(void)fprintf(f, "%*sexpected: ", INDENT, "");
	put_words(f, r->expected);
}

static void
put_process(FILE *f, const struct confine_shown *s)
{
	int i;

	(void)fprintf(f, "%s (process %d)%s\n", s->name, s->pid,
	    s->ended ? " ended while it was read" : "");
	for (i = 0; !s->ended && i < CONFINE_ITEM_MAX; i++)
		put_item(f, (enum confine_item)i, &s->results[i]);
	(void)fputc('\n', f);
}

void
confine_print(FILE *f, const struct confine_report *r)
{
	int n = confine_differences(r);
	enum role role;
	size_t i;

	for (i = 0; i < r->n; i++)
		put_process(f, &r->list[i]);
	for (role = ROLE_PRIV; role < ROLE_MAX; role++)
		if ((r->missing & ROLE_BIT(role)) != 0)
			(void)fprintf(f,
			    "%s does not run, although the configuration needs it\n\n",
			    role_name(role));
	(void)fprintf(f, "%zu process%s, ", r->n, r->n == 1 ? "" : "es");
	if (n == 0)
		(void)fputs("no difference\n", f);
	else
		(void)fprintf(f, "%d difference%s\n", n, plural(n));
}

/* ------------------------------------------------------------------ JSON */

static void
json_item(FILE *f, enum confine_item item, const struct confine_result *r)
{
	static const char *const words[] = {
		[CONFINE_OK] = "ok",
		[CONFINE_DIFFERS] = "differs",
		[CONFINE_HIDDEN] = "hidden",
		[CONFINE_NOT_COMPARED] = "not compared",
	};

	(void)fprintf(f, "{\"item\": \"%s\", \"verdict\": \"%s\", \"found\": ",
	    confine_item_name(item), words[r->verdict]);
	json_put_string(f, r->found);
	(void)fputs(", \"expected\": ", f);
	if (r->expected[0] == '\0')
		(void)fputs("null", f);
	else
		json_put_string(f, r->expected);
	(void)fputc('}', f);
}

static void
json_process(FILE *f, const struct confine_shown *s)
{
	int i;

	(void)fprintf(f,
	    "{\"role\": \"%s\", \"pid\": %d, \"ended\": %s, \"differences\": %d, \"items\": [",
	    s->name, s->pid, s->ended ? "true" : "false", s->differences);
	for (i = 0; !s->ended && i < CONFINE_ITEM_MAX; i++) {
		(void)fputs(i == 0 ? "\n  " : ",\n  ", f);
		json_item(f, (enum confine_item)i, &s->results[i]);
	}
	(void)fputs("]}", f);
}

void
confine_print_json(FILE *f, const struct confine_report *r)
{
	const char *before = "";
	enum role role;
	size_t i;

	(void)fputs("{\"processes\": [", f);
	for (i = 0; i < r->n; i++) {
		(void)fputs(i == 0 ? "\n" : ",\n", f);
		json_process(f, &r->list[i]);
	}
	(void)fputs("],\n\"missing\": [", f);
	for (role = ROLE_PRIV; role < ROLE_MAX; role++) {
		if ((r->missing & ROLE_BIT(role)) == 0)
			continue;
		(void)fprintf(f, "%s\"%s\"", before, role_name(role));
		before = ", ";
	}
	(void)fputs("], \"sandbox_disable\": [", f);
	for (before = "", i = 0; i < RECORD_LAYERS; i++) {
		if ((r->layers_disabled & 1U << i) == 0)
			continue;
		(void)fprintf(f, "%s\"%s\"", before, record_layer_name(i));
		before = ", ";
	}
	(void)fprintf(f, "], \"differences\": %d}\n", confine_differences(r));
}
