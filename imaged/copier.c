/* SPDX-License-Identifier: ISC */
/* Copies files into sealed memory, and keeps the copies. */
#include "imaged/copier.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/sealed_make.h"
#include "daemon/timeval.h"

#define PRIORITY 2 /* below all events that answer a client */

/* A file that waits for its copy. */
struct waiting {
	int fd;
	struct memcache_key key;
};

static struct {
	struct memcache cache;
	struct copier_job job;
	struct waiting waiting[COPIER_WAITING_MAX]; /* in order */
	size_t nwaiting;
	struct event *turn; /* of the job */
	struct event *idle; /* when the next copy may expire */
	uint64_t hits;
	uint64_t made;
	uint64_t given_up;
} copier;

/* tmpfs never waits for a disk, except for swap space. */
static bool
is_memory(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
}

static ssize_t
read_nowait(int fd, void *buf, size_t n, off_t at)
{
	const struct iovec iov = { buf, n };
	ssize_t r = preadv2(fd, &iov, 1, at, RWF_NOWAIT);

	if (r == -1 && errno == EOPNOTSUPP) {
		if (is_memory(fd))
			return preadv2(fd, &iov, 1, at, 0);
		errno = EOPNOTSUPP;
	}
	return r;
}

void
copier_job_init(struct copier_job *c, int from, const struct memcache_key *key,
    uint64_t now_ms)
{
	*c = (struct copier_job){ .from = from,
		.to = -1,
		.key = *key,
		.moved_ms = now_ms,
		.wait_ms = COPIER_WAIT_MIN_MS / 2, /* to be doubled */
		.read = read_nowait };
}

static enum copier_result
job_fail(struct copier_job *c)
{
	c->err = errno;
	return COPIER_FAILED;
}

/* Seals the copy if the file has not changed meanwhile. */
static enum copier_result
job_finish(struct copier_job *c)
{
	struct memcache_key now;
	struct stat st;

	if (fstat(c->from, &st) == -1)
		return job_fail(c);
	memcache_key_init(&now, &st);
	if (st.st_nlink == 0 || !memcache_key_equal(&now, &c->key))
		return COPIER_CHANGED;
	if (fstat(c->to, &st) == -1)
		return job_fail(c);
	if (st.st_size != c->key.size) {
		errno = EIO;
		return job_fail(c);
	}
	if (sealed_make_end(c->to) == -1)
		return job_fail(c);
	return COPIER_DONE;
}

static enum copier_result
job_wait(struct copier_job *c, uint64_t now_ms)
{
	if (now_ms - c->moved_ms >= COPIER_STUCK_MS)
		return COPIER_STUCK;
	c->wait_ms *= 2;
	if (c->wait_ms > COPIER_WAIT_MAX_MS)
		c->wait_ms = COPIER_WAIT_MAX_MS;
	return COPIER_WAIT;
}

enum copier_result
copier_job_step(struct copier_job *c, uint64_t now_ms)
{
	static char piece[COPIER_PIECE];
	off_t left = c->key.size - c->done;
	size_t n = left < COPIER_PIECE ? (size_t)left : COPIER_PIECE;
	ssize_t r;

	if (c->to == -1 && (c->to = sealed_make_new("copy")) == -1)
		return job_fail(c);
	r = c->read(c->from, piece, n, c->done);
	if (r == -1) {
		if (errno == EAGAIN || errno == EINTR)
			return job_wait(c, now_ms);
		return job_fail(c);
	}
	if (r == 0)
		return COPIER_CHANGED;
	if (sealed_make_write(c->to, piece, (size_t)r, c->done) == -1)
		return job_fail(c);
	c->done += r;
	c->moved_ms = now_ms;
	c->wait_ms = COPIER_WAIT_MIN_MS / 2; /* to be doubled */
	return c->done < c->key.size ? COPIER_MORE : job_finish(c);
}

void
copier_job_end(struct copier_job *c)
{
	if (c->from != -1)
		(void)close(c->from);
	if (c->to != -1)
		(void)close(c->to);
	c->from = c->to = -1;
}

static void
copier_set_timer(struct event *ev, uint32_t ms)
{
	const struct timeval tv = timeval_ms(ms);

	(void)evtimer_add(ev, &tv);
}

static void
idle_fired(evutil_socket_t fd, short what, void *arg)
{
	uint32_t ms = memcache_expire(&copier.cache, clock_mono_ms());

	(void)fd;
	(void)what;
	(void)arg;
	if (ms > 0)
		copier_set_timer(copier.idle, ms);
}

