/* SPDX-License-Identifier: ISC */
/* Batches: what joins one, what is answered and when, and failures. */
#include <event2/event.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "daemon/log.h"
#include "leased/batch.h"
#include "tests/unit/unit.h"

Suite *suite_store_batch(void);

/* A store that does what it is told, and writes down what it was asked. */
static struct {
	struct store store;
	enum store_result begin, put, commit, rollback, tidy;
	uint32_t put_fails_at; /* the address whose put yields `put` */
	size_t nbegin, nput, ncommit, nrollback, ntidy, nclose;
	size_t committed; /* leases in commits that went well */
	size_t pending;
} fake;

static enum store_result
result(enum store_result r)
{
	if (r != STORE_OK)
		(void)strcpy(fake.store.why, "told to");
	return r;
}

static enum store_result
fake_begin(struct store *s)
{
	(void)s;
	fake.nbegin++;
	fake.pending = 0;
	return result(fake.begin);
}

static enum store_result
fake_put(struct store *s, const struct lease *l)
{
	uint32_t addr;

	(void)s;
	fake.nput++;
	ck_assert(addr_to_ip4(&l->addr, &addr));
	if (addr == fake.put_fails_at)
		return result(fake.put);
	fake.pending++;
	return STORE_OK;
}

static enum store_result
fake_commit(struct store *s)
{
	(void)s;
	fake.ncommit++;
	if (fake.commit == STORE_OK)
		fake.committed += fake.pending;
	return result(fake.commit);
}

static enum store_result
fake_rollback(struct store *s)
{
	(void)s;
	fake.nrollback++;
	return result(fake.rollback);
}

static enum store_result
fake_tidy(struct store *s)
{
	(void)s;
	fake.ntidy++;
	return result(fake.tidy);
}

static void
fake_close(struct store *s)
{
	(void)s;
	fake.nclose++;
}

static const struct store_ops fake_ops = {
	.begin = fake_begin,
	.put = fake_put,
	.commit = fake_commit,
	.rollback = fake_rollback,
	.tidy = fake_tidy,
	.close = fake_close,
};

static struct event_base *base;
static struct batch *batch;
static size_t durable, refused;
static uint32_t last_refused;
static char last_why[STORE_WHY_MAX];

static void
answer(uint32_t id, const char *why, void *arg)
{
	ck_assert_ptr_eq(arg, &fake);
	if (why == NULL) {
		/* Never before the commit. */
		ck_assert_uint_gt(fake.committed, 0);
		ck_assert_uint_eq(fake.ntidy, 0);
		durable++;
		return;
	}
	refused++;
	last_refused = id;
	(void)snprintf(last_why, sizeof(last_why), "%s", why);
}

static char lines[2048]; /* of the log */

static void
hear(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	ck_assert_uint_lt(strlen(lines) + strlen(line) + 2, sizeof(lines));
	(void)strcat(lines, line);
	(void)strcat(lines, "\n");
}

static void
set_up(void)
{
	lines[0] = '\0';
	log_set_sink(hear, NULL);
	memset(&fake, 0, sizeof(fake));
	fake.store.ops = &fake_ops;
	durable = refused = 0;
	base = event_base_new();
	batch = batch_new(base, &fake.store, "/leases.db", answer, &fake);
}

static void
tear_down(void)
{
	event_base_free(base);
}

static void
put(uint32_t id)
{
	struct lease l = { .addr = addr_from_ip4(id) };

	batch_put(batch, id, &l);
}

START_TEST(test_one)
{
	put(1);
	ck_assert_uint_eq(fake.nbegin, 0);
	(void)event_base_loop(base, 0);
	ck_assert_uint_eq(durable, 1);
	ck_assert_uint_eq(fake.ncommit, 1);
	ck_assert_uint_eq(fake.ntidy, 1);
	/* Nothing more happens by itself. */
	(void)event_base_loop(base, EVLOOP_NONBLOCK);
	ck_assert_uint_eq(fake.nbegin, 1);
}
END_TEST

static int turns;

/* Something that brings more in each of the first turns. */
static void
more(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	if (++turns < 5)
		put((uint32_t)turns);
}

START_TEST(test_joined)
{
	struct event *ev = event_new(base, 1, EV_PERSIST, more, NULL);

	/* What comes turn after turn is one batch, until a turn is empty. */
	turns = 0;
	put(100);
	while (fake.nbegin == 0) {
		event_active(ev, 0, 0);
		(void)event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	}
	ck_assert_uint_eq(fake.ncommit, 1);
	ck_assert_uint_eq(durable, 5);
	event_free(ev);
}
END_TEST

START_TEST(test_full_batch)
{
	uint32_t i;

	for (i = 1; i <= BATCH_MAX; i++)
		put(i);
	ck_assert_uint_eq(fake.ncommit, 1);
	ck_assert_uint_eq(durable, BATCH_MAX);
	fake.ntidy = 0;
	put(i);
	(void)event_base_loop(base, 0);
	ck_assert_uint_eq(fake.ncommit, 2);
	ck_assert_uint_eq(durable, BATCH_MAX + 1);
}
END_TEST

