/* SPDX-License-Identifier: ISC */
/* Keeps the lines that are logged, for tests to look at. */
#ifndef TESTS_UNIT_SAID_H
#define TESTS_UNIT_SAID_H

#include <stdio.h>
#include <string.h>

#include "daemon/log.h"
#include "tests/unit/unit.h"

static char said[8192]; /* each line with its end; what does not fit is lost */
static int said_priority; /* that each line must have; -1: any */

static inline void
said_line(int priority, const char *line, void *arg)
{
	size_t len = strlen(said);

	(void)arg;
	if (said_priority != -1)
		ck_assert_int_eq(priority, said_priority);
	(void)snprintf(said + len, sizeof(said) - len, "%s\n", line);
}

static inline void
said_begin(int priority)
{
	said_priority = priority;
	said[0] = '\0';
	log_init("test", LOG_INFO);
	log_set_sink(said_line, NULL);
}

static inline void
said_end(void)
{
	log_set_sink(NULL, NULL);
}

/* The number of lines, of which one has the text; NULL: none has. */
static inline void
said_check(int lines, const char *text)
{
	const char *p;
	int n = 0;

	for (p = said; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	ck_assert_msg(n == lines, "%s", said);
	ck_assert_msg(text == NULL || strstr(said, text) != NULL, "%s", said);
}

#endif
