/* SPDX-License-Identifier: ISC */
/* Sending all leases to dhcpd: complete, in order, with a bounded queue. */
#include <event2/event.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/chan.h"
#include "leased/load.h"
#include "tests/unit/unit.h"

Suite *suite_store_load(void);

#define ROWS 30000
#define QUEUE_BOUND 24 /* messages; far below what the rows take */

static struct event_base *base;
static struct load *load;
static struct chan *chan;
static int peer;
static int failures; /* of the next reads */
static enum store_result failure;
static uint32_t rows_max; /* that the store has */

static enum store_result
fake_load(struct store *s, struct store_cursor *cur, size_t max,
    store_row_fn *row, void *arg)
{
	struct lease l = { .state = LEASE_BOUND, .hwlen = 6, .idlen = 255 };
	size_t i;

	if (failures > 0) {
		failures--;
		(void)strcpy(s->why, "told to");
		return failure;
	}
	for (i = 0; i < max && cur->rows < rows_max; i++) {
		l.addr = addr_from_ip4((uint32_t)++cur->rows);
		row(&l, arg);
	}
	cur->done = i < max;
	return STORE_OK;
}

static int close_status; /* 0: the process goes on */

static void
fake_close(struct store *s)
{
	(void)s;
	if (close_status != 0)
		_exit(close_status);
}

static const struct store_ops fake_ops = {
	.load = fake_load,
	.close = fake_close,
};
static struct store store = { .ops = &fake_ops };

static int
no_message(struct chan *c, struct msg *m, void *arg)
{
	(void)c;
	(void)m;
	(void)arg;
	return -1;
}

static void
no_close(struct chan *c, const char *why, void *arg)
{
	(void)c;
	(void)arg;
	ck_abort_msg("channel closed: %s", why == NULL ? "end" : why);
}

static const struct chan_ops chan_ops = {
	.message = no_message,
	.closed = no_close,
};

static void
set_up(void)
{
	int fds[2];

	failures = close_status = 0;
	failure = STORE_FAILED;
	rows_max = ROWS;
	base = event_base_new();
	ck_assert_int_eq(chan_pair(fds), 0);
	peer = fds[1];
	chan = chan_new(base, fds[0], ROLE_LEASED, ROLE_DHCPD, &chan_ops, NULL);
	ck_assert_ptr_nonnull(chan);
	chan_set_phase(chan, PHASE_RUN);
	load = load_new(base, &store, "/leases.db");
}

static void
tear_down(void)
{
	chan_free(chan);
	(void)close(peer);
	event_base_free(base);
}

static void
turn(void)
{
	(void)event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	ck_assert_uint_lt(chan_queued(chan), QUEUE_BOUND);
}

/* What the peer got so far. */
static struct {
	uint32_t last;
	uint32_t rows;
	uint32_t loaded; /* the count that LOADED tells */
	uint32_t id;
	bool end;
	size_t messages;
} got;

static void
take_one(struct msg *m)
{
	struct lease l;
	uint32_t addr;

	ck_assert(!got.end);
	got.id = m->id;
	got.messages++;
	if (m->type == MSG_LEASE_LOADED) {
		got.loaded = reader_u32(&m->body);
		got.end = true;
	} else {
		while (m->body.left > 0 && reader_ok(&m->body)) {
			lease_decode(&m->body, &l);
			ck_assert(addr_to_ip4(&l.addr, &addr));
			ck_assert_uint_eq(addr, ++got.last);
			got.rows++;
		}
	}
	ck_assert(reader_done(&m->body));
}

/* Everything that is there to read; returns how many messages it was. */
static size_t
take(void)
{
	uint8_t buf[MSG_SIZE_MAX];
	const char *why;
	struct msg m;
	char peek;
	size_t n;

	for (n = 0; recv(peer, &peek, 1, MSG_PEEK | MSG_DONTWAIT) == 1; n++) {
		ck_assert_int_eq(chan_recv_now(peer, ROLE_DHCPD, ROLE_LEASED,
				     PHASE_RUN, buf, &m, &why),
		    0);
		take_one(&m);
	}
	return n;
}

