/* SPDX-License-Identifier: ISC */
/* Open files that are given again: which, for how long, and how many. */
#include <stdbool.h>

#include "imaged/ahead.h"
#include "imaged/cache.h"
#include "tests/unit/image_case.h"

Suite *suite_image_cache(void);

static struct cache cache;

static void
set_up(void)
{
	image_set_up();
	image_write("a", "first", 0644);
	image_write("b", "second", 0644);
	memset(&cache, 0, sizeof(cache));
}

static void
tear_down(void)
{
	cache_clear(&cache);
	image_tear_down();
}

static int
put(const char *name, uint64_t now_ms)
{
	struct stat st;
	int fd = openat(image_root, name, O_RDONLY);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(fstat(fd, &st), 0);
	cache_put(&cache, 0, name, fd, &st, now_ms);
	return fd;
}

static int
get(uint8_t root, const char *name, uint64_t now_ms)
{
	struct stat st;

	return cache_get(&cache, root, name, now_ms, &st);
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

START_TEST(test_names)
{
	int a = put("a", 0), b = put("b", 0);
	struct stat st;

	ck_assert_int_eq(get(0, "a", 0), a);
	ck_assert_int_eq(get(0, "b", 0), b);
	ck_assert_int_eq(get(0, "a", 0), a);
	ck_assert_int_eq(get(1, "a", 0), -1);
	ck_assert_int_eq(get(0, "", 0), -1);
	ck_assert_int_eq(get(0, "ab", 0), -1);
	ck_assert_int_eq(get(0, "A", 0), -1);
	ck_assert_int_eq(cache_get(&cache, 0, "b", 0, &st), b);
	ck_assert_int_eq(st.st_size, 6);
}
END_TEST

START_TEST(test_fresh)
{
	int a = put("a", 1000), b = put("b", 1001);

	/* The time counts from the lookup, not from the last use. */
	ck_assert_int_eq(get(0, "a", 1000 + CACHE_FRESH_MS / 2), a);
	ck_assert_uint_eq(cache_expire(&cache, 1000 + CACHE_FRESH_MS / 2),
	    CACHE_FRESH_MS - CACHE_FRESH_MS / 2);
	ck_assert_int_eq(get(0, "a", 1000 + CACHE_FRESH_MS - 1), a);
	ck_assert_int_eq(get(0, "a", 1000 + CACHE_FRESH_MS), -1);
	ck_assert(!is_open(a));
	ck_assert(is_open(b));
	ck_assert_uint_eq(cache_expire(&cache, 1000 + CACHE_FRESH_MS), 1);
	ck_assert_uint_eq(cache_expire(&cache, 1001 + CACHE_FRESH_MS), 0);
	ck_assert(!is_open(b));
	ck_assert_uint_eq(cache_expire(&cache, UINT64_MAX), 0);
}
END_TEST

static void
deleted(void)
{
	ck_assert_int_eq(unlinkat(image_root, "a", 0), 0);
}

static void
replaced(void)
{
	ck_assert_int_eq(renameat(image_root, "b", image_root, "a"), 0);
}

static void
moved(void)
{
	ck_assert_int_eq(renameat(image_root, "a", image_root, "c"), 0);
}

static void
mode_changed(void)
{
	ck_assert_int_eq(fchmodat(image_root, "a", 0600, 0), 0);
}

static void
written(void)
{
	image_write("a", "other", 0644);
}

static void (*const changes[])(
    void) = { deleted, replaced, moved, mode_changed, written };

START_TEST(test_changed)
{
	const struct timespec tick = { .tv_nsec = 20000000 };
	int a;

	/* Longer than the clock of a file system takes for a step. */
	ck_assert_int_eq(nanosleep(&tick, NULL), 0);
	a = put("a", 0);
	(void)nanosleep(&tick, NULL);
	ck_assert_int_eq(get(0, "a", 0), a);
	changes[_i]();
	ck_assert_int_eq(get(0, "a", 0), -1);
	ck_assert(!is_open(a));
	ck_assert_int_eq(get(0, "a", 0), -1);
}
END_TEST

/* Two names of one hash. */
START_TEST(test_collision)
{
	int a, b;

	image_write("apmhoafv", "", 0644);
	image_write("swcxnnmd", "", 0644);
	a = put("apmhoafv", 0);
	ck_assert_int_eq(get(0, "swcxnnmd", 0), -1);
	b = put("swcxnnmd", 0);
	ck_assert_uint_eq(cache.file[0].hash, cache.file[1].hash);
	ck_assert_int_eq(get(0, "apmhoafv", 0), a);
	ck_assert_int_eq(get(0, "swcxnnmd", 0), b);
}
END_TEST

/* Where the clock of a file system is too coarse to tell. */
START_TEST(test_deleted_at_once)
{
	struct stat st;
	int fd = openat(image_root, "a", O_RDONLY);

	deleted();
	ck_assert_int_eq(fstat(fd, &st), 0);
	cache_put(&cache, 0, "a", fd, &st, 0);
	ck_assert_int_eq(get(0, "a", 0), -1);
	ck_assert(!is_open(fd));
}
END_TEST

/* The oldest goes where there is no more room. */
START_TEST(test_bound)
{
	int before = image_next_fd(), fd[CACHE_FILES + 2];
	char name[32];
	size_t i;

	for (i = 0; i < CACHE_FILES + 2; i++) {
		(void)snprintf(name, sizeof(name), "f%zu", i);
		image_write(name, name, 0644);
		fd[i] = put(name, i / 2);
		ck_assert_int_eq(get(0, name, i / 2), fd[i]);
		ck_assert_uint_le(cache.count, CACHE_FILES);
	}
	ck_assert_int_eq(get(0, "f0", i / 2), -1);
	ck_assert_int_eq(get(0, "f1", i / 2), -1);
	ck_assert_int_eq(get(0, "f2", i / 2), fd[2]);
	cache_clear(&cache);
	ck_assert_int_eq(image_next_fd(), before);
	ck_assert_int_eq(get(0, "f2", i / 2), -1);
}
END_TEST

/* What was dropped in the midst takes no place for longer than the rest. */
START_TEST(test_holes)
{
	int a, b, i;

	for (i = 0; i < 3 * CACHE_FILES; i++) {
		a = put("a", (uint64_t)i);
		cache_take(&cache, a);
		ck_assert(is_open(a));
		ck_assert_int_eq(get(0, "a", (uint64_t)i), -1);
		ck_assert_int_eq(close(a), 0);
	}
	b = put("b", (uint64_t)i);
	a = put("a", (uint64_t)i);
	cache_take(&cache, a);
	(void)close(a);
	a = put("a", (uint64_t)i);
	ck_assert_int_eq(get(0, "a", (uint64_t)i), a);
	ck_assert_int_eq(get(0, "b", (uint64_t)i), b);
	ck_assert_uint_eq(cache_expire(&cache, (uint64_t)i), CACHE_FRESH_MS);
}
END_TEST

START_TEST(test_ahead)
{
	static struct ahead ahead;
	struct stat a, b;

	ck_assert_int_eq(fstatat(image_root, "a", &a, 0), 0);
	ck_assert_int_eq(fstatat(image_root, "b", &b, 0), 0);
	b.st_ino = a.st_ino + 1;
	ck_assert(ahead_due(&ahead, &a, 0));
	ck_assert(!ahead_due(&ahead, &a, 0));
	ck_assert(ahead_due(&ahead, &b, 5));
	ck_assert(!ahead_due(&ahead, &a, AHEAD_AGAIN_MS - 1));
	ck_assert(ahead_due(&ahead, &a, AHEAD_AGAIN_MS));
	ck_assert(!ahead_due(&ahead, &a, 2 * AHEAD_AGAIN_MS - 1));
	/* Another file in the same place is not mistaken for it. */
	b.st_ino = a.st_ino + AHEAD_FILES;
	ck_assert(ahead_due(&ahead, &b, 2 * AHEAD_AGAIN_MS - 1));
}
END_TEST

/* Reading ahead harms neither the file nor what is at its position. */
START_TEST(test_ahead_reads)
{
	int fd = openat(image_root, "a", O_RDONLY);

	ahead_sequential(fd);
	ahead_begin(fd);
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 0);
	image_check_content(fd, "first");
	ck_assert_int_eq(close(fd), 0);
	ahead_begin(fd);
}
END_TEST

Suite *
suite_image_cache(void)
{
	Suite *s = suite_create("image_cache");
	TCase *tc = tcase_create("cache");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_fresh);
	tcase_add_loop_test(
	    tc, test_changed, 0, sizeof(changes) / sizeof(changes[0]));
	tcase_add_test(tc, test_collision);
	tcase_add_test(tc, test_deleted_at_once);
	tcase_add_test(tc, test_bound);
	tcase_add_test(tc, test_holes);
	tcase_add_test(tc, test_ahead);
	tcase_add_test(tc, test_ahead_reads);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make and change the files that are found, and wait. */
UNIT_MAIN_ALSO(suite_image_cache, SCMP_SYS(clock_nanosleep), SCMP_SYS(dup),
    SCMP_SYS(openat), SCMP_SYS(fchmodat), SCMP_SYS(fcntl), SCMP_SYS(lseek),
    SCMP_SYS(renameat), SCMP_SYS(unlinkat), SCMP_SYS(write), SCMP_SYS(fchmod),
    SCMP_SYS(pread64), SCMP_SYS(newfstatat))
