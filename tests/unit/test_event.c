/* SPDX-License-Identifier: ISC */
/* Events: encoding, its limits, and why a transfer was slow. */
#include "daemon/event.h"
#include "tests/unit/codec.h"

#include "daemon/msg.h"

_Static_assert(EVENT_TRANSFER_ENCODED_MAX <= MSG_BODY_MAX, "fits a message");

static ssize_t
recode(const uint8_t *in, size_t n, uint8_t *out)
{
	struct event_transfer e;
	struct reader r;
	struct writer w;
	char why[EVENT_SLOW_MAX];

	reader_init(&r, in, n);
	event_transfer_decode(&r, &e);
	if (!reader_done(&r))
		return -1;
	/* Whatever it says, the text is made within its bounds. */
	ck_assert_ptr_eq(event_transfer_slow(&e, why), why);
	ck_assert_uint_lt(strlen(why), sizeof(why));
	writer_init(&w, out, CODEC_MAX);
	event_transfer_encode(&e, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

static uint64_t
random64(void)
{
	return ((uint64_t)codec_random() << 32 | codec_random()) >>
	       codec_below(64);
}

static void
random_end(struct endpoint *e)
{
	e->family = random() % 2 ? 4 : 6;
	codec_bytes(e->addr, e->family == 4 ? 4 : 16);
	e->port = (uint16_t)random();
}

static void
random_event(struct event_transfer *e)
{
	memset(e, 0, sizeof(*e));
	random_end(&e->client);
	random_end(&e->local);
	e->hwtype = (uint8_t)random();
	e->hwlen = (uint8_t)codec_below(RECORD_HW_MAX + 1);
	codec_bytes(e->hw, e->hwlen);
	codec_string(e->host, sizeof(e->host), 0);
	e->namelen = (uint16_t)codec_below(FILE_NAME_MAX + 1);
	codec_bytes(e->name, e->namelen);
	e->way = (uint8_t)(random() % 4);
	e->bytes = random64();
	e->size = random64();
	e->duration_ms = random64();
	e->blksize = (uint16_t)random();
	e->windowsize = (uint16_t)random();
	e->blksize_by = (uint8_t)codec_below(EVENT_LIMIT_MAX);
	e->windowsize_by = (uint8_t)codec_below(EVENT_LIMIT_MAX);
	e->timeout_ms = codec_random();
	e->sent = random64();
	e->resent = random64();
	e->probes = random64();
	e->netascii = random() % 2;
	e->limited = random() % 2;
	e->end = (uint8_t)random();
	e->code = (uint16_t)random();
}

START_TEST(random_content)
{
	uint8_t buf[EVENT_TRANSFER_ENCODED_MAX];
	struct event_transfer e, back;
	struct writer w;
	struct reader r;

	srandom((unsigned int)_i);
	random_event(&e);
	writer_init(&w, buf, sizeof(buf));
	event_transfer_encode(&e, &w);
	ck_assert(writer_ok(&w));
	reader_init(&r, buf, w.len);
	event_transfer_decode(&r, &back);
	ck_assert(reader_done(&r));
	ck_assert_mem_eq(e.name, back.name, sizeof(e.name));
	ck_assert_mem_eq(e.hw, back.hw, sizeof(e.hw));
	ck_assert_str_eq(e.host, back.host);
	ck_assert(endpoint_equal(&e.client, &back.client));
	ck_assert(endpoint_equal(&e.local, &back.local));
	ck_assert(e.bytes == back.bytes && e.size == back.size &&
		  e.duration_ms == back.duration_ms && e.sent == back.sent &&
		  e.resent == back.resent && e.probes == back.probes);
	ck_assert(e.hwtype == back.hwtype && e.hwlen == back.hwlen &&
		  e.namelen == back.namelen && e.way == back.way &&
		  e.blksize == back.blksize &&
		  e.windowsize == back.windowsize &&
		  e.blksize_by == back.blksize_by &&
		  e.windowsize_by == back.windowsize_by &&
		  e.timeout_ms == back.timeout_ms &&
		  e.netascii == back.netascii && e.limited == back.limited &&
		  e.end == back.end && e.code == back.code);
	codec_torture(recode, buf, w.len);
}
END_TEST

/* Each field at its limit, and one of them beyond it. */
enum beyond {
	NONE,
	HW,
	HOST,
	NAME,
	WAY,
	BLKSIZE_BY,
	WINDOWSIZE_BY,
	NETASCII,
	LIMITED,
	FAMILY,
	LONGER,
	BEYOND_MAX
};

static void
encode_beyond(struct writer *w, int b)
{
	static const uint8_t hw[RECORD_HW_MAX + 1] = { 1 };
	static const uint8_t name[FILE_NAME_MAX + 1] = { 'n' };
	struct endpoint e = { .family = 4, .addr = { 10 } };
	char host[EVENT_HOST_MAX + 1];

	memset(host, 'h', sizeof(host));
	host[EVENT_HOST_MAX - (b == HOST ? 0 : 1)] = '\0';
	endpoint_encode(&e, w);
	e.family = b == FAMILY ? 5 : 4;
	endpoint_encode(&e, w);
	writer_u8(w, 1);
	writer_blob(w, hw, RECORD_HW_MAX + (b == HW ? 1 : 0));
	writer_str(w, host);
	writer_blob(w, name, FILE_NAME_MAX + (b == NAME ? 1 : 0));
	writer_u8(w, b == WAY ? 4 : FILE_WAY_OWN | FILE_WAY_SIBLING);
	writer_zero(w, 3 * 8 + 2 + 2);
	writer_u8(w, EVENT_LIMIT_MAX - (b == BLKSIZE_BY ? 0 : 1));
	writer_u8(w, EVENT_LIMIT_MAX - (b == WINDOWSIZE_BY ? 0 : 1));
	writer_zero(w, 4 + 3 * 8);
	writer_u8(w, b == NETASCII ? 2 : 1);
	writer_u8(w, b == LIMITED ? 2 : 1);
	writer_u8(w, 255);
	writer_u16(w, 65535);
	if (b == LONGER)
		writer_u8(w, 0);
}

START_TEST(limits)
{
	uint8_t buf[EVENT_TRANSFER_ENCODED_MAX + 2];
	struct event_transfer e;
	struct writer w;
	struct reader r;

	writer_init(&w, buf, sizeof(buf));
	encode_beyond(&w, _i);
	ck_assert(writer_ok(&w));
	reader_init(&r, buf, w.len);
	event_transfer_decode(&r, &e);
	ck_assert(reader_done(&r) == (_i == NONE));
	if (_i == NONE) {
		/* Its string has no NUL on the way. */
		ck_assert_uint_eq(w.len, EVENT_TRANSFER_ENCODED_MAX - 1);
		ck_assert_uint_eq(e.namelen, FILE_NAME_MAX);
		ck_assert_uint_eq(strlen(e.host), EVENT_HOST_MAX - 1);
	}
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
	uint64_t probes;
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
	    "client asked for no blocks above 512 bytes" },
	{ 1000 * 1024, 8000, 1024, 1, 1000, 0, 0, "" },
	{ 2000 * 1024, 16000, 1024, 1, 2000, 0, 0,
	    "each block waits for its ACK (windowsize 1), 8.0 ms each" },
	{ 2000 * 1024, 460, 1024, 1, 2000, 0, 0,
	    "each block waits for its ACK (windowsize 1), 0.2 ms each" },
	{ 100 * MIB, 60000, 1428, 64, 100000, 12000, 5,
	    "12 % of the blocks sent again, 5 pauses for an answer that did "
	    "not come" },
	{ 100 * MIB, 60000, 1428, 64, 100000, 1000, 2000,
	    "1 % of the blocks sent again, 2000 pauses for an answer that did "
	    "not come" },
	/* All of them. */
	{ 1000000 * 512, 8000000, 512, 1, 1500000, 500000, 500000,
	    "33 % of the blocks sent again, 500000 pauses for an answer that "
	    "did not come, client asked for no blocks above 512 bytes, each "
	    "block waits for its ACK (windowsize 1), 8.0 ms each" },
	/* What no honest sender says makes no nonsense. */
	{ MIB, UINT64_MAX, 512, 64, UINT64_MAX, UINT64_MAX, 0,
	    "100 % of the blocks sent again, 0 pauses for an answer that did "
	    "not come, client asked for no blocks above 512 bytes" },
	{ MIB, UINT64_MAX, 1024, 1, 0, 0, 0,
	    "each block waits for its ACK (windowsize 1), 18014398509481984.0 "
	    "ms each" },
};

START_TEST(why_slow)
{
	struct event_transfer e = { .bytes = slow[_i].bytes,
		.duration_ms = slow[_i].ms,
		.blksize = slow[_i].blksize,
		.windowsize = slow[_i].windowsize,
		.sent = slow[_i].sent,
		.resent = slow[_i].resent,
		.probes = slow[_i].probes };
	bool fast;
	char why[EVENT_SLOW_MAX];

	ck_assert_str_eq(event_transfer_slow(&e, why), slow[_i].why);
	/* What we hold back ourselves is nobody's fault. */
	e.limited = true;
	fast = e.bytes < MIB || e.duration_ms < e.bytes / 25000;
	ck_assert_str_eq(event_transfer_slow(&e, why),
	    fast ? "" : "held back by tftp-max-rate");
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
		    "400-byte blocks, by tftp-no-blocksize, each block waits "
		    "for its ACK (windowsize 1), 8.0 ms each" },
		{ EVENT_LIMIT_RULE, EVENT_LIMIT_RULE,
		    "400-byte blocks, by tftp-client, each block waits for its "
		    "ACK (windowsize 1, by tftp-client), 8.0 ms each" },
		{ EVENT_LIMIT_MTU, EVENT_LIMIT_NETASCII,
		    "400-byte blocks, by tftp-mtu, each block waits for its "
		    "ACK (windowsize 1, as netascii needs it), 8.0 ms each" },
		{ EVENT_LIMIT_PATH, EVENT_LIMIT_CLIENT,
		    "400-byte blocks, the path carries no larger ones, each "
		    "block waits for its ACK (windowsize 1), 8.0 ms each" },
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
	e.sent = e.resent = e.probes = UINT64_MAX;
	e.duration_ms = UINT64_MAX;
	ck_assert_uint_lt(
	    strlen(event_transfer_slow(&e, why)), sizeof(why) - 1);
	ck_assert_str_eq(why + strlen(why) - 8, " ms each");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("event");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, random_content, 0, 100);
	tcase_add_loop_test(tc, limits, NONE, BEYOND_MAX);
	tcase_add_loop_test(
	    tc, why_slow, 0, (int)(sizeof(slow) / sizeof(slow[0])));
	tcase_add_loop_test(tc, who_limits, 0, 4);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
