/* SPDX-License-Identifier: ISC */
/* The queue of files to copy, the timers, and what is told of them. */
#include "imaged/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "imaged/copy.h"
#include "imaged/hot.h"

#define PRIORITY 2 /* after all that answers somebody */

struct job {
	struct copy copy;
	bool has_room;
};

static struct {
	struct hot hot;
	struct job queue[KEEP_QUEUE]; /* the first has its turn */
	size_t nqueue;
	struct event *turn; /* of the first in the queue */
	struct event *idle; /* when a copy may be dropped */
	struct log_limit failed;
	uint64_t hits;
	uint64_t made;
	uint64_t made_bytes;
	uint64_t given_up;
} keep = { .failed = LOG_LIMIT(3, 600000) };

static void
timer_set(struct event *ev, uint32_t ms)
{
	const struct timeval tv = { .tv_sec = ms / 1000,
		.tv_usec = (suseconds_t)(ms % 1000) * 1000 };

	(void)evtimer_add(ev, &tv);
}

static void
idle_set(uint32_t ms)
{
	if (ms > 0 && !evtimer_pending(keep.idle, NULL))
		timer_set(keep.idle, ms);
}

static void
idle(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	idle_set(hot_expire(&keep.hot, clock_mono_ms()));
}

static void
log_failed(const struct copy *c, uint64_t now_ms)
{
	/* Such a file system is as good as another, but for copies. */
	if (c->err == EOPNOTSUPP || !log_limit_ok(&keep.failed, now_ms, NULL))
		return;
	log_warnx("a file of %lld bytes cannot be copied into memory, and is "
		  "given without: %s; if memory is short, lower tftp-cache",
	    (long long)c->key.size, strerror(c->err));
}

static void
queue_next(void)
{
	struct job *j = &keep.queue[0];

	if (j->has_room)
		hot_room_give(&keep.hot, (uint64_t)j->copy.key.size);
	copy_end(&j->copy);
	keep.nqueue--;
	memmove(&keep.queue[0], &keep.queue[1],
	    keep.nqueue * sizeof(keep.queue[0]));
	if (keep.nqueue > 0)
		timer_set(keep.turn, 0);
}

/* Others have their turn while one waits for a disk. */
static void
queue_rotate(void)
{
	struct job first = keep.queue[0];

	memmove(&keep.queue[0], &keep.queue[1],
	    (keep.nqueue - 1) * sizeof(keep.queue[0]));
	keep.queue[keep.nqueue - 1] = first;
}

static void
job_done(struct job *j, uint64_t now_ms)
{
	const struct hot_key *k = &j->copy.key;

	hot_put(&keep.hot, k, copy_take(&j->copy), now_ms);
	j->has_room = false;
	keep.made++;
	keep.made_bytes += (uint64_t)k->size;
	idle_set(HOT_IDLE_MS);
	log_debug("a copy of %lld bytes is made; %zu copies, %llu bytes",
	    (long long)k->size, keep.hot.count,
	    (unsigned long long)keep.hot.used);
}

static void
give_up(const struct copy *c, enum copy_turn why, uint64_t now_ms)
{
	keep.given_up++;
	/* What has changed is another file, and may be copied. */
	if (why == COPY_CHANGED)
		return;
	hot_refuse(&keep.hot, &c->key, now_ms);
	if (why == COPY_FAILED)
		log_failed(c, now_ms);
}

/* Room is kept from the first piece on, so that all in the queue have it. */
static bool
room_take(struct job *j, uint64_t now_ms)
{
	if (!j->has_room)
		j->has_room = hot_room_take(
		    &keep.hot, (uint64_t)j->copy.key.size, now_ms);
	return j->has_room;
}

static void
turn(evutil_socket_t fd, short what, void *arg)
{
	struct job *j = &keep.queue[0];
	uint64_t now_ms = clock_mono_ms();
	enum copy_turn r;

	(void)fd;
	(void)what;
	(void)arg;
	if (keep.nqueue == 0)
		return;
	if (!room_take(j, now_ms)) {
		keep.given_up++;
		queue_next();
		return;
	}
	r = copy_step(&j->copy, now_ms);
	if (r == COPY_MORE) {
		timer_set(keep.turn, 0);
		return;
	}
	if (r == COPY_WAIT) {
		timer_set(keep.turn, j->copy.wait_ms);
		queue_rotate();
		return;
	}
	if (r == COPY_DONE)
		job_done(j, now_ms);
	else
		give_up(&j->copy, r, now_ms);
	queue_next();
}

void
keep_init(struct event_base *base)
{
	keep.turn = evtimer_new(base, turn, NULL);
	keep.idle = evtimer_new(base, idle, NULL);
	if (keep.turn == NULL || keep.idle == NULL ||
	    event_priority_set(keep.turn, PRIORITY) == -1)
		fatalx("no memory for a timer");
}

void
keep_set_budget(uint64_t bytes)
{
	if (bytes == keep.hot.budget)
		return;
	while (keep.nqueue > 0)
		queue_next();
	(void)evtimer_del(keep.turn);
	hot_set_budget(&keep.hot, bytes);
}

int
keep_get(const struct stat *st, uint64_t now_ms)
{
	struct hot_key k;
	int fd;

	if (keep.hot.count == 0)
		return -1;
	hot_key(&k, st);
	if ((fd = hot_get(&keep.hot, &k, now_ms)) != -1)
		keep.hits++;
	return fd;
}

static bool
is_queued(const struct hot_key *k)
{
	size_t i;

	for (i = 0; i < keep.nqueue; i++)
		if (hot_key_equal(&keep.queue[i].copy.key, k))
			return true;
	return false;
}

void
keep_note(int fd, const struct stat *st, uint64_t now_ms)
{
	struct timespec now;
	struct hot_key k;
	int own;

	if (keep.hot.budget == 0 || clock_gettime(CLOCK_REALTIME, &now) == -1)
		return;
	hot_key(&k, st);
	if (!hot_due(&keep.hot, &k, now_ms, now.tv_sec) || is_queued(&k) ||
	    keep.nqueue == KEEP_QUEUE ||
	    !hot_fits(&keep.hot, (uint64_t)k.size, now_ms))
		return;
	/* That fd is closed when the finder forgets the file. */
	if ((own = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1)
		return;
	keep.queue[keep.nqueue].has_room = false;
	copy_init(&keep.queue[keep.nqueue++].copy, own, &k, now_ms);
	if (keep.nqueue == 1)
		timer_set(keep.turn, 0);
}

void
keep_report(void)
{
	log_debug("copies: %llu made, of %llu bytes, given %llu times; %llu "
		  "given up; %zu held, of %llu bytes",
	    (unsigned long long)keep.made, (unsigned long long)keep.made_bytes,
	    (unsigned long long)keep.hits, (unsigned long long)keep.given_up,
	    keep.hot.count, (unsigned long long)keep.hot.used);
}
