/* SPDX-License-Identifier: ISC */
/* What every unit test program needs: Check, and a main() of one line. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <check.h>
#include <stdlib.h>

#include "tests/unit/sandboxed.h"

/*
 * Check tells its parent process of each assertion that holds, for the place
 * of a crash: in loops, that took most of the time.  This tells of failures
 * only.
 */
#undef ck_assert_msg
#define ck_assert_msg(expr, ...)                        \
	((expr) ? (void)0                               \
		: _ck_assert_failed(__FILE__, __LINE__, \
		      "Assertion '" #expr "' failed", ##__VA_ARGS__))

/* Check's own limit of 4 s for a test is too low for a loaded machine. */
#define UNIT_TIMEOUT_S "60"

/*
 * UNIT_MAIN(suite function), or UNIT_MAIN_ALSO() with the system calls that
 * the tests make themselves, beside those of the code under test.
 */
#define UNIT_MAIN_ALSO(suite, ...)                                     \
	int main(void)                                                 \
	{                                                              \
		static const int also[] = { __VA_ARGS__ };             \
		SRunner *runner;                                       \
		int failed;                                            \
                                                                       \
		sandboxed_init(also, sizeof(also) / sizeof(also[0]));  \
		(void)setenv("CK_DEFAULT_TIMEOUT", UNIT_TIMEOUT_S, 0); \
		runner = srunner_create(suite());                      \
		srunner_run_all(runner, CK_ENV);                       \
		failed = srunner_ntests_failed(runner);                \
		srunner_free(runner);                                  \
		return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;      \
	}

/* close() is what every filter allows. */
#define UNIT_MAIN(suite) UNIT_MAIN_ALSO(suite, SCMP_SYS(close))

#endif
