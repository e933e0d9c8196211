/* SPDX-License-Identifier: ISC */
/* Which readings of the configuration watch folders. */
#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "priv/watch.h"
#include "priv/watch_set.h"
#include "tests/unit/unit.h"

#define PAIRS 64 /* of a folder */

static uint8_t body[16384];

static void
changed(void)
{
}

static void
set_up(void)
{
	struct event_base *base = event_base_new();

	ck_assert_ptr_nonnull(base);
	watch_init(base, changed);
}

/* A folder with n pairs, as the process that opens files sends them. */
static void
add(uint32_t n, int error)
{
	struct writer w;
	struct reader r;
	uint32_t i;

	writer_init(&w, body, sizeof(body));
	for (i = 0; i < n; i++) {
		writer_u32(&w, i + 1);
		writer_str(&w, "name");
	}
	ck_assert(writer_ok(&w));
	reader_init(&r, body, w.len);
	watch_add("/etc/hosts.d", &r, error);
}

START_TEST(no_watches_beyond_the_limit)
{
	uint32_t i;

	watch_begin();
	for (i = 0; i < WATCH_PAIRS_MAX / PAIRS; i++) {
		ck_assert_int_ne(watch_inotify(), -1);
		add(PAIRS, 0);
	}
	/* There is room for none, which only the next folder notices. */
	ck_assert_int_ne(watch_inotify(), -1);
	add(1, 0);
	ck_assert_int_eq(watch_inotify(), -1);
	watch_drop();
	ck_assert_int_eq(watch_inotify(), -1);
	watch_begin();
	ck_assert_int_ne(watch_inotify(), -1);
	watch_commit();
}
END_TEST

/* The others of the reading are watched all the same. */
START_TEST(one_that_fails)
{
	watch_begin();
	ck_assert_int_ne(watch_inotify(), -1);
	add(0, ENOENT);
	ck_assert_int_ne(watch_inotify(), -1);
	add(PAIRS, 0);
	ck_assert_int_ne(watch_inotify(), -1);
	watch_drop();
}
END_TEST

static Suite *
suite_watch(void)
{
	Suite *s = suite_create("watch");
	TCase *t = tcase_create("readings");

	tcase_add_checked_fixture(t, set_up, NULL);
	tcase_add_test(t, no_watches_beyond_the_limit);
	tcase_add_test(t, one_that_fails);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_watch)
