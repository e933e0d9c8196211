/* SPDX-License-Identifier: ISC */
/* Warnings of libevent become log lines, in limited numbers. */
#include <fcntl.h>
#include <string.h>

#include <event2/event.h>

#include "daemon/event_log.h"
#include "daemon/log.h"
#include "tests/unit/unit.h"

static struct event_base *base;
static int file = -1;
static char line[256];
static size_t lines;

static void
keep(int priority, const char *text, void *arg)
{
	(void)arg;
	ck_assert_int_eq(priority, LOG_WARNING);
	(void)strncpy(line, text, sizeof(line) - 1);
	lines++;
}

static void
never(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

static void
set_up(void)
{
	/* epoll takes no regular file. */
	ck_assert_int_ne(file = open("/proc/self/exe", O_RDONLY), -1);
	ck_assert_ptr_nonnull(base = event_base_new());
}

static void
tear_down(void)
{
	event_base_free(base);
	(void)close(file);
}

static void
add_and_fail(void)
{
	struct event *ev = event_new(base, file, EV_READ, never, NULL);

	ck_assert_ptr_nonnull(ev);
	ck_assert_int_eq(event_add(ev, NULL), -1);
	event_free(ev);
}

START_TEST(warnings)
{
	int i;

	log_set_sink(keep, NULL);
	event_log_init();
	add_and_fail();
	ck_assert_uint_eq(lines, 1);
	ck_assert_msg(strncmp(line, "event loop: Epoll ADD", 21) == 0 &&
			  strstr(line, "Operation not permitted") != NULL,
	    "%s", line);
	for (i = 0; i < 100; i++)
		add_and_fail();
	ck_assert_uint_eq(lines, 5);
}
END_TEST

Suite *suite_event_log(void);

Suite *
suite_event_log(void)
{
	Suite *s = suite_create("event_log");
	TCase *tc = tcase_create("event_log");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, warnings);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_event_log)
