/* SPDX-License-Identifier: ISC */
/* Only what cannot change is mapped, once for all, and let go of. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/unit.h"
#include "tftpd/map.h"

#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static int
file(const char *bytes, int seals)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(
	    pwrite(fd, bytes, strlen(bytes), 0), (ssize_t)strlen(bytes));
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

/* Nothing is mapped any more. */
static void
teardown(void)
{
	(void)map_expire();
	(void)map_expire();
	ck_assert(!map_expire());
}

START_TEST(sealed_files_alone)
{
	static const int missing[] = { F_SEAL_SHRINK, F_SEAL_GROW,
		F_SEAL_WRITE };
	size_t i;
	int fd;

	for (i = 0; i < 3; i++) {
		fd = file("abc", ALL_SEALS & ~F_SEAL_SEAL & ~missing[i]);
		ck_assert_ptr_null(map_take(fd, 3));
		(void)close(fd);
	}
	fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_ptr_null(map_take(fd, 3));
	(void)close(fd);
	ck_assert_ptr_null(map_take(-1, 3));
}
END_TEST

START_TEST(whole_files_alone)
{
	int fd = file("abc", ALL_SEALS), none = file("", ALL_SEALS);
	struct map *m;

	ck_assert_ptr_null(map_take(fd, 2));
	ck_assert_ptr_null(map_take(fd, 4));
	ck_assert_ptr_null(map_take(fd, UINT64_MAX));
	ck_assert_ptr_null(map_take(none, 0));
	ck_assert_ptr_null(map_take(none, 1));
	ck_assert_ptr_nonnull(m = map_take(fd, 3));
	ck_assert_mem_eq(map_bytes(m), "abc", 3);
	map_give(m);
	(void)close(fd);
	(void)close(none);
}
END_TEST

START_TEST(once_for_all)
{
	int fd = file("abc", ALL_SEALS), other = file("xyz", ALL_SEALS);
	struct map *a = map_take(fd, 3), *b = map_take(other, 3);
	int again = dup(fd);
	struct map *c = map_take(again, 3);

	ck_assert_ptr_eq(a, c);
	ck_assert_ptr_ne(a, b);
	(void)close(fd);
	(void)close(again);
	map_give(a);
	/* It is in use still, however much time goes by. */
	ck_assert(map_expire());
	ck_assert(map_expire());
	ck_assert(map_expire());
	ck_assert_mem_eq(map_bytes(c), "abc", 3);
	ck_assert_mem_eq(map_bytes(b), "xyz", 3);
	map_give(b);
	map_give(c);
	(void)close(other);
}
END_TEST

START_TEST(kept_for_a_while)
{
	int fd = file("abc", ALL_SEALS);
	const uint8_t *bytes;
	struct map *m;

	ck_assert_ptr_nonnull(m = map_take(fd, 3));
	bytes = map_bytes(m);
	ck_assert(map_expire());
	map_give(m);
	ck_assert(map_expire());
	ck_assert_ptr_eq(m = map_take(fd, 3), m);
	ck_assert_ptr_eq(map_bytes(m), bytes);
	map_give(m);
	ck_assert(map_expire());
	ck_assert(!map_expire());
	ck_assert_int_eq(msync((void *)(uintptr_t)bytes, 3, MS_ASYNC), -1);
	(void)close(fd);
}
END_TEST

START_TEST(table_full)
{
	struct map *m[MAP_COUNT], *one;
	int fd[MAP_COUNT], more;
	char text[8];
	size_t i;

	for (i = 0; i < MAP_COUNT; i++) {
		(void)snprintf(text, sizeof(text), "%zu", i);
		fd[i] = file(text, ALL_SEALS);
		ck_assert_ptr_nonnull(m[i] = map_take(fd[i], strlen(text)));
	}
	more = file("more", ALL_SEALS);
	ck_assert_ptr_null(map_take(more, 4));
	ck_assert_ptr_eq(map_take(fd[7], 1), m[7]);
	map_give(m[7]);
	/* One that nobody uses makes room; the others stay. */
	map_give(m[100]);
	ck_assert_ptr_nonnull(one = map_take(more, 4));
	ck_assert_mem_eq(map_bytes(one), "more", 4);
	ck_assert_ptr_null(map_take(fd[100], 3));
	map_give(one);
	for (i = 0; i < MAP_COUNT; i++) {
		(void)snprintf(text, sizeof(text), "%zu", i);
		if (i != 100) {
			ck_assert_mem_eq(map_bytes(m[i]), text, strlen(text));
			map_give(m[i]);
		}
		(void)close(fd[i]);
	}
	(void)close(more);
}
END_TEST

Suite *suite_tftp_map(void);

Suite *
suite_tftp_map(void)
{
	Suite *s = suite_create("tftp_map");
	TCase *tc = tcase_create("map");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, sealed_files_alone);
	tcase_add_test(tc, whole_files_alone);
	tcase_add_test(tc, once_for_all);
	tcase_add_test(tc, kept_for_a_while);
	tcase_add_test(tc, table_full);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the files that are mapped. */
UNIT_MAIN_ALSO(suite_tftp_map, SCMP_SYS(memfd_create), SCMP_SYS(pwrite64),
    SCMP_SYS(fcntl), SCMP_SYS(dup), SCMP_SYS(msync), SCMP_SYS(openat))
