/* SPDX-License-Identifier: ISC */
/* The transfer state machine, step by step. */
#include "tests/unit/transfer_case.h"
#include "tftpd/packet.h"

START_TEST(block_counts)
{
	static const struct {
		uint64_t size, last;
		uint32_t len;
	} t[] = { { 0, 1, 0 }, { 1, 1, 1 }, { 511, 1, 511 }, { 512, 2, 0 },
		{ 513, 2, 1 }, { 1024, 3, 0 }, { 5368709120ULL, 10485761, 0 } };
	struct transfer x;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		make(&x, t[i].size, 512, 1, false);
		ck_assert_uint_eq(x.last, t[i].last);
		ck_assert_uint_eq(transfer_block_len(&x, x.last), t[i].len);
	}
}
END_TEST

START_TEST(wire_numbers)
{
	ck_assert_uint_eq(transfer_wire(65535, 0), 65535);
	ck_assert_uint_eq(transfer_wire(65536, 0), 0);
	ck_assert_uint_eq(transfer_wire(131072, 0), 0);
	ck_assert_uint_eq(transfer_wire(131073, 0), 1);
	ck_assert_uint_eq(transfer_wire(65535, 1), 65535);
	ck_assert_uint_eq(transfer_wire(65536, 1), 1);
	ck_assert_uint_eq(transfer_wire(131070, 1), 65535);
	ck_assert_uint_eq(transfer_wire(131071, 1), 1);
	ck_assert_uint_eq(transfer_wire(0, 1), 0);
	ck_assert_uint_eq(transfer_wire(65535, 32767), 65535);
	ck_assert_uint_eq(transfer_wire(65536, 32767), 32767);
	ck_assert_uint_eq(transfer_wire(65536 + 32769, 32767), 32767);
}
END_TEST

/* After the first turn no block has a number below that of the rollover. */
START_TEST(numbers_of_no_block)
{
	struct transfer t;
	uint64_t block;

	make(&t, 8 * 200000, 8, 64, true);
	t.terms.rollover = 9999;
	t.acked = 65534;
	t.high = 65600;
	ck_assert(transfer_ack_block(&t, 65535, &block));
	ck_assert_uint_eq(block, 65535);
	ck_assert(transfer_ack_block(&t, 9999, &block));
	ck_assert_uint_eq(block, 65536);
	ck_assert(!transfer_ack_block(&t, 9998, &block));
	t.acked = 65540;
	ck_assert(transfer_ack_block(&t, 10003, &block));
	ck_assert_uint_eq(block, 65540);
	ck_assert(!transfer_ack_block(&t, 9998, &block));
	ck_assert(!transfer_ack_block(&t, 0, &block));
}
END_TEST

START_TEST(lockstep)
{
	struct transfer_actions a;
	struct transfer t;

	make(&t, 1000, 512, 1, true);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	ck_assert(a.oack);
	ck_assert_uint_eq(a.count, 0);
	ck_assert_uint_eq(a.timer_ms, TRANSFER_RETRY_MS);
	/* Only block 0 acknowledges an OACK. */
	a = step(&t, TRANSFER_EV_ACK, 1, 1);
	expect_blocks(&a, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 0, 2);
	expect_blocks(&a, 1, 1);
	a = step(&t, TRANSFER_EV_ACK, 1, 3);
	expect_blocks(&a, 2, 1);
	a = step(&t, TRANSFER_EV_ACK, 2, 4);
	ck_assert_int_eq(a.end, TRANSFER_SENT);
	ck_assert_uint_eq(transfer_bytes(&t), 1000);
	ck_assert_uint_eq(t.resent, 0);
	/* Nothing happens after the end. */
	a = step(&t, TRANSFER_EV_ACK, 1, 5);
	ck_assert_uint_eq(a.count, 0);
	ck_assert_uint_eq(a.timer_ms, 0);
}
END_TEST

START_TEST(no_apprentice)
{
	struct transfer_actions a;
	struct transfer t;
	int i;

	make(&t, 5000, 512, 1, false);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = step(&t, TRANSFER_EV_ACK, 1, 1);
	expect_blocks(&a, 2, 1);
	for (i = 0; i < 5; i++) {
		a = step(&t, TRANSFER_EV_ACK, 1, 2);
		expect_blocks(&a, 0, 0);
		a = step(&t, TRANSFER_EV_ACK, 0, 2); /* older still */
		expect_blocks(&a, 0, 0);
		a = step(&t, TRANSFER_EV_ACK, 3, 2); /* not yet sent */
		expect_blocks(&a, 0, 0);
	}
	a = step(&t, TRANSFER_EV_ACK, 2, 3);
	expect_blocks(&a, 3, 1);
}
END_TEST

