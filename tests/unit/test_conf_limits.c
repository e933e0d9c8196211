/* SPDX-License-Identifier: ISC */
/* How large a configuration may be, and what is said of a larger one. */
#include <stdarg.h>
#include <string.h>

#include "tests/unit/conf_case.h"

#define RANGE "dhcp-range=10.0.0.0,static,255.0.0.0\n"

/* Text that grows; room for the longest that is allowed, and more. */
static struct {
	char *p;
	size_t len, cap;
} text;

static struct conf_case k;

static void __attribute__((format(printf, 1, 2))) add(const char *fmt, ...)
{
	va_list ap;

	if (text.cap - text.len < 256) {
		text.cap = text.cap == 0 ? 65536 : 2 * text.cap;
		ck_assert_ptr_nonnull(text.p = realloc(text.p, text.cap));
	}
	va_start(ap, fmt);
	text.len +=
	    (size_t)vsnprintf(text.p + text.len, text.cap - text.len, fmt, ap);
	va_end(ap);
}

static void
clear(void)
{
	free(text.p);
	memset(&text, 0, sizeof(text));
}

static void
parse(void)
{
	struct config_text t = { .text = text.p, .len = text.len };

	conf_case_begin(&k);
	config_add_file(k.c, "/etc/test.conf", &t);
	k.ok = config_finish(k.c);
	clear();
}

static bool
says(const char *words)
{
	return strstr(k.diags, words) != NULL;
}

/* An empty file for each question. */
static void
serve_empty(void)
{
	struct config_text t = { .text = "", .len = 0 };

	while (config_want(k.c) != NULL)
		config_give_text(k.c, &t);
}

static void
include(size_t n)
{
	size_t i;

	conf_case_begin(&k);
	for (i = 0; i < n; i++)
		add("conf-file=/%zu\n", i);
	conf_case_text(&k, text.p);
	clear();
	serve_empty();
	k.ok = config_finish(k.c);
}

START_TEST(files)
{
	/* With the one that names them. */
	include(CONFIG_FILES_MAX - 1);
	ck_assert(k.ok);
	conf_case_end(&k);
	include(CONFIG_FILES_MAX);
	ck_assert(!k.ok && config_errors(k.c) == 1);
	ck_assert(says("E 16384 /16383: more than 16384 files"));
	conf_case_end(&k);
}
END_TEST

/* One error tells it all, however many files there are. */
START_TEST(names_of_a_directory)
{
	static char name[CONFIG_FILES_MAX + 100][8];
	static const char *names[CONFIG_FILES_MAX + 100];
	size_t i, n = sizeof(names) / sizeof(names[0]);

	for (i = 0; i < n; i++) {
		snprintf(name[i], sizeof(name[i]), "%05zu", i);
		names[i] = name[i];
	}
	conf_case_begin(&k);
	conf_case_text(&k, RANGE "conf-dir=/d\n");
	ck_assert(config_want(k.c)->directory);
	config_give_names(k.c, names, n);
	serve_empty();
	ck_assert(!config_finish(k.c));
	ck_assert_uint_eq(config_errors(k.c), 1);
	ck_assert(says("more than 16384 files and directories"));
	conf_case_end(&k);
}
END_TEST

START_TEST(bytes)
{
	struct config_text t = { .len = CONFIG_TEXT_MAX };
	char *p = malloc(CONFIG_TEXT_MAX);

	ck_assert_uint_ge(CONFIG_TEXT_MAX, 64 << 20);
	ck_assert_ptr_nonnull(p);
	memset(p, '\n', CONFIG_TEXT_MAX);
	t.text = p;
	conf_case_begin(&k);
	config_add_file(k.c, "/large", &t);
	ck_assert(config_finish(k.c));
	conf_case_end(&k);
	/* The limit is that of all files, and a longer one is not read. */
	conf_case_begin(&k);
	conf_case_text(&k, RANGE "conf-file=/large\n");
	config_give_text(k.c, &t);
	ck_assert(!config_finish(k.c));
	ck_assert(says(
	    "file is too large: 67108864 bytes, after 54 bytes in previous files; the limit for all files is 67108864 bytes (64 MiB)"));
	conf_case_end(&k);
	/* What its lines would have done is not missed. */
	conf_case_begin(&k);
	conf_case_text(&k, "interface=br0\n" RANGE "conf-file=/large\n"
			   "dhcp-boot=tag:never,a\ndhcp-ignore=tag:!known\n"
			   "tftp-max=7\n");
	config_give_text(k.c, &t);
	ck_assert(!config_finish(k.c));
	ck_assert_ptr_eq(strchr(k.diags, '\n'), strrchr(k.diags, '\n'));
	ck_assert(says("file is too large: 67108864 bytes"));
	conf_case_end(&k);
	t.len = (size_t)1 << 40;
	t.text = NULL;
	conf_case_begin(&k);
	config_add_file(k.c, "/larger", &t);
	ck_assert(!config_finish(k.c));
	ck_assert(says("file is too large: 1099511627776 bytes"));
	conf_case_end(&k);
	free(p);
}
END_TEST

