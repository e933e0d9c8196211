/* SPDX-License-Identifier: ISC */
/* The load client's loop: who runs, and when. */
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/bench/load.h"

#define EVENTS 256
#define BEGIN_AT_ONCE 32 /* between two looks at what has come */
#define TICK_MS 50
#define TICK_HOLD_MS 2
#define LOOK_NS 200000 /* nothing came for so long: sleep */

static struct fetch *places;
static const struct load_file *files;
static uint32_t nfiles;
static int epoll;

/* The next transfer in this place, if there is one left. */
static void
place_fill(struct fetch *f)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = f };
	uint32_t number = load_result.begun;

	if (number == load_options.transfers)
		return;
	if (!fetch_begin(f, &files[number % nfiles], number))
		load_fail("a socket");
	load_result.begun++;
	if (load_options.parallel > 1 &&
	    epoll_ctl(epoll, EPOLL_CTL_ADD, f->sock, &ev) == -1)
		load_fail("epoll");
}

/* Says so once when every place has a transfer that runs. */
static void
tell_when_full(void)
{
	static bool told;
	uint32_t i;

	for (i = 0; i < load_options.parallel; i++)
		if (places[i].state != FETCH_RUNS)
			return;
	if (!told)
		fprintf(stderr, "all run\n");
	told = true;
}

static void
ticks(uint64_t now_ns)
{
	uint32_t i;

	for (i = 0; i < load_options.parallel; i++)
		if (places[i].state != FETCH_IDLE &&
		    !fetch_tick(&places[i], now_ns))
			place_fill(&places[i]);
	if (load_options.hold_ms != 0)
		tell_when_full();
}

static bool
is_over(void)
{
	return load_result.done + load_result.failed == load_options.transfers;
}

static void
readable(struct fetch *f)
{
	if (!fetch_readable(f))
		place_fill(f);
}

static void
wait_many(int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int i, n;

	n = epoll_wait(epoll, events, EVENTS, timeout_ms);
	for (i = 0; i < n; i++)
		readable(events[i].data.ptr);
}

/*
 * Where one transfer runs alone, its client looks for packets before it sleeps:
 * else what is measured is for the most part what it costs to wake a
 * processor that has halted, which is not the server's doing.  Where many
 * run, there is always something to do.  poll(2) does not even look whether to
 * wake somebody, as long as nobody sleeps.
 */
static void
wait_alone(struct fetch *f, int timeout_ms)
{
	struct pollfd p = { .fd = f->sock, .events = POLLIN };
	uint64_t start = load_now_ns();
	int n;

	while ((n = poll(&p, 1, 0)) == 0 && load_now_ns() - start < LOOK_NS)
		(void)sched_yield();
	if (n == 0)
		n = poll(&p, 1, timeout_ms);
	if (n > 0)
		readable(f);
}

void
loop_run(const struct load_file *list, uint32_t count)
{
	int tick_ms = load_options.hold_ms != 0 ? TICK_HOLD_MS : TICK_MS;
	uint64_t now = load_now_ns(), tick = now;
	uint64_t end = now + load_options.limit_ms * 1000000ULL;
	uint32_t filled = 0, to;

	files = list;
	nfiles = count;
	places = calloc(load_options.parallel, sizeof(*places));
	if (places == NULL || (epoll = epoll_create1(EPOLL_CLOEXEC)) == -1)
		load_fail("start");
	while (!is_over() && now < end) {
		for (to = filled + BEGIN_AT_ONCE;
		     filled < to && filled < load_options.parallel; filled++)
			place_fill(&places[filled]);
		if (load_options.parallel > 1)
			wait_many(filled < load_options.parallel ? 0 : tick_ms);
		else
			wait_alone(&places[0], tick_ms);
		now = load_now_ns();
		if (now - tick >= (uint64_t)tick_ms * 1000000) {
			tick = now;
			ticks(now);
		}
	}
	free(places);
	(void)close(epoll);
}
