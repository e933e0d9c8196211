/* SPDX-License-Identifier: ISC */
/*
 * Lines of the log: whatever a role writes, what is shown can be shown; as
 * findings of --test too, in text and in JSON.
 *
 * The first byte is the room that there is for the text after it.  A further
 * line of that text is a finding: its first byte says how severe and of which
 * kind it is, and its second what is done with the bytes before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "daemon/log.h"
#include "daemon/printable.h"
#include "daemon/record.h"
#include "command/findings.h"
#include "tests/fuzz/json.h"
#include "tests/fuzz/target.h"

/* Whether it is a line of UTF-8 that passes as it is. */
static void
check_shown(const char *s)
{
	char again[8 * LOG_LINE_MAX];
	size_t i;

	for (i = 0; s[i] != '\0'; i++)
		check((uint8_t)s[i] >= 0x20 && s[i] != 0x7f);
	check(strcmp(printable(again, sizeof(again), s), s) == 0);
}

/* Keeps a line as the parent does, or without escaping it. */
static void
add(struct findings *f, uint8_t how, bool escape, const char *line)
{
	char text[LOG_LINE_MAX], name[RECORD_PATH_MAX], file[LOG_PLACE_MAX];
	uint32_t number;
	const char *rest = log_split_place(line, file, &number);
	size_t n = strlen(file);

	check(n < sizeof(file) && rest >= line && rest <= line + strlen(line));
	if (rest == line)
		check(n == 0 && number == 0);
	else
		check(strncmp(line, file, n) == 0 && line[n] == ':' &&
		      rest[-1] == LOG_PLACE_END && number <= 999999999 &&
		      strtoul(line + n + 1, NULL, 10) == number);
	if (escape) {
		printable(text, sizeof(text), rest);
		printable(name, sizeof(name), file);
		rest = text;
	}
	findings_add(f, how & 7, escape ? name : file, number, how >> 3, rest);
}

/* As text, or with a verdict as JSON; for the caller to free. */
static char *
print(struct findings *f, const struct findings_verdict *v)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	check(out != NULL);
	if (v == NULL)
		findings_print(out, f, "/whole");
	else
		findings_print_json(out, f, "/whole", v);
	check(fclose(out) == 0);
	return text;
}

/* Each finding is printed, or counted in another one. */
static void
check_text(struct findings *f, bool escaped)
{
	char *text = print(f, NULL), *line, *end;

	check((text[0] == '\0') == (f->n == 0));
	for (line = text; escaped && *line != '\0'; line = end + 1) {
		check((end = strchr(line, '\n')) != NULL);
		*end = '\0';
		check_shown(line);
	}
	free(text);
}

static void
check_json(struct findings *f)
{
	static const struct findings_verdict verdict = { true, false };
	char *text = print(f, &verdict);
	size_t n = 0;
	const char *p;

	check(json_is_valid(text));
	/* In a string, quotes are escaped. */
	for (p = text; (p = strstr(p, ", \"count\": ")) != NULL; p++)
		n += strtoul(p + strlen(", \"count\": "), NULL, 10);
	check(n == f->n);
	free(text);
}

static void
check_findings(const uint8_t *p, size_t n, bool json)
{
	struct findings f = { 0 };
	char line[512];
	const uint8_t *nl;
	bool escaped = true, escape;
	size_t len;

	while (n > 0) {
		nl = memchr(p, '\n', n);
		len = nl == NULL ? n : (size_t)(nl - p);
		if (len >= 2 && len - 2 < sizeof(line)) {
			memcpy(line, p + 2, len - 2);
			line[len - 2] = '\0';
			escape = (p[1] & 1) == 0;
			escaped = escaped && escape;
			add(&f, p[0], escape, line);
		}
		len += nl == NULL ? 0 : 1;
		p += len;
		n -= len;
	}
	if (json)
		check_json(&f);
	else
		check_text(&f, escaped);
	findings_free(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char in[4096], out[256];
	const uint8_t *nl;
	size_t room;

	if (size == 0 || size > sizeof(in))
		return 0;
	room = (size_t)data[0] + 1;
	memcpy(in, data + 1, size - 1);
	in[size - 1] = '\0';
	printable(out, room > sizeof(out) ? sizeof(out) : room, in);
	check(strlen(out) < room);
	check_shown(out);
	nl = memchr(data + 1, '\n', size - 1);
	if (nl != NULL) {
		check_findings(nl + 1, size - (size_t)(nl + 1 - data), true);
		check_findings(nl + 1, size - (size_t)(nl + 1 - data), false);
	}
	return 0;
}
