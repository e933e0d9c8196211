/* SPDX-License-Identifier: ISC */
/* Sorting, beside the C library's. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sort.h"
#include "tests/unit/unit.h"

#define MANY 100000

static size_t comparisons;

/* A small generator of its own: the same numbers in every run. */
static uint32_t
number(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static int
compare_u32(const void *a, const void *b)
{
	uint32_t x, y;

	comparisons++;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static int
compare_never(const void *a, const void *b)
{
	(void)a;
	(void)b;
	ck_abort_msg("nothing to compare");
	return 0;
}

/* log2(n), rounded up. */
static size_t
levels(size_t n)
{
	size_t l = 0;

	while (((size_t)1 << l) < n)
		l++;
	return l;
}

/* Sorts v and a copy of it by qsort(); both must be the same. */
static void
check_u32(uint32_t *v, size_t n)
{
	uint32_t *want = calloc(n + 1, sizeof(*want));

	ck_assert_ptr_nonnull(want);
	memcpy(want, v, n * sizeof(*v));
	qsort(want, n, sizeof(*want), compare_u32);
	comparisons = 0;
	sort_array(v, n, sizeof(*v), compare_u32);
	ck_assert_mem_eq(v, want, n * sizeof(*v));
	ck_assert_uint_le(comparisons, 2 * n * (levels(n) + 1));
	free(want);
}

START_TEST(none_and_one)
{
	uint32_t one = 7;

	sort_array(NULL, 0, sizeof(one), compare_never);
	sort_array(&one, 0, sizeof(one), compare_never);
	sort_array(&one, 1, sizeof(one), compare_never);
	ck_assert_uint_eq(one, 7);
}
END_TEST

/* Every order of up to seven elements, equal ones among them. */
START_TEST(every_order_of_few)
{
	uint32_t v[7], code, left;
	size_t n, i;

	for (n = 2; n <= 7; n++)
		for (code = 0; code < 823543; code += n == 7 ? 3 : 1) {
			for (i = 0, left = code; i < n; i++, left /= 7)
				v[i] = left % 7;
			if (left > 0)
				break;
			sort_array(v, n, sizeof(*v), compare_u32);
			for (i = 1; i < n; i++)
				ck_assert_uint_le(v[i - 1], v[i]);
		}
}
END_TEST

START_TEST(random_orders)
{
	static uint32_t v[2000];
	uint32_t state = 12345;
	size_t turn, i, n;

	for (turn = 0; turn < 500; turn++) {
		uint32_t spread = 1 + number(&state) % 4000;

		n = number(&state) % (sizeof(v) / sizeof(v[0]));
		for (i = 0; i < n; i++)
			v[i] = number(&state) % spread;
		check_u32(v, n);
	}
}
END_TEST

/* What is bad for one kind of sorting or another. */
START_TEST(many)
{
	uint32_t *v = calloc(MANY, sizeof(*v));
	uint32_t state = 99;
	size_t i;

	ck_assert_ptr_nonnull(v);
	for (i = 0; i < MANY; i++)
		v[i] = number(&state);
	check_u32(v, MANY);
	check_u32(v, MANY); /* sorted already */
	for (i = 0; i < MANY; i++)
		v[i] = (uint32_t)(MANY - i);
	check_u32(v, MANY);
	for (i = 0; i < MANY; i++)
		v[i] = 5;
	check_u32(v, MANY);
	for (i = 0; i < MANY; i++)
		v[i] = (uint32_t)(i < MANY / 2 ? i : MANY - i);
	check_u32(v, MANY);
	free(v);
}
END_TEST

static size_t element_size;

/* By the last byte; then by the others, so that the order is complete. */
static int
compare_last(const void *a, const void *b)
{
	const uint8_t *x = a, *y = b;
	size_t n = element_size - 1;

	return x[n] != y[n] ? x[n] - y[n] : memcmp(x, y, n);
}

/* Sizes that are no machine word, and greater than what is moved at once. */
START_TEST(sizes_of_elements)
{
	static const size_t sizes[] = { 1, 3, 8, 63, 64, 65, 130, 1000 };
	static uint8_t v[300 * 1000], want[300 * 1000];
	uint32_t state = 4711;
	size_t s, i;

	for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		element_size = sizes[s];
		for (i = 0; i < 300 * element_size; i++)
			v[i] = want[i] = (uint8_t)number(&state);
		qsort(want, 300, element_size, compare_last);
		sort_array(v, 300, element_size, compare_last);
		ck_assert_mem_eq(v, want, 300 * element_size);
	}
}
END_TEST

static int
compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

START_TEST(pointers)
{
	const char *v[] = { "b", "", "ab", "a", "b" };
	static const char *const want[] = { "", "a", "ab", "b", "b" };
	size_t i;

	sort_array(v, 5, sizeof(*v), compare_text);
	for (i = 0; i < 5; i++)
		ck_assert_str_eq(v[i], want[i]);
}
END_TEST

Suite *suite_sort(void);

Suite *
suite_sort(void)
{
	Suite *s = suite_create("sort");
	TCase *tc = tcase_create("sort");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, none_and_one);
	tcase_add_test(tc, every_order_of_few);
	tcase_add_test(tc, random_orders);
	tcase_add_test(tc, many);
	tcase_add_test(tc, sizes_of_elements);
	tcase_add_test(tc, pointers);
	suite_add_tcase(s, tc);
	return s;
}

/* What is compared with, qsort(3). */
UNIT_MAIN_ALSO(suite_sort, SCMP_SYS(sysinfo))
