/* SPDX-License-Identifier: ISC */
/* Clients that have not answered, and which of them get the places. */
#include "tests/unit/tftp_case.h"

START_TEST(half_open)
{
	struct server_conf conf = conf_of(100);
	struct server_from other = from_port(2070);
	uint16_t i;

	configure(&conf);
	for (i = 0; i < 40; i++)
		request((uint16_t)(3000 + i), BYTES(RRQ_TSIZE));
	ck_assert_uint_eq(f.sockets, 25); /* a quarter */
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_HALF_OPEN], 15);
	ck_assert_uint_eq(f.nlog, 1);
	/* Others are not concerned. */
	other.client.addr.bytes[3] = 3;
	request_handle(&f.srv, &other, BYTES(RRQ), f.now_ms);
	ck_assert_uint_eq(f.sockets, 26);
	/* Who answers has a place for more. */
	f.id = session_id(session_table_find(&f.srv.table,
	    &(struct endpoint){ { 4, { 10, 0, 0, 2 } }, 3000, 0 },
	    &other.local));
	give_socket();
	give_file(FILE_OK, 100000);
	answer(BYTES("\0\4\0\0"));
	request(4000, BYTES(RRQ));
	ck_assert_uint_eq(f.sockets, 27);
	request(4001, BYTES(RRQ));
	ck_assert_uint_eq(f.sockets, 27);
}
END_TEST

/* A request of the n-th address; the id of its transfer, 0 for none. */
static uint32_t
request_of_port(unsigned int n, uint16_t port)
{
	struct server_from from = from_port(port);
	uint32_t id = f.id;

	from.client.addr.bytes[2] = (uint8_t)(n >> 8);
	from.client.addr.bytes[3] = (uint8_t)n;
	request_handle(&f.srv, &from, BYTES(RRQ_TSIZE), f.now_ms);
	return f.id == id ? 0 : f.id;
}

/* The same, with all that it takes to answer it. */
static uint32_t
begin_of(unsigned int n)
{
	uint32_t id = request_of_port(n, 2070);

	if (id != 0) {
		give_socket();
		(void)give_file(FILE_OK, 5000);
	}
	return id;
}

/* Its client answers; whether it has a place then. */
static bool
answer_of(uint32_t id)
{
	struct session *s = session_table_by_id(&f.srv.table, id);

	ck_assert_ptr_nonnull(s);
	session_answer(&f.srv, s, BYTES("\0\4\0\0"), f.now_ms);
	return !s->half_open;
}

/* Those that never answered give way; who has answered stays. */
START_TEST(half_open_give_way)
{
	uint32_t proven, first, second;
	unsigned int n;

	proven = begin_of(1000);
	ck_assert(answer_of(proven));
	first = begin_of(0);
	second = begin_of(1);
	for (n = 2; n < HALF_OPEN; n++)
		ck_assert_uint_ne(begin_of(n), 0);
	ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, first));
	f.now_ms += 70;
	ck_assert_uint_ne(begin_of(n), 0);
	ck_assert_ptr_null(session_table_by_id(&f.srv.table, first));
	ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, second));
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_GAVE_WAY], 1);
	ck_assert_msg(strstr(last_line(),
			  "no answer from 10.0.0.0:2070 in 70 ms") != NULL,
	    "%s", last_line());
	/* The line is limited. */
	f.nlog = 0;
	for (n = 0; n < 2000; n++)
		(void)begin_of(2000 + n);
	ck_assert_uint_le(f.nlog, 1);
	ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, proven));
	ck_assert_uint_eq(f.srv.table.used, HALF_OPEN + 1);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_BUSY], 0);
}
END_TEST

/* Its answer is there, but was not read yet. */
START_TEST(half_open_answered_unread)
{
	uint32_t first = begin_of(0), second = begin_of(1);
	unsigned int n;

	for (n = 2; n < HALF_OPEN; n++)
		(void)begin_of(n);
	f.late = "\0\4\0\0";
	f.latelen = 4;
	ck_assert_uint_ne(begin_of(n), 0);
	ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, first));
	ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, second));
	ck_assert(!session_table_by_id(&f.srv.table, first)->half_open);
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_GAVE_WAY], 0);
}
END_TEST

