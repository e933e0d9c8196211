/* SPDX-License-Identifier: ISC */
/* Places of connections, and which are closed. */
#include <stdlib.h>
#include <string.h>

#include "daemon/http.h"
#include "httpd/conn.h"
#include "tests/unit/unit.h"

#define MAX 128
/* What one address may have of them, and of spare connections. */
#define SHARE (MAX / 4)
#define SPARE_SHARE CONN_PEER_MIN

static struct conns t;
static struct conn c[256];

static void
setup(void)
{
	memset(c, 0, sizeof(c));
	conns_init(&t, 1);
	t.max = MAX;
}

/* A connection number n, from an address of its own or from a given one. */
static enum conn_why
begin_from(size_t n, uint32_t addr, uint64_t now_ms)
{
	struct conn *loser;

	c[n].client.addr = addr_from_ip4(addr);
	c[n].client.port = (uint16_t)(1024 + n);
	return conn_begin(&t, &c[n], &loser, now_ms);
}

static enum conn_why
begin(size_t n, uint64_t now_ms)
{
	return begin_from(n, 0x0a000000 + (uint32_t)n, now_ms);
}

static void
end_all(size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		conn_end(&t, &c[i]);
	ck_assert_uint_eq(t.all, 0);
	ck_assert_uint_eq(t.places, 0);
	ck_assert_ptr_null(conn_expired(&t, UINT64_MAX / 2));
}

/* The one that was idle longest goes, and none that is busy. */
START_TEST(idle_gives_way)
{
	struct conn *loser;
	size_t i;

	for (i = 0; i < MAX; i++)
		ck_assert_int_eq(begin(i, i), CONN_PLACE);
	conn_busy(&t, &c[0]);
	conn_busy(&t, &c[1]);
	conn_idle(&t, &c[1], 500);
	c[MAX].client.addr = addr_from_ip4(0x0b000000);
	ck_assert_int_eq(conn_begin(&t, &c[MAX], &loser, 600), CONN_PLACE);
	ck_assert_ptr_eq(loser, &c[2]);
	ck_assert(loser->leaving);
	ck_assert_uint_eq(t.places, MAX);
	/* It was in the middle of being closed as its request came. */
	conn_busy(&t, loser);
	conn_idle(&t, loser, 700);
	end_all(MAX + 1);
}
END_TEST

START_TEST(spare_when_all_are_busy)
{
	size_t i, spare = http_spare(MAX);

	for (i = 0; i < MAX; i++) {
		ck_assert_int_eq(begin(i, 0), CONN_PLACE);
		conn_busy(&t, &c[i]);
	}
	for (i = MAX; i < MAX + spare; i++) {
		ck_assert(conns_room(&t));
		ck_assert_int_eq(begin(i, 0), CONN_FULL);
		ck_assert(c[i].spare);
	}
	ck_assert(!conns_room(&t));
	ck_assert_int_eq(begin(MAX + spare, 0), CONN_NONE);
	conn_end(&t, &c[0]);
	ck_assert_int_eq(begin(0, 0), CONN_PLACE);
	end_all(MAX + spare);
}
END_TEST

START_TEST(share_of_one_address)
{
	size_t i;

	for (i = 0; i < SHARE; i++)
		ck_assert_int_eq(begin_from(i, 1, 0), CONN_PLACE);
	ck_assert_int_eq(begin_from(SHARE, 1, 0), CONN_SHARE);
	ck_assert_int_eq(begin_from(SHARE + 1, 2, 0), CONN_PLACE);
	conn_end(&t, &c[0]);
	ck_assert_int_eq(begin_from(0, 1, 0), CONN_PLACE);
	end_all(SHARE + 2);
	t.max = 2 * CONN_PEER_MIN;
	for (i = 0; i < CONN_PEER_MIN; i++)
		ck_assert_int_eq(begin_from(i, 1, 0), CONN_PLACE);
	ck_assert_int_eq(begin_from(i, 1, 0), CONN_SHARE);
	end_all(CONN_PEER_MIN + 1);
}
END_TEST

