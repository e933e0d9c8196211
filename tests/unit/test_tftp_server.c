/* SPDX-License-Identifier: ISC */
/* Requests and sessions: begun, refused, repeated, ended. */
#include "tests/unit/tftp_case.h"

START_TEST(whole_transfer)
{
	request(2070, BYTES(RRQ_TSIZE));
	ck_assert_uint_eq(f.sockets, 1);
	ck_assert_uint_eq(f.files, 1);
	ck_assert_str_eq(f.name, "pxelinux.0");
	ck_assert_uint_eq(f.remote.port, 2070);
	give_socket();
	ck_assert_uint_eq(f.packets, 0);
	ck_assert(give_file(FILE_OK, 1500));
	ck_assert_uint_eq(f.packets, 1);
	ck_assert_uint_eq(f.outlen, 2 + 11 + 13);
	ck_assert_mem_eq(
	    f.out, "\0\6tsize\0001500\0blksize\0001024\0", f.outlen);
	answer(BYTES("\0\4\0\0"));
	ck_assert_uint_eq(f.first, 1);
	answer(BYTES("\0\4\0\1"));
	ck_assert_uint_eq(f.first, 2);
	f.now_ms += 10;
	answer(BYTES("\0\4\0\2"));
	ck_assert_ptr_null(session());
	ck_assert_uint_eq(f.releases, 1);
	ck_assert_str_eq(last_line(),
	    "sent \"pxelinux.0\" for 10.0.0.2:2070: 1500 bytes in 10 ms, 0.15 MB/s, blksize 1024, windowsize 1, 0 resent");
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_SENT], 1);
	ck_assert_uint_eq(f.srv.stats.bytes, 1500);
}
END_TEST

static void
query(uint16_t port)
{
	begin(port, BYTES(RRQ_TSIZE), 1500);
	f.nlog = 0;
	answer(BYTES("\0\5\0\10\0"));
	ck_assert_ptr_null(session());
}

/* Firmware asks for the size and then loads the file; or it never does. */
START_TEST(queries_in_a_row)
{
	query(2070);
	query(2071);
	ck_assert_uint_eq(f.nlog, 1);
	ck_assert_ptr_nonnull(
	    strstr(last_line(), "query \"pxelinux.0\" for 10.0.0.2:2071"));
	query(2072);
	ck_assert_uint_eq(f.nlog, 2);
	ck_assert_ptr_nonnull(strstr(last_line(), ": 3 times in a row, and"));
	query(2073);
	ck_assert_uint_eq(f.nlog, 1);
	query(2074);
	begin(2075, BYTES(RRQ), 10);
	answer(BYTES("\0\4\0\1"));
	query(2076);
	query(2077);
	ck_assert_uint_eq(f.nlog, 1);
}
END_TEST

START_TEST(file_before_socket)
{
	request(2070, BYTES(RRQ));
	ck_assert(give_file(FILE_OK, 10));
	ck_assert_uint_eq(f.sends, 0);
	give_socket();
	ck_assert_uint_eq(f.sends, 1);
	ck_assert_uint_eq(f.packets, 0); /* no options, no OACK */
}
END_TEST

START_TEST(missing_files)
{
	static const struct {
		enum file_status status;
		enum tftp_code code;
		const char *text;
	} t[] = {
		{ FILE_MISSING, TFTP_ENOTFOUND, "file not found" },
		{ FILE_DENIED, TFTP_EACCESS, "access denied" },
		{ FILE_KIND, TFTP_EACCESS, "not a regular file" },
		{ FILE_NAME, TFTP_ENOTFOUND, "not a file name" },
		{ FILE_ERROR, TFTP_EUNDEF, "server cannot read the file" },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		request((uint16_t)(2070 + i), BYTES(RRQ));
		ck_assert(!give_file(t[i].status, 0));
		ck_assert_uint_eq(f.packets, i);
		give_socket();
		ck_assert_uint_eq(f.packets, i + 1);
		expect_error(t[i].code, t[i].text);
		ck_assert_ptr_null(session());
		ck_assert_uint_eq(f.srv.stats.file[t[i].status], 1);
	}
	ck_assert_str_eq(
	    f.log[0], "not found \"pxelinux.0\" for 10.0.0.2:2070");
}
END_TEST