/* A flood of unknown addresses takes nothing from those with a lease. */
START_TEST(lease_holders_first)
{
	struct server_conf conf = conf_of(50);
	unsigned int n, i;
	uint32_t id;

	configure(&conf);
	tell_host();
	for (n = 10; n < 10 + HALF_OPEN; n++)
		(void)begin_of(n);
	id = begin_of(2);
	ck_assert_uint_ne(id, 0);
	for (i = 0; i < 20 * HALF_OPEN; i++) {
		(void)begin_of(n++);
		/* Too many for unknown addresses, too. */
		ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, id));
	}
	ck_assert_uint_gt(f.srv.stats.count[SERVER_DROP_UNKNOWN], 0);
	ck_assert(answer_of(id));
	/* And so it is for who has answered before. */
	later(SERVER_HALF_OPEN_MS);
	id = begin_of(5000);
	ck_assert(answer_of(id));
	id = request_of_port(5000, 3000);
	ck_assert_uint_ne(id, 0);
	for (i = 0; i < 20 * HALF_OPEN; i++)
		(void)begin_of(n++);
	ck_assert_uint_eq(begin_of(n++), 0);
	ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, id));
	ck_assert_uint_ne(request_of_port(5000, 3001), 0);
	/* The limit is one of the moment. */
	later(SERVER_HALF_OPEN_MS);
	ck_assert_uint_ne(begin_of(n++), 0);
}
END_TEST

/* Without a place for another one, its answer is as good as lost. */
START_TEST(answered_without_a_place)
{
	uint32_t one, two, three;

	one = begin_of(1);
	two = begin_of(2);
	three = begin_of(3);
	ck_assert(answer_of(one));
	ck_assert(answer_of(two));
	f.sends = 0;
	ck_assert(!answer_of(three));
	ck_assert_uint_eq(f.sends, 0);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_NO_PLACE], 1);
	/* Nobody else comes in either. */
	ck_assert_uint_eq(begin_of(4), 0);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_BUSY], 1);
	/* It is asked again, and has a place when there is one. */
	f.packets = 0;
	later(TRANSFER_RETRY_MS);
	ck_assert_uint_ge(f.packets, 1);
	ck_assert(!answer_of(three));
	f.id = one;
	answer(BYTES("\0\5\0\0\0"));
	ck_assert(answer_of(three));
	ck_assert_uint_ge(f.sends, 1);
}
END_TEST

/* A client that has answered is not reported as silent if it is replaced. */
START_TEST(answered_gives_way)
{
	uint32_t one = begin_of(1), two = begin_of(2), three = begin_of(3);
	struct server_conf conf = conf_of(2);

	ck_assert(answer_of(one));
	ck_assert(answer_of(two));
	ck_assert(!answer_of(three));
	f.id = one;
	answer(BYTES("\0\5\0\0\0"));
	conf.half_open = 1;
	configure(&conf);
	f.nlog = 0;
	ck_assert_uint_ne(begin_of(4), 0);
	ck_assert_ptr_null(session_table_by_id(&f.srv.table, three));
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_GAVE_WAY], 1);
	ck_assert_uint_eq(f.nlog, 1);
	ck_assert_msg(strstr(last_line(), "no answer") == NULL &&
			  strstr(last_line(), "10.0.0.3:2070") != NULL &&
			  strstr(last_line(), "replaced by another") != NULL,
	    "%s", last_line());
}
END_TEST

/* A request of the n-th address for a file that cannot be opened. */
static void
denied_to(unsigned int n, uint16_t port)
{
	ck_assert_uint_ne(request_of_port(n, port), 0);
	give_socket();
	(void)give_file(FILE_DENIED, 0);
}

/* Forged requests take no line of the log from clients that have answered. */
START_TEST(failures_of_forged_requests)
{
	unsigned int n, lines;
	uint32_t one = begin_of(1);

	ck_assert(answer_of(one));
	f.id = one;
	answer(BYTES("\0\5\0\0\0"));
	f.nlog = 0;
	for (n = 1000; n < 1100; n++)
		denied_to(n, 2070);
	lines = f.nlog;
	ck_assert_uint_ge(lines, 1);
	ck_assert_uint_lt(lines, 100);
	denied_to(1, 2071);
	ck_assert_uint_eq(f.nlog, lines + 1);
	ck_assert_msg(
	    strstr(last_line(), "10.0.0.1:2071") != NULL, "%s", last_line());
}
END_TEST

