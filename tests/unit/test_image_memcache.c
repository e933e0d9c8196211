/* SPDX-License-Identifier: ISC */
/* Which files get a copy, how long it is kept, and whose bytes are in it. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "imaged/copier.h"
#include "imaged/memcache.h"
#include "tests/unit/image_case.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

#define MIB (1024 * 1024)
#define NOW_S 1000 /* files here were changed at 0 */

static struct memcache cache;

static void
cache_begin(uint64_t budget)
{
	memset(&cache, 0, sizeof(cache));
	memcache_set_budget(&cache, budget);
}

static struct memcache_key
key_of(ino_t ino, off_t size)
{
	struct memcache_key k;

	memset(&k, 0, sizeof(k));
	k.dev = 7;
	k.ino = ino;
	k.size = size;
	return k;
}

static bool
put(ino_t ino, off_t size, uint64_t now_ms)
{
	struct memcache_key k = key_of(ino, size);
	int fd;

	if (!memcache_make_room(&cache, (uint64_t)size, now_ms))
		return false;
	ck_assert_int_ne(fd = dup(0), -1);
	memcache_put(&cache, &k, fd, now_ms);
	return true;
}

static bool
held(ino_t ino, off_t size, uint64_t now_ms)
{
	struct memcache_key k = key_of(ino, size);

	return memcache_get(&cache, &k, now_ms) != -1;
}

START_TEST(second_ask)
{
	struct memcache_key a = key_of(1, 100), b = key_of(2, 100);

	cache_begin(MIB);
	ck_assert(!memcache_note(&cache, &a, 5, NOW_S));
	ck_assert(!memcache_note(&cache, &b, 5, NOW_S));
	ck_assert(memcache_note(&cache, &a, 5, NOW_S));
	ck_assert(memcache_note(&cache, &a, 5 + MEMCACHE_AGAIN_MS - 1, NOW_S));
	ck_assert(!memcache_note(&cache, &b, 5 + MEMCACHE_AGAIN_MS, NOW_S));
	ck_assert(memcache_note(&cache, &b, 6 + MEMCACHE_AGAIN_MS, NOW_S));
}
END_TEST

/*
 * Files that are requested in turn are all noticed, whatever their inode
 * numbers; with one place for each, two of them could keep each other out.
 */
START_TEST(in_turn)
{
	struct memcache_key k;
	int trial, i, round;

	for (trial = 0; trial < 200; trial++) {
		cache_begin(MIB);
		for (round = 0; round < 2; round++) {
			srandom((unsigned int)trial);
			for (i = 0; i < 40; i++) {
				k = key_of((ino_t)random(), 100);
				ck_assert(
				    memcache_note(&cache, &k, (uint64_t)round,
					NOW_S) == (round == 1));
			}
		}
	}
}
END_TEST

/* Another state of the file is another file. */
START_TEST(identity)
{
	struct memcache_key was = key_of(1, 100), k;
	int i;

	for (i = 0; i < 6; i++) {
		k = was;
		cache_begin(MIB);
		ck_assert(!memcache_note(&cache, &was, 0, NOW_S));
		ck_assert(put(1, 100, 0));
		ck_assert_int_ne(memcache_get(&cache, &was, 0), -1);
		k.dev += i == 0;
		k.ino += i == 1;
		k.size += i == 2;
		k.modified.tv_nsec += i == 3;
		k.changed.tv_nsec += i == 4;
		k.changed.tv_sec += i == 5;
		ck_assert_int_eq(memcache_get(&cache, &k, 0), -1);
		ck_assert(!memcache_note(&cache, &k, 0, NOW_S));
		memcache_set_budget(&cache, 0);
	}
}
END_TEST

