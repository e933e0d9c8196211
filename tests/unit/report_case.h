/* SPDX-License-Identifier: ISC */
/* The lines that dhcpd logs. */
#ifndef TESTS_UNIT_REPORT_CASE_H
#define TESTS_UNIT_REPORT_CASE_H

#include <errno.h>
#include <string.h>

#include "daemon/log.h"
#include "dhcpd/report.h"
#include "tests/unit/dhcp_fixture.h"

static char lines[32][LOG_LINE_MAX];
static size_t nlines;

static inline void
take_line(int priority, const char *text, void *arg)
{
	(void)priority;
	(void)arg;
	ck_assert_uint_lt(nlines, sizeof(lines) / sizeof(lines[0]));
	(void)snprintf(lines[nlines++], LOG_LINE_MAX, "%s", text);
}

/* Logs the notes of a message; lines are limited, so a minute passes. */
static inline void
log_msg(struct dhcp_msg *m)
{
	const struct actions *a;
	size_t i;

	k.now.mono_ms += 61000;
	a = msg_step(&k, m);
	nlines = 0;
	log_init("test", LOG_INFO);
	log_set_sink(take_line, NULL);
	for (i = 0; i < a->n; i++)
		if (a->v[i].kind == ACTION_NOTE)
			report_note(k.e, a->v[i].note, k.now.mono_ms);
	log_set_sink(NULL, NULL);
}

static inline void
has_line(const char *want)
{
	size_t i;

	for (i = 0; i < nlines; i++)
		if (strcmp(lines[i], want) == 0)
			return;
	ck_abort_msg("no \"%s\", but \"%s\"", want, nlines > 0 ? lines[0] : "");
}

static inline void
log_conf(void)
{
	nlines = 0;
	log_init("test", LOG_INFO);
	log_set_sink(take_line, NULL);
	report_conf(k.conf);
	log_set_sink(NULL, NULL);
}

/* All lines, each with an end. */
static inline void
lines_are(const char *want)
{
	static char all[32 * LOG_LINE_MAX];
	size_t i, len = 0;

	all[0] = '\0';
	for (i = 0; i < nlines; i++)
		len += (size_t)snprintf(
		    all + len, sizeof(all) - len, "%s\n", lines[i]);
	if (strcmp(all, want) != 0)
		(void)fprintf(stderr, "%s", all);
	ck_assert(strcmp(all, want) == 0);
}

#endif