/* The end of that is silence: an error would end a boot. */
START_TEST(no_place_in_time)
{
	uint32_t one = begin_of(1), two = begin_of(2), three = begin_of(3);
	int i, block;

	ck_assert(answer_of(one));
	ck_assert(answer_of(two));
	for (i = 0, block = 1; i < 40; i++) {
		char ack[4] = { 0, 4, 0, (char)block };

		if (session_table_by_id(&f.srv.table, three) != NULL)
			ck_assert(!answer_of(three));
		/* The others move, now and then. */
		if (i % 8 == 0 && block++ < 5) {
			f.id = one;
			answer(ack, 4);
			f.id = two;
			answer(ack, 4);
		}
		f.outlen = 0;
		later(1000);
		if (session_table_by_id(&f.srv.table, three) == NULL)
			break;
	}
	ck_assert_int_lt(i, 30);
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_NO_PLACE], 1);
	ck_assert_uint_eq(f.outlen, 0);
	ck_assert_ptr_nonnull(
	    strstr(last_line(), "no free transfer (tftp-max)"));
	/* It was there: what it did not get is not held against it. */
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_NO_ANSWER], 0);
}
END_TEST

/* One address has no more than its share of those that have answered. */
START_TEST(share_of_one_address)
{
	const unsigned int share = _i == 0 ? 25 : 16;
	struct server_conf conf = conf_of(_i == 0 ? 100 : 20);
	struct server_from from;
	unsigned int i, got = 0;
	uint32_t id, oldest = 0;

	configure(&conf);
	for (i = 0; i < 2 * share; i++) {
		id = f.id;
		from = from_port((uint16_t)(3000 + i));
		request_handle(&f.srv, &from, BYTES(RRQ_TSIZE), f.now_ms);
		if (f.id == id)
			continue;
		give_socket();
		(void)give_file(FILE_OK, 5000);
		got += answer_of(f.id);
		if (oldest == 0)
			oldest = f.id;
	}
	ck_assert_uint_eq(got, share);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_SHARE], share);
	ck_assert_msg(
	    strstr(f.log[0], "10.0.0.2 has ") != NULL, "%s", f.log[0]);
	ck_assert_ptr_nonnull(
	    strstr(f.log[0], "(a quarter of tftp-max, at least 16)"));
	/* Another one is not concerned. */
	ck_assert(answer_of(begin_of(77)));
	/* Its own that stands still makes room. */
	f.now_ms += PLACES_STILL_MS;
	id = f.id;
	request(5000, BYTES(RRQ_TSIZE));
	ck_assert_uint_ne(f.id, id);
	give_socket();
	(void)give_file(FILE_OK, 5000);
	ck_assert(answer_of(f.id));
	ck_assert_ptr_null(session_table_by_id(&f.srv.table, oldest));
}
END_TEST

/* Those that have not moved for long, but never for our own sake. */
START_TEST(eviction_of_the_still)
{
	uint32_t gone, moves;

	begin(2070, BYTES(RRQ "timeout\000255\0"), 5000);
	gone = f.id;
	answer(BYTES("\0\4\0\0"));
	begin(2071, BYTES(RRQ_TSIZE), 5000);
	moves = f.id;
	answer(BYTES("\0\4\0\0"));
	f.now_ms += PLACES_STILL_MS - 1;
	answer(BYTES("\0\4\0\1"));
	request(2072, BYTES(RRQ));
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_BUSY], 1);
	f.now_ms += 1;
	session_table_by_id(&f.srv.table, gone)->transfer.held_ms = 500;
	request(2072, BYTES(RRQ));
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_BUSY], 2);
	f.now_ms += 500;
	begin(2072, BYTES(RRQ), 5000);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_BUSY], 2);
	/* Not before the new one has answered: its request may be forged. */
	ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, gone));
	answer(BYTES("\0\4\0\1"));
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_GAVE_WAY], 1);
	ck_assert_ptr_null(session_table_by_id(&f.srv.table, gone));
	ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, moves));
	ck_assert_ptr_nonnull(strstr(last_line(), "replaced by another"));
}
END_TEST

