/* SPDX-License-Identifier: ISC */
/* The estimates of round-trip time and window, one formula at a time. */
#include "tests/unit/unit.h"
#include "tftpd/pace.h"

/* RFC 6298 2.2 and 2.3, with alpha 1/8 and beta 1/4. */
START_TEST(round_trips)
{
	struct pace p = { .patience = 3 };

	pace_round_trip(&p, 80);
	ck_assert(p.measured);
	ck_assert_uint_eq(p.patience, 0);
	ck_assert_uint_eq(p.srtt8, 8 * 80);
	ck_assert_uint_eq(p.rttvar4, 4 * 40);
	pace_round_trip(&p, 160);
	ck_assert_uint_eq(p.srtt8, 8 * 90);
	ck_assert_uint_eq(p.rttvar4, 4 * (30 + 20));
	pace_round_trip(&p, 10);
	ck_assert_uint_eq(p.srtt8, 8 * 80);
	ck_assert_uint_eq(p.rttvar4, 200 - 50 + 80);
	/* Equal ones: only the variation decreases. */
	pace_round_trip(&p, 80);
	ck_assert_uint_eq(p.srtt8, 8 * 80);
	ck_assert_uint_eq(p.rttvar4, 230 - 57);
}
END_TEST

START_TEST(round_trip_of_hours)
{
	struct pace p = { 0 };

	pace_round_trip(&p, 8 * PACE_RETRY_MAX_MS + 1);
	ck_assert_uint_eq(p.srtt8, 8 * 8 * PACE_RETRY_MAX_MS);
	p.measured = false;
	pace_round_trip(&p, UINT64_MAX);
	ck_assert_uint_eq(p.srtt8, 8 * 8 * PACE_RETRY_MAX_MS);
	ck_assert_uint_eq(pace_probe_ms(&p, true), PACE_RETRY_MAX_MS);
}
END_TEST

/* Two round trips and the variation, or the least that a client needs. */
START_TEST(waits)
{
	struct pace p = { 0 };

	ck_assert_uint_eq(pace_probe_ms(&p, false), PACE_RETRY_MAX_MS);
	ck_assert_uint_eq(pace_retry_ms(&p), PACE_RETRY_MAX_MS);
	p = (struct pace){ .measured = true, .srtt8 = 8 * 20 };
	ck_assert_uint_eq(pace_probe_ms(&p, false), 40 + PACE_PROBE_MIN_MS);
	ck_assert_uint_eq(pace_probe_ms(&p, true), 40 + PACE_PROBE_LOCKSTEP_MS);
	ck_assert_uint_eq(pace_retry_ms(&p), 2 * (40 + PACE_PROBE_LOCKSTEP_MS));
	p.rttvar4 = 60;
	ck_assert_uint_eq(pace_probe_ms(&p, false), 100);
	ck_assert_uint_eq(pace_probe_ms(&p, true), 100);
	/* Each needless probe doubles the wait. */
	pace_needless_probes(&p, 1);
	ck_assert_uint_eq(pace_probe_ms(&p, false), 200);
	ck_assert_uint_eq(pace_retry_ms(&p), 400);
	pace_needless_probes(&p, 2);
	ck_assert_uint_eq(pace_probe_ms(&p, false), 800);
	ck_assert_uint_eq(pace_retry_ms(&p), PACE_RETRY_MAX_MS);
	pace_needless_probes(&p, 5);
	ck_assert_uint_eq(pace_probe_ms(&p, false), PACE_RETRY_MAX_MS);
	ck_assert_uint_eq(p.patience, 7);
}
END_TEST

/* In 256ths, smoothed over 16 windows; a clean one makes both shares less. */
START_TEST(shares)
{
	struct pace p = { 0 };

	pace_silent(&p);
	ck_assert_uint_eq(p.silent, 16);
	pace_gap(&p, 4, 8);
	ck_assert_uint_eq(p.silent, 15);
	ck_assert_uint_eq(p.again, 8);
	pace_gap(&p, 7, 8);
	ck_assert_uint_eq(p.again, 9);
	p.silent = p.again = 160;
	pace_clean(&p);
	ck_assert_uint_eq(p.silent, 150);
	ck_assert_uint_eq(p.again, 150);
	ck_assert_uint_eq(p.spread_us, 0);
}
END_TEST

