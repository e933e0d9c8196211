/* SPDX-License-Identifier: ISC */
/* Timers fire when they are due, and cost nothing before. */
#include "tests/unit/unit.h"
#include "tftpd/timer.h"

#define TIMERS 500

struct item {
	struct timer timer; /* first: a timer is its item */
	uint64_t fired_ms;
	unsigned int fired;
};

static struct timer_heap timers;
static struct item item[3];
static unsigned int fired_all;

static void
note(struct timer *t, uint64_t now_ms, void *arg)
{
	struct item *it = (struct item *)(void *)t;

	ck_assert_ptr_eq(arg, &timers);
	ck_assert(!t->armed);
	it->fired_ms = now_ms;
	it->fired++;
	fired_all++;
}

static void
run(uint64_t now_ms)
{
	timer_run(&timers, now_ms, note, &timers);
}

/* Timer i is to fire at at_ms. */
static void
set(size_t i, uint64_t now_ms, uint64_t at_ms)
{
	timer_set(&timers, &item[i].timer, now_ms, at_ms);
}

/* Runs the timers; then timer i has fired so many times. */
static void
run_fires(uint64_t now_ms, size_t i, unsigned int times)
{
	run(now_ms);
	ck_assert_uint_eq(item[i].fired, times);
}

static void
expect_next(uint64_t at_ms)
{
	ck_assert_uint_eq(timer_next(&timers), at_ms);
}

static void
expect_none(void)
{
	ck_assert_uint_eq(timer_next(&timers), 0);
}

START_TEST(fires_at_its_time)
{
	expect_none();
	set(0, 1000, 1007);
	expect_next(1007);
	run_fires(1006, 0, 0);
	run_fires(1007, 0, 1);
	ck_assert_uint_eq(item[0].fired_ms, 1007);
	expect_none();
	run_fires(9999, 0, 1);
}
END_TEST

START_TEST(past_is_due_next)
{
	set(0, 1000, 10);
	expect_next(1001);
	run_fires(1001, 0, 1);
	set(1, 1001, 1100);
	set(0, 1050, 1040);
	run_fires(1050, 0, 1);
	run_fires(1051, 0, 2);
}
END_TEST

START_TEST(put_off_without_moving)
{
	uint64_t now = 1000, looks = 0;

	set(0, now, 2000);
	/* A packet each ms puts it off by one. */
	for (; now < 5000; now++) {
		set(0, now, now + 1000);
		if (now < 2000)
			ck_assert_uint_eq(item[0].timer.heap_ms, 2000);
		if (timer_next(&timers) <= now) {
			looks++;
			run(now);
		}
	}
	ck_assert_uint_eq(item[0].fired, 0);
	ck_assert_uint_le(looks, 5);
	run_fires(5998, 0, 0);
	run_fires(5999, 0, 1);
}
END_TEST

START_TEST(put_off_and_back)
{
	set(0, 1000, 1500);
	set(0, 1000, 3000); /* noted */
	set(0, 1000, 2000); /* still later */
	run_fires(1600, 0, 0);
	set(0, 1600, 1700); /* moved */
	run_fires(1699, 0, 0);
	run_fires(1700, 0, 1);
	expect_none();
	run_fires(5000, 0, 1);
}
END_TEST

START_TEST(clear)
{
	set(0, 1000, 1100);
	set(1, 1000, 1100);
	timer_clear(&timers, &item[0].timer);
	timer_clear(&timers, &item[0].timer);
	expect_next(1100);
	run_fires(1100, 0, 0);
	ck_assert_uint_eq(item[1].fired, 1);
	expect_none();
}
END_TEST

/* Fires its own timer again, and meddles with others that are due as well. */
static void
meddle(struct timer *t, uint64_t now_ms, void *arg)
{
	struct timer_heap *h = arg;
	struct item *it = (struct item *)(void *)t;
	struct item *other = it == &item[0] ? &item[1] : &item[0];

	it->fired++;
	if (fired_all++ == 0) {
		timer_clear(h, &other->timer);
		timer_set(h, &item[2].timer, now_ms, now_ms + 50);
		timer_set(h, t, now_ms, now_ms);
	}
}

START_TEST(set_and_clear_from_fire)
{
	set(0, 1000, 1100);
	set(1, 1000, 1100);
	timer_run(&timers, 1100, meddle, &timers);
	ck_assert_uint_eq(item[0].fired + item[1].fired, 1);
	expect_next(1101);
	timer_run(&timers, 1101, meddle, &timers);
	ck_assert_uint_eq(item[0].fired + item[1].fired, 2);
	expect_next(1150);
}
END_TEST

