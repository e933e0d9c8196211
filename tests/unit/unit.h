/* SPDX-License-Identifier: ISC */
/* What every unit test program needs: Check, and a main() of one line. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <check.h>
#include <stdlib.h>

#define UNIT_MAIN(suite)                                          \
	int main(void)                                            \
	{                                                         \
		SRunner *runner = srunner_create(suite());        \
		int failed;                                       \
                                                                  \
		srunner_run_all(runner, CK_ENV);                  \
		failed = srunner_ntests_failed(runner);           \
		srunner_free(runner);                             \
		return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE; \
	}

#endif
