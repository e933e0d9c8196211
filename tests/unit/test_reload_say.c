/* SPDX-License-Identifier: ISC */
/* What the log says of reloads and processes: the words, and how grave. */
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"
#include "priv/reload_say.h"
#include "tests/unit/unit.h"

static char last[LOG_LINE_MAX];
static int priority;
static unsigned int nlines;

static void
sink(int pri, const char *line, void *arg)
{
	(void)arg;
	priority = pri;
	nlines++;
	(void)snprintf(last, sizeof(last), "%s", line);
}

static const struct {
	enum reload_say say;
	enum role role;
	uint32_t n;
	int priority;
	const char *line;
} t[] = {
	{ RELOAD_SAY_EXITED, ROLE_DHCPD, 0, LOG_WARNING,
	    "dhcpd (process 42) exited with status 3" },
	{ RELOAD_SAY_STOPPED, ROLE_DHCPD, 0, LOG_DEBUG,
	    "dhcpd (process 42) exited with status 3" },
	{ RELOAD_SAY_BACK, ROLE_TFTPD, 0, LOG_INFO,
	    "tftpd restarted as process 42" },
	{ RELOAD_SAY_RESTART, ROLE_TFTPD, 800, LOG_ERR,
	    "tftpd could not be started; retrying in 800 ms" },
	{ RELOAD_SAY_PAUSE, ROLE_TFTPD, 6, LOG_ERR,
	    "tftpd failed 6 times within 10 s; retrying in 60 s; fix the cause, then reload (SIGHUP)" },
	{ RELOAD_SAY_STALLED, ROLE_PRIV, 7999, LOG_WARNING,
	    "the parent process did not run for 7 s; deadlines of roles extended" },
	{ RELOAD_SAY_UNKILLABLE, ROLE_IMAGED, 0, LOG_ERR,
	    "imaged (process 42) is still running 5 s after SIGKILL; no longer waiting for it" },
	{ RELOAD_SAY_TOO_MANY_UNKILLABLE, ROLE_IMAGED, 3, LOG_ERR,
	    "imaged: 3 processes survived SIGKILL; not starting another; check for a hung disk or file server" },
	{ RELOAD_SAY_NO_PLACE, ROLE_IMAGED, 32, LOG_ERR,
	    "imaged: not starting a process: all 32 places for processes are in use" },
	{ RELOAD_SAY_REJECTED, ROLE_LEASED, 0, LOG_WARNING,
	    "leased rejected the new configuration; starting another process to check it" },
	{ RELOAD_SAY_VETO, ROLE_LEASED, 0, LOG_ERR,
	    "leased cannot serve the configuration; see the messages above" },
	{ RELOAD_SAY_EXCLUDED, ROLE_LEASED, 0, LOG_ERR,
	    "leased is not ready; committing the configuration without it" },
	{ RELOAD_SAY_KEPT, ROLE_PRIV, 0, LOG_ERR,
	    "reload failed; keeping the running configuration" },
	{ RELOAD_SAY_IFACES_KEPT, ROLE_PRIV, 10000, LOG_ERR,
	    "change of interfaces failed; keeping the running configuration; retrying in 10 s" },
	{ RELOAD_SAY_DELAYED, ROLE_CONFD, 0, LOG_WARNING,
	    "reload delayed for 5 s: waiting for confd" },
};

START_TEST(lines)
{
	static struct child c = { .pid = 42, .exited = true, .status = 3 << 8 };
	struct reload_action a = { .kind = RELOAD_DO_SAY,
		.say = t[_i].say,
		.role = t[_i].role,
		.n = t[_i].n };

	nlines = 0;
	log_init("pxeguard", LOG_DEBUG);
	log_set_sink(sink, NULL);
	c.role = a.role;
	reload_say_log(&a, &c);
	ck_assert_uint_eq(nlines, 1);
	ck_assert_str_eq(last, t[_i].line);
	ck_assert_int_eq(priority, t[_i].priority);
	/* The end of a process that is not known any more is not told. */
	reload_say_log(&a, NULL);
	ck_assert_uint_eq(nlines,
	    a.say == RELOAD_SAY_EXITED || a.say == RELOAD_SAY_STOPPED ? 1 : 2);
}
END_TEST

/* Each reason for a KILL has a text, and no other event has one. */
START_TEST(reasons)
{
	enum reload_say say;

	for (say = RELOAD_SAY_NOTHING; say < RELOAD_SAY_MAX; say++)
		ck_assert_msg((reload_say_reason(say) != NULL) ==
				  (say >= RELOAD_SAY_SILENT &&
				      say <= RELOAD_SAY_NOT_USED),
		    "%d", say);
}
END_TEST

static Suite *
suite_reload_say(void)
{
	Suite *s = suite_create("reload_say");
	TCase *tc = tcase_create("say");

	tcase_add_loop_test(tc, lines, 0, (int)(sizeof(t) / sizeof(t[0])));
	tcase_add_test(tc, reasons);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_reload_say)