START_TEST(back_off)
{
	struct transfer_actions a;
	uint64_t now = 0, waits[5];
	struct transfer t;
	int i;

	make(&t, 5000, 512, 1, true);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	for (i = 0; i < 4; i++) {
		waits[i] = a.timer_ms - now;
		now = a.timer_ms;
		/* A timer that fires too soon is set again. */
		a = step(&t, TRANSFER_EV_TIMER, 0, now - 1);
		ck_assert_uint_eq(a.timer_ms, now);
		a = step(&t, TRANSFER_EV_TIMER, 0, now);
		ck_assert(a.oack);
	}
	ck_assert_uint_eq(waits[0], 1000);
	ck_assert_uint_eq(waits[1], 2000);
	ck_assert_uint_eq(waits[2], 4000);
	ck_assert_uint_eq(waits[3], 8000);
	/* An address that never answered gets no more than five. */
	a = step(&t, TRANSFER_EV_TIMER, 0, a.timer_ms);
	ck_assert_int_eq(a.end, TRANSFER_NO_ANSWER);
}
END_TEST

/* Runs timers until the transfer ends; returns when that was. */
static uint64_t
starve(struct transfer *t, uint64_t now, uint8_t *end, unsigned int *sends)
{
	struct transfer_actions a;

	a = step(t, TRANSFER_EV_TIMER, 0, now);
	for (*sends = 0; a.end == TRANSFER_RUNNING; (*sends)++) {
		ck_assert_uint_gt(a.timer_ms, now);
		ck_assert_uint_lt(*sends, 100);
		now = a.timer_ms;
		a = step(t, TRANSFER_EV_TIMER, 0, now);
	}
	*end = a.end;
	return now;
}

START_TEST(silent_client)
{
	struct transfer t;
	unsigned int sends;
	uint64_t at;
	uint8_t end;

	make(&t, 5000, 512, 1, false);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	(void)step(&t, TRANSFER_EV_ACK, 1, 100);
	at = starve(&t, 100, &end, &sends);
	ck_assert_int_eq(end, TRANSFER_SILENT);
	ck_assert_uint_ge(at, 100 + TRANSFER_SILENCE_MS);
	ck_assert_uint_le(
	    at, 100 + TRANSFER_SILENCE_MS + TRANSFER_RETRY_MAX_MS);
}
END_TEST

START_TEST(negotiated_timeout)
{
	struct transfer_terms terms = { .size = 5000,
		.blksize = 512,
		.window = 1,
		.timeout_ms = 30000,
		.oack = true };
	struct transfer_actions a;
	struct transfer t;
	unsigned int sends;
	uint64_t at;
	uint8_t end;

	transfer_init(&t, &terms);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	/* Not in force before the client has taken it. */
	ck_assert_uint_eq(a.timer_ms, TRANSFER_RETRY_MS);
	a = step(&t, TRANSFER_EV_ACK, 0, 10);
	ck_assert_uint_eq(a.timer_ms, 10 + 30000);
	at = starve(&t, 10, &end, &sends);
	ck_assert_int_eq(end, TRANSFER_SILENT);
	ck_assert_uint_ge(at, 120000);
	ck_assert_uint_le(at, 120010 + 30000);
}
END_TEST

START_TEST(client_errors)
{
	static const struct {
		bool oack, acked;
		uint16_t code;
		enum transfer_end end;
	} x[] = {
		{ true, false, TFTP_EOPTION, TRANSFER_QUERY },
		{ true, false, TFTP_EUNDEF, TRANSFER_QUERY },
		{ true, false, TFTP_EFULL, TRANSFER_ABORTED },
		{ true, true, TFTP_EOPTION, TRANSFER_ABORTED },
		{ false, false, TFTP_EUNDEF, TRANSFER_ABORTED },
	};
	struct transfer_actions a;
	struct transfer t;
	size_t i;

	for (i = 0; i < sizeof(x) / sizeof(x[0]); i++) {
		make(&t, 5000, 512, 1, x[i].oack);
		(void)step(&t, TRANSFER_EV_START, 0, 0);
		if (x[i].acked)
			(void)step(&t, TRANSFER_EV_ACK, 0, 1);
		a = step(&t, TRANSFER_EV_ERROR, x[i].code, 2);
		ck_assert_int_eq(a.end, x[i].end);
	}
}
END_TEST

