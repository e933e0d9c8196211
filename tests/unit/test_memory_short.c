/* SPDX-License-Identifier: ISC */
/*
 * What the C library does when memory is short: it says so, and calls nothing
 * that a role must not call.  With a second thread it would look for another
 * arena, and ask for the number of processors first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/unit/unit.h"

#ifndef PXEGUARD_SANITIZE /* its run-time needs all of the addresses */
#define BLOCKS 4096

static void *blocks[BLOCKS];

static void
memory_limit(rlim_t bytes)
{
	const struct rlimit rl = { .rlim_cur = bytes,
		.rlim_max = RLIM_INFINITY };

	ck_assert_int_eq(setrlimit(RLIMIT_AS, &rl), 0);
}

/* Takes all there is, in pieces of one size; how many there were. */
static size_t
exhaust(size_t size)
{
	size_t n = 0;

	while (n < BLOCKS && (blocks[n] = malloc(size)) != NULL)
		n++;
	return n;
}

START_TEST(allocations_fail)
{
	/* Small ones come from the heap, large ones are mapped. */
	static const size_t sizes[] = { 100 * 1024, 200 * 1024 };
	void *volatile p;
	void *volatile q;
	size_t n, i;

	q = malloc(1024);
	ck_assert_ptr_nonnull(q);
	memory_limit(256UL << 20);
	n = exhaust(sizes[_i]);
	ck_assert_uint_lt(n, BLOCKS);
	p = calloc(1, 64UL << 20);
	ck_assert_ptr_null(p);
	p = realloc(q, 64UL << 20);
	ck_assert_ptr_null(p);
	p = reallocarray(NULL, 1UL << 20, 64);
	ck_assert_ptr_null(p);
	for (i = 0; i < n; i++)
		free(blocks[i]);
	p = malloc(64UL << 20);
	ck_assert_ptr_nonnull(p);
	free(p);
	memory_limit(RLIM_INFINITY);
}
END_TEST

#endif

/* A field wider than what is kept on the stack. */
START_TEST(wide_fields)
{
	static char text[100000];

	ck_assert_int_eq(
	    snprintf(text, sizeof(text), "%*d %-*s", 40000, 7, 40000, "x"),
	    80001);
	ck_assert_int_eq(snprintf(text, sizeof(text), "%.5000f", 1.5), 5002);
}
END_TEST

Suite *suite_memory_short(void);

Suite *
suite_memory_short(void)
{
	Suite *s = suite_create("memory_short");
	TCase *tc = tcase_create("memory_short");

#ifndef PXEGUARD_SANITIZE
	tcase_add_loop_test(tc, allocations_fail, 0, 2);
#endif
	tcase_add_test(tc, wide_fields);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests set the limit. */
UNIT_MAIN_ALSO(suite_memory_short, SCMP_SYS(prlimit64))
