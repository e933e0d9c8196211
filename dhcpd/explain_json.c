/* SPDX-License-Identifier: ISC */
/* Writes JSON for pxeguard --explain. */
#include "dhcpd/explain_json.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"

#define BREAK_DEPTH 4 /* deeper objects share a line */

static void
json_put(struct json *j, const char *s)
{
	if (j->out != NULL)
		text_put(j->out, s, strlen(s));
}

/* What precedes a member: a comma, a line, its name. */
static void
json_member(struct json *j, const char *key, bool alone)
{
	if (j->more[j->depth])
		json_put(j, alone ? ",\n" : ", ");
	else if (alone && j->depth > 0)
		json_put(j, "\n");
	j->more[j->depth] = true;
	if (key == NULL)
		return;
	json_put(j, "\"");
	json_put(j, key);
	json_put(j, "\": ");
}

static void
json_begin(struct json *j, const char *key, const char *bracket, bool alone)
{
	json_member(j, key, alone);
	json_put(j, bracket);
	if (j->depth + 1 < JSON_DEPTH_MAX)
		j->depth++;
	j->more[j->depth] = false;
}

static void
json_end(struct json *j, const char *bracket)
{
	if (j->depth > 0)
		j->depth--;
	json_put(j, bracket);
	if (j->depth == 0)
		json_put(j, "\n");
}

void
json_object(struct json *j, const char *key)
{
	json_begin(j, key, "{", key == NULL && j->depth <= BREAK_DEPTH);
}

void
json_list(struct json *j, const char *key)
{
	json_begin(j, key, "[", false);
}

void
json_object_end(struct json *j)
{
	json_end(j, "}");
}

void
json_list_end(struct json *j)
{
	json_end(j, "]");
}

/* A string; s is printable ASCII. */
static void
json_quoted(struct json *j, const char *s)
{
	size_t n;

	json_put(j, "\"");
	for (; j->out != NULL && *s != '\0'; s += n) {
		n = strcspn(s, "\"\\");
		text_put(j->out, s, n);
		if (n > 0)
			continue;
		n = 1;
		text_put(j->out, "\\", 1);
		text_put(j->out, s, 1);
	}
	json_put(j, "\"");
}

void
json_plain(struct json *j, const char *key, const char *s)
{
	json_member(j, key, false);
	if (s == NULL)
		json_put(j, "null");
	else
		json_quoted(j, s);
}

void
json_text(struct json *j, const char *key, const void *text, size_t len)
{
	char shown[4 * EXPLAIN_NAME_MAX + 1];

	json_plain(j, key, log_escape(shown, sizeof(shown), text, len));
}

void
json_string(struct json *j, const char *key, const char *s)
{
	json_text(j, key, s, strlen(s));
}

void
json_number(struct json *j, const char *key, uint64_t v)
{
	char number[24];

	(void)snprintf(number, sizeof(number), "%llu", (unsigned long long)v);
	json_member(j, key, false);
	json_put(j, number);
}

void
json_bool(struct json *j, const char *key, bool v)
{
	json_member(j, key, false);
	json_put(j, v ? "true" : "false");
}

void
json_ip(struct json *j, const char *key, uint32_t addr)
{
	char ip[16];

	json_plain(j, key, addr != 0 ? ip4_text(addr, ip) : NULL);
}

void
json_line(struct json *j, const char *key, const struct dhcp_conf *c,
    const struct trace_line *l)
{
	const struct conf_place *p = trace_place(c, l);
	char file[EXPLAIN_LINE_TEXT];

	if (l->kind == 0) {
		json_plain(j, key, NULL);
		return;
	}
	json_object(j, key);
	json_plain(j, "directive", explain_directive(c, l));
	json_plain(j, "file",
	    p == NULL
		? NULL
		: log_escape(file, sizeof(file), p->file, strlen(p->file)));
	if (p == NULL)
		json_plain(j, "line", NULL);
	else
		json_number(j, "line", p->line);
	json_object_end(j);
}