static void
copy_keep(struct copier_job *c, uint64_t now_ms)
{
	memcache_put(&copier.cache, &c->key, c->to, now_ms);
	c->to = -1;
	copier.made++;
	if (!evtimer_pending(copier.idle, NULL))
		copier_set_timer(copier.idle, MEMCACHE_IDLE_MS);
	log_debug("copied a file of %lld bytes; %zu copies, %llu bytes",
	    (long long)c->key.size, copier.cache.count,
	    (unsigned long long)copier.cache.used);
}

static void
copy_give_up(
    const struct copier_job *c, enum copier_result why, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(3, 600000);

	copier.given_up++;
	/* A changed file is another file, and may be copied. */
	if (why == COPIER_CHANGED)
		return;
	memcache_refuse(&copier.cache, &c->key, now_ms);
	/* EOPNOTSUPP: the file system cannot read without waiting. */
	if (why == COPIER_FAILED && c->err != EOPNOTSUPP &&
	    log_limit_ok(&limit, now_ms, NULL))
		log_warnx(
		    "cannot copy a file of %lld bytes into memory: %s; serving the file itself; if memory is short, lower tftp-cache",
		    (long long)c->key.size, strerror(c->err));
}

/* Starts to copy the next file for which there is room. */
static void
copy_next(uint64_t now_ms)
{
	struct waiting w;

	while (copier.job.from == -1 && copier.nwaiting > 0) {
		w = copier.waiting[0];
		copier.nwaiting--;
		memmove(copier.waiting, copier.waiting + 1,
		    copier.nwaiting * sizeof(w));
		if (!memcache_make_room(
			&copier.cache, (uint64_t)w.key.size, now_ms)) {
			(void)close(w.fd);
			continue;
		}
		copier_job_init(&copier.job, w.fd, &w.key, now_ms);
		copier_set_timer(copier.turn, 0);
	}
}

/* Whether this file is being copied, or waits. */
static bool
copy_is_due(const struct memcache_key *k)
{
	size_t i;

	if (copier.job.from != -1 && memcache_key_equal(&copier.job.key, k))
		return true;
	for (i = 0; i < copier.nwaiting; i++)
		if (memcache_key_equal(&copier.waiting[i].key, k))
			return true;
	return false;
}

static void
turn_fired(evutil_socket_t fd, short what, void *arg)
{
	struct copier_job *c = &copier.job;
	uint64_t now_ms = clock_mono_ms();
	enum copier_result r;

	(void)fd;
	(void)what;
	(void)arg;
	r = copier_job_step(c, now_ms);
	if (r == COPIER_MORE || r == COPIER_WAIT) {
		copier_set_timer(
		    copier.turn, r == COPIER_MORE ? 0 : c->wait_ms);
		return;
	}
	if (r == COPIER_DONE)
		copy_keep(c, now_ms);
	else
		copy_give_up(c, r, now_ms);
	copier_job_end(c);
	copy_next(now_ms);
}

void
copier_init(struct event_base *base)
{
	copier.job.from = copier.job.to = -1;
	copier.turn = evtimer_new(base, turn_fired, NULL);
	copier.idle = evtimer_new(base, idle_fired, NULL);
	if (copier.turn == NULL || copier.idle == NULL ||
	    event_priority_set(copier.turn, PRIORITY) == -1)
		fatalx("no memory for a timer");
}

void
copier_set_budget(uint64_t bytes)
{
	if (bytes == copier.cache.budget)
		return;
	copier_job_end(&copier.job);
	while (copier.nwaiting > 0)
		(void)close(copier.waiting[--copier.nwaiting].fd);
	(void)evtimer_del(copier.turn);
	memcache_set_budget(&copier.cache, bytes);
}

int
copier_get(const struct stat *st, uint64_t now_ms)
{
	struct memcache_key k;
	int fd;

	if (copier.cache.count == 0)
		return -1;
	memcache_key_init(&k, st);
	if ((fd = memcache_get(&copier.cache, &k, now_ms)) != -1)
		copier.hits++;
	return fd;
}

void
copier_note(int fd, const struct stat *st, uint64_t now_ms, int64_t now_s)
{
	struct waiting *w = &copier.waiting[copier.nwaiting];
	struct memcache_key k;

	memcache_key_init(&k, st);
	if (!memcache_note(&copier.cache, &k, now_ms, now_s) ||
	    copier.nwaiting == COPIER_WAITING_MAX || copy_is_due(&k) ||
	    (w->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1)
		return;
	w->key = k;
	copier.nwaiting++;
	copy_next(now_ms);
}

void
copier_report(void)
{
	log_debug(
	    "copies: %llu made, used %llu times; %llu failed; %zu in memory, %llu bytes",
	    (unsigned long long)copier.made, (unsigned long long)copier.hits,
	    (unsigned long long)copier.given_up, copier.cache.count,
	    (unsigned long long)copier.cache.used);
}
