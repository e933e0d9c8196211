/* SPDX-License-Identifier: ISC */
/* What every fuzz target has. */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A crash, which libFuzzer reports, if something does not hold. */
static inline void
check(bool ok)
{
	if (!ok)
		abort();
}

/* A log sink. */
static inline void
ignore_line(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)line;
	(void)arg;
}

#endif