START_TEST(not_copied)
{
	struct memcache_key empty = key_of(1, 0), full = key_of(2, MIB);
	struct memcache_key large = key_of(3, MIB + 1), fresh = key_of(4, 9);
	struct memcache_key bad = key_of(5, 9);
	uint64_t t;

	cache_begin(MIB);
	fresh.changed.tv_sec = NOW_S - MEMCACHE_SETTLED_S;
	for (t = 0; t < 3; t++) {
		ck_assert(!memcache_note(&cache, &empty, t, NOW_S));
		ck_assert(!memcache_note(&cache, &large, t, NOW_S));
		ck_assert(!memcache_note(&cache, &fresh, t, NOW_S));
		ck_assert(memcache_note(&cache, &full, t, NOW_S) == (t > 0));
	}
	ck_assert(memcache_note(&cache, &fresh, t, NOW_S + 1));
	ck_assert(!memcache_make_room(&cache, MIB + 1, t));
	ck_assert(!memcache_note(&cache, &bad, t, NOW_S));
	memcache_refuse(&cache, &bad, t);
	ck_assert(
	    !memcache_note(&cache, &bad, t + MEMCACHE_AGAIN_MS - 1, NOW_S));
	ck_assert(!memcache_note(&cache, &bad, t + MEMCACHE_AGAIN_MS, NOW_S));
	ck_assert(memcache_note(&cache, &bad, t + MEMCACHE_AGAIN_MS, NOW_S));
	cache_begin(0);
	ck_assert(!memcache_note(&cache, &full, t, NOW_S));
	ck_assert(!memcache_note(&cache, &full, t, NOW_S));
}
END_TEST

/* Files that share a place push each other out only where there are many. */
START_TEST(many_asks)
{
	struct memcache_key k;
	ino_t i, due = 0;

	cache_begin(MIB);
	for (i = 1; i <= 100; i++) {
		k = key_of(i, 9);
		ck_assert(!memcache_note(&cache, &k, 0, NOW_S));
	}
	for (i = 1; i <= 100; i++) {
		k = key_of(i, 9);
		due += memcache_note(&cache, &k, 1, NOW_S);
	}
	ck_assert_uint_ge(due, 95);
}
END_TEST

START_TEST(room)
{
	int next = image_next_fd();

	cache_begin(MIB);
	ck_assert(put(1, MIB / 2, 0));
	ck_assert(put(2, MIB / 4, 1));
	ck_assert(put(3, MIB / 4, 2));
	ck_assert(held(1, MIB / 2, 5000));
	/* The oldest was used 10 s ago, and no longer. */
	ck_assert(!memcache_make_room(&cache, MIB / 4, 1 + MEMCACHE_BUSY_MS));
	ck_assert(memcache_make_room(&cache, MIB / 4, 2 + MEMCACHE_BUSY_MS));
	ck_assert(!held(2, MIB / 4, 3));
	/* Nothing is evicted where that would not make enough room. */
	ck_assert(!memcache_make_room(&cache, MIB, 3 + MEMCACHE_BUSY_MS));
	ck_assert_uint_eq(cache.count, 2);
	ck_assert(!put(4, MIB, 3 + MEMCACHE_BUSY_MS));
	ck_assert(put(4, MIB / 4, 3 + MEMCACHE_BUSY_MS));
	ck_assert_uint_eq(cache.used, MIB);
	memcache_set_budget(&cache, MIB / 2);
	ck_assert_uint_le(cache.used, MIB / 2);
	ck_assert(held(4, MIB / 4, 3 + MEMCACHE_BUSY_MS));
	memcache_set_budget(&cache, 0);
	ck_assert_uint_eq(cache.count, 0);
	ck_assert_uint_eq(cache.used, 0);
	ck_assert_int_eq(image_next_fd(), next);
}
END_TEST

/* Small files take a page each, and no more than so many descriptors. */
START_TEST(count)
{
	ino_t i;

	cache_begin(2 * 4096);
	ck_assert(put(1, 1, 0) && put(2, 1, 0) && !put(3, 1, 0));
	memcache_set_budget(&cache, 0);
	cache_begin(1024 * MIB);
	for (i = 0; i < FILE_COPIES_MAX; i++)
		ck_assert(put(i, 1, 0));
	ck_assert(!put(i, 1, MEMCACHE_BUSY_MS));
	ck_assert(put(i, 1, MEMCACHE_BUSY_MS + 1));
	ck_assert_uint_eq(cache.count, FILE_COPIES_MAX);
	memcache_set_budget(&cache, 0);
}
END_TEST

START_TEST(not_wanted)
{
	cache_begin(MIB);
	ck_assert_uint_eq(memcache_expire(&cache, 0), 0);
	ck_assert(put(1, 9, 0) && put(2, 9, 5));
	ck_assert_uint_eq(memcache_expire(&cache, MEMCACHE_IDLE_MS - 1), 1);
	ck_assert(held(1, 9, MEMCACHE_IDLE_MS - 1));
	ck_assert_uint_eq(memcache_expire(&cache, MEMCACHE_IDLE_MS + 5),
	    MEMCACHE_IDLE_MS - 6);
	ck_assert_uint_eq(cache.count, 1);
	ck_assert(!held(2, 9, MEMCACHE_IDLE_MS));
	ck_assert_uint_eq(memcache_expire(&cache, 3 * MEMCACHE_IDLE_MS), 0);
	ck_assert_uint_eq(cache.count, 0);
}
END_TEST

