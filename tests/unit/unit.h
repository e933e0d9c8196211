/* SPDX-License-Identifier: ISC */
/* What every unit test program needs: Check, and a main() of one line. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <check.h>
#include <stdlib.h>

/* Check's own limit of 4 s for a test is too low for a loaded machine. */
#define UNIT_TIMEOUT_S "60"

#define UNIT_MAIN(suite)                                               \
	int main(void)                                                 \
	{                                                              \
		SRunner *runner;                                       \
		int failed;                                            \
                                                                       \
		(void)setenv("CK_DEFAULT_TIMEOUT", UNIT_TIMEOUT_S, 0); \
		runner = srunner_create(suite());                      \
		srunner_run_all(runner, CK_ENV);                       \
		failed = srunner_ntests_failed(runner);                \
		srunner_free(runner);                                  \
		return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;      \
	}

#endif
