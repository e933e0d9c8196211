/* SPDX-License-Identifier: ISC */
/* What is copied arrives, and nothing beside it. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/unit.h"
#include "tftpd/cold.h"

#define MOST 3000
#define GUARD 64
#define ALIGNMENTS 9

static uint8_t from[MOST + ALIGNMENTS];
static uint8_t to[MOST + ALIGNMENTS + 2 * GUARD];

static void
expect_copy(size_t n, size_t at, size_t into)
{
	uint8_t *p = to + GUARD + into;
	size_t i;

	memset(to, 0xa5, sizeof(to));
	cold_copy(p, from + at, n);
	ck_assert(memcmp(p, from + at, n) == 0);
	for (i = 0; i < GUARD; i++) {
		ck_assert_uint_eq(p[-1 - (int)i], 0xa5);
		ck_assert_uint_eq(p[n + i], 0xa5);
	}
}

START_TEST(lengths)
{
	size_t n, i;

	for (i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i * 7 + i / 256);
	for (n = 0; n <= MOST; n += n < 300 ? 1 : 97)
		for (i = 0; i < ALIGNMENTS; i++)
			expect_copy(n, i, (i * 5) % ALIGNMENTS);
}
END_TEST

/* It reads ahead, but nothing that is not there. */
START_TEST(end)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert(p != MAP_FAILED);
	ck_assert_int_eq(mprotect(p + page, page, PROT_NONE), 0);
	memset(p, 9, page);
	cold_copy(to, p + page - 1428, 1428);
	ck_assert_uint_eq(to[1427], 9);
	ck_assert_int_eq(munmap(p, 2 * page), 0);
}
END_TEST

Suite *suite_tftp_cold(void);

Suite *
suite_tftp_cold(void)
{
	Suite *s = suite_create("tftp_cold");
	TCase *tc = tcase_create("copies");

	tcase_add_test(tc, lengths);
	tcase_add_test(tc, end);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_cold)
