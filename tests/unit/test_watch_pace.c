/* SPDX-License-Identifier: ISC */
/* When a change of a watched folder leads to a reload, and which do. */
#include <string.h>

#include "priv/watch_pace.h"
#include "priv/watch_set.h"
#include "tests/unit/unit.h"

static struct watch_pace p;

static void
begin(void)
{
	memset(&p, 0, sizeof(p));
}

/* A reading at `now_ms`, for so long. */
static void
reads(uint64_t now_ms, uint64_t takes_ms)
{
	watch_pace_begin(&p, now_ms);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 0);
	watch_pace_end(&p, now_ms + takes_ms);
}

START_TEST(one_change)
{
	begin();
	ck_assert_uint_eq(watch_pace_due_ms(&p), 0);
	watch_pace_change(&p, 1000);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 1000 + WATCH_DELAY_MS);
	/* Others are read with it. */
	watch_pace_change(&p, 1250);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 1000 + WATCH_DELAY_MS);
	reads(1300, 10);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 0);
}
END_TEST

/* The pause is a multiple of what the last reading took. */
START_TEST(pauses)
{
	begin();
	reads(1000, 20);
	watch_pace_change(&p, 1030);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 1020 + WATCH_PAUSE_MS);
	reads(2000, 2000);
	watch_pace_change(&p, 4100);
	ck_assert_uint_eq(
	    watch_pace_due_ms(&p), 4000 + 2000 * WATCH_PAUSE_TIMES);
	reads(20000, 3600000);
	watch_pace_change(&p, 3630000);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 3620000 + WATCH_PAUSE_MAX_MS);
}
END_TEST

/* A role that does not run delays the end of a reading, not the next one. */
START_TEST(roles_that_hang)
{
	begin();
	watch_pace_begin(&p, 1000);
	watch_pace_parsed(&p, 1020);
	watch_pace_end(&p, 11000);
	watch_pace_change(&p, 11010);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 11000 + WATCH_PAUSE_MS);
	/* Roles that take as long as the files need count. */
	watch_pace_begin(&p, 20000);
	watch_pace_parsed(&p, 21000);
	watch_pace_end(&p, 22000);
	watch_pace_change(&p, 22010);
	ck_assert_uint_eq(
	    watch_pace_due_ms(&p), 22000 + 2000 * WATCH_PAUSE_TIMES);
	watch_pace_begin(&p, 30000);
	watch_pace_parsed(&p, 31000);
	watch_pace_end(&p, 60000);
	watch_pace_change(&p, 60010);
	ck_assert_uint_eq(
	    watch_pace_due_ms(&p), 60000 + 2000 * WATCH_PAUSE_TIMES);
	/* Files that were not read count in full. */
	reads(70000, 3000);
	watch_pace_change(&p, 73010);
	ck_assert_uint_eq(
	    watch_pace_due_ms(&p), 73000 + 3000 * WATCH_PAUSE_TIMES);
}
END_TEST

/* What changed before a reading is in it; what changes meanwhile is not. */
START_TEST(during_a_reading)
{
	begin();
	watch_pace_change(&p, 1000);
	watch_pace_begin(&p, 1010); /* by SIGHUP */
	watch_pace_end(&p, 1020);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 0);
	watch_pace_begin(&p, 2000);
	watch_pace_change(&p, 2005);
	watch_pace_end(&p, 2010);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 2010 + WATCH_PAUSE_MS);
	/* One that was asked for begins when another change has ended. */
	watch_pace_begin(&p, 3000);
	watch_pace_change(&p, 3100);
	watch_pace_begin(&p, 9000);
	watch_pace_end(&p, 9010);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 0);
	/* The end of something else is none of a reading. */
	watch_pace_change(&p, 20000);
	watch_pace_end(&p, 20100);
	ck_assert_uint_eq(watch_pace_due_ms(&p), 20000 + WATCH_DELAY_MS);
}
END_TEST

/*
 * Changes at any time: each is read, at most WATCH_DELAY_MS and one pause
 * later, and at least two thirds of the time nothing is read.
 */
START_TEST(any_changes)
{
	uint64_t now_ms = 1000, first_ms = 0, busy_ms = 0, free_ms = 0;
	uint64_t takes_ms, due_ms;
	size_t i, nreads = 0;

	begin();
	srandom((unsigned int)_i);
	for (i = 0; i < 20000; i++) {
		if (random() % 3 != 0) {
			if (first_ms == 0)
				first_ms = now_ms;
			watch_pace_change(&p, now_ms);
		}
		due_ms = watch_pace_due_ms(&p);
		if (first_ms == 0)
			ck_assert_uint_eq(due_ms, 0);
		else
			ck_assert_uint_eq(
			    due_ms, first_ms + WATCH_DELAY_MS > free_ms
					? first_ms + WATCH_DELAY_MS
					: free_ms);
		now_ms += (uint64_t)random() % (_i % 2 == 0 ? 20 : 2000);
		if (first_ms == 0 || due_ms > now_ms)
			continue;
		takes_ms = (uint64_t)random() % 300;
		reads(now_ms, takes_ms);
		now_ms += takes_ms;
		busy_ms += takes_ms;
		free_ms = now_ms + takes_ms * 2;
		if (free_ms < now_ms + WATCH_PAUSE_MS)
			free_ms = now_ms + WATCH_PAUSE_MS;
		first_ms = 0;
		nreads++;
	}
	ck_assert_uint_gt(nreads, 100);
	ck_assert_uint_lt(busy_ms * 3, now_ms + 1000);
}
END_TEST