START_TEST(test_finish)
{
	batch_finish(batch);
	ck_assert_uint_eq(fake.nbegin, 0);
	put(1);
	batch_finish(batch);
	ck_assert_uint_eq(durable, 1);
	(void)event_base_loop(base, EVLOOP_NONBLOCK);
	ck_assert_uint_eq(fake.nbegin, 1);
}
END_TEST

START_TEST(test_one_refused)
{
	fake.put_fails_at = 2;
	fake.put = STORE_REFUSED;
	put(1);
	put(2);
	put(3);
	batch_finish(batch);
	ck_assert_uint_eq(durable, 2);
	ck_assert_uint_eq(refused, 1);
	ck_assert_uint_eq(last_refused, 2);
	ck_assert_str_eq(last_why, "told to");
	ck_assert_uint_eq(fake.nrollback, 0);
}
END_TEST

/* A refused one has its answer when the rest fails; it gets no second. */
START_TEST(test_refused_then_failed)
{
	fake.put_fails_at = 2;
	fake.put = STORE_REFUSED;
	fake.commit = STORE_FAILED;
	put(1);
	put(2);
	put(3);
	batch_finish(batch);
	ck_assert_uint_eq(durable, 0);
	ck_assert_uint_eq(refused, 3);
	ck_assert_uint_eq(fake.nrollback, 1);
}
END_TEST

START_TEST(test_failures)
{
	enum store_result *const step[] = { &fake.begin, &fake.put,
		&fake.commit };

	*step[_i] = STORE_FAILED;
	fake.put_fails_at = 2;
	put(1);
	put(2);
	put(3);
	batch_finish(batch);
	ck_assert_uint_eq(durable, 0);
	ck_assert_uint_eq(refused, 3);
	ck_assert_uint_eq(fake.nrollback, 1);
	ck_assert_uint_eq(fake.ntidy, 0);
	/* Mended: service goes on. */
	*step[_i] = STORE_OK;
	fake.put_fails_at = 0;
	put(4);
	batch_finish(batch);
	ck_assert_uint_eq(durable, 1);
	ck_assert_uint_eq(refused, 3);
}
END_TEST

START_TEST(test_tidy_fails)
{
	fake.tidy = STORE_FAILED;
	put(1);
	batch_finish(batch);
	ck_assert_uint_eq(durable, 1);
	ck_assert_uint_eq(refused, 0);
	ck_assert_str_eq(lines,
	    "/leases.db: checkpoint failed: told to; no lease is lost\n");
}
END_TEST

/* Two failures are logged, then none for a while, but all are counted. */
START_TEST(test_failures_logged)
{
	fake.commit = STORE_FAILED;
	put(1);
	put(2);
	batch_finish(batch);
	put(3);
	batch_finish(batch);
	put(4);
	batch_finish(batch);
	fake.commit = STORE_OK;
	put(5);
	batch_finish(batch);
	put(6);
	fake.ntidy = 0;
	batch_finish(batch);
	ck_assert_str_eq(lines,
	    "/leases.db: told to; no new leases until this is fixed; 2 leases rejected so far\n"
	    "/leases.db: told to; no new leases until this is fixed; 3 leases rejected so far\n"
	    "/leases.db: writable again; 4 leases were rejected meanwhile\n");
}
END_TEST

/* So it is with leases that are rejected one by one. */
START_TEST(test_refused_logged)
{
	static const char line[] =
	    "/leases.db: rejected lease of 10.0.0.1: told to\n";
	char wanted[5 * sizeof(line)] = "";
	uint32_t i;

	fake.put = STORE_REFUSED;
	fake.put_fails_at = 0x0a000001;
	for (i = 0; i < 6; i++) {
		put(0x0a000001);
		batch_finish(batch);
		fake.ntidy = 0;
		if (i < 5)
			(void)strcat(wanted, line);
	}
	ck_assert_uint_eq(refused, 6);
	ck_assert_str_eq(lines, wanted);
}
END_TEST

/* A dead handle ends the process, with status 1. */
START_TEST(test_lost)
{
	fake.commit = _i == 0 ? STORE_LOST : STORE_FAILED;
	fake.rollback = _i == 0 ? STORE_OK : STORE_LOST;
	put(1);
	batch_finish(batch);
}
END_TEST

Suite *
suite_store_batch(void)
{
	Suite *s = suite_create("store_batch");
	TCase *tc = tcase_create("batch");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test_one);
	tcase_add_test(tc, test_joined);
	tcase_add_test(tc, test_full_batch);
	tcase_add_test(tc, test_finish);
	tcase_add_test(tc, test_one_refused);
	tcase_add_test(tc, test_refused_then_failed);
	tcase_add_loop_test(tc, test_failures, 0, 3);
	tcase_add_test(tc, test_tidy_fails);
	tcase_add_test(tc, test_failures_logged);
	tcase_add_test(tc, test_refused_logged);
	tcase_add_loop_exit_test(tc, test_lost, 1, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_store_batch)