static void
take_all(void)
{
	int idle;

	for (idle = 0; !got.end && idle < 100000; idle++) {
		turn();
		if (take() > 0)
			idle = 0;
		else
			(void)usleep(500);
	}
	ck_assert(got.end);
	/* Nothing follows. */
	turn();
	turn();
	ck_assert_uint_eq(take(), 0);
	ck_assert_uint_eq(got.rows, rows_max);
	ck_assert_uint_eq(got.loaded, rows_max);
}

START_TEST(test_all)
{
	memset(&got, 0, sizeof(got));
	load_start(load, chan, 7);
	take_all();
	ck_assert_uint_eq(got.id, 7);
}
END_TEST

/* None, and as many as a message or a slice has. */
START_TEST(test_few)
{
	static const struct {
		uint32_t rows;
		size_t messages;
	} t[] = { { 0, 1 }, { 1, 2 }, { 55, 2 }, { 56, 3 }, { 255, 6 },
		{ 256, 6 }, { 257, 7 } };

	rows_max = t[_i].rows;
	memset(&got, 0, sizeof(got));
	load_start(load, chan, 7);
	take_all();
	ck_assert_uint_eq(got.messages, t[_i].messages);
}
END_TEST

/* What cannot be read any more ends the process. */
START_TEST(test_lost)
{
	failure = STORE_LOST;
	failures = 1;
	load_start(load, chan, 7);
	turn();
}
END_TEST

/* It is closed before, so that what is in the log alone is copied. */
START_TEST(test_lost_closes)
{
	failure = STORE_LOST;
	failures = 1;
	close_status = 3;
	load_start(load, chan, 7);
	turn();
}
END_TEST

/* Who does not read must not make the queue grow. */
START_TEST(test_slow_reader)
{
	int i;

	memset(&got, 0, sizeof(got));
	load_start(load, chan, 7);
	for (i = 0; i < 500; i++)
		turn();
	ck_assert_uint_gt(chan_queued(chan), 0);
	take_all();
}
END_TEST

START_TEST(test_again)
{
	memset(&got, 0, sizeof(got));
	load_start(load, chan, 7);
	turn();
	turn();
	load_cancel(load);
	(void)take();
	turn();
	ck_assert_uint_eq(take(), 0);
	ck_assert(!got.end);
	memset(&got, 0, sizeof(got));
	load_start(load, chan, 8);
	take_all();
	ck_assert_uint_eq(got.id, 8);
}
END_TEST

/* Who asks twice gets everything for the second question. */
START_TEST(test_twice)
{
	memset(&got, 0, sizeof(got));
	load_start(load, chan, 7);
	turn();
	turn();
	(void)take();
	load_start(load, chan, 8);
	memset(&got, 0, sizeof(got));
	take_all();
	ck_assert_uint_eq(got.id, 8);
}
END_TEST

/* A read that fails is made up for; LOADED never comes without all rows. */
START_TEST(test_retry)
{
	memset(&got, 0, sizeof(got));
	failures = 1;
	load_start(load, chan, 7);
	turn();
	turn();
	ck_assert_int_eq(failures, 0);
	ck_assert_uint_eq(take(), 0);
	take_all();
}
END_TEST

Suite *
suite_store_load(void)
{
	Suite *s = suite_create("store_load");
	TCase *tc = tcase_create("load");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, test_all);
	tcase_add_loop_test(tc, test_few, 0, 7);
	tcase_add_exit_test(tc, test_lost, 1);
	tcase_add_exit_test(tc, test_lost_closes, 3);
	tcase_add_test(tc, test_slow_reader);
	tcase_add_test(tc, test_again);
	tcase_add_test(tc, test_twice);
	tcase_add_test(tc, test_retry);
	suite_add_tcase(s, tc);
	return s;
}

/* The other end of the channel is read. */
UNIT_MAIN_ALSO(suite_store_load, SCMP_SYS(recvfrom), SCMP_SYS(clock_nanosleep))
