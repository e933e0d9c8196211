/* SPDX-License-Identifier: ISC */
/* Reads the events of watched folders. */
#include "priv/watch.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/record.h"
#include "daemon/timeval.h"
#include "priv/watch_pace.h"
#include "priv/watch_set.h"

#define READS_MAX 16 /* buffers a turn */

struct watched {
	int inotify; /* -1: none */
	struct event *readable;
	struct watch_set set;
};

static struct {
	struct event_base *base;
	void (*changed)(void);
	struct event *timer;
	struct watch_pace pace;
	struct watched now; /* of the configuration in force */
	struct watched next; /* of the reading */
	bool reading;
	bool failed; /* the reading cannot watch all; it was logged */
	bool full; /* the reading has no room for another folder */
	bool said; /* the last one could not, either */
	/* For the log, since the last reading: */
	uint32_t cause; /* the first folder that changed, or WATCH_NONE */
	bool others; /* another one changed as well */
} watch = {
	.now.inotify = -1,
	.next.inotify = -1,
	.cause = WATCH_NONE,
};

static void
watched_close(struct watched *w)
{
	if (w->readable != NULL)
		event_free(w->readable);
	if (w->inotify != -1)
		(void)close(w->inotify);
	watch_set_free(&w->set);
	memset(w, 0, sizeof(*w));
	w->inotify = -1;
}

/* ---------------------------------------------------------------- events */

/* Sets the timer for the next reading, if there is a reason for one. */
static void
watch_arm(void)
{
	uint64_t due_ms = watch_pace_due_ms(&watch.pace);
	struct timeval tv = timeval_until(due_ms, clock_mono_ms());

	if (due_ms != 0)
		(void)evtimer_add(watch.timer, &tv);
}

static void
watch_log_cause(void)
{
	char path[RECORD_PATH_MAX];
	const char *s;

	if (watch.cause == WATCH_NONE) {
		log_info(
		    "reloading the configuration: too many changes in watched folders");
		return;
	}
	s = watch.now.set.folders[watch.cause];
	log_info("reloading the configuration: %s changed%s",
	    log_escape(path, sizeof(path), s, strlen(s)),
	    watch.others ? ", and other folders" : "");
}

static void
watch_event(const struct inotify_event *e, const char *name, uint64_t now_ms)
{
	uint32_t folder;

	if (!watch_set_event(&watch.now.set, e, name, &folder))
		return;
	if (!watch.pace.changed || folder == WATCH_NONE)
		watch.cause = folder;
	else if (folder != watch.cause)
		watch.others = true;
	watch_pace_change(&watch.pace, now_ms);
}

/* The events in one buffer. */
static void
watch_events(const uint8_t *buf, size_t len, uint64_t now_ms)
{
	struct inotify_event e;
	const char *name;

	while (len >= sizeof(e)) {
		memcpy(&e, buf, sizeof(e));
		buf += sizeof(e);
		len -= sizeof(e);
		if (e.len > len)
			break;
		/* The kernel ends it with a NUL; without one it is none. */
		name = (const char *)buf;
		if (e.len == 0 || memchr(name, '\0', e.len) == NULL)
			name = "";
		watch_event(&e, name, now_ms);
		buf += e.len;
		len -= e.len;
	}
}

static void
watch_read(void)
{
	static uint8_t buf[64 * 1024];
	uint64_t now_ms = clock_mono_ms();
	ssize_t n = 1;
	int i;

	for (i = 0; i < READS_MAX && n > 0; i++)
		if ((n = read(watch.now.inotify, buf, sizeof(buf))) > 0)
			watch_events(buf, (size_t)n, now_ms);
	if (n == -1 && errno != EAGAIN && errno != EINTR) {
		log_warn(
		    "cannot read changes of folders; changes take effect by SIGHUP");
		watch.cause = WATCH_NONE;
		watched_close(&watch.now);
	}
}

/*
 * After the first change the others can wait in the kernel until the reading is
 * due, so that a file that changes all the time does not keep the parent busy.
 */
static void
folders_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	watch_read();
	if (watch.pace.changed && watch.now.readable != NULL)
		(void)event_del(watch.now.readable);
	watch_arm();
}