/* What a transfer put off while it was due does not fire early. */
static void
put_off_other(struct timer *t, uint64_t now_ms, void *arg)
{
	struct item *it = (struct item *)(void *)t;
	int k = it == &item[0] ? 1 : 0;

	it->fired++;
	if (item[k].timer.armed)
		timer_set(arg, &item[k].timer, now_ms, now_ms + 20);
}

START_TEST(put_off_while_due)
{
	set(0, 1000, 1100);
	set(1, 1000, 1100);
	timer_run(&timers, 1100, put_off_other, &timers);
	ck_assert_uint_eq(item[0].fired + item[1].fired, 1);
	timer_run(&timers, 1119, put_off_other, &timers);
	ck_assert_uint_eq(item[0].fired + item[1].fired, 1);
	timer_run(&timers, 1120, put_off_other, &timers);
	ck_assert_uint_eq(item[0].fired + item[1].fired, 2);
}
END_TEST

/* Against a plain table of times; some timers meddle with others. */
static struct {
	struct timer_heap timers;
	struct timer timer[TIMERS];
	uint64_t due_ms[TIMERS]; /* 0: not armed */
	uint64_t fired;
	bool bad;
} clk;

static void
fire(struct timer *t, uint64_t now_ms, void *arg)
{
	size_t i = (size_t)(t - clk.timer);

	(void)arg;
	if (clk.due_ms[i] == 0 || now_ms < clk.due_ms[i])
		clk.bad = true;
	clk.due_ms[i] = 0;
	clk.fired++;
	/* Some arm themselves again, some stop a neighbour. */
	if (i % 3 == 0) {
		clk.due_ms[i] = now_ms + 1 + i * 7;
		timer_set(&clk.timers, t, now_ms, clk.due_ms[i]);
	} else if (i % 7 == 0) {
		timer_clear(&clk.timers, &clk.timer[i - 1]);
		clk.due_ms[i - 1] = 0;
	}
}

/* Nothing is late, nothing is lost, and the next time is not too late. */
static void
clk_check(uint64_t now_ms)
{
	uint64_t first = UINT64_MAX, at = timer_next(&clk.timers);
	uint64_t armed = 0;
	size_t i;

	for (i = 0; i < TIMERS; i++) {
		if (clk.due_ms[i] == 0)
			continue;
		armed++;
		if (clk.due_ms[i] < first)
			first = clk.due_ms[i];
	}
	if (clk.bad)
		ck_abort_msg("a timer fires early");
	if (armed > 0 && first <= now_ms)
		ck_abort_msg("a timer is late");
	if ((at != 0) != (armed > 0) ||
	    (armed > 0 && (at > first || at <= now_ms)))
		ck_abort_msg("a timer is lost, or the next time is wrong");
}

START_TEST(random_times)
{
	uint64_t now = 123456789, rng = 99;
	size_t i, round;

	for (round = 0; round < 20000; round++) {
		rng = rng * 6364136223846793005ULL + 1442695040888963407ULL;
		i = (rng >> 33) % TIMERS;
		if (rng >> 60 < 12) {
			clk.due_ms[i] = now + 1 + (rng >> 40) % 40000;
			timer_set(
			    &clk.timers, &clk.timer[i], now, clk.due_ms[i]);
		} else {
			timer_clear(&clk.timers, &clk.timer[i]);
			clk.due_ms[i] = 0;
		}
		now += round % 500 == 0 ? 30000 : (rng >> 50) % 40;
		timer_run(&clk.timers, now, fire, NULL);
		clk_check(now);
	}
	ck_assert_uint_gt(clk.fired, 1000);
}
END_TEST

Suite *suite_tftp_timer(void);

Suite *
suite_tftp_timer(void)
{
	Suite *s = suite_create("tftp_timer");
	TCase *tc = tcase_create("timer");

	tcase_add_test(tc, fires_at_its_time);
	tcase_add_test(tc, past_is_due_next);
	tcase_add_test(tc, put_off_without_moving);
	tcase_add_test(tc, put_off_and_back);
	tcase_add_test(tc, clear);
	tcase_add_test(tc, set_and_clear_from_fire);
	tcase_add_test(tc, put_off_while_due);
	tcase_add_test(tc, random_times);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_timer)
