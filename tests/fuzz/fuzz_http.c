/* SPDX-License-Identifier: ISC */
/*
 * What libmicrohttpd hands to our code: a line each for the target of a request
 * and for the values of its headers.  The first byte: bit 0 HEAD, bits 1 to 7
 * the size of the file.
 */
#include <stdlib.h>
#include <string.h>

#include "httpd/answer.h"
#include "httpd/content_type.h"
#include "tests/fuzz/target.h"

#define LINES 7
#define LINE_MAX_BYTES 4096

/* A name never leaves the root, and has no byte that could end a line. */
static void
check_name(const char *name, size_t len)
{
	size_t i;

	check(len > 0 && len <= FILE_NAME_MAX && name[0] != '/');
	for (i = 0; i < len; i++)
		check((uint8_t)name[i] >= 0x20 && name[i] != 0x7f &&
		      name[i] != '\\');
	check(memmem(name, len, "/../", 4) == NULL &&
	      memmem(name, len, "//", 2) == NULL);
	check(len < 3 || memcmp(name, "../", 3) != 0);
}

static void
run_target(const char *target)
{
	char path[TARGET_PATH_MAX], name[FILE_NAME_MAX];
	struct tftp_text asked = { path, 0 };
	struct answer a;
	enum target_reason bad;
	enum tftp_name_reason why;
	size_t len;

	bad = target_path(target, strlen(target), path, &asked.len);
	if (bad != TARGET_OK) {
		answer_target(bad, &a);
		check(a.status >= 400 && a.text != NULL);
		return;
	}
	check(asked.len <= TARGET_PATH_MAX);
	why = tftp_name_map(&asked, "/srv/boot", false, name, &len);
	if (why != TFTP_NAME_OK) {
		answer_name(why, &a);
		check(a.status >= 400 && a.text != NULL);
		return;
	}
	check_name(name, len);
	check(content_type_of(name, len) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char line[LINES][LINE_MAX_BYTES];
	struct answer_file f = { 0, 1700000000000000000 };
	struct answer_asked asked;
	const char *p, *end;
	struct answer a;
	size_t i, n;

	if (size < 1)
		return 0;
	f.size = data[0] >> 1 == 127 ? INT64_MAX : data[0] >> 1;
	p = (const char *)data + 1;
	end = (const char *)data + size;
	for (i = 0; i < LINES; i++) {
		for (n = 0; p < end && *p != '\n' && *p != '\0'; p++)
			if (n < LINE_MAX_BYTES - 1)
				line[i][n++] = *p;
		line[i][n] = '\0';
		if (p < end)
			p++;
	}
	run_target(line[0]);
#define VALUE(i) (line[i][0] == '\0' ? NULL : line[i])
	asked = (struct answer_asked){ .head = data[0] & 1,
		.range = VALUE(1),
		.if_range = VALUE(2),
		.if_match = VALUE(3),
		.if_none_match = VALUE(4),
		.if_modified_since = VALUE(5),
		.if_unmodified_since = VALUE(6) };
	answer_file(&asked, &f, &a);
	if (a.status == ANSWER_OK)
		check(a.first == 0 && a.length == f.size);
	if (a.status == ANSWER_PARTIAL)
		check(!asked.head && a.length > 0 && a.first < f.size &&
		      a.length <= f.size - a.first);
	return 0;
}
