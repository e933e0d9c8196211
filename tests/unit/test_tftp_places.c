/* SPDX-License-Identifier: ISC */
/* Places for transfers: who has one, who gives way; at last, at random. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/places.h"

#define SESSIONS 64
#define SOURCES 6

static struct places p;
static struct source source[SOURCES];
static struct session session[SESSIONS];

static void
setup(void)
{
	memset(source, 0, sizeof(source));
	memset(session, 0, sizeof(session));
	places_init(&p);
}

static struct session *
begin(int i, int of, bool known)
{
	session[i] = (struct session){ .source = &source[of] };
	places_begin(&p, &session[i], known);
	return &session[i];
}

static void
prove(int i, uint64_t now_ms)
{
	session[i].transfer.progress_ms = now_ms;
	places_prove(&p, &session[i]);
}

START_TEST(counts)
{
	places_limit(&p, 4, 8, 12);
	begin(0, 0, false);
	begin(1, 0, true);
	ck_assert_uint_eq(source[0].half_open, 2);
	prove(0, 1);
	ck_assert_uint_eq(source[0].half_open, 1);
	ck_assert_uint_eq(source[0].proven, 1);
	ck_assert_uint_eq(p.nproven, 1);
	ck_assert_uint_eq(p.nhalf_open[PLACES_UNKNOWN], 0);
	ck_assert_uint_eq(p.nhalf_open[PLACES_KNOWN], 1);
	places_end(&p, &session[0]);
	places_end(&p, &session[1]);
	ck_assert_uint_eq(source[0].half_open + source[0].proven, 0);
	ck_assert_uint_eq(p.nproven + p.nhalf_open[PLACES_KNOWN], 0);
	ck_assert(TAILQ_EMPTY(&p.proven));
}
END_TEST

START_TEST(share)
{
	static const struct {
		uint32_t max, want;
	} t[] = { { 0, 16 }, { 1, 16 }, { 50, 16 }, { 64, 16 }, { 67, 16 },
		{ 68, 17 }, { 1000, 250 }, { 65280, 16320 } };
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		places_limit(&p, t[i].max, 8, t[i].max + 8);
		ck_assert_uint_eq(places_source_max(&p), t[i].want);
	}
}
END_TEST

/* The larger class loses its oldest; at a tie, that of the new one. */
START_TEST(losers)
{
	places_limit(&p, 4, 4, 8);
	ck_assert_ptr_null(places_half_open_loser(&p, false));
	begin(0, 0, false);
	begin(1, 0, false);
	begin(2, 0, false);
	ck_assert(places_free(&p));
	begin(3, 0, false);
	ck_assert(!places_free(&p));
	/* Known ones come in until they have half of it. */
	ck_assert_ptr_eq(places_half_open_loser(&p, true), &session[0]);
	places_end(&p, &session[0]);
	begin(10, 1, true);
	ck_assert_ptr_eq(places_half_open_loser(&p, true), &session[1]);
	places_end(&p, &session[1]);
	begin(11, 1, true);
	ck_assert_ptr_eq(places_half_open_loser(&p, true), &session[10]);
	ck_assert_ptr_eq(places_half_open_loser(&p, false), &session[2]);
	/* A flood of known ones does not keep out the others. */
	places_end(&p, &session[2]);
	places_end(&p, &session[3]);
	begin(12, 1, true);
	begin(13, 1, true);
	ck_assert_ptr_eq(places_half_open_loser(&p, false), &session[10]);
	ck_assert_ptr_eq(places_half_open_loser(&p, true), &session[10]);
}
END_TEST

/* Few ports: the proven ones may have all of them. */
START_TEST(together)
{
	places_limit(&p, 4, 8, 4);
	begin(0, 0, false);
	begin(1, 0, false);
	begin(2, 0, false);
	begin(3, 0, false);
	ck_assert(!places_free(&p));
	prove(0, 1);
	prove(1, 1);
	prove(2, 1);
	ck_assert_ptr_eq(places_half_open_loser(&p, false), &session[3]);
	prove(3, 1);
	ck_assert(!places_free(&p));
	ck_assert_ptr_null(places_half_open_loser(&p, false));
	ck_assert_ptr_null(places_half_open_loser(&p, true));
}
END_TEST