START_TEST(records)
{
	size_t i;

	add("%s", RANGE);
	for (i = 0; i < RECORD_COUNT_MAX - 1; i++)
		add("dhcp-ignore=br0\n");
	parse();
	ck_assert(k.ok);
	ck_assert_uint_eq(config_count(k.c), 6 + RECORD_COUNT_MAX);
	conf_case_end(&k);
	for (i = 0; i < RECORD_COUNT_MAX + 2; i++)
		add("dhcp-ignore=br0\n");
	parse();
	ck_assert(!k.ok && config_errors(k.c) == 1);
	ck_assert(says("E 1000001 more than 1000000 records"));
	conf_case_end(&k);
}
END_TEST

/* Warnings alone refuse nothing, however many there are. */
START_TEST(many_warnings)
{
	size_t i;

	add("%s", RANGE);
	for (i = 0; i < CONFIG_DIAGS_MAX + 500; i++)
		add("dhcp-host=02:00:00:00:%02zx:%02zx,192.168.%zu.%zu\n",
		    i / 256, i % 256, i / 256, i % 256);
	add("domain=a b\n");
	parse();
	ck_assert(!k.ok && config_errors(k.c) == 1);
	/* What is wrong is told, whatever else there was to tell. */
	ck_assert(says("is not a domain name"));
	ck_assert_uint_eq(config_warnings(k.c), CONFIG_DIAGS_MAX + 500);
	conf_case_end(&k);
}
END_TEST

static void
count(
    int severity, const char *file, uint32_t line, const char *words, void *arg)
{
	unsigned int *n = arg;

	(void)file;
	(void)line;
	n[severity == LOG_ERR ? 0 : 1]++;
	if (strstr(words, "suppressed") != NULL)
		ck_assert_str_eq(words,
		    "2000 more errors and 500 more warnings and notices suppressed");
}

START_TEST(many_messages)
{
	unsigned int n[2] = { 0, 0 };
	struct config *c = config_new(count, n);
	struct config_text t;
	size_t i;

	for (i = 0; i < CONFIG_DIAGS_MAX + 2000; i++)
		add("nonsense\n");
	for (i = 0; i < CONFIG_DIAGS_MAX + 500; i++)
		add("dhcp-host=nobody,nobody\n");
	add("%s", RANGE);
	t = (struct config_text){ .text = text.p, .len = text.len };
	config_add_file(c, "/wrong", &t);
	clear();
	ck_assert(!config_finish(c));
	ck_assert_uint_eq(n[0], CONFIG_DIAGS_MAX + 1);
	ck_assert_uint_eq(n[1], CONFIG_DIAGS_MAX);
	ck_assert_uint_eq(config_errors(c), CONFIG_DIAGS_MAX + 2000);
	config_free(c);
}
END_TEST