/* The end of a translated file is known when it is read. */
START_TEST(open_end)
{
	struct transfer_terms terms = {
		.blksize = 512, .window = 1, .open_end = true
	};
	struct transfer_actions a;
	struct transfer t;

	transfer_init(&t, &terms);
	a = step(&t, TRANSFER_EV_START, 0, 0);
	expect_blocks(&a, 1, 1);
	ck_assert_uint_eq(transfer_block_len(&t, 1), 512);
	a = step(&t, TRANSFER_EV_ACK, 1, 1);
	expect_blocks(&a, 2, 1);
	ck_assert_uint_eq(transfer_bytes(&t), 512);
	transfer_end_at(&t, 2, 100);
	ck_assert_uint_eq(transfer_block_len(&t, 2), 100);
	a = step(&t, TRANSFER_EV_ACK, 2, 2);
	ck_assert_int_eq(a.end, TRANSFER_SENT);
	ck_assert_uint_eq(transfer_bytes(&t), 612);
}
END_TEST

START_TEST(repeated_request)
{
	struct transfer_actions a;
	struct transfer t;
	int i;

	make(&t, 5000, 512, 1, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	for (i = 1; i < TRANSFER_UNPROVEN_MAX; i++) {
		a = step(&t, TRANSFER_EV_REPEAT, 0, 1);
		ck_assert(a.oack);
	}
	a = step(&t, TRANSFER_EV_REPEAT, 0, 1);
	ck_assert(!a.oack);
	(void)step(&t, TRANSFER_EV_ACK, 0, 2);
	a = step(&t, TRANSFER_EV_REPEAT, 0, 3);
	ck_assert(!a.oack);
	ck_assert_uint_eq(a.count, 0);
}
END_TEST

START_TEST(failures)
{
	struct transfer_actions a;
	struct transfer t;

	make(&t, 500, 512, 1, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	(void)step(&t, TRANSFER_EV_ACK, 0, 1);
	/* Everything is sent: the client has closed without its last ACK. */
	a = transfer_step(&t,
	    &(struct transfer_event){
		.kind = TRANSFER_EV_FAIL, .end = TRANSFER_UNREACHABLE },
	    2);
	ck_assert_int_eq(a.end, TRANSFER_UNCONFIRMED);

	make(&t, 5000, 512, 1, true);
	(void)step(&t, TRANSFER_EV_START, 0, 0);
	a = transfer_step(&t,
	    &(struct transfer_event){
		.kind = TRANSFER_EV_FAIL, .end = TRANSFER_UNREACHABLE },
	    2);
	ck_assert_int_eq(a.end, TRANSFER_UNREACHABLE);
	/* Nor is it for who has never answered: the only block is out. */
	make(&t, 10, 512, 1, false);
	a = step(&t, TRANSFER_EV_START, 0, 1);
	expect_blocks(&a, 1, 1);
	a = step(&t, TRANSFER_EV_FAIL, TRANSFER_UNREACHABLE, 2);
	ck_assert_int_eq(a.end, TRANSFER_UNREACHABLE);
}
END_TEST

Suite *suite_tftp_transfer(void);

Suite *
suite_tftp_transfer(void)
{
	Suite *s = suite_create("tftp_transfer");
	TCase *tc = tcase_create("steps");

	tcase_add_test(tc, block_counts);
	tcase_add_test(tc, wire_numbers);
	tcase_add_test(tc, numbers_of_no_block);
	tcase_add_test(tc, lockstep);
	tcase_add_test(tc, no_apprentice);
	tcase_add_test(tc, back_off);
	tcase_add_test(tc, silent_client);
	tcase_add_test(tc, negotiated_timeout);
	tcase_add_test(tc, client_errors);
	tcase_add_test(tc, open_end);
	tcase_add_test(tc, repeated_request);
	tcase_add_test(tc, failures);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_transfer)