START_TEST(refusals)
{
	static const struct {
		const char *p;
		size_t n;
		enum tftp_code code;
		const char *text;
		enum server_counter counter;
	} t[] = {
		{ BYTES("\0\2x\0octet\0"), TFTP_EACCESS,
		    "writing is not allowed", SERVER_REFUSED_WRITE },
		{ BYTES("\0\1x\0mail\0"), TFTP_EILLEGAL,
		    "mail mode is not served", SERVER_REFUSED_MODE },
		{ BYTES("\0\1x\0foo\0"), TFTP_EILLEGAL, "unknown mode",
		    SERVER_REFUSED_MODE },
		{ BYTES("\0\1../x\0octet\0"), TFTP_EACCESS,
		    "\"..\" in file name", SERVER_REFUSED_NAME },
		{ BYTES("\0\1\0octet\0"), TFTP_ENOTFOUND, "empty file name",
		    SERVER_REFUSED_NAME },
		{ BYTES("\0\1x\0octet"), TFTP_EILLEGAL, "mode not terminated",
		    SERVER_REFUSED_BAD },
		{ BYTES("\0\1x\0octet\0tsize\0"), TFTP_EOPTION,
		    "option without a value", SERVER_REFUSED_BAD },
	};
	uint64_t before;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		before = f.srv.stats.count[t[i].counter];
		request(2070, t[i].p, t[i].n);
		ck_assert_uint_eq(f.refusals, i + 1);
		expect_error(t[i].code, t[i].text);
		ck_assert_uint_eq(f.srv.stats.count[t[i].counter], before + 1);
	}
	ck_assert_uint_eq(f.sockets, 0);
	ck_assert_uint_eq(f.srv.table.used, 0);
}
END_TEST

START_TEST(silence)
{
	struct server_from from = from_port(2070);
	unsigned int i;

	/* Answers could be answered: no reply to anything but a request. */
	request(2070, BYTES(""));
	request(2070, BYTES("\0\5\0\1no\0"));
	request(2070, BYTES("\0\4\0\1"));
	request(2070, BYTES("\0\6tsize\0001\0"));
	request(0, BYTES(RRQ));
	from.direct = false;
	request_handle(&f.srv, &from, BYTES(RRQ), f.now_ms);
	from.direct = true;
	from.age_ms = SERVER_OLD_MS + 1;
	request_handle(&f.srv, &from, BYTES(RRQ), f.now_ms);
	from.age_ms = 0;
	from.client.addr.bytes[0] = 239;
	request_handle(&f.srv, &from, BYTES(RRQ), f.now_ms);
	from.client.addr.bytes[0] = 0;
	request_handle(&f.srv, &from, BYTES(RRQ), f.now_ms);
	ck_assert_uint_eq(f.refusals + f.sockets + f.nlog, 0);
	ck_assert_uint_eq(f.srv.stats.bad_request[TFTP_BAD_SHORT], 1);
	ck_assert_uint_eq(f.srv.stats.bad_request[TFTP_BAD_OPCODE], 3);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_SOURCE], 3);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_GROUP], 1);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_OLD], 1);
	/* Refusals are limited. */
	for (i = 0; i < 200; i++)
		request(2070, BYTES("\0\2x\0octet\0"));
	ck_assert_uint_eq(f.refusals, 50);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_REFUSED_SILENTLY], 150);
	ck_assert_uint_lt(f.nlog, 30);
	f.now_ms += 1000;
	request(2070, BYTES("\0\2x\0octet\0"));
	ck_assert_uint_eq(f.refusals, 51);
}
END_TEST

/* Addresses that a client can have: not 0.x.x.x, and no group. */
START_TEST(sources)
{
	static const struct {
		uint8_t family, first;
		bool taken;
	} t[] = { { 4, 0, false }, { 4, 1, true }, { 4, 223, true },
		{ 4, 224, false }, { 4, 255, false }, { 6, 0, true },
		{ 6, 0xfe, true }, { 6, 0xff, false } };
	struct server_from from;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		from = from_port((uint16_t)(2070 + i));
		from.client.addr.family = from.local.addr.family = t[i].family;
		from.client.addr.bytes[0] = t[i].first;
		f.sockets = 0;
		request_handle(&f.srv, &from, BYTES(RRQ), f.now_ms);
		ck_assert_uint_eq(f.sockets, t[i].taken);
	}
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_SOURCE], 4);
}
END_TEST