/* However many one address opens, another one gets a place. */
START_TEST(spares_of_one_address)
{
	size_t i, n = 0, max = SHARE + SPARE_SHARE;

	for (i = 0; i < MAX + http_spare(MAX) - 1; i++) {
		enum conn_why why = begin_from(n, 1, 0);

		ck_assert_int_eq(why, i < SHARE ? CONN_PLACE
				      : i < max ? CONN_SHARE
						: CONN_SPARES);
		n += why != CONN_SPARES;
	}
	ck_assert_uint_eq(n, max);
	ck_assert(conns_room(&t));
	ck_assert_int_eq(begin_from(n, 2, 0), CONN_PLACE);
	/* One that is being closed leaves its share, and counts once. */
	ck_assert_ptr_eq(conn_expired(&t, CONN_SPARE_MS), &c[SHARE]);
	ck_assert_int_eq(begin_from(n + 1, 1, 0), CONN_SHARE);
	ck_assert_int_eq(begin_from(n + 2, 1, 0), CONN_SPARES);
	end_all(n + 2);
}
END_TEST

/* One address has no more than its share of the signatures of a second. */
START_TEST(handshakes_of_one_address)
{
	uint64_t now_ms;
	size_t i;

	for (now_ms = 5000; now_ms < 7000; now_ms += 1000) {
		for (i = 0; i < 2 * CONN_PEER_HANDSHAKES; i++) {
			enum conn_why why;

			c[0].tls = true;
			why = begin_from(0, 1, now_ms + i);
			ck_assert_int_eq(why, i < CONN_PEER_HANDSHAKES
						  ? CONN_PLACE
						  : CONN_SHAKES);
			if (why == CONN_PLACE)
				conn_end(&t, &c[0]);
			memset(&c[0], 0, sizeof(c[0]));
		}
		/* Others, and its connections without TLS, are served. */
		c[1].tls = true;
		ck_assert_int_eq(begin_from(1, 2, now_ms + i), CONN_PLACE);
		ck_assert_int_eq(begin_from(2, 1, now_ms + i), CONN_PLACE);
		conn_end(&t, &c[1]);
		conn_end(&t, &c[2]);
		memset(c, 0, sizeof(c));
	}
	ck_assert_uint_eq(t.all, 0);
}
END_TEST

START_TEST(idle_ones_expire)
{
	size_t i;

	t.max = 2;
	ck_assert_int_eq(begin(0, 1000), CONN_PLACE);
	ck_assert_int_eq(begin(1, 1000), CONN_PLACE);
	conn_busy(&t, &c[0]);
	conn_busy(&t, &c[1]);
	ck_assert_int_eq(begin(2, 1000), CONN_FULL);
	ck_assert_ptr_null(conn_expired(&t, 999 + CONN_SPARE_MS));
	ck_assert_ptr_eq(conn_expired(&t, 1000 + CONN_SPARE_MS), &c[2]);
	ck_assert_ptr_null(conn_expired(&t, 1000 + CONN_SPARE_MS));
	ck_assert_ptr_null(conn_expired(&t, 1000 + CONN_IDLE_MS));
	conn_idle(&t, &c[1], 2000);
	conn_idle(&t, &c[0], 2001);
	ck_assert_ptr_null(conn_expired(&t, 1999 + CONN_IDLE_MS));
	ck_assert_ptr_eq(conn_expired(&t, 2000 + CONN_IDLE_MS), &c[1]);
	ck_assert_ptr_null(conn_expired(&t, 2000 + CONN_IDLE_MS));
	ck_assert_ptr_eq(conn_expired(&t, 2001 + CONN_IDLE_MS), &c[0]);
	ck_assert_uint_eq(t.places, 0);
	for (i = 0; i < 3; i++)
		ck_assert(c[i].leaving);
	end_all(3);
}
END_TEST

