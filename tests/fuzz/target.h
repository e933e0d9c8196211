/* SPDX-License-Identifier: ISC */
/* What every fuzz target has. */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "daemon/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A crash, which libFuzzer reports, if something does not hold. */
static inline void
check(bool ok)
{
	if (!ok)
		abort();
}

/* Inputs of some targets are steps: what to do, a value, and bytes. */
struct step {
	uint8_t what, v;
	const uint8_t *p;
	size_t n; /* 16 bits before the bytes */
};

/* The next step; false at the end of the input, or within a step. */
static inline bool
step_next(struct reader *r, struct step *s)
{
	struct reader sub;

	s->what = reader_u8(r);
	s->v = reader_u8(r);
	sub = reader_sub(r, reader_u16(r));
	s->p = sub.p;
	s->n = sub.left;
	return reader_ok(r);
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