START_TEST(busy)
{
	begin(2070, BYTES(RRQ), 5000);
	answer(BYTES("\0\4\0\1"));
	begin(2071, BYTES(RRQ), 5000);
	answer(BYTES("\0\4\0\1"));
	request(2072, BYTES(RRQ));
	request(2073, BYTES(RRQ));
	ck_assert_uint_eq(f.sockets, 2);
	ck_assert_uint_eq(f.refusals, 0);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_BUSY], 2);
	ck_assert_uint_eq(f.nlog, 1); /* the limit on that line */
}
END_TEST

START_TEST(repeated_request)
{
	uint32_t id;

	request(2070, BYTES(RRQ_TSIZE));
	request(2070, BYTES(RRQ_TSIZE));
	ck_assert_uint_eq(f.sockets, 1);
	give_socket();
	give_file(FILE_OK, 100000);
	ck_assert_uint_eq(f.packets, 1);
	id = f.id;
	request(2070, BYTES(RRQ_TSIZE));
	ck_assert_uint_eq(f.sockets, 1);
	ck_assert_uint_eq(f.packets, 2); /* the OACK again */
	answer(BYTES("\0\4\0\0"));
	/* A late copy does not disturb a transfer that moves. */
	request(2070, BYTES(RRQ_TSIZE));
	ck_assert_ptr_nonnull(session_table_by_id(&f.srv.table, id));
	ck_assert_uint_eq(f.packets, 2);
	/* But a client that begins anew gets a new one. */
	f.now_ms += SERVER_ALIVE_MS;
	request(2070, BYTES(RRQ_TSIZE));
	ck_assert_ptr_null(session_table_by_id(&f.srv.table, id));
	ck_assert_uint_eq(f.sockets, 2);
	ck_assert_uint_eq(f.srv.table.used, 1);
	/* So does one that asks for something else, at once. */
	request(2070, BYTES("\0\1other\0octet\0"));
	ck_assert_uint_eq(f.sockets, 3);
	ck_assert_uint_eq(f.srv.table.used, 1);
}
END_TEST

START_TEST(parent_refuses)
{
	request(2070, BYTES(RRQ));
	ck_assert(!opening_socket(&f.srv, f.id, EACCES, 0, -1, f.now_ms));
	ck_assert_ptr_null(session());
	ck_assert_uint_eq(f.srv.stats.count[SERVER_SOCKET_FAILED], 1);
	/* The file of a session that is over is nobody's. */
	ck_assert(!give_file(FILE_OK, 5));
	ck_assert(!opening_socket(&f.srv, f.id, 0, 1500, 100, f.now_ms));
	ck_assert_uint_eq(f.srv.stats.count[SERVER_REPLY_STALE], 2);
	f.no_parent = true;
	request(2070, BYTES(RRQ));
	ck_assert_uint_eq(f.srv.table.used, 0);
}
END_TEST

START_TEST(imaged_dies)
{
	request(2070, BYTES(RRQ));
	f.no_imaged = true;
	opening_imaged_down(&f.srv);
	give_socket();
	request(2071, BYTES(RRQ));
	ck_assert_uint_eq(f.files, 1);
	f.no_imaged = false;
	opening_imaged_up(&f.srv, f.now_ms);
	ck_assert_uint_eq(f.files, 3);
	/* Asked once only. */
	opening_imaged_up(&f.srv, f.now_ms);
	ck_assert_uint_eq(f.files, 3);
	give_socket();
	give_file(FILE_OK, 5);
	ck_assert_uint_eq(f.sends, 1);
	/* The other never gets its file: an error, in time. */
	later(SERVER_OPEN_MS / 2);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_OPEN_LATE], 0);
	later(SERVER_OPEN_MS / 2);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_OPEN_LATE], 1);
	expect_error(TFTP_EUNDEF, "server cannot open files now");
}
END_TEST

START_TEST(size_query)
{
	request(2070, BYTES(RRQ_TSIZE));
	give_socket();
	give_file(FILE_OK, 100000);
	answer(BYTES("\0\5\0\10User aborted the transfer\0"));
	ck_assert_ptr_null(session());
	ck_assert_int_eq(strncmp(last_line(), "query \"pxelinux.0\"", 18), 0);
	request(2070, BYTES(RRQ));
	give_socket();
	give_file(FILE_OK, 100000);
	answer(BYTES("\0\5\0\3disk \"full\"\n"));
	ck_assert_ptr_nonnull(strstr(last_line(),
	    "client gave up with error 3 (disk \\x22full\\x22\\x0a)"));
}
END_TEST

