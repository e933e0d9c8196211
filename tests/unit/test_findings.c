/* SPDX-License-Identifier: ISC */
/* The findings of --test: each once, with its place, as text and as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "daemon/log.h"
#include "command/findings.h"
#include "tests/unit/unit.h"

static struct findings f;
static char *out;

static void
setup(void)
{
	memset(&f, 0, sizeof(f));
	out = NULL;
}

static void
teardown(void)
{
	findings_free(&f);
	ck_assert_uint_eq(f.n, 0);
	free(out);
}

/* As text, or with a verdict as JSON. */
static const char *
print(const struct findings_verdict *v)
{
	size_t len;
	FILE *to;

	free(out);
	to = open_memstream(&out, &len);
	ck_assert_ptr_nonnull(to);
	if (v == NULL)
		findings_print(to, &f, "/etc/whole");
	else
		findings_print_json(to, &f, "/etc/whole", v);
	ck_assert_int_eq(fclose(to), 0);
	return out;
}

START_TEST(one_line_each)
{
	findings_add(&f, LOG_ERR, "/a", 3, 1, "bad word");
	findings_add(&f, LOG_WARNING, "/a", 4, 2, "odd word");
	findings_add(&f, LOG_NOTICE, "", 0, 0, "all well");
	findings_add(&f, LOG_INFO, "/b", 0, 0, "of the file");
	ck_assert_str_eq(print(NULL), "/a:3: error: bad word\n"
				      "/a:4: warning: odd word\n"
				      "/etc/whole: note: all well\n"
				      "/b: note: of the file\n");
	ck_assert_uint_eq(f.count[FINDING_ERROR], 1);
	ck_assert_uint_eq(f.count[FINDING_WARNING], 1);
	ck_assert_uint_eq(f.count[FINDING_NOTE], 2);
}
END_TEST

/* What two processes say is found once; in two lines, it is found twice. */
START_TEST(repeated)
{
	findings_add(&f, LOG_WARNING, "", 0, 0, "layer disabled");
	findings_add(&f, LOG_WARNING, "", 0, 0, "layer disabled");
	findings_add(&f, LOG_WARNING, "/a", 15, 1, "odd");
	findings_add(&f, LOG_WARNING, "/a", 3, 1, "odd");
	findings_add(&f, LOG_WARNING, "/a", 3, 1, "odd");
	findings_add(&f, LOG_WARNING, "/b", 7, 1, "odd");
	findings_add(&f, LOG_ERR, "/a", 8, 1, "odd");
	findings_add(&f, LOG_WARNING, "/a", 17, 1, "odd");
	findings_add(&f, LOG_WARNING, "/a", 16, 1, "odd");
	findings_add(&f, LOG_WARNING, "/a", 30, 1, "odd");
	ck_assert_uint_eq(f.count[FINDING_WARNING], 7);
	ck_assert_str_eq(print(NULL),
	    "/etc/whole: warning: layer disabled\n"
	    "/a:15: warning: odd (and 4 more: lines 3, 16, 17, 30)\n"
	    "/b:7: warning: odd\n"
	    "/a:8: error: odd\n");
}
END_TEST

/* Messages that differ in a word are folded after the fifth. */
START_TEST(alike)
{
	char text[32];
	uint32_t i;

	for (i = 1; i <= 6; i++) {
		(void)snprintf(text, sizeof(text), "host h%u", i);
		findings_add(&f, LOG_WARNING, "/a", i, 9, text);
		findings_add(&f, LOG_WARNING, "/b", i, 9, text);
	}
	for (; i <= 40; i++) {
		(void)snprintf(text, sizeof(text), "host h%u", i);
		findings_add(&f, LOG_WARNING, "/a", i + (i > 30), 9, text);
	}
	(void)print(NULL);
	ck_assert_ptr_nonnull(strstr(out, "/a:4: warning: host h4\n"));
	ck_assert_ptr_nonnull(strstr(out,
	    "/a:5: warning: host h5 (and 35 more like it: lines 6-30, 32-41)\n"));
	ck_assert_ptr_null(strstr(out, "/a:6:"));
	/* One more needs no fold. */
	ck_assert_ptr_nonnull(strstr(out, "/b:6: warning: host h6\n"));
}
END_TEST

/* Also where each text stands for several lines. */
START_TEST(alike_and_repeated)
{
	char text[32];
	uint32_t i;

	for (i = 1; i <= 20; i++) {
		(void)snprintf(text, sizeof(text), "host h%u", (i + 1) / 2);
		findings_add(&f, LOG_WARNING, "/a", i, 9, text);
	}
	ck_assert_str_eq(print(NULL),
	    "/a:1: warning: host h1 (and 1 more: line 2)\n"
	    "/a:3: warning: host h2 (and 1 more: line 4)\n"
	    "/a:5: warning: host h3 (and 15 more like it: lines 6-20)\n");
}
END_TEST

