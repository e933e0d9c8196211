/* SPDX-License-Identifier: ISC */
/* Why a transfer was slow, as its event tells. */
#include "daemon/event.h"
#include "tests/unit/codec.h"

static uint64_t
random64(void)
{
	return ((uint64_t)codec_random() << 32 | codec_random()) >>
	       codec_below(64);
}

/* Whatever the facts are, the text is made within its bounds. */
START_TEST(random_facts)
{
	struct event_transfer e = { 0 };
	char why[EVENT_SLOW_MAX];

	srandom((unsigned int)_i);
	e.bytes = random64();
	e.duration_ms = random64();
	e.blksize = (uint16_t)random();
	e.windowsize = (uint16_t)random();
	e.blksize_by = (uint8_t)codec_below(EVENT_LIMIT_MAX);
	e.windowsize_by = (uint8_t)codec_below(EVENT_LIMIT_MAX);
	e.sent = random64();
	e.resent = random64();
	e.timeouts = random64();
	e.limited = random() % 2;
	ck_assert_ptr_eq(event_transfer_slow(&e, why), why);
	ck_assert_uint_lt(strlen(why), sizeof(why));
}
END_TEST

#define MIB 1048576

static const struct {
	uint64_t bytes;
	uint64_t ms;
	uint16_t blksize;
	uint16_t windowsize;
	uint64_t sent;
	uint64_t resent;
	uint64_t timeouts;
	const char *why;
} slow[] = {
	/* Fast, or too little to tell. */
	{ 100 * MIB, 1000, 512, 1, 204800, 100000, 9, "" },
	{ MIB - 1, 60000, 512, 1, 2048, 1000, 9, "" },
	{ 100 * MIB, 0, 512, 1, 204800, 0, 0, "" },
	/* Slow, and nothing tells why. */
	{ 100 * MIB, 60000, 1428, 64, 73430, 0, 0, "" },
	{ 100 * MIB, 60000, 1428, 64, 73430, 100, 0, "" },
	/* One reason each. */
	{ 100 * MIB, 60000, 512, 64, 204800, 0, 0,
	    "client requested blocks of at most 512 bytes" },
	{ 1000 * 1024, 8000, 1024, 1, 1000, 0, 0, "" },
	{ 2000 * 1024, 16000, 1024, 1, 2000, 0, 0,
	    "each block waits for its ACK (windowsize 1), 8.0 ms per block" },
	{ 2000 * 1024, 460, 1024, 1, 2000, 0, 0,
	    "each block waits for its ACK (windowsize 1), 0.2 ms per block" },
	{ 100 * MIB, 60000, 1428, 64, 100000, 12000, 5,
	    "12 % of blocks retransmitted, 5 timeouts" },
	{ 100 * MIB, 60000, 1428, 64, 100000, 1000, 2000,
	    "1 % of blocks retransmitted, 2000 timeouts" },
	/* All of them. */
	{ 1000000 * 512, 8000000, 512, 1, 1500000, 500000, 500000,
	    "33 % of blocks retransmitted, 500000 timeouts, client requested blocks of at most 512 bytes, each block waits for its ACK (windowsize 1), 8.0 ms per block" },
	/* What no honest sender says makes no nonsense. */
	{ MIB, UINT64_MAX, 512, 64, UINT64_MAX, UINT64_MAX, 0,
	    "100 % of blocks retransmitted, 0 timeouts, client requested blocks of at most 512 bytes" },
	{ MIB, UINT64_MAX, 1024, 1, 0, 0, 0,
	    "each block waits for its ACK (windowsize 1), 18014398509481984.0 ms per block" },
};

START_TEST(why_slow)
{
	struct event_transfer e = { .bytes = slow[_i].bytes,
		.duration_ms = slow[_i].ms,
		.blksize = slow[_i].blksize,
		.windowsize = slow[_i].windowsize,
		.sent = slow[_i].sent,
		.resent = slow[_i].resent,
		.timeouts = slow[_i].timeouts };
	bool fast;
	char why[EVENT_SLOW_MAX];

	ck_assert_str_eq(event_transfer_slow(&e, why), slow[_i].why);
	/* What we hold back ourselves is nobody's fault. */
	e.limited = true;
	fast = e.bytes < MIB || e.duration_ms < e.bytes / 25000;
	ck_assert_str_eq(event_transfer_slow(&e, why),
	    fast ? "" : "limited by tftp-max-rate");
}
END_TEST

/* The owner's own decisions are not put down to the client. */
START_TEST(who_limits)
{
	static const struct {
		uint8_t blksize_by, windowsize_by;
		const char *why;
	} t[] = {
		{ EVENT_LIMIT_NO_BLKSIZE, EVENT_LIMIT_CLIENT,
		    "400-byte blocks, limited by tftp-no-blocksize, each block waits for its ACK (windowsize 1), 8.0 ms per block" },
		{ EVENT_LIMIT_RULE, EVENT_LIMIT_RULE,
		    "400-byte blocks, limited by tftp-client, each block waits for its ACK (windowsize 1, limited by tftp-client), 8.0 ms per block" },
		{ EVENT_LIMIT_MTU, EVENT_LIMIT_NETASCII,
		    "400-byte blocks, limited by tftp-mtu, each block waits for its ACK (windowsize 1, required by netascii), 8.0 ms per block" },
		{ EVENT_LIMIT_PATH, EVENT_LIMIT_CLIENT,
		    "400-byte blocks, limited by the path MTU, each block waits for its ACK (windowsize 1), 8.0 ms per block" },
	};
	struct event_transfer e = { .bytes = 10000 * 400,
		.duration_ms = 80000,
		.blksize = 400,
		.windowsize = 1,
		.blksize_by = t[_i].blksize_by,
		.windowsize_by = t[_i].windowsize_by };
	char why[EVENT_SLOW_MAX];

	ck_assert_str_eq(event_transfer_slow(&e, why), t[_i].why);
	/* The longest there is has room. */
	e.sent = e.resent = e.timeouts = UINT64_MAX;
	e.duration_ms = UINT64_MAX;
	ck_assert_uint_lt(
	    strlen(event_transfer_slow(&e, why)), sizeof(why) - 1);
	ck_assert_str_eq(why + strlen(why) - 13, " ms per block");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("event");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, random_facts, 0, 100);
	tcase_add_loop_test(
	    tc, why_slow, 0, (int)(sizeof(slow) / sizeof(slow[0])));
	tcase_add_loop_test(tc, who_limits, 0, 4);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