START_TEST(retransmits_and_gives_up)
{
	int i;

	request(2070, BYTES(RRQ));
	give_socket();
	give_file(FILE_OK, 100000);
	later(900);
	ck_assert_uint_eq(f.sends, 1);
	later(100);
	ck_assert_uint_eq(f.sends, 2);
	ck_assert_uint_eq(f.first, 1);
	for (i = 0; i < 60; i++)
		later(1000);
	ck_assert_uint_eq(f.sends, TRANSFER_UNPROVEN_MAX);
	ck_assert_ptr_null(session());
	expect_error(TFTP_EUNDEF, "timeout");
	ck_assert_ptr_nonnull(strstr(last_line(), "no answer from client"));
}
END_TEST

/* The time is up, and then a packet is found that had come before. */
static void
late(const char *p, size_t n, uint64_t ms)
{
	f.late = p;
	f.latelen = n;
	later(ms);
}

/* However long this process stood still, nothing is sent again for that. */
START_TEST(answers_before_timers)
{
	request(2070, BYTES(RRQ));
	later(1000);
	ck_assert_uint_eq(f.looks, 0);
	give_socket();
	give_file(FILE_OK, 10000);
	late(BYTES("\0\4\0\1"), 8000);
	ck_assert_uint_eq(f.looks, 1);
	ck_assert_uint_eq(f.sends, 2);
	ck_assert_uint_eq(f.first, 2);
	/* It waits again, for as long as ever. */
	later(1);
	ck_assert_uint_eq(f.looks, 1);
	/* One that tells nothing new is no answer. */
	late(BYTES("\0\4\0\1"), 8000);
	ck_assert_uint_eq(f.looks, 2);
	ck_assert_uint_eq(f.sends, 3);
	ck_assert_uint_eq(session()->transfer.resent, 1);
	late(BYTES("\0\5\0\0no\0"), 8000);
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_ABORTED], 1);
	ck_assert_uint_eq(f.sends, 3);
	ck_assert_uint_eq(f.packets, 0);
}
END_TEST

START_TEST(send_results)
{
	static const struct {
		enum blocks_result result;
		enum transfer_end end;
	} t[] = {
		{ BLOCKS_UNREACHABLE, TRANSFER_UNREACHABLE },
		{ BLOCKS_TRUNCATED, TRANSFER_TRUNCATED },
		{ BLOCKS_CHANGED, TRANSFER_CHANGED },
		{ BLOCKS_READ_FAILED, TRANSFER_READ_FAILED },
		{ BLOCKS_SEND_FAILED, TRANSFER_SEND_FAILED },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		request(2070, BYTES(RRQ));
		give_socket();
		f.result = t[i].result;
		give_file(FILE_OK, 100000);
		f.result = BLOCKS_OK;
		ck_assert_ptr_null(session());
		ck_assert_uint_eq(f.srv.stats.end[t[i].end], 1);
	}
	ck_assert_ptr_nonnull(strstr(last_line(), strerror(EIO)));
	/* A full socket is only a pause. */
	request(2070, BYTES(RRQ));
	give_socket();
	f.result = BLOCKS_FULL;
	f.unsent = 1;
	f.sends = 0;
	give_file(FILE_OK, 100000);
	f.result = BLOCKS_OK;
	ck_assert_uint_eq(f.sends, 1);
	later(TRANSFER_PARTIAL_MS);
	ck_assert_uint_eq(f.sends, 2);
	ck_assert_uint_eq(session()->transfer.resent, 0);
}
END_TEST

START_TEST(socket_errors)
{
	request(2070, BYTES(RRQ_TSIZE));
	give_socket();
	session_sock_error(&f.srv, session(), ECONNREFUSED, f.now_ms);
	ck_assert_ptr_null(session()); /* before its file came */
	request(2070, BYTES(RRQ_TSIZE));
	give_socket();
	give_file(FILE_OK, 10);
	session_sock_error(&f.srv, session(), EAGAIN, f.now_ms);
	ck_assert_ptr_nonnull(session());
	session_sock_error(&f.srv, session(), ECONNREFUSED, f.now_ms);
	ck_assert_ptr_null(session());
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_UNREACHABLE], 1);
	/* All sent, only the last ACK is missing. */
	request(2070, BYTES(RRQ_TSIZE));
	give_socket();
	give_file(FILE_OK, 10);
	answer(BYTES("\0\4\0\0"));
	session_sock_error(&f.srv, session(), ECONNREFUSED, f.now_ms);
	ck_assert_uint_eq(f.srv.stats.end[TRANSFER_UNCONFIRMED], 1);
}
END_TEST

