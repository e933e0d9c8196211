/* SPDX-License-Identifier: ISC */
/* Files that are requested while another one is copied wait for their copy. */
#include <event2/event.h>

#include "daemon/clock.h"
#include "imaged/copier.h"
#include "tests/unit/image_case.h"
#include "tests/unit/skewed_clock.h"

#define MIB (1024 * 1024)
#define FILES_MAX (COPIER_WAITING_MAX + 3)
#define FDS 256 /* descriptors that are looked at */

static struct event_base *base;
static int fd[FILES_MAX];
static struct stat st[FILES_MAX];
static bool can_copy; /* this file system tells what is in memory */

static void
set_up(void)
{
	image_set_up();
	ck_assert_ptr_nonnull(base = event_base_new());
	ck_assert_int_eq(event_base_priority_init(base, 3), 0);
	copier_init(base);
}

static void
tear_down(void)
{
	event_base_free(base);
	image_tear_down();
}

static void
file_make(int i, size_t size)
{
	char name[16], *bytes = malloc(size);
	struct copier_job c;
	struct memcache_key k;

	ck_assert_ptr_nonnull(bytes);
	memset(bytes, 'a' + i % 26, size);
	(void)snprintf(name, sizeof(name), "file%d", i);
	fd[i] = openat(image_root, name, O_CREAT | O_RDWR, 0644);
	ck_assert_int_ne(fd[i], -1);
	ck_assert_int_eq(write(fd[i], bytes, size), (ssize_t)size);
	ck_assert_int_eq(fstat(fd[i], &st[i]), 0);
	copier_job_init(&c, fd[i], &k, 0);
	can_copy = c.read(fd[i], bytes, 1, 0) == 1;
	free(bytes);
}

static int
open_fds(void)
{
	int i, n = 0;

	for (i = 0; i < FDS; i++)
		n += fcntl(i, F_GETFD) != -1;
	return n;
}

static void
request(int i)
{
	copier_note(
	    fd[i], &st[i], clock_mono_ms(), st[i].st_ctim.tv_sec + 3600);
}

static bool
copied(int i)
{
	struct stat copy;
	int c = copier_get(&st[i], clock_mono_ms());

	if (c == -1)
		return false;
	ck_assert_int_eq(fstat(c, &copy), 0);
	ck_assert_int_eq(copy.st_size, st[i].st_size);
	return true;
}

/* If nothing is copied any more, this ends by the limit of the test. */
static void
wait_copied(int i)
{
	while (can_copy && !copied(i))
		ck_assert_int_ne(event_base_loop(base, EVLOOP_ONCE), -1);
}

/* All of them at the same time, and one more often than the others. */
START_TEST(at_once)
{
	int i, round, before;

	for (i = 0; i < 3; i++)
		file_make(i, (size_t)(2 * MIB + i));
	before = open_fds();
	copier_set_budget(16 * MIB);
	for (round = 0; round < 2; round++)
		for (i = 0; i < 3; i++)
			request(i);
	request(0);
	request(2);
	/* Each holds one descriptor. */
	ck_assert_int_eq(open_fds(), before + 3);
	for (i = 0; i < 3; i++)
		wait_copied(i);
	copier_set_budget(0);
	ck_assert_int_eq(open_fds(), before);
}
END_TEST

/* The next one is copied then, and no descriptor stays behind. */
START_TEST(no_room)
{
	static const size_t sizes[] = { 3 * MIB, 3 * MIB, MIB };
	int i, round, before;

	for (i = 0; i < 3; i++)
		file_make(i, sizes[i]);
	before = open_fds();
	copier_set_budget(4 * MIB);
	for (round = 0; round < 2; round++)
		for (i = 0; i < 3; i++)
			request(i);
	wait_copied(0);
	wait_copied(2);
	ck_assert(!copied(1));
	if (can_copy)
		ck_assert_int_eq(open_fds(), before + 2);
	copier_set_budget(0);
	ck_assert_int_eq(open_fds(), before);
}
END_TEST

/* One is copied, and as many wait as may; the last two find no place. */
START_TEST(too_many)
{
	int i, round, before;

	for (i = 0; i < FILES_MAX; i++)
		file_make(i, 10);
	before = open_fds();
	copier_set_budget(MIB);
	for (round = 0; round < 2; round++)
		for (i = 0; i < FILES_MAX; i++)
			request(i);
	ck_assert_int_eq(open_fds(), before + COPIER_WAITING_MAX + 1);
	for (i = 0; i <= COPIER_WAITING_MAX; i++)
		wait_copied(i);
	for (; i < FILES_MAX; i++) {
		ck_assert(!copied(i));
		request(i);
		wait_copied(i);
	}
	copier_set_budget(0);
	ck_assert_int_eq(open_fds(), before);
}
END_TEST

/* A new budget ends what is copied and what waits. */
START_TEST(cancelled)
{
	int i, round, before;

	for (i = 0; i < 3; i++)
		file_make(i, MIB);
	before = open_fds();
	copier_set_budget(16 * MIB);
	for (round = 0; round < 2; round++)
		for (i = 0; i < 3; i++)
			request(i);
	copier_set_budget(8 * MIB);
	ck_assert_int_eq(open_fds(), before);
	ck_assert_int_ne(event_base_loop(base, EVLOOP_NONBLOCK), -1);
	ck_assert(!copied(0) && !copied(1) && !copied(2));
	request(1);
	wait_copied(1);
}
END_TEST

/* A copy that nobody uses is dropped after its time, and not before. */
START_TEST(idle)
{
	int before;

	file_make(0, MIB);
	before = open_fds();
	copier_set_budget(16 * MIB);
	request(0);
	request(0);
	wait_copied(0);
	if (!can_copy)
		return;
	skew_ms += MEMCACHE_IDLE_MS - 1000;
	ck_assert_int_ne(event_base_loop(base, EVLOOP_NONBLOCK), -1);
	ck_assert_int_eq(open_fds(), before + 1);
	ck_assert(copied(0));
	/* It was used just now, so the time begins anew. */
	skew_ms += MEMCACHE_IDLE_MS - 1000;
	ck_assert_int_ne(event_base_loop(base, EVLOOP_NONBLOCK), -1);
	ck_assert_int_eq(open_fds(), before + 1);
	skew_ms += 2000;
	ck_assert_int_ne(event_base_loop(base, EVLOOP_NONBLOCK), -1);
	ck_assert_int_eq(open_fds(), before);
}
END_TEST

Suite *suite_image_copier(void);

Suite *
suite_image_copier(void)
{
	Suite *s = suite_create("image_copier");
	TCase *tc = tcase_create("waiting");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, at_once);
	tcase_add_test(tc, no_room);
	tcase_add_test(tc, too_many);
	tcase_add_test(tc, cancelled);
	tcase_add_test(tc, idle);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the files that are copied. */
UNIT_MAIN_ALSO(suite_image_copier, SCMP_SYS(dup), SCMP_SYS(openat),
    SCMP_SYS(write), SCMP_SYS(fcntl))