/* ---------------------------------------------------------------- events */

/* {u32 wd, str name} */
#define PAIR(wd, len, name) "\0\0\0" wd "\0" len name

START_TEST(events)
{
	static const char way[] =
	    PAIR("\1", "\3", "etc") PAIR("\2", "\3", "dir");
	static const char all[] =
	    PAIR("\1", "\3", "etc") PAIR("\2", "\2", "d2") PAIR("\3", "\0", "");
	static const struct {
		int wd;
		uint32_t mask;
		const char *name;
		bool change;
		uint32_t folder;
	} t[] = {
		{ 1, IN_CREATE | IN_ISDIR, "etc", true, 0 },
		{ 1, IN_CREATE | IN_ISDIR, "et", false, WATCH_NONE },
		{ 1, IN_MOVED_FROM, "etc", true, 0 },
		{ 2, IN_DELETE | IN_ISDIR, "d2", true, 1 },
		{ 2, IN_MOVED_TO, "dir", true, 0 },
		{ 2, IN_CLOSE_WRITE, "dir", false, WATCH_NONE },
		{ 3, IN_CLOSE_WRITE, "a", true, 1 },
		{ 3, IN_MOVED_TO, "a", true, 1 },
		{ 3, IN_MOVED_FROM, "a", true, 1 },
		{ 3, IN_DELETE, "a", true, 1 },
		{ 3, IN_CREATE, "a", true, 1 },
		{ 3, IN_MODIFY, "a", true, 1 },
		{ 3, IN_CREATE | IN_ISDIR, "a", false, WATCH_NONE },
		{ 3, IN_CLOSE_WRITE, ".a", false, WATCH_NONE },
		{ 3, IN_MOVED_FROM, ".a", false, WATCH_NONE },
		{ 3, IN_MOVED_TO, "..data", true, 1 },
		{ 3, IN_ATTRIB, "a", false, WATCH_NONE },
		{ 3, IN_IGNORED, "", true, 1 },
		{ 3, IN_UNMOUNT, "", true, 1 },
		{ 4, IN_CLOSE_WRITE, "a", false, WATCH_NONE },
		{ -1, IN_Q_OVERFLOW, "", true, WATCH_NONE },
	};
	struct watch_set s = { 0 };
	struct reader r;
	uint32_t folder;
	size_t i;

	reader_init(&r, way, sizeof(way) - 1);
	ck_assert_int_eq(watch_set_add(&s, "/etc/dir", &r), 0);
	reader_init(&r, all, sizeof(all) - 1);
	ck_assert_int_eq(watch_set_add(&s, "/etc/d2", &r), 0);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct inotify_event e = { .wd = t[i].wd, .mask = t[i].mask };

		ck_assert_msg(watch_set_event(&s, &e, t[i].name, &folder) ==
				      t[i].change &&
				  folder == t[i].folder,
		    "event %zu", i);
	}
	watch_set_free(&s);
	ck_assert_uint_eq(s.npairs, 0);
}
END_TEST

START_TEST(pairs_out_of_range)
{
	static const char cut[] = PAIR("\1", "\4", "etc");
	static uint8_t many[(WATCH_PAIRS_MAX + 1) * 6];
	struct watch_set s = { 0 };
	struct reader r;

	reader_init(&r, cut, sizeof(cut) - 1);
	ck_assert_int_eq(watch_set_add(&s, "/a", &r), -1);
	reader_init(&r, many, sizeof(many) - 6);
	ck_assert_int_eq(watch_set_add(&s, "/b", &r), 0);
	reader_init(&r, many, 6);
	ck_assert_int_eq(watch_set_add(&s, "/c", &r), -1);
	ck_assert_uint_eq(s.npairs, WATCH_PAIRS_MAX);
	watch_set_free(&s);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("watch_pace");
	TCase *t = tcase_create("watch_pace");

	tcase_add_test(t, one_change);
	tcase_add_test(t, pauses);
	tcase_add_test(t, roles_that_hang);
	tcase_add_test(t, during_a_reading);
	tcase_add_loop_test(t, any_changes, 0, 20);
	tcase_add_test(t, events);
	tcase_add_test(t, pairs_out_of_range);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite)
