/* SPDX-License-Identifier: ISC */
/* Prints what --confinement has found: text, or JSON. */
#include "priv/confine_print.h"

#include <stdio.h>
#include <string.h>

#include "daemon/record_name.h"

#define COLUMNS 100
#define INDENT 25 /* of what was found */

struct out {
	json_put_fn *put;
	void *arg;
};

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
put_words(const struct out *o, const char *text)
{
	char part[CONFINE_FOUND_MAX + 1];
	size_t at = INDENT, n;

	while (*text != '\0') {
		n = strcspn(text, " ");
		if (at > INDENT && at + 1 + n > COLUMNS) {
			(void)snprintf(part, sizeof(part), "\n%*s", INDENT, "");
			o->put(part, o->arg);
			at = INDENT;
		} else if (at > INDENT) {
			o->put(" ", o->arg);
			at++;
		}
		(void)snprintf(part, sizeof(part), "%.*s", (int)n, text);
		o->put(part, o->arg);
		at += n;
		text += n + strspn(text + n, " ");
	}
	o->put("\n", o->arg);
}

static void
put_item(
    const struct out *o, enum confine_item item, const struct confine_result *r)
{
	static const char *const words[] = {
		[CONFINE_OK] = "ok",
		[CONFINE_DIFFERS] = "DIFFERS",
		[CONFINE_HIDDEN] = "not seen",
		[CONFINE_NOT_COMPARED] = "-",
	};
	char line[64];

	(void)snprintf(line, sizeof(line), "  %-13s %-8s ",
	    confine_item_name(item), words[r->verdict]);
	o->put(line, o->arg);
	put_words(o, r->found);
	if (r->verdict != CONFINE_DIFFERS)
		return;
	(void)snprintf(line, sizeof(line), "%*s", INDENT, "");
	o->put(line, o->arg);
	(void)snprintf(line, sizeof(line), "expected: ");
	o->put(line, o->arg);
	put_words(o, r->expected);
}

static void
put_process(const struct out *o, const struct confine_shown *s)
{
	char line[80];
	int i;

	(void)snprintf(line, sizeof(line), "%s (process %d)%s\n", s->name,
	    s->pid, s->ended ? " ended while it was read" : "");
	o->put(line, o->arg);
	for (i = 0; !s->ended && i < CONFINE_ITEM_MAX; i++)
		put_item(o, (enum confine_item)i, &s->results[i]);
	o->put("\n", o->arg);
}

void
confine_print(const struct confine_report *r, json_put_fn *put, void *arg)
{
	const struct out o = { put, arg };
	int n = confine_differences(r);
	enum role role;
	char line[128];
	size_t i;

	for (i = 0; i < r->n; i++)
		put_process(&o, &r->list[i]);
	for (role = ROLE_PRIV; role < ROLE_MAX; role++) {
		if ((r->missing & ROLE_BIT(role)) == 0)
			continue;
		(void)snprintf(line, sizeof(line),
		    "%s does not run, although the configuration needs it\n\n",
		    role_name(role));
		put(line, arg);
	}
	(void)snprintf(
	    line, sizeof(line), "%zu process%s, ", r->n, r->n == 1 ? "" : "es");
	put(line, arg);
	if (n == 0)
		(void)snprintf(line, sizeof(line), "no difference\n");
	else
		(void)snprintf(line, sizeof(line), "%d difference%s\n", n,
		    n == 1 ? "" : "s");
	put(line, arg);
}

/* ------------------------------------------------------------------ JSON */

static void
json_item(
    const struct out *o, enum confine_item item, const struct confine_result *r)
{
	static const char *const words[] = {
		[CONFINE_OK] = "ok",
		[CONFINE_DIFFERS] = "differs",
		[CONFINE_HIDDEN] = "hidden",
		[CONFINE_NOT_COMPARED] = "not compared",
	};

	o->put("{\"item\": ", o->arg);
	json_put_string(o->put, o->arg, confine_item_name(item));
	o->put(", \"verdict\": ", o->arg);
	json_put_string(o->put, o->arg, words[r->verdict]);
	o->put(", \"found\": ", o->arg);
	json_put_string(o->put, o->arg, r->found);
	o->put(", \"expected\": ", o->arg);
	if (r->expected[0] == '\0')
		o->put("null", o->arg);
	else
		json_put_string(o->put, o->arg, r->expected);
	o->put("}", o->arg);
}

static void
json_process(const struct out *o, const struct confine_shown *s)
{
	char text[96];
	int i;

	o->put("{\"role\": ", o->arg);
	json_put_string(o->put, o->arg, s->name);
	(void)snprintf(text, sizeof(text),
	    ", \"pid\": %d, \"ended\": %s, \"differences\": %d, \"items\": [",
	    s->pid, s->ended ? "true" : "false", s->differences);
	o->put(text, o->arg);
	for (i = 0; !s->ended && i < CONFINE_ITEM_MAX; i++) {
		o->put(i == 0 ? "\n  " : ",\n  ", o->arg);
		json_item(o, (enum confine_item)i, &s->results[i]);
	}
	o->put("]}", o->arg);
}

void
confine_print_json(const struct confine_report *r, json_put_fn *put, void *arg)
{
	const struct out o = { put, arg };
	bool first = true;
	enum role role;
	char text[64];
	size_t i;

	put("{\"processes\": [", arg);
	for (i = 0; i < r->n; i++) {
		put(i == 0 ? "\n" : ",\n", arg);
		json_process(&o, &r->list[i]);
	}
	put("],\n\"missing\": [", arg);
	for (role = ROLE_PRIV; role < ROLE_MAX; role++) {
		if ((r->missing & ROLE_BIT(role)) == 0)
			continue;
		put(first ? "" : ", ", arg);
		json_put_string(put, arg, role_name(role));
		first = false;
	}
	put("], \"sandbox_disable\": [", arg);
	for (first = true, i = 0; i < RECORD_LAYERS; i++) {
		if ((r->layers_disabled & 1U << i) == 0)
			continue;
		put(first ? "" : ", ", arg);
		json_put_string(put, arg, record_layer_name(i));
		first = false;
	}
	(void)snprintf(text, sizeof(text), "], \"differences\": %d}\n",
	    confine_differences(r));
	put(text, arg);
}