/* ------------------------------------------------------------- copies */

static char *content;

static void
copy_begin(struct copier_job *c, size_t size)
{
	struct memcache_key k;
	struct stat st;
	size_t i;
	int fd;

	ck_assert_ptr_nonnull(content = malloc(size));
	for (i = 0; i < size; i++)
		content[i] = (char)random();
	fd = openat(image_root, "file", O_CREAT | O_RDWR | O_TRUNC, 0644);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, content, size), (ssize_t)size);
	ck_assert_int_eq(fstat(fd, &st), 0);
	memcache_key_init(&k, &st);
	copier_job_init(c, fd, &k, 0);
}

/* Where the file system cannot tell what is in memory, as for a test. */
static ssize_t
read_plain(int fd, void *buf, size_t n, off_t at)
{
	return pread(fd, buf, n, at);
}

static unsigned int stalls; /* how often nothing is in memory */

static ssize_t
read_stalls(int fd, void *buf, size_t n, off_t at)
{
	if (stalls > 0) {
		stalls--;
		errno = EAGAIN;
		return -1;
	}
	return pread(fd, buf, n > 1000 ? 1000 : n, at);
}

static ssize_t
read_fails(int fd, void *buf, size_t n, off_t at)
{
	(void)fd;
	(void)buf;
	(void)n;
	(void)at;
	errno = EOPNOTSUPP;
	return -1;
}

static enum copier_result
run(struct copier_job *c)
{
	enum copier_result r;

	do
		r = copier_job_step(c, 0);
	while (r == COPIER_MORE || r == COPIER_WAIT);
	return r;
}

static void
check_sealed(int fd)
{
	errno = 0;
	ck_assert_int_eq(pwrite(fd, "x", 1, 0), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(ftruncate(fd, 0), -1);
	ck_assert_int_eq(ftruncate(fd, 8 * MIB), -1);
	ck_assert_ptr_eq(
	    mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0),
	    MAP_FAILED);
	ck_assert_int_eq(fcntl(fd, F_GET_SEALS) & SEALS, SEALS);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
}

START_TEST(bytes)
{
	static const size_t sizes[] = { 1, 4096, MIB, MIB + 1, 3 * MIB - 1 };
	size_t size = sizes[_i];
	int fd, next = image_next_fd();
	struct stat st;
	struct copier_job c;
	char *p;

	copy_begin(&c, size);
	c.read = read_plain;
	ck_assert(
	    copier_job_step(&c, 0) == (size > MIB ? COPIER_MORE : COPIER_DONE));
	if (size > MIB)
		ck_assert_int_eq(run(&c), COPIER_DONE);
	ck_assert_int_ne(fd = c.to, -1);
	c.to = -1;
	copier_job_end(&c);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, (off_t)size);
	p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	ck_assert_ptr_ne(p, MAP_FAILED);
	ck_assert_mem_eq(p, content, size);
	check_sealed(fd);
	(void)munmap(p, size);
	(void)close(fd);
	free(content);
	ck_assert_int_eq(image_next_fd(), next);
}
END_TEST

/* By the call that imaged makes, where this file system knows it. */
START_TEST(without_waiting)
{
	enum copier_result r;
	struct copier_job c;

	copy_begin(&c, 2 * MIB);
	r = run(&c);
	ck_assert(
	    r == COPIER_DONE || (r == COPIER_FAILED && c.err == EOPNOTSUPP));
	copier_job_end(&c);
	free(content);
}
END_TEST

