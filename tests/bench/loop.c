/* SPDX-License-Identifier: ISC */
/* The load client's loop: who runs, and when. */
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
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, f->sock, &ev) == -1)
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

/*
 * Where one transfer runs alone, its client looks for packets before it sleeps:
 * else what is measured is for the most part what it costs to wake a
 * processor that has halted, which is not the server's doing.  Where many
 * run, there is always something to do.
 */
static int
wait_events(struct epoll_event *events, int timeout_ms)
{
	uint64_t start = load_now_ns();
	int n;

	if (load_options.parallel > 1)
		return epoll_wait(epoll, events, EVENTS, timeout_ms);
	while ((n = epoll_wait(epoll, events, EVENTS, 0)) == 0) {
		if (load_now_ns() - start >= LOOK_NS)
			return epoll_wait(epoll, events, EVENTS, timeout_ms);
		(void)sched_yield();
	}
	return n;
}

void
loop_run(const struct load_file *list, uint32_t count)
{
	int tick_ms = load_options.hold_ms != 0 ? TICK_HOLD_MS : TICK_MS;
	uint64_t now = load_now_ns(), tick = now;
	uint64_t end = now + load_options.limit_ms * 1000000ULL;
	struct epoll_event events[EVENTS];
	uint32_t filled = 0, to;
	int i, n;

	files = list;
	nfiles = count;
	places = calloc(load_options.parallel, sizeof(*places));
	if (places == NULL || (epoll = epoll_create1(EPOLL_CLOEXEC)) == -1)
		load_fail("start");
	while (!is_over() && now < end) {
		for (to = filled + BEGIN_AT_ONCE;
		     filled < to && filled < load_options.parallel; filled++)
			place_fill(&places[filled]);
		n = wait_events(
		    events, filled < load_options.parallel ? 0 : tick_ms);
		for (i = 0; i < n; i++)
			if (!fetch_readable(events[i].data.ptr))
				place_fill(events[i].data.ptr);
		now = load_now_ns();
		if (now - tick >= (uint64_t)tick_ms * 1000000) {
			tick = now;
			ticks(now);
		}
	}
	free(places);
	(void)close(epoll);
}
