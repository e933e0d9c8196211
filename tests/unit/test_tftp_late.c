/* SPDX-License-Identifier: ISC */
/* Others that do not answer: what the log tells of them, and when. */
#include "tests/unit/tftp_case.h"

START_TEST(told_once)
{
	struct late l = { 0 };
	uint64_t ms;

	ck_assert_uint_eq(late_at_ms(&l), 0);
	late_asked(&l, 1000);
	late_asked(&l, 3000);
	ck_assert_uint_eq(late_at_ms(&l), 1000 + LATE_MS);
	ck_assert(!late_is(&l, 1000 + LATE_MS - 1));
	ck_assert(late_is(&l, 1000 + LATE_MS));
	ck_assert(!late_is(&l, 1000 + 2 * LATE_MS));
	ck_assert_uint_eq(late_at_ms(&l), 0);
	ck_assert(late_answered(&l, 21000, &ms));
	ck_assert_uint_eq(ms, 20000);
	/* The other one is waited for from then on. */
	ck_assert_uint_eq(late_at_ms(&l), 21000 + LATE_MS);
	ck_assert(!late_answered(&l, 21001, &ms));
	ck_assert_uint_eq(late_at_ms(&l), 0);
	/* An answer to nothing. */
	ck_assert(!late_answered(&l, 21002, &ms));
	ck_assert_uint_eq(l.waiting, 0);
}
END_TEST

/* Who is slow, but answers, is not told of. */
START_TEST(slow)
{
	struct late l = { 0 };
	uint64_t now, ms;

	late_asked(&l, 0);
	for (now = 1; now < 100000; now += LATE_MS - 1) {
		late_asked(&l, now);
		ck_assert(!late_is(&l, now));
		ck_assert(!late_answered(&l, now, &ms));
	}
}
END_TEST

static bool
logged(const char *text)
{
	return strstr(last_line(), text) != NULL;
}

START_TEST(imaged_stands_still)
{
	request(2070, BYTES(RRQ));
	give_socket();
	later(LATE_MS - 1);
	ck_assert_uint_eq(f.nlog, 0);
	later(2);
	ck_assert_uint_eq(f.nlog, 1);
	ck_assert_msg(logged("no answer from imaged for 4000 ms: 1 requests"),
	    "%s", last_line());
	later(LATE_MS);
	ck_assert_uint_eq(f.nlog, 1);
	give_file(FILE_OK, 10);
	ck_assert_msg(logged("imaged is answering again after 8001 ms"), "%s",
	    last_line());
	ck_assert_uint_eq(f.sends, 1);
}
END_TEST

START_TEST(parent_stands_still)
{
	request(2070, BYTES(RRQ));
	give_file(FILE_OK, 10);
	later(LATE_MS);
	ck_assert_msg(logged("no answer from the parent"), "%s", last_line());
	give_socket();
	ck_assert_msg(
	    logged("the parent is answering again"), "%s", last_line());
}
END_TEST

/* One of the two goes on being waited for, whichever it is. */
START_TEST(still_waits)
{
	uint32_t first;

	request(2070, BYTES(RRQ));
	give_file(FILE_OK, 10);
	first = f.id;
	request(2071, BYTES(RRQ));
	give_file(FILE_OK, 10);
	later(LATE_MS);
	ck_assert_msg(logged("no answer from the parent"), "%s", last_line());
	f.id = first;
	give_socket();
	ck_assert(logged("the parent is answering again"));
	later(LATE_MS - 1);
	ck_assert(logged("the parent is answering again"));
	later(1);
	ck_assert_msg(logged("no answer from the parent"), "%s", last_line());
}
END_TEST

/* Also where each request gives way before it is late itself. */
START_TEST(in_a_flood)
{
	struct server_from from = from_port(2070);
	unsigned int i;

	for (i = 0; i < 5000; i++) {
		from.client.addr.bytes[2] = (uint8_t)(i >> 8);
		from.client.addr.bytes[3] = (uint8_t)i;
		request_handle(&f.srv, &from, BYTES(RRQ), f.now_ms);
		ck_assert(
		    opening_socket(&f.srv, f.id, 0, f.mtu, 100, f.now_ms));
		later(1);
	}
	for (i = 0; i < 8; i++)
		if (strstr(f.log[i], "no answer from imaged") != NULL)
			return;
	ck_abort_msg("nothing is told of imaged");
}
END_TEST

/* One that was started anew has to be asked anew. */
START_TEST(imaged_dies)
{
	request(2070, BYTES(RRQ));
	give_socket();
	later(LATE_MS);
	ck_assert_uint_eq(f.nlog, 1);
	f.no_imaged = true;
	opening_imaged_down(&f.srv);
	later(LATE_MS);
	ck_assert_uint_eq(f.nlog, 1);
	f.no_imaged = false;
	opening_imaged_up(&f.srv, f.now_ms);
	later(1000);
	ck_assert_uint_eq(f.nlog, 1);
	give_file(FILE_OK, 10);
	ck_assert_uint_eq(f.sends, 1);
	ck_assert_msg(logged("imaged is answering again after 9000 ms"), "%s",
	    last_line());
	/* What was asked before it died was forgotten with it. */
	ck_assert_uint_eq(f.srv.files.waiting, 0);
}
END_TEST

START_TEST(imaged_is_away)
{
	f.no_imaged = true;
	opening_imaged_down(&f.srv);
	request(2070, BYTES(RRQ));
	give_socket();
	later(LATE_MS);
	ck_assert_msg(logged("no answer from imaged"), "%s", last_line());
	f.no_imaged = false;
	opening_imaged_up(&f.srv, f.now_ms);
	ck_assert_uint_eq(f.srv.files.waiting, 1);
	give_file(FILE_OK, 10);
	ck_assert_uint_eq(f.sends, 1);
}
END_TEST

Suite *suite_tftp_late(void);

Suite *
suite_tftp_late(void)
{
	Suite *s = suite_create("tftp_late");
	TCase *tc = tcase_create("late");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, told_once);
	tcase_add_test(tc, slow);
	tcase_add_test(tc, imaged_stands_still);
	tcase_add_test(tc, parent_stands_still);
	tcase_add_test(tc, still_waits);
	tcase_add_test(tc, in_a_flood);
	tcase_add_test(tc, imaged_dies);
	tcase_add_test(tc, imaged_is_away);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_late)
