/* SPDX-License-Identifier: ISC */
/* The facts of each transfer, however it ends: its event and its log line. */
#include "tests/unit/tftp_case.h"

#include "daemon/event.h"

#define ASKED                                                  \
	RRQ "tsize\0000\0blksize\0002000\0windowsize\000100\0" \
	    "timeout\0003\0"

static struct event_transfer ev;
static unsigned int nevents;

/* Defined here to see what each log line is made of. */
const char *
event_transfer_slow(const struct event_transfer *e, char dst[EVENT_SLOW_MAX])
{
	ev = *e;
	nevents++;
	(void)snprintf(dst, EVENT_SLOW_MAX, "a reason");
	return dst;
}

/* The client is known, and there is a place for one transfer. */
static void
prepare(void)
{
	struct server_conf conf = conf_of(1);

	conf.single_port = true;
	configure(&conf);
	tell_host();
	nevents = 0;
}

START_TEST(every_fact)
{
	prepare();
	f.way = FILE_WAY_OWN;
	begin(2070, BYTES(ASKED), 10000);
	answer(BYTES("\0\4\0\0"));
	later(3000);
	f.now_ms += 10;
	answer(BYTES("\0\4\0\7"));
	ck_assert_ptr_null(session());
	ck_assert_uint_eq(nevents, 1);
	ck_assert_uint_eq(ev.bytes, 10000);
	ck_assert_uint_eq(ev.duration_ms, 3010);
	ck_assert_uint_eq(ev.blksize, 1468);
	ck_assert_uint_eq(ev.windowsize, 8);
	ck_assert_uint_eq(ev.blksize_by, EVENT_LIMIT_PATH);
	ck_assert_uint_eq(ev.windowsize_by, EVENT_LIMIT_SINGLE_PORT);
	ck_assert_uint_eq(ev.sent, 14);
	ck_assert_uint_eq(ev.resent, 7);
	ck_assert_uint_eq(ev.timeouts, 1);
	ck_assert(!ev.netascii && !ev.limited);
	ck_assert_str_eq(last_line(),
	    "sent \"pxelinux.0\" from its own folder for 10.0.0.2:2070 (52:54:00:ab:01:02, node7): 10000 bytes in 3010 ms, 0.00 MB/s, blksize 1468, windowsize 8, 7 resent; slow: a reason");
}
END_TEST

START_TEST(text_and_rates)
{
	struct server_conf conf = conf_of(1);

	conf.rate_client = 10000;
	configure(&conf);
	nevents = 0;
	begin(2070, BYTES("\0\1pxelinux.0\0netascii\0"), 1000000);
	session()->limited = true;
	session_sock_error(&f.srv, session(), ECONNREFUSED, f.now_ms);
	ck_assert_uint_eq(nevents, 1);
	ck_assert(ev.netascii && ev.limited);
	/* Nothing is known of the client but its address. */
	ck_assert_ptr_nonnull(strstr(last_line(), " for 10.0.0.2:2070: "));
}
END_TEST

/* Sends nothing more than this, in as many seconds as it may take. */
static void
wait_for_end(void)
{
	int i;

	for (i = 0; i < 200 && nevents == 0; i++)
		later(1000);
}

static void
fail_with(enum blocks_result result)
{
	f.result = result;
	f.unsent = 1;
	answer(BYTES("\0\4\0\1"));
	f.result = BLOCKS_OK;
}

/* Begins a transfer and lets it end in this way; 4000 of its bytes leave. */
static void
end_by(enum transfer_end end)
{
	bool answered = end != TRANSFER_QUERY && end != TRANSFER_NO_ANSWER &&
			end != TRANSFER_NO_PLACE;
	uint32_t id;

	begin(2070, BYTES(RRQ_TSIZE), 4000);
	if (answered)
		answer(BYTES("\0\4\0\0"));
	switch (end) {
	case TRANSFER_SENT:
	case TRANSFER_UNCONFIRMED:
		answer(BYTES("\0\4\0\1"));
		answer(BYTES("\0\4\0\2"));
		answer(BYTES("\0\4\0\3"));
		if (end == TRANSFER_SENT)
			answer(BYTES("\0\4\0\4"));
		else
			session_sock_error(
			    &f.srv, session(), ECONNREFUSED, f.now_ms);
		break;
	case TRANSFER_QUERY:
		answer(BYTES("\0\5\0\10size\0"));
		break;
	case TRANSFER_ABORTED:
		answer(BYTES("\0\5\0\3full\0"));
		break;
	case TRANSFER_NO_ANSWER:
	case TRANSFER_SILENT:
		wait_for_end();
		break;
	case TRANSFER_UNREACHABLE:
		fail_with(BLOCKS_UNREACHABLE);
		break;
	case TRANSFER_TRUNCATED:
		fail_with(BLOCKS_TRUNCATED);
		break;
	case TRANSFER_CHANGED:
		fail_with(BLOCKS_CHANGED);
		break;
	case TRANSFER_READ_FAILED:
		fail_with(BLOCKS_READ_FAILED);
		break;
	case TRANSFER_SEND_FAILED:
		fail_with(BLOCKS_SEND_FAILED);
		break;
	case TRANSFER_STOPPED:
		server_stop(&f.srv, f.now_ms);
		break;
	case TRANSFER_REPLACED:
		request(2070, BYTES("\0\1other\0octet\0"));
		break;
	case TRANSFER_GAVE_WAY:
		f.now_ms += PLACES_STILL_MS;
		begin(2071, BYTES(RRQ), 4000);
		answer(BYTES("\0\4\0\1"));
		break;
	case TRANSFER_NO_PLACE:
		id = f.id;
		begin(2071, BYTES(RRQ), 4000);
		answer(BYTES("\0\4\0\1"));
		f.id = id;
		answer(BYTES("\0\4\0\0"));
		wait_for_end();
		break;
	case TRANSFER_RUNNING:
	case TRANSFER_END_MAX:
		ck_abort();
	}
}

START_TEST(every_end)
{
	static const char *const fact[] = { "\"pxelinux.0\"",
		" for 10.0.0.2:2070 (52:54:00:ab:01:02, node7)", " bytes in ",
		" ms, ", " MB/s, ", "blksize 1024, ", "windowsize 1, ",
		" resent" };
	enum transfer_end end = (enum transfer_end)_i;
	const char *line;
	size_t i;

	prepare();
	end_by(end);
	ck_assert_uint_eq(nevents, 1);
	line = last_line();
	for (i = 0; i < sizeof(fact) / sizeof(fact[0]); i++)
		ck_assert_msg(
		    strstr(line, fact[i]) != NULL, "%s: %s", fact[i], line);
	if (end == TRANSFER_SENT)
		ck_assert_int_eq(strncmp(line, "sent \"", 6), 0);
	else if (end == TRANSFER_UNCONFIRMED)
		ck_assert_ptr_nonnull(strstr(line, "; final ACK missing"));
	else if (end == TRANSFER_QUERY)
		ck_assert_int_eq(strncmp(line, "query \"", 7), 0);
	else if (end == TRANSFER_ABORTED)
		ck_assert_ptr_nonnull(strstr(line, " with error 3 (full)"));
	else
		ck_assert_ptr_nonnull(strstr(line, end_text(end)));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("tftp_event");
	TCase *tc = tcase_create("event");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, every_fact);
	tcase_add_test(tc, text_and_rates);
	tcase_add_loop_test(tc, every_end, TRANSFER_SENT, TRANSFER_END_MAX);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