START_TEST(duplicates_among_many)
{
	size_t i;

	for (i = 0; i < 100000; i++)
		add("dhcp-host=02:00:00:%02zx:%02zx:%02zx,10.%zu.%zu.%zu\n",
		    i >> 16, i >> 8 & 255, i & 255, 1 + (i >> 16), i >> 8 & 255,
		    i & 255);
	add("dhcp-host=06:00:00:00:00:00,10.1.0.7\n");
	add("dhcp-host=02:00:00:00:00:09,10.3.0.1\n");
	add("%s", RANGE);
	parse();
	ck_assert_uint_eq(config_errors(k.c), 1);
	ck_assert(says(
	    "E 100001 duplicate reservation of 10.1.0.7: the other is at line 8; give each"));
	ck_assert(says(
	    "W 100002 duplicate hardware address: line 10 is about the same machine, and within"));
	conf_case_end(&k);
}
END_TEST

START_TEST(overlaps_among_many)
{
	size_t i;

	for (i = 0; i < 5000; i++)
		add("dhcp-range=10.%zu.%zu.10,10.%zu.%zu.99,255.255.255.0\n",
		    i >> 8, i & 255, i >> 8, i & 255);
	parse();
	ck_assert(k.ok && k.diags[0] == '\0');
	conf_case_end(&k);
	for (i = 0; i < 5000; i++)
		add("dhcp-range=10.%zu.%zu.10,10.%zu.%zu.99,255.255.255.0\n",
		    i >> 8, i & 255, i >> 8, i & 255);
	add("dhcp-range=10.19.135.99,10.19.135.120,255.255.255.0\n");
	parse();
	ck_assert(k.ok && config_warnings(k.c) == 1);
	ck_assert(says(
	    "W 5001 range overlaps the range at line 5000; separate them"));
	conf_case_end(&k);
}
END_TEST

/* The architectures of 5,000 lines, and that of the last one. */
START_TEST(architectures_among_many)
{
	size_t i;

	add("%s", RANGE);
	for (i = 0; i < 2500; i++)
		add("dhcp-match=set:t%zu,option:client-arch,%zu\n"
		    "dhcp-boot=tag:t%zu,f%zu,,10.0.0.1\n",
		    i, 1000 + i, i, i);
	add("dhcp-match=set:x64,option:client-arch,7\n");
	add("dhcp-boot=tag:x64,undionly.kpxe,,10.0.0.1\n");
	parse();
	ck_assert(k.ok && config_warnings(k.c) == 1);
	ck_assert(says(
	    "W 5003 \"undionly.kpxe\" is a boot file for BIOS by its name, but this line is for architecture 7"));
	conf_case_end(&k);
	/* More tags of one client than are kept. */
	add("%s", RANGE);
	for (i = 0; i < 200; i++)
		add("dhcp-match=set:t%zu,option:client-arch,7\n"
		    "dhcp-boot=tag:t%zu,f%zu.0,,10.0.0.1\n",
		    i, i, i);
	parse();
	ck_assert(k.ok && config_warnings(k.c) == 0);
	ck_assert(says(
	    "N 0 boot files are not compared with architectures: more than 128 tags are set for one kind of client"));
	conf_case_end(&k);
}
END_TEST

START_TEST(tags_among_many)
{
	size_t i;

	add("%s", RANGE);
	for (i = 0; i < 20000; i++)
		add("dhcp-mac=set:m%zu,02:00:00:00:00:00\n"
		    "dhcp-option=tag:m%zu,3,10.0.0.1\n",
		    i, i);
	add("tag-if=set:x,tag:m1999*\n");
	add("tag-if=set:x,tag:n*\n");
	add("dhcp-option=tag:never,3,10.0.0.1\n");
	parse();
	ck_assert(k.ok && config_warnings(k.c) == 2);
	ck_assert(says("W 40003 tag \"n*\" is tested here"));
	ck_assert(says("W 40004 tag \"never\" is tested here"));
	conf_case_end(&k);
}
END_TEST

Suite *suite_conf_limits(void);

Suite *
suite_conf_limits(void)
{
	Suite *s = suite_create("conf_limits");
	TCase *t = tcase_create("limits");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, files);
	tcase_add_test(t, names_of_a_directory);
	tcase_add_test(t, bytes);
	tcase_add_test(t, records);
	tcase_add_test(t, many_warnings);
	tcase_add_test(t, many_messages);
	tcase_add_test(t, duplicates_among_many);
	tcase_add_test(t, overlaps_among_many);
	tcase_add_test(t, tags_among_many);
	tcase_add_test(t, architectures_among_many);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_limits)