START_TEST(bounded)
{
	char text[32];
	uint32_t i;

	for (i = 0; i < 100; i++)
		findings_add(&f, LOG_ERR, "/a", 10 * i + 1, 7, "same");
	(void)print(NULL);
	ck_assert_ptr_nonnull(strstr(out, "(and 99 more: lines 11, 21, "));
	ck_assert_ptr_nonnull(strstr(out, ", 201, ...)\n"));
	ck_assert_ptr_null(strstr(out, "211"));
	findings_free(&f);
	for (i = 0; i < FINDINGS_MAX + 10; i++) {
		(void)snprintf(text, sizeof(text), "%u", i);
		findings_add(&f, LOG_ERR, "/a", i, 0, text);
	}
	ck_assert_uint_eq(f.n, FINDINGS_MAX);
	(void)print(NULL);
	ck_assert_ptr_nonnull(strstr(out, "\n10 more findings suppressed\n"));
	ck_assert_uint_eq(f.count[FINDING_ERROR], 100 + FINDINGS_MAX + 10);
}
END_TEST

START_TEST(json)
{
	struct findings_verdict v = { .correct = false };

	ck_assert_str_eq(print(&v),
	    "{\"findings\": [\n], \"errors\": 0, \"warnings\": 0, \"notes\": 0, \"suppressed\": 0, \"correct\": false, \"starts\": false}\n");
	v.correct = v.starts = true;
	findings_add(&f, LOG_ERR, "/\"a\\", 3, 1,
	    "bad\n\xff\xc3\xa4; it is so; remove \"x\"");
	findings_add(&f, LOG_ERR, "/\"a\\", 5, 1,
	    "bad\n\xff\xc3\xa4; it is so; remove \"x\"");
	findings_add(&f, LOG_WARNING, "", 0, 0, "odd; it will not be served");
	ck_assert_str_eq(print(&v),
	    "{\"findings\": [\n"
	    "{\"file\": \"/\\\"a\\\\\", \"line\": 3, \"severity\": \"error\", \"text\": \"bad\\u000a\\\\xff\xc3\xa4; it is so; remove \\\"x\\\"\", \"fix\": \"remove \\\"x\\\"\", \"count\": 2, \"more_lines\": [5]},\n"
	    "{\"file\": \"/etc/whole\", \"line\": null, \"severity\": \"warning\", \"text\": \"odd; it will not be served\", \"fix\": null, \"count\": 1, \"more_lines\": []}\n"
	    "], \"errors\": 2, \"warnings\": 1, \"notes\": 0, \"suppressed\": 0, \"correct\": true, \"starts\": true}\n");
}
END_TEST

/* A line of a role begins with a place, or it does not. */
START_TEST(places)
{
	static const struct {
		const char *line, *file;
		uint32_t number;
		const char *text;
	} t[] = {
		{ "/a:12\001text", "/a", 12, "text" },
		{ "/a:1: b:999999999\001text: 3", "/a:1: b", 999999999,
		    "text: 3" },
		{ "text", "", 0, "text" },
		{ "/a:12: text", "", 0, "/a:12: text" },
		{ "\001text", "", 0, "\001text" },
		{ "12\001text", "", 0, "12\001text" },
		{ ":12\001text", "", 0, ":12\001text" },
		{ "/a:\001text", "", 0, "/a:\001text" },
		{ "/a:x\001text", "", 0, "/a:x\001text" },
		{ "/a:9999999999\001text", "", 0, "/a:9999999999\001text" },
	};
	char file[LOG_PLACE_MAX], line[2 * LOG_PLACE_MAX];
	uint32_t number;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const char *text = log_split_place(t[i].line, file, &number);

		ck_assert_str_eq(text, t[i].text);
		ck_assert_str_eq(file, t[i].file);
		ck_assert_uint_eq(number, t[i].number);
	}
	memset(line, 'x', sizeof(line));
	(void)strcpy(line + LOG_PLACE_MAX - 2, ":1\001y");
	ck_assert_ptr_eq(log_split_place(line, file, &number), line);
}
END_TEST

static char sunk[LOG_LINE_MAX + 1];

static void
sink(int priority, const char *line, void *arg)
{
	(void)arg;
	ck_assert_int_eq(priority, LOG_WARNING);
	(void)snprintf(sunk, sizeof(sunk), "%s", line);
}

START_TEST(log_with_place)
{
	char name[600], file[LOG_PLACE_MAX];
	struct log_place at = { "/a\n", 7 };
	uint32_t number;

	log_set_sink(sink, NULL);
	log_at(LOG_WARNING, at, "odd %d", 5);
	ck_assert_str_eq(sunk, "/a\\x0a:7\001odd 5");
	log_at(LOG_WARNING, (struct log_place){ NULL, 7 }, "odd %d", 5);
	ck_assert_str_eq(sunk, "odd 5");
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	at.file = name;
	at.line = UINT32_MAX / 5;
	log_at(LOG_WARNING, at, "odd");
	ck_assert_str_eq(log_split_place(sunk, file, &number), "odd");
	ck_assert_uint_eq(number, UINT32_MAX / 5);
	ck_assert_str_eq(file + strlen(file) - 4, "x...");
	log_set_sink(NULL, NULL);
}
END_TEST

Suite *suite_findings(void);

Suite *
suite_findings(void)
{
	Suite *s = suite_create("findings");
	TCase *t = tcase_create("findings");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, one_line_each);
	tcase_add_test(t, repeated);
	tcase_add_test(t, alike);
	tcase_add_test(t, alike_and_repeated);
	tcase_add_test(t, bounded);
	tcase_add_test(t, json);
	tcase_add_test(t, places);
	tcase_add_test(t, log_with_place);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_findings)