/* How long a window takes: the time for some blocks, without a round trip. */
START_TEST(flights)
{
	struct pace p = { .srtt8 = 8 * 10 };

	pace_flight(&p, 29, 10, 40);
	ck_assert_uint_eq(p.got8, 10);
	ck_assert_uint_eq(p.took8, 20);
	ck_assert_uint_eq(p.flight_ms, 80);
	pace_flight(&p, 29, 10, 40);
	ck_assert_uint_eq(p.got8, 10 - 1 + 10);
	ck_assert_uint_eq(p.took8, 20 - 2 + 20);
	/* Faster than the round trip. */
	pace_flight(&p, 9, 17, 40);
	ck_assert_uint_eq(p.took8, 38 - 4);
	ck_assert_uint_eq(p.got8, 19 - 2 + 17);
	ck_assert_uint_eq(p.flight_ms, 40);
	/* Less than a tick is nothing; a tick may be nearly two. */
	p = (struct pace){ 0 };
	pace_flight(&p, PACE_MS, 1, 1);
	ck_assert_uint_eq(p.took8, PACE_MS + 1);
	p = (struct pace){ 0 };
	pace_flight(&p, PACE_MS - 1, 1, 1);
	ck_assert_uint_eq(p.took8, PACE_MS - 1);
	p = (struct pace){ 0 };
	pace_flight(&p, UINT64_MAX - 1, 1, 1);
	ck_assert_uint_eq(p.took8, PACE_SPREAD_MAX_MS);
}
END_TEST

/* A quarter of the windows without an answer: they are spread. */
START_TEST(silence_spreads)
{
	struct pace p = { .silent = 256 / 4 - 13, .flight_ms = 20 };

	pace_silent(&p);
	ck_assert_uint_eq(p.silent, 63);
	ck_assert_uint_eq(p.spread_us, 0);
	pace_silent(&p);
	ck_assert_uint_eq(p.spread_us, 20000);
	/* And more so, with each that has none. */
	pace_silent(&p);
	ck_assert_uint_eq(p.spread_us, 25000);
	pace_clean(&p);
	ck_assert_uint_eq(p.spread_us, 25000 - 25000 / 32);
	p.spread_us = PACE_SPREAD_MAX_MS * 1000;
	pace_silent(&p);
	ck_assert_uint_eq(p.spread_us, PACE_SPREAD_MAX_MS * 1000);
	/* A spread of less than one step is none. */
	p.spread_us = PACE_MS * 1000;
	pace_clean(&p);
	ck_assert_uint_eq(p.spread_us, 0);
	/* A path that seems to take no time. */
	p = (struct pace){ .silent = 100 };
	pace_silent(&p);
	ck_assert_uint_eq(p.spread_us, 4000);
}
END_TEST

/* A quarter of the blocks again: so, too, if the path needs time for them. */
START_TEST(gaps_spread)
{
	struct pace p = { .again = 256 / 4 - 1, .flight_ms = PACE_MS };

	pace_gap(&p, 8 - 2, 8); /* 64, as before: it stays below */
	ck_assert_uint_eq(p.spread_us, 0);
	pace_gap(&p, 1, 8);
	ck_assert_uint_eq(p.spread_us, PACE_MS * 1000);
	ck_assert_uint_eq(p.again, 256 / 8);
	p = (struct pace){ .again = 256 / 4, .flight_ms = PACE_MS };
	pace_gap(&p, 8 - 2, 8);
	ck_assert_uint_eq(p.spread_us, PACE_MS * 1000);
	p = (struct pace){ .again = 200, .flight_ms = PACE_MS - 1 };
	pace_gap(&p, 1, 8);
	ck_assert_uint_eq(p.spread_us, 0);
	ck_assert_uint_ge(p.again, 200);
	/* A longer spread stays. */
	p = (struct pace){
		.again = 200, .flight_ms = PACE_MS, .spread_us = 64000
	};
	pace_gap(&p, 1, 8);
	ck_assert_uint_eq(p.spread_us, 62000);
}
END_TEST

/* In PACE_MS, rounded up: never nothing. */
START_TEST(parts)
{
	struct pace p = { 0 };

	ck_assert_uint_eq(pace_part(&p, 64), 64);
	p.spread_us = 64000;
	ck_assert_uint_eq(pace_part(&p, 64), PACE_MS);
	ck_assert_uint_eq(pace_part(&p, 65), PACE_MS + 1);
	ck_assert_uint_eq(pace_part(&p, 2), 1);
	ck_assert_uint_eq(pace_part(&p, 1), 1);
	p.spread_us = PACE_MS * 2000 - 1; /* not quite 1 */
	ck_assert_uint_eq(pace_part(&p, 2), 2);
	p.spread_us = PACE_MS * 1000 / 2;
	ck_assert_uint_eq(pace_part(&p, 1), 1);
	p.spread_us = PACE_SPREAD_MAX_MS * 1000;
	ck_assert_uint_eq(pace_part(&p, 65535), 256);
}
END_TEST

static Suite *
suite_tftp_path(void)
{
	Suite *s = suite_create("tftp_path");
	TCase *tc = tcase_create("sums");

	tcase_add_test(tc, round_trips);
	tcase_add_test(tc, round_trip_of_hours);
	tcase_add_test(tc, waits);
	tcase_add_test(tc, shares);
	tcase_add_test(tc, flights);
	tcase_add_test(tc, silence_spreads);
	tcase_add_test(tc, gaps_spread);
	tcase_add_test(tc, parts);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_path)
