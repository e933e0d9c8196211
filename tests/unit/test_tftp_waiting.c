/* SPDX-License-Identifier: ISC */
/* Clients that nothing is heard of, and packets that a filter drops. */
#include "tests/unit/tftp_case.h"
#include "tftpd/blocks.h"

static unsigned int
lines_with(const char *words)
{
	unsigned int i, n = 0;

	for (i = 0; i < f.nlog && i < 8; i++)
		if (strstr(f.log[i], words) != NULL)
			n++;
	return n;
}

/* Each waits twice as long as the one before. */
static void
retransmissions(unsigned int n)
{
	unsigned int packets;

	while (n-- > 0) {
		packets = f.packets;
		later(session()->transfer.retry_at_ms - f.now_ms);
		ck_assert_uint_eq(f.packets, packets + 1);
	}
}

START_TEST(no_answer)
{
	begin(2070, BYTES(RRQ_TSIZE), 1500);
	retransmissions(1);
	ck_assert_uint_eq(f.nlog, 0);
	retransmissions(1);
	ck_assert_uint_eq(f.nlog, 1);
	ck_assert_ptr_nonnull(strstr(last_line(),
	    "\"pxelinux.0\" for 10.0.0.2:2070: no answer after 2 retransmissions; if it stays so, look for a packet filter"));
	retransmissions(1);
	ck_assert_uint_eq(f.nlog, 1);
}
END_TEST

/* One that has answered once is not behind a packet filter. */
START_TEST(answer_before)
{
	begin(2070, BYTES(RRQ_TSIZE), 1500);
	answer(BYTES("\0\4\0\0"));
	while (session() != NULL)
		later(session()->transfer.retry_at_ms - f.now_ms);
	ck_assert_uint_eq(lines_with("no answer after"), 0);
	ck_assert_uint_eq(lines_with("client stopped answering"), 1);
}
END_TEST

static enum blocks_result
filtered_packet(struct session *s, const void *p, size_t n)
{
	blocks_stats.filtered++;
	return packet(s, p, n);
}

START_TEST(filtered)
{
	struct server_ops ops = *f.srv.ops;

	ops.packet = filtered_packet;
	f.srv.ops = &ops;
	begin(2070, BYTES(RRQ_TSIZE), 1500);
	ck_assert_uint_eq(f.nlog, 1);
	ck_assert_ptr_nonnull(strstr(last_line(),
	    "\"pxelinux.0\" for 10.0.0.2:2070: packets dropped by the packet filter of this host"));
	/* Once for each transfer. */
	retransmissions(1);
	ck_assert_uint_eq(f.nlog, 1);
	begin(2071, BYTES(RRQ_TSIZE), 1500);
	ck_assert_uint_eq(f.nlog, 2);
	server_stop(&f.srv, f.now_ms);
}
END_TEST

/* Negotiated in microseconds, and rounded up to milliseconds. */
START_TEST(short_timeout)
{
	static const struct {
		const char *request;
		size_t n;
		uint32_t ms;
	} t[] = { { BYTES(RRQ "utimeout\00020000\0"), 20 },
		{ BYTES(RRQ "utimeout\00020001\0"), 21 },
		{ BYTES(RRQ "utimeout\00020999\0"), 21 },
		{ BYTES(RRQ "timeout\0003\0"), 3000 } };
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		begin((uint16_t)(2070 + i), t[i].request, t[i].n, 1500);
		ck_assert_uint_eq(
		    session()->transfer.terms.timeout_ms, t[i].ms);
		answer(BYTES("\0\5\0\0\0"));
	}
}
END_TEST

static Suite *
suite_tftp_waiting(void)
{
	Suite *s = suite_create("tftp_waiting");
	TCase *tc = tcase_create("waiting");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, no_answer);
	tcase_add_test(tc, answer_before);
	tcase_add_test(tc, filtered);
	tcase_add_test(tc, short_timeout);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_waiting)