static void
watch_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	if (watch_pace_due_ms(&watch.pace) == 0)
		return;
	/* What has changed since then is read with it. */
	if (watch.now.inotify != -1)
		watch_read();
	watch_pace_begin(&watch.pace, clock_mono_ms());
	watch_log_cause();
	watch.changed();
}

/* -------------------------------------------------------------- readings */

/* Logs why folders are not watched, once for as long as it stays so. */
static void
watch_fail(const char *path, int error)
{
	char text[RECORD_PATH_MAX];

	if (watch.failed)
		return;
	watch.failed = true;
	if (watch.said)
		return;
	(void)log_escape(text, sizeof(text), path, strlen(path));
	switch (error) {
	case EMFILE:
		log_warnx(
		    "%s is not watched: no more inotify instances; raise fs.inotify.max_user_instances by sysctl(8); until then changes take effect by SIGHUP",
		    text);
		break;
	case ENOSPC:
		log_warnx(
		    "%s is not watched: no more inotify watches; raise fs.inotify.max_user_watches by sysctl(8); until then changes take effect by SIGHUP",
		    text);
		break;
	case E2BIG:
		log_warnx(
		    "%s is not watched: too many watched folders, with those on the way to them the limit is %d; its changes take effect by SIGHUP",
		    text, WATCH_PAIRS_MAX);
		break;
	default:
		log_warnx(
		    "%s is not watched: %s; its changes take effect by SIGHUP",
		    text, strerror(error));
		break;
	}
}

void
watch_init(struct event_base *base, void (*changed)(void))
{
	watch.base = base;
	watch.changed = changed;
	if ((watch.timer = evtimer_new(base, watch_due, NULL)) == NULL)
		fatalx("no memory for a timer");
}

void
watch_begin(void)
{
	if (watch.changed == NULL)
		return;
	watched_close(&watch.next);
	watch.reading = true;
	watch.failed = false;
	watch.full = false;
	watch_pace_begin(&watch.pace, clock_mono_ms());
	watch.cause = WATCH_NONE;
	watch.others = false;
	if (watch.now.readable != NULL)
		(void)event_del(watch.now.readable);
}

int
watch_inotify(void)
{
	/* Without room in the set, no watch of the kernel may be used. */
	if (!watch.reading || watch.full)
		return -1;
	if (watch.next.inotify == -1 && !watch.failed &&
	    (watch.next.inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) ==
		-1)
		watch_fail("a folder of dhcp-hostsdir or dhcp-optsdir", errno);
	return watch.next.inotify;
}

void
watch_add(const char *path, struct reader *pairs, int error)
{
	if (!watch.reading || watch.next.inotify == -1)
		return;
	if (watch_set_add(&watch.next.set, path, pairs) == -1) {
		watch.full = true;
		error = error != 0 ? error : errno;
	}
	if (error != 0)
		watch_fail(path, error);
}

/* Reads events, those that the kernel has kept first. */
static void
watched_enable(struct watched *w)
{
	if (w->inotify == -1)
		return;
	if (w->readable == NULL)
		w->readable = event_new(watch.base, w->inotify,
		    EV_READ | EV_PERSIST, folders_readable, NULL);
	if (w->readable != NULL && event_add(w->readable, NULL) == 0)
		return;
	log_warnx("no memory to watch folders; changes take effect by SIGHUP");
	watched_close(w);
}

void
watch_parsed(void)
{
	watch_pace_parsed(&watch.pace, clock_mono_ms());
}

static void
watch_end(void)
{
	watch_pace_end(&watch.pace, clock_mono_ms());
	if (!watch.reading)
		return;
	watch.reading = false;
	watch.said = watch.failed;
	watched_enable(&watch.now);
	watch_arm();
}

void
watch_commit(void)
{
	if (watch.reading) {
		watched_close(&watch.now);
		watch.now = watch.next;
		memset(&watch.next, 0, sizeof(watch.next));
		watch.next.inotify = -1;
	}
	watch_end();
}

void
watch_drop(void)
{
	if (watch.reading)
		watched_close(&watch.next);
	watch_end();
}
