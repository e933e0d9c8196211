/* SPDX-License-Identifier: ISC */
/* What must hold for a lease, whoever made it of what bytes. */
#ifndef TESTS_FUZZ_LEASE_H
#define TESTS_FUZZ_LEASE_H

#include <string.h>

#include "daemon/lease.h"
#include "tests/fuzz/target.h"

/* It can be sent, and comes out the same. */
static inline void
check_lease(const struct lease *l)
{
	uint8_t buf[LEASE_ENCODED_MAX];
	struct lease back;
	struct reader r;
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	lease_encode(l, &w);
	check(writer_ok(&w));
	reader_init(&r, buf, w.len);
	lease_decode(&r, &back);
	check(reader_done(&r) && memcmp(l, &back, sizeof(back)) == 0);
}

#endif