START_TEST(strange_answers)
{
	request(2070, BYTES(RRQ_TSIZE));
	give_socket();
	answer(BYTES("\0\4\0\0")); /* too soon */
	give_file(FILE_OK, 10);
	answer(BYTES(""));
	answer(BYTES("\0\3\0\1x"));
	answer(BYTES("\0\1x\0octet\0"));
	ck_assert_ptr_nonnull(session());
	ck_assert_uint_eq(f.sends, 0);
	ck_assert_uint_eq(f.srv.stats.bad_answer[TFTP_BAD_OPCODE], 2);
	ck_assert_uint_eq(f.srv.stats.bad_answer[TFTP_BAD_SHORT], 1);
}
END_TEST

START_TEST(stops)
{
	request(2070, BYTES(RRQ_TSIZE));
	give_socket();
	give_file(FILE_OK, 10);
	server_stop(&f.srv, f.now_ms);
	expect_error(TFTP_EUNDEF, "server stopping");
	ck_assert_uint_eq(f.srv.table.used, 0);
	ck_assert_ptr_null(f.srv.timers.first);
}
END_TEST

START_TEST(reloads)
{
	struct server_conf quiet = { .max = 1,
		.half_open = 8,
		.total_max = 9,
		.quiet = true,
		.files.root = { "/other" } };
	unsigned int lines;
	uint32_t first;

	begin(2070, BYTES(RRQ_TSIZE), 10);
	first = f.id;
	answer(BYTES("\0\4\0\0"));
	ck_assert_int_eq(server_prepare(&f.srv, &quiet), 0);
	/* Until the commit the old one holds. */
	request(2071, BYTES("\0\1/srv/tftp/a\0octet\0"));
	ck_assert_str_eq(f.name, "a");
	server_commit(&f.srv, &quiet);
	request(2072, BYTES(RRQ));
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_BUSY], 1);
	/* The first runs on. */
	f.id = first;
	answer(BYTES("\0\4\0\1"));
	ck_assert_int_eq(strncmp(last_line(), "sent", 4), 0);
	server_stop(&f.srv, f.now_ms);
	/* With the new one, routine lines are left out. */
	lines = f.nlog;
	request(2070, BYTES("\0\1/other/b\0octet\0"));
	ck_assert_str_eq(f.name, "b");
	give_socket();
	give_file(FILE_MISSING, 0);
	ck_assert_uint_eq(f.nlog, lines);
}
END_TEST

START_TEST(windows)
{
	request(2070, BYTES(RRQ "windowsize\000100\0"));
	give_socket();
	give_file(FILE_OK, 100000);
	ck_assert_mem_eq(f.out, "\0\6windowsize\00064\0", f.outlen);
	answer(BYTES("\0\4\0\0"));
	ck_assert_uint_eq(f.first, 1);
	ck_assert_uint_eq(f.count, 64);
	answer(BYTES("\0\4\0\100"));
	ck_assert_uint_eq(f.first, 65);
	ck_assert_uint_eq(f.count, 64);
}
END_TEST

Suite *suite_tftp_server(void);

Suite *
suite_tftp_server(void)
{
	Suite *s = suite_create("tftp_server");
	TCase *tc = tcase_create("server");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, whole_transfer);
	tcase_add_test(tc, queries_in_a_row);
	tcase_add_test(tc, file_before_socket);
	tcase_add_test(tc, missing_files);
	tcase_add_test(tc, refusals);
	tcase_add_test(tc, silence);
	tcase_add_test(tc, sources);
	tcase_add_test(tc, busy);
	tcase_add_test(tc, repeated_request);
	tcase_add_test(tc, parent_refuses);
	tcase_add_test(tc, imaged_dies);
	tcase_add_test(tc, size_query);
	tcase_add_test(tc, retransmits_and_gives_up);
	tcase_add_test(tc, answers_before_timers);
	tcase_add_test(tc, send_results);
	tcase_add_test(tc, socket_errors);
	tcase_add_test(tc, strange_answers);
	tcase_add_test(tc, stops);
	tcase_add_test(tc, reloads);
	tcase_add_test(tc, windows);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_server)
