/* SPDX-License-Identifier: ISC */
/* The offer to a client, and the numbers in it. */
#ifndef TESTS_UNIT_REPLY_CASE_H
#define TESTS_UNIT_REPLY_CASE_H

#include "dhcpd/reply_build.h"
#include "tests/unit/dhcp_fixture.h"

static struct packet back;

/* The offer for client 1 that sends this parameter list; NULL: none. */
static inline void
offer(const uint8_t *list, size_t n)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	if (list != NULL)
		msg_opt(&m, OPT_PARAMETERS, list, n);
	ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
}

static inline void
is32(uint8_t code, uint32_t want)
{
	uint32_t v;

	ck_assert_msg(packet_u32(&back, code, &v), "option %u", code);
	ck_assert_uint_eq(v, want);
	ck_assert_uint_eq(back.len[code], 4);
}

#endif