/* The state of an address outlives its connections. */
START_TEST(peers_are_kept)
{
	struct endpoint e = { .addr = addr_from_ip4(7) };
	struct peer *p;
	uint32_t i;

	ck_assert_int_eq(begin_from(0, 7, 0), CONN_PLACE);
	p = c[0].peer;
	ck_assert_int_eq(begin_from(1, 7, 0), CONN_PLACE);
	ck_assert_ptr_eq(c[1].peer, p);
	p->rate.spent = 5;
	end_all(2);
	ck_assert_int_eq(begin_from(0, 7, 0), CONN_PLACE);
	ck_assert_uint_eq(c[0].peer->rate.spent, 5);
	ck_assert_uint_eq(t.peers.nidle, 0);
	end_all(1);
	ck_assert_uint_eq(t.peers.nidle, 1);
	/* As many as may be kept; the oldest is forgotten. */
	for (i = 0; i < PEER_IDLE_MAX; i++) {
		e.addr = addr_from_ip4(1000 + i);
		p = peer_take(&t.peers, &e);
		peer_give(&t.peers, p);
	}
	ck_assert_uint_eq(t.peers.nidle, PEER_IDLE_MAX);
	e.addr = addr_from_ip4(7);
	p = peer_take(&t.peers, &e);
	ck_assert_uint_eq(p->rate.spent, 0);
	peer_give(&t.peers, p);
}
END_TEST

/* At random: counts agree, nobody busy is closed. */
START_TEST(at_random)
{
	enum { NONE, IDLE, BUSY } state[200] = { NONE };
	uint64_t now_ms = 0;
	struct conn *loser;
	uint32_t places, all;
	int step, i;

	t.max = 50;
	for (step = 0; step < 200000; step++) {
		i = (int)(random() % 200);
		now_ms += (uint64_t)(random() % 100);
		if (state[i] == NONE) {
			memset(&c[i], 0, sizeof(c[i]));
			c[i].client.addr =
			    addr_from_ip4((uint32_t)(random() % 20));
			if (conn_begin(&t, &c[i], &loser, now_ms) >=
			    CONN_SPARES)
				continue;
			state[i] = IDLE;
			if (loser != NULL)
				ck_assert_int_eq(state[loser - c], IDLE);
		} else if (random() % 3 == 0) {
			conn_end(&t, &c[i]);
			state[i] = NONE;
		} else if (state[i] == IDLE) {
			conn_busy(&t, &c[i]);
			state[i] = BUSY;
		} else {
			conn_idle(&t, &c[i], now_ms);
			state[i] = IDLE;
		}
		while ((loser = conn_expired(&t, now_ms)) != NULL)
			ck_assert_int_eq(state[loser - c], IDLE);
		for (i = 0, places = all = 0; i < 200; i++) {
			all += state[i] != NONE;
			places +=
			    state[i] != NONE && !c[i].spare && !c[i].leaving;
		}
		ck_assert_uint_eq(all, t.all);
		ck_assert_uint_eq(places, t.places);
		ck_assert_uint_le(places, t.max);
	}
	for (i = 0; i < 200; i++)
		if (state[i] != NONE)
			conn_end(&t, &c[i]);
}
END_TEST

Suite *suite_http_conn(void);

Suite *
suite_http_conn(void)
{
	Suite *s = suite_create("http_conn");
	TCase *tc = tcase_create("conn");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, idle_gives_way);
	tcase_add_test(tc, spare_when_all_are_busy);
	tcase_add_test(tc, share_of_one_address);
	tcase_add_test(tc, spares_of_one_address);
	tcase_add_test(tc, handshakes_of_one_address);
	tcase_add_test(tc, idle_ones_expire);
	tcase_add_test(tc, peers_are_kept);
	tcase_add_test(tc, at_random);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_http_conn)
