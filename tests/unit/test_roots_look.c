/* SPDX-License-Identifier: ISC */
/*
 * Looking at folders, one of which is on a file system whose server does not
 * answer.  That one needs root and /dev/fuse; its tests say so and pass
 * without.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "priv/hung.h"
#include "priv/roots_look.h"
#include "tests/unit/hung_case.h"

#define SHORT_MS 300
#define LONG_MS 40000 /* Check's own limit is longer */

START_TEST(folders)
{
	struct roots_look v[] = { { .path = "/" }, { .path = "" },
		{ .path = "/nonexistent" }, { .path = "/etc/passwd" } };
	struct stat st;
	size_t i;

	for (i = 0; i < 4; i++)
		v[i].error = -5;
	roots_look(v, 4, LONG_MS);
	ck_assert_int_eq(v[0].error, 0);
	ck_assert_int_eq(v[1].error, 0);
	ck_assert_int_eq(v[2].error, ENOENT);
	ck_assert_int_eq(v[3].error, ENOTDIR);
	ck_assert_int_eq(stat("/", &st), 0);
	ck_assert_uint_eq(v[0].look.id.dev, st.st_dev);
	ck_assert_uint_eq(v[0].look.id.ino, st.st_ino);
	ck_assert_uint_eq(v[0].look.uid, st.st_uid);
	ck_assert_uint_eq(v[0].look.mode, st.st_mode);
	for (i = 1; i < 4; i++)
		ck_assert_uint_eq(v[i].look.id.ino, 0);
}
END_TEST

/*
 * One folder that hangs takes no time from the others, nor their answer.  On a
 * busy machine these take longer; then another one hangs for twice the time.
 */
START_TEST(one_hangs)
{
	char path[sizeof(folder) + 12];
	struct roots_look v[] = { { .path = path }, { .path = "/" },
		{ .path = "/nonexistent" } };
	int limit_ms = SHORT_MS;
	uint64_t begin_ms;

	if (server == 0) {
		(void)printf("skipped: a FUSE mount needs root\n");
		return;
	}
	do {
		(void)snprintf(path, sizeof(path), "%s/%d", folder, limit_ms);
		v[1].error = v[2].error = -5;
		roots_look(v, 3, limit_ms);
		ck_assert_int_eq(v[0].error, ETIMEDOUT);
		while (hung_at("/") || hung_at("/nonexistent"))
			(void)poll(NULL, 0, 10);
		limit_ms *= 2;
	} while (limit_ms < LONG_MS &&
		 (v[1].error == ETIMEDOUT || v[2].error == ETIMEDOUT));
	ck_assert_int_eq(v[1].error, 0);
	ck_assert_int_eq(v[2].error, ENOENT);
	ck_assert(hung_at(path));
	/* It is not asked again, and the others are. */
	begin_ms = clock_mono_ms();
	roots_look(v, 3, LONG_MS);
	ck_assert_int_eq(v[0].error, ETIMEDOUT);
	ck_assert_int_eq(v[1].error, 0);
	ck_assert_int_eq(v[2].error, ENOENT);
	ck_assert_uint_lt(clock_mono_ms() - begin_ms, LONG_MS);
	/* Until it answers. */
	server_end();
	while (hung_at(path))
		(void)poll(NULL, 0, 10);
	roots_look(v, 3, LONG_MS);
	ck_assert_int_eq(v[0].error, ENOTCONN);
	ck_assert_int_eq(v[1].error, 0);
}
END_TEST

/* All that hang share one limit of time. */
START_TEST(many_hang)
{
	struct roots_look v[ROOTS_LOOK_MAX];
	char path[ROOTS_LOOK_MAX][sizeof(folder) + 8];
	uint64_t begin_ms = clock_mono_ms();
	size_t n;

	if (server == 0)
		return;
	for (n = 0; n < ROOTS_LOOK_MAX; n++) {
		(void)snprintf(path[n], sizeof(path[n]), "%s/%zu", folder, n);
		v[n] = (struct roots_look){
			.path = n == ROOTS_LOOK_MAX - 1 ? "/" : path[n]
		};
	}
	roots_look(v, ROOTS_LOOK_MAX, 2000);
	ck_assert_uint_lt(clock_mono_ms() - begin_ms, 2000 * 10);
	for (n = 0; n < ROOTS_LOOK_MAX - 1; n++)
		ck_assert_int_eq(v[n].error, ETIMEDOUT);
	ck_assert_int_eq(v[n].error, 0);
	ck_assert(hung_at(path[0]));
	ck_assert(!hung_at("/"));
}
END_TEST

/* There is an end to the processes that hang. */
START_TEST(no_more_processes)
{
	struct roots_look v[ROOTS_LOOK_MAX];
	char path[ROOTS_LOOK_MAX][sizeof(folder) + 8];
	size_t n, k, room;

	if (server == 0)
		return;
	for (k = 0; hung_room() > 0; k++) {
		room = hung_room();
		for (n = 0; n < ROOTS_LOOK_MAX; n++) {
			(void)snprintf(path[n], sizeof(path[n]), "%s/%zu",
			    folder, k * ROOTS_LOOK_MAX + n);
			v[n] = (struct roots_look){ .path = path[n] };
		}
		roots_look(v, ROOTS_LOOK_MAX, SHORT_MS);
		for (n = 0; n < ROOTS_LOOK_MAX; n++)
			ck_assert_int_eq(
			    v[n].error, n < room ? ETIMEDOUT : ROOTS_LOOK_NONE);
	}
	v[0].path = "/";
	v[1].path = path[0];
	roots_look(v, 2, LONG_MS);
	ck_assert_int_eq(v[0].error, ROOTS_LOOK_NONE);
	ck_assert_int_eq(v[1].error, ETIMEDOUT);
}
END_TEST

Suite *suite_roots_look(void);

Suite *
suite_roots_look(void)
{
	Suite *s = suite_create("roots_look");
	TCase *tc = tcase_create("roots_look");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, folders);
	tcase_add_test(tc, one_hangs);
	tcase_add_test(tc, many_hang);
	tcase_add_test(tc, no_more_processes);
	return s;
}

UNIT_MAIN(suite_roots_look)