/* Who has answered in vain is no stranger any more. */
START_TEST(answered)
{
	places_limit(&p, 1, 2, 3);
	begin(0, 0, false);
	begin(1, 0, false);
	places_answered(&p, &session[0]);
	ck_assert_uint_eq(p.nhalf_open[PLACES_KNOWN], 1);
	ck_assert_ptr_eq(places_half_open_loser(&p, false), &session[1]);
	places_answered(&p, &session[0]);
	ck_assert_uint_eq(p.nhalf_open[PLACES_KNOWN], 1);
	prove(0, 1);
	ck_assert_uint_eq(p.nhalf_open[PLACES_KNOWN], 0);
}
END_TEST

START_TEST(still)
{
	const uint64_t late = 1000 + PLACES_STILL_MS;
	int i;

	places_limit(&p, 40, 40, 80);
	for (i = 0; i < 40; i++)
		prove((begin(i, i % 2, false), i), 1000 + (uint64_t)i);
	ck_assert_ptr_null(places_still(&p, NULL, late - 1));
	ck_assert_ptr_eq(places_still(&p, NULL, late), &session[0]);
	ck_assert_ptr_eq(places_still(&p, &source[0], late), &session[0]);
	ck_assert_ptr_null(places_still(&p, &source[1], late));
	ck_assert_ptr_eq(places_still(&p, &source[1], late + 1), &session[1]);
	ck_assert_ptr_null(places_still(&p, &source[2], late + 100));
	/* For what was our own fault it is not blamed, and hides nobody. */
	session[0].transfer.held_ms = 500;
	ck_assert_ptr_eq(places_still(&p, NULL, late + 1), &session[1]);
	session[0].transfer.progress_ms = late;
	places_moved(&p, &session[0]);
	ck_assert_ptr_eq(places_still(&p, NULL, late + 9), &session[1]);
}
END_TEST

START_TEST(can_prove)
{
	const uint64_t late = 1000 + PLACES_STILL_MS;
	int i;

	places_limit(&p, 20, 40, 60);
	for (i = 0; i < 16; i++) {
		ck_assert(places_can_prove(&p, &source[0], 1000));
		prove((begin(i, 0, false), i), 1000);
	}
	/* Its share is used, the places are not. */
	ck_assert(!places_can_prove(&p, &source[0], late - 1));
	ck_assert(places_can_prove(&p, &source[0], late));
	ck_assert(places_can_prove(&p, &source[1], 1000));
	for (; i < 20; i++)
		prove((begin(i, 1, false), i), 1000);
	ck_assert(!places_can_prove(&p, &source[1], late - 1));
	ck_assert(places_can_prove(&p, &source[1], late));
	/* A limit that was lowered. */
	places_limit(&p, 2, 40, 42);
	ck_assert(!places_can_prove(&p, &source[2], 1000));
}
END_TEST

static uint64_t rng = 1;

static unsigned int
rnd(unsigned int below)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (unsigned int)((rng * 0x2545f4914f6cdd1dULL >> 33) % below);
}

/* What a model of it that counts all says. */
static void
check_counts(const bool used[SESSIONS])
{
	uint32_t proven[SOURCES] = { 0 }, half_open[SOURCES] = { 0 };
	uint32_t nproven = 0, nclass[PLACES_CLASSES] = { 0 };
	int i;

	for (i = 0; i < SESSIONS; i++) {
		int of = (int)(session[i].source - source);

		if (!used[i])
			continue;
		if (session[i].half_open) {
			half_open[of]++;
			nclass[session[i].known]++;
		} else {
			proven[of]++;
			nproven++;
		}
	}
	for (i = 0; i < SOURCES; i++)
		if (proven[i] != source[i].proven ||
		    half_open[i] != source[i].half_open)
			ck_abort_msg("source %d", i);
	if (nproven != p.nproven || nclass[0] != p.nhalf_open[0] ||
	    nclass[1] != p.nhalf_open[1])
		ck_abort_msg("the counts");
}

