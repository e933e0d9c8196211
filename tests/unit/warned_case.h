/* SPDX-License-Identifier: ISC */
/* Checks that compare lines: what they warn of, and what they do not. */
#ifndef TESTS_UNIT_WARNED_CASE_H
#define TESTS_UNIT_WARNED_CASE_H

#include "tests/unit/conf_case.h"

static struct conf_case k;

/* Whether a configuration gives this message, "W 3 text". */
static inline bool
says(const char *text, const char *message)
{
	bool found;

	conf_case_parse(&k, text);
	found = strstr(k.diags, message) != NULL;
	conf_case_end(&k);
	return found;
}

/* Lines, and whether some words are said of them behind others. */
struct warned {
	const char *lines;
	bool warned;
};

static inline void
check_warned(
    const char *before, const struct warned *t, size_t n, const char *words)
{
	static char text[1024];
	size_t i;

	for (i = 0; i < n; i++) {
		(void)snprintf(text, sizeof(text), "%s%s", before, t[i].lines);
		ck_assert_msg(says(text, words) == t[i].warned, "%s", text);
	}
}

#define CHECK_WARNED(before, t, words) \
	check_warned(before, t, sizeof(t) / sizeof((t)[0]), words)

#define RANGE "dhcp-range=192.168.1.10,192.168.1.99,255.255.255.0\n"

#endif
