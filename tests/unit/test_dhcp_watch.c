/* SPDX-License-Identifier: ISC */
/* Deadlines for the answers of leased, and how many can be outstanding. */
#include "dhcpd/watch.h"
#include "tests/unit/dhcp_fixture.h"

static struct watch w;

static void
watch_setup(void)
{
	watch_reset(&w);
}

START_TEST(answers_in_time)
{
	uint64_t now;

	for (now = 1000; now < 200000; now += 1000)
		ck_assert_int_eq(
		    watch_step(&w, now - WATCH_SLOW_MS + 1, now), WATCH_NONE);
	ck_assert_int_eq(watch_step(&w, 0, now), WATCH_NONE);
}
END_TEST

START_TEST(late_answer)
{
	ck_assert_int_eq(watch_step(&w, 1000, 5999), WATCH_NONE);
	ck_assert_int_eq(watch_step(&w, 1000, 6000), WATCH_SLOW);
	/* It is said once. */
	ck_assert_int_eq(watch_step(&w, 1000, 7000), WATCH_NONE);
	ck_assert_int_eq(watch_step(&w, 0, 8000), WATCH_BACK);
	ck_assert_uint_eq(w.since_ms, 1000);
	ck_assert_int_eq(watch_step(&w, 0, 9000), WATCH_NONE);
	/* And again for the next. */
	ck_assert_int_eq(watch_step(&w, 9000, 14000), WATCH_SLOW);
	/* Another question is overdue as well: still the same silence. */
	ck_assert_int_eq(watch_step(&w, 10000, 15000), WATCH_NONE);
	ck_assert_int_eq(watch_step(&w, 12000, 15500), WATCH_BACK);
}
END_TEST

START_TEST(no_answer)
{
	ck_assert_int_eq(watch_step(&w, 1000, 6000), WATCH_SLOW);
	ck_assert_int_eq(watch_step(&w, 1000, 30999), WATCH_NONE);
	ck_assert_int_eq(watch_step(&w, 1000, 31000), WATCH_HUNG);
	ck_assert_int_eq(watch_step(&w, 1000, 32000), WATCH_NONE);
	watch_reset(&w);
	ck_assert_int_eq(watch_step(&w, 0, 33000), WATCH_NONE);
}
END_TEST

/* A clock that stands behind the question is no silence. */
START_TEST(clock_set_back)
{
	ck_assert_int_eq(watch_step(&w, 9000, 1000), WATCH_NONE);
}
END_TEST

static const struct action *
ask(uint32_t client, uint32_t addr)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_REQUEST, client, client);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	msg_broadcast(&m);
	return act_find(msg_step(&k, &m), ACTION_STORE, 0);
}

/* The age is that of the oldest question that leased has. */
START_TEST(oldest)
{
	uint32_t first = case_discover(&k, 1), second = case_discover(&k, 2);
	uint32_t id;

	ck_assert_uint_eq(engine_store_since(k.e), 0);
	k.now.mono_ms = 20000;
	id = ask(1, first)->id;
	ck_assert_uint_eq(engine_store_since(k.e), 20000);
	k.now.mono_ms = 21000;
	ck_assert_ptr_nonnull(ask(2, second));
	ck_assert_uint_eq(engine_store_since(k.e), 20000);
	(void)case_outcome(&k, ENGINE_DURABLE, id);
	ck_assert_uint_eq(engine_store_since(k.e), 21000);
	/* A leased that is away is not late; one that is back begins anew. */
	k.now.mono_ms = 40000;
	(void)case_outcome(&k, ENGINE_STORE_DOWN, 0);
	ck_assert_uint_eq(engine_store_since(k.e), 0);
	(void)case_outcome(&k, ENGINE_STORE_UP, 0);
	ck_assert_uint_eq(engine_store_since(k.e), 40000);
}
END_TEST

/*
 * A leased that never answers: no more questions than places, so what waits
 * for it in the channel is bounded by PENDING_MAX * LEASE_ENCODED_MAX bytes.
 */
START_TEST(bounded)
{
	uint32_t i, asked = 0;

	teardown();
	memset(&k, 0, sizeof(k));
	k.now.wall_s = CASE_WALL;
	k.now.mono_ms = 1000;
	k.conf = dhcp_conf_new();
	case_iface(&k, "br0", CASE_IFINDEX, IP(10, 0, 255, 1), 0xffff0000);
	case_dhcp(&k, 20000, false);
	case_range(&k, IP(10, 0, 0, 1), IP(10, 0, 60, 0), "", "");
	case_ready(&k);
	for (i = 0; i < 3 * PENDING_MAX; i++) {
		struct dhcp_msg m;

		msg_begin(&m, PACKET_REQUEST, i, i);
		msg_opt32(&m, OPT_REQUESTED_IP, IP(10, 0, 0, 1) + i);
		msg_opt32(&m, OPT_SERVER_ID, IP(10, 0, 255, 1));
		msg_broadcast(&m);
		asked += act_find(msg_step(&k, &m), ACTION_STORE, 0) != NULL;
	}
	ck_assert_uint_le(asked, PENDING_MAX);
	ck_assert_uint_gt(asked, PENDING_MAX / 2);
	ck_assert_uint_eq(k.e->pending.nstore, asked);
}
END_TEST

Suite *suite_dhcp_watch(void);

Suite *
suite_dhcp_watch(void)
{
	Suite *s = suite_create("dhcp_watch");
	TCase *tc = tcase_create("watch"), *e = tcase_create("engine");

	tcase_add_checked_fixture(tc, watch_setup, NULL);
	tcase_add_test(tc, answers_in_time);
	tcase_add_test(tc, late_answer);
	tcase_add_test(tc, no_answer);
	tcase_add_test(tc, clock_set_back);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(e, setup_ready, teardown);
	tcase_add_test(e, oldest);
	tcase_add_test(e, bounded);
	suite_add_tcase(s, e);
	return s;
}

UNIT_MAIN(suite_dhcp_watch)