/* Memory never waits, whether or not the kernel can be told not to. */
START_TEST(from_memory)
{
	const struct memcache_key k = { .size = 3 };
	struct copier_job c;
	char buf[3];
	int fd = memfd_create("x", MFD_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(pwrite(fd, "abc", 3, 0), 3);
	copier_job_init(&c, fd, &k, 0);
	ck_assert_int_eq(c.read(fd, buf, sizeof(buf), 1), 2);
	ck_assert_mem_eq(buf, "bc", 2);
	copier_job_end(&c);
}
END_TEST

START_TEST(changed)
{
	int fd, next = image_next_fd();
	struct copier_job c;

	copy_begin(&c, 2 * MIB);
	c.read = read_plain;
	ck_assert_int_eq(copier_job_step(&c, 0), COPIER_MORE);
	if (_i == 0)
		ck_assert_int_eq(unlinkat(image_root, "file", 0), 0);
	else if (_i == 1)
		ck_assert_int_eq(ftruncate(c.from, MIB), 0);
	else if (_i == 2)
		ck_assert_int_eq(ftruncate(c.from, 3 * MIB), 0);
	else {
		/* Longer than a tick of the clock of file times. */
		(void)usleep(50000);
		ck_assert_int_ne(fd = openat(image_root, "file", O_WRONLY), -1);
		ck_assert_int_eq(pwrite(fd, "x", 1, 0), 1);
		(void)close(fd);
	}
	ck_assert_int_eq(run(&c), COPIER_CHANGED);
	copier_job_end(&c);
	free(content);
	ck_assert_int_eq(image_next_fd(), next);
}
END_TEST

START_TEST(waits)
{
	static const uint32_t want_ms[] = { 20, 40, 80, 160, 320, 500, 500 };
	struct copier_job c;
	size_t i;
	char *p;

	copy_begin(&c, 2500);
	c.read = read_stalls;
	stalls = 7;
	for (i = 0; i < 7; i++) {
		ck_assert_int_eq(copier_job_step(&c, i), COPIER_WAIT);
		ck_assert_uint_eq(c.wait_ms, want_ms[i]);
	}
	ck_assert_int_eq(copier_job_step(&c, 100), COPIER_MORE);
	stalls = 1;
	ck_assert_int_eq(copier_job_step(&c, 101), COPIER_WAIT);
	ck_assert_uint_eq(c.wait_ms, 20);
	ck_assert_int_eq(run(&c), COPIER_DONE);
	p = mmap(NULL, 2500, PROT_READ, MAP_PRIVATE, c.to, 0);
	ck_assert_ptr_ne(p, MAP_FAILED);
	ck_assert_mem_eq(p, content, 2500);
	(void)munmap(p, 2500);
	copier_job_end(&c);
	free(content);
}
END_TEST

START_TEST(stuck)
{
	struct copier_job c;

	copy_begin(&c, 2500);
	c.read = read_stalls;
	ck_assert_int_eq(copier_job_step(&c, 10), COPIER_MORE);
	stalls = 2;
	ck_assert_int_eq(copier_job_step(&c, 9 + COPIER_STUCK_MS), COPIER_WAIT);
	ck_assert_int_eq(
	    copier_job_step(&c, 10 + COPIER_STUCK_MS), COPIER_STUCK);
	copier_job_end(&c);
	free(content);
	copy_begin(&c, 10);
	c.read = read_fails;
	ck_assert_int_eq(copier_job_step(&c, 0), COPIER_FAILED);
	ck_assert_int_eq(c.err, EOPNOTSUPP);
	copier_job_end(&c);
	free(content);
}
END_TEST

Suite *suite_image_memcache(void);

Suite *
suite_image_memcache(void)
{
	Suite *s = suite_create("image_memcache");
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, second_ask);
	tcase_add_test(tc, in_turn);
	tcase_add_test(tc, identity);
	tcase_add_test(tc, not_copied);
	tcase_add_test(tc, many_asks);
	tcase_add_test(tc, room);
	tcase_add_test(tc, count);
	tcase_add_test(tc, not_wanted);
	suite_add_tcase(s, tc);
	tc = tcase_create("copy");
	tcase_add_checked_fixture(tc, image_set_up, image_tear_down);
	tcase_add_loop_test(tc, bytes, 0, 5);
	tcase_add_test(tc, without_waiting);
	tcase_add_test(tc, from_memory);
	tcase_add_loop_test(tc, changed, 0, 4);
	tcase_add_test(tc, waits);
	tcase_add_test(tc, stuck);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make and change the files that are copied. */
UNIT_MAIN_ALSO(suite_image_memcache, SCMP_SYS(memfd_create), SCMP_SYS(dup),
    SCMP_SYS(openat), SCMP_SYS(write), SCMP_SYS(pread64),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(ftruncate), SCMP_SYS(unlinkat),
    SCMP_SYS(fcntl))