static int
index_of(const struct session *s)
{
	return (int)(s - session);
}

/* A new one, as the server does it; -1: there is no place. */
static int
random_begin(bool used[SESSIONS], uint64_t now_ms)
{
	bool known = rnd(2);
	uint32_t mine, others;
	struct session *loser;
	int i;

	mine = p.nhalf_open[known];
	others = p.nhalf_open[!known];
	while (!places_free(&p)) {
		if ((loser = places_half_open_loser(&p, known)) == NULL)
			return -1;
		/* None of the smaller class gives way to the larger one. */
		if (loser->known != known && mine >= others)
			ck_abort_msg("the wrong class gave way");
		for (i = 0; i < SESSIONS; i++)
			if (used[i] && session[i].half_open &&
			    session[i].known == loser->known &&
			    session[i].start_ms < loser->start_ms)
				ck_abort_msg("a younger one gave way");
		places_end(&p, loser);
		used[index_of(loser)] = false;
		mine = p.nhalf_open[known];
		others = p.nhalf_open[!known];
	}
	for (i = 0; used[i]; i++)
		continue;
	begin(i, (int)rnd(SOURCES), known);
	session[i].start_ms = now_ms;
	used[i] = true;
	return i;
}

static void
random_prove(bool used[SESSIONS], int i, uint64_t now_ms)
{
	struct session *s = &session[i], *gone = NULL;

	if (!places_can_prove(&p, s->source, now_ms))
		return;
	if (s->source->proven >= places_source_max(&p))
		gone = places_still(&p, s->source, now_ms);
	else if (p.nproven >= p.max_proven)
		gone = places_still(&p, NULL, now_ms);
	if (gone != NULL) {
		if (gone->half_open ||
		    now_ms - gone->transfer.progress_ms < PLACES_STILL_MS)
			ck_abort_msg("one that moves gave way");
		places_end(&p, gone);
		used[index_of(gone)] = false;
	}
	prove(i, now_ms);
	if (p.nproven > p.max_proven ||
	    s->source->proven > places_source_max(&p))
		ck_abort_msg("more than there may be");
}

START_TEST(at_random)
{
	bool used[SESSIONS] = { false };
	uint64_t now_ms = 1000;
	uint32_t proven, half_open;
	int round, i;

	rng = (uint64_t)_i * 0x9e3779b97f4a7c15ULL | 1;
	proven = 1 + rnd(30);
	half_open = 1 + rnd(24);
	places_limit(
	    &p, proven, half_open, proven + half_open - rnd(half_open));
	for (round = 0; round < 20000; round++) {
		now_ms += 1 + rnd(rnd(50) == 0 ? 12000 : 100);
		i = (int)rnd(SESSIONS);
		if (rnd(2) == 0)
			(void)random_begin(used, now_ms);
		else if (!used[i])
			continue;
		else if (rnd(4) == 0) {
			places_end(&p, &session[i]);
			used[i] = false;
		} else if (!session[i].half_open) {
			session[i].transfer.progress_ms = now_ms;
			places_moved(&p, &session[i]);
		} else
			random_prove(used, i, now_ms);
		check_counts(used);
		if (p.nhalf_open[0] + p.nhalf_open[1] > half_open ||
		    p.nhalf_open[0] + p.nhalf_open[1] + p.nproven > p.max)
			ck_abort_msg("more than there are places");
	}
}
END_TEST

Suite *suite_tftp_places(void);

Suite *
suite_tftp_places(void)
{
	Suite *s = suite_create("tftp_places");
	TCase *tc = tcase_create("places");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, counts);
	tcase_add_test(tc, share);
	tcase_add_test(tc, losers);
	tcase_add_test(tc, together);
	tcase_add_test(tc, answered);
	tcase_add_test(tc, still);
	tcase_add_test(tc, can_prove);
	tcase_add_loop_test(tc, at_random, 1, 21);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_places)
