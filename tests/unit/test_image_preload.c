/* SPDX-License-Identifier: ISC */
/* verify-preload: which files it checks, how long it waits, and its end. */
#include <event2/event.h>
#include <limits.h>

#include "imaged/preload.h"
#include "tests/unit/image_case.h"
#include "tests/unit/said.h"
#include "tests/unit/skewed_clock.h"

static struct event_base *base;
static int roots[LOOKUP_ROOTS_MAX];
static char seen[4096];
static uint64_t room; /* bytes of the largest file that may be checked */
static int looks; /* at a check, until it ends */
static int looked;
static bool good;

static bool
has_room(uint64_t size)
{
	return size <= room;
}

static bool
check(uint8_t number, const char *path, bool *ok)
{
	size_t len = strlen(seen);

	if (++looked < looks)
		return false;
	looked = 0;
	*ok = good;
	(void)snprintf(seen + len, sizeof(seen) - len, "%u:%s ", number, path);
	return true;
}

static const struct preload_ops ops = { .room = has_room, .check = check };

static void
set_up(void)
{
	int i;

	image_set_up();
	for (i = 0; i < LOOKUP_ROOTS_MAX; i++)
		roots[i] = -1;
	roots[0] = image_root;
	seen[0] = '\0';
	room = UINT64_MAX;
	looks = 1;
	looked = 0;
	good = true;
	said_begin(-1);
	base = event_base_new();
	ck_assert_int_eq(event_base_priority_init(base, 3), 0);
	preload_init(base, &ops);
}

static void
tear_down(void)
{
	preload_stop();
	image_tear_down();
}

/* Until there is nothing left to do. */
static void
run(void)
{
	int before = image_next_fd();

	preload_start(roots);
	while (event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK) == 0)
		skew_ms += PRELOAD_WAIT_MS;
	ck_assert_int_eq(image_next_fd(), before);
}

START_TEST(walk)
{
	image_folder("d");
	image_folder("d/e");
	image_folder("empty");
	image_write("d/e/deep", "x", 0644);
	image_write("f", "x", 0644);
	image_write("f.minisig", "x", 0644);
	image_write("f.sig", "x", 0644);
	image_write(".sig", "x", 0644);
	image_write("SHA256SUMS", "x", 0644);
	image_link("d/e/deep", "link");
	image_link("d", "folder");
	image_link("nowhere", "dangling");
	ck_assert_int_eq(mkfifoat(image_root, "pipe", 0644), 0);
	roots[2] = openat(image_root, "d", O_PATH | O_DIRECTORY);
	run();
	ck_assert_ptr_nonnull(strstr(seen, "0:f "));
	ck_assert_ptr_nonnull(strstr(seen, "0:.sig "));
	ck_assert_ptr_nonnull(strstr(seen, "0:link "));
	ck_assert_ptr_nonnull(strstr(seen, "0:d/e/deep "));
	ck_assert_ptr_nonnull(strstr(seen, "2:e/deep "));
	ck_assert_ptr_nonnull(strstr(said,
	    "verify-preload: done: 5 files checked, 0 of them not accepted"));
	(void)close(roots[2]);
}
END_TEST

/* More files than the names of a folder that are read at once. */
START_TEST(many)
{
	char name[NAME_MAX + 1];
	int i;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	good = false;
	for (i = 0; i < 40; i++) {
		name[0] = (char)('0' + i);
		image_write(name, "x", 0644);
	}
	run();
	ck_assert_ptr_nonnull(
	    strstr(said, "done: 40 files checked, 40 of them not accepted"));
}
END_TEST

/* Folders within folders are entered to that depth, the root included. */
START_TEST(depth)
{
	char path[4 * PRELOAD_DEPTH] = "";
	int i;

	for (i = 1; i <= PRELOAD_DEPTH; i++) {
		(void)strcat(path, i == 1 ? "d" : "/d");
		image_folder(path);
		(void)strcat(path, "/f");
		image_write(path, "x", 0644);
		path[strlen(path) - 2] = '\0';
	}
	run();
	ck_assert_ptr_nonnull(strstr(said, "done: 31 files checked"));
}
END_TEST

START_TEST(full)
{
	room = 3;
	image_write("large", "1234", 0644);
	run();
	ck_assert_str_eq(seen, "");
	ck_assert_ptr_nonnull(
	    strstr(said, "verify-preload: verify-cache is full: 0 files"));
}
END_TEST

/* A check that takes long, and one that does not end. */
START_TEST(waits)
{
	image_write("f", "x", 0644);
	looks = _i == 0 ? PRELOAD_TRIES_MAX : PRELOAD_TRIES_MAX + 1;
	run();
	ck_assert_str_eq(seen, _i == 0 ? "0:f " : "");
	ck_assert_ptr_nonnull(strstr(
	    said, _i == 0 ? "done: 1 files checked" : "done: 0 files checked"));
}
END_TEST

/* A line every ten seconds. */
START_TEST(progress)
{
	image_write("f", "x", 0644);
	image_write("g", "x", 0644);
	looks = PRELOAD_SAY_MS / PRELOAD_WAIT_MS + 1;
	run();
	ck_assert_ptr_nonnull(strstr(said, "1 files checked so far"));
	ck_assert_ptr_nonnull(strstr(said, "2 files checked so far"));
}
END_TEST

START_TEST(stopped)
{
	int i, before = image_next_fd();

	image_folder("d");
	image_write("d/f", "x", 0644);
	looks = 100;
	preload_start(roots);
	for (i = 0; i < 6; i++)
		(void)event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	ck_assert_int_gt(image_next_fd(), before);
	preload_stop();
	ck_assert_int_eq(image_next_fd(), before);
	ck_assert_int_eq(event_base_loop(base, EVLOOP_NONBLOCK), 1);
	/* And from the beginning. */
	looks = 1;
	looked = 0;
	run();
	ck_assert_str_eq(seen, "0:d/f ");
}
END_TEST

Suite *suite_image_preload(void);

Suite *
suite_image_preload(void)
{
	Suite *s = suite_create("image_preload");
	TCase *tc = tcase_create("preload");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, walk);
	tcase_add_test(tc, many);
	tcase_add_test(tc, depth);
	tcase_add_test(tc, full);
	tcase_add_loop_test(tc, waits, 0, 2);
	tcase_add_test(tc, progress);
	tcase_add_test(tc, stopped);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the tree. */
UNIT_MAIN_ALSO(suite_image_preload, SCMP_SYS(openat), SCMP_SYS(write),
    SCMP_SYS(fchmod), SCMP_SYS(dup), SCMP_SYS(symlinkat), SCMP_SYS(mkdirat),
    SCMP_SYS(mknodat))
