/* SPDX-License-Identifier: ISC */
/* A transfer that is led step by step. */
#ifndef TESTS_UNIT_TRANSFER_CASE_H
#define TESTS_UNIT_TRANSFER_CASE_H

#include "tests/unit/unit.h"
#include "tftpd/transfer_number.h"

static inline struct transfer_actions
step(struct transfer *t, enum transfer_event_kind kind, uint16_t v,
    uint64_t now_ms)
{
	struct transfer_event ev = {
		.kind = (uint8_t)kind, .block = v, .code = v, .end = (uint8_t)v
	};

	return transfer_step(t, &ev, now_ms);
}

static inline void
make(struct transfer *t, uint64_t size, uint16_t blksize, uint16_t window,
    bool oack)
{
	struct transfer_terms terms = {
		.size = size, .blksize = blksize, .window = window, .oack = oack
	};

	transfer_init(t, &terms);
}

static inline void
expect_blocks(const struct transfer_actions *a, uint64_t first, uint32_t count)
{
	ck_assert_uint_eq(a->count, count);
	if (count > 0)
		ck_assert_uint_eq(a->first, first);
	ck_assert(!a->oack);
	ck_assert_int_eq(a->end, TRANSFER_RUNNING);
}

#endif