/* A request for file n, and what is needed to answer it; its packets. */
static unsigned int
drawn(uint16_t port, int n)
{
	unsigned int before = f.packets + f.sends;
	uint32_t id = f.id;
	char rrq[32];

	request(port, rrq,
	    (size_t)snprintf(
		rrq, sizeof(rrq), "%c%cfile%04d%coctet", 0, 1, n, 0) +
		1);
	if (f.id != id) {
		give_socket();
		give_file(FILE_OK, 5000);
	}
	return f.packets + f.sends - before;
}

/* Requests that replace each other draw no more than others. */
START_TEST(half_open_replaced)
{
	struct server_conf conf = conf_of(100);
	unsigned int sum = 0;
	int i;

	configure(&conf);
	for (i = 0; i < 2400; i++) {
		sum += drawn(2070, i);
		later(10);
	}
	/* In 24 s of that: a quarter of the places, once. */
	ck_assert_uint_le(sum, 25 + TRANSFER_UNPROVEN_MAX);
	ck_assert_uint_gt(f.srv.stats.count[SERVER_DROP_HALF_OPEN], 2300);
	/* The last one that had a place was not ended by the others. */
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_REPLACED], 24);
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_NO_ANSWER], 1);
	/* It does not last for ever. */
	later(SOURCE_GAVE_UP_MS);
	ck_assert_uint_eq(drawn(2070, 1), 1);
}
END_TEST

/* Nor do those that end soon, by repeating them or by a refused packet. */
START_TEST(half_open_ended)
{
	struct server_conf conf = conf_of(100);
	unsigned int sum = 0, before;
	uint16_t i;
	int k;

	configure(&conf);
	for (i = 0; i < 240; i++) {
		before = f.packets + f.sends;
		(void)drawn((uint16_t)(3000 + i), 1);
		for (k = 0; k < 10; k++)
			(void)drawn((uint16_t)(3000 + i), 1);
		if (_i != 0 && session() != NULL)
			session_sock_error(
			    &f.srv, session(), ECONNREFUSED, f.now_ms);
		sum += f.packets + f.sends - before;
		later(100);
	}
	/* In 24 s: those of a quarter of the places, and each its five. */
	ck_assert_uint_le(sum, 25 * TRANSFER_UNPROVEN_MAX);
	later(SOURCE_GAVE_UP_MS);
	ck_assert_uint_eq(drawn(2070, 1), 1);
	/* A query for the size has seen our answer. */
	ck_assert_uint_gt(session()->source->gave_up, 0);
	answer(BYTES("\0\5\0\0\0"));
	request(2071, BYTES(RRQ_TSIZE));
	ck_assert_uint_eq(session()->source->gave_up, 0);
}
END_TEST

/* Who answers may go on so, as firmware that is reset does. */
START_TEST(half_open_answered)
{
	int i;

	for (i = 0; i < 2000; i++) {
		ck_assert_uint_eq(drawn(2070, i), 1);
		if (i % 10 == 9)
			answer(BYTES("\0\4\0\1"));
	}
}
END_TEST

/* A name that cannot be served ends nothing. */
START_TEST(replaced_by_nothing)
{
	begin(2070, BYTES(RRQ), 5000);
	answer(BYTES("\0\4\0\1"));
	request(2070, BYTES("\0\1../x\0octet\0"));
	ck_assert_uint_eq(f.refusals, 1);
	ck_assert_ptr_nonnull(session());
	request(2070, BYTES("\0\1other\0octet\0"));
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_REPLACED], 1);
}
END_TEST

Suite *suite_tftp_half_open(void);

Suite *
suite_tftp_half_open(void)
{
	Suite *s = suite_create("tftp_half_open");
	TCase *tc = tcase_create("half_open");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, half_open);
	tcase_add_test(tc, half_open_replaced);
	tcase_add_loop_test(tc, half_open_ended, 0, 2);
	tcase_add_test(tc, half_open_answered);
	tcase_add_test(tc, replaced_by_nothing);
	tcase_add_test(tc, half_open_give_way);
	tcase_add_test(tc, half_open_answered_unread);
	tcase_add_test(tc, lease_holders_first);
	tcase_add_test(tc, answered_without_a_place);
	tcase_add_test(tc, answered_gives_way);
	tcase_add_test(tc, failures_of_forged_requests);
	tcase_add_test(tc, no_place_in_time);
	tcase_add_loop_test(tc, share_of_one_address, 0, 2);
	tcase_add_test(tc, eviction_of_the_still);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_half_open)
