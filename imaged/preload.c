/* SPDX-License-Identifier: ISC */
/* Walks through the roots, a file in each turn of the event loop. */
#include "imaged/preload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/timeval.h"
#include "sign/manifest.h"

#define PRIORITY 2 /* below requests */
#define NAMES_BYTES 4096 /* of a folder that are read at once */

/* An open folder on the way. */
struct level {
	int fd;
	size_t pathlen; /* of its path, with a slash behind it */
	size_t len, at; /* of names */
	char names[NAMES_BYTES];
};

static struct {
	const struct preload_ops *ops;
	struct event *turn;
	int root[LOOKUP_ROOTS_MAX];
	uint8_t number; /* of the root */
	size_t depth; /* open folders; 0: the next root is due */
	struct level level[PRELOAD_DEPTH];
	char path[LOOKUP_PATH_MAX + 1]; /* of the file, or of the folder */
	bool busy; /* its check runs */
	uint32_t tries;
	uint64_t files, bad;
	uint64_t said_ms;
} preload;

static void
turn_in(uint32_t ms)
{
	const struct timeval tv = timeval_ms(ms);

	(void)evtimer_add(preload.turn, &tv);
}

static void
level_close(void)
{
	(void)close(preload.level[--preload.depth].fd);
}

/* Opens a folder by the path; one that cannot be opened is left out. */
static void
level_open(size_t pathlen)
{
	struct level *l = &preload.level[preload.depth];

	if (preload.depth == PRELOAD_DEPTH)
		return;
	l->fd = image_open_folder(
	    preload.root[preload.number], pathlen == 0 ? "." : preload.path);
	if (l->fd == -1)
		return;
	l->pathlen = pathlen;
	l->len = l->at = 0;
	preload.depth++;
}

/* The next name in a folder, or NULL at its end. */
static const char *
level_next(struct level *l)
{
	struct dirent64 e;
	const char *name;
	ssize_t n;

	if (l->at >= l->len) {
		n = getdents64(l->fd, l->names, sizeof(l->names));
		if (n <= 0)
			return NULL;
		l->len = (size_t)n;
		l->at = 0;
	}
	/* The buffer is not aligned for the header. */
	memcpy(&e, l->names + l->at, offsetof(struct dirent64, d_name));
	name = l->names + l->at + offsetof(struct dirent64, d_name);
	l->at += e.d_reclen;
	return name;
}

static bool
ends_in(const char *name, const char *ending)
{
	size_t n = strlen(name), end = strlen(ending);

	return n > end && strcmp(name + n - end, ending) == 0;
}

/* What belongs to signatures is looked at with the files. */
static bool
is_left_out(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strcmp(name, MANIFEST_FILE) == 0 || ends_in(name, ".minisig") ||
	       ends_in(name, ".sig");
}

static void
say_progress(void)
{
	uint64_t now_ms = clock_mono_ms();

	if (now_ms - preload.said_ms < PRELOAD_SAY_MS)
		return;
	preload.said_ms = now_ms;
	log_info("verify-preload: %" PRIu64 " files checked so far, %" PRIu64
		 " of them not accepted",
	    preload.files, preload.bad);
}

static void
preload_end(const char *why)
{
	log_info("verify-preload: %s: %" PRIu64 " files checked, %" PRIu64
		 " of them not accepted",
	    why, preload.files, preload.bad);
	preload_stop();
}

/* Looks at the check that runs; the next file follows when it has ended. */
static void
file_go_on(void)
{
	bool good = false;

	if (!preload.ops->check(preload.number, preload.path, &good)) {
		preload.busy = ++preload.tries < PRELOAD_TRIES_MAX;
		turn_in(preload.busy ? PRELOAD_WAIT_MS : 0);
		return;
	}
	preload.busy = false;
	preload.files++;
	preload.bad += !good;
	say_progress();
	if (preload.files == PRELOAD_FILES_MAX)
		preload_end("there are more files than it checks");
	else
		turn_in(0);
}

/* A name in a folder: a file, or a folder to go into. */
static void
name_take(const struct level *l, const char *name)
{
	struct stat st;
	size_t n = strlen(name);
	int root = preload.root[preload.number];

	turn_in(0);
	if (is_left_out(name) || l->pathlen + n + 1 > LOOKUP_PATH_MAX)
		return;
	memcpy(preload.path + l->pathlen, name, n + 1);
	/* A link to a folder leads to files that have a path of their own. */
	if (image_stat(root, preload.path, O_NOFOLLOW, &st) == -1)
		return;
	if (S_ISDIR(st.st_mode)) {
		memcpy(preload.path + l->pathlen + n, "/", 2);
		level_open(l->pathlen + n + 1);
		return;
	}
	if (S_ISLNK(st.st_mode) && image_stat(root, preload.path, 0, &st) == -1)
		return;
	if (!S_ISREG(st.st_mode))
		return;
	if (!preload.ops->room((uint64_t)st.st_size)) {
		preload_end("verify-cache is full");
		return;
	}
	preload.busy = true;
	preload.tries = 0;
	file_go_on();
}

static void
preload_turn(evutil_socket_t fd, short what, void *arg)
{
	const char *name;

	(void)fd;
	(void)what;
	(void)arg;
	if (preload.busy) {
		file_go_on();
		return;
	}
	if (preload.depth == 0) {
		while (++preload.number < LOOKUP_ROOTS_MAX &&
		       preload.root[preload.number] == -1)
			continue;
		if (preload.number == LOOKUP_ROOTS_MAX) {
			preload_end("done");
			return;
		}
		level_open(0);
		turn_in(0);
		return;
	}
	name = level_next(&preload.level[preload.depth - 1]);
	if (name != NULL) {
		name_take(&preload.level[preload.depth - 1], name);
		return;
	}
	level_close();
	turn_in(0);
}

void
preload_init(struct event_base *base, const struct preload_ops *ops)
{
	preload.ops = ops;
	preload.turn = evtimer_new(base, preload_turn, NULL);
	if (preload.turn == NULL ||
	    event_priority_set(preload.turn, PRIORITY) == -1)
		fatalx("no memory for a timer");
}

void
preload_stop(void)
{
	while (preload.depth > 0)
		level_close();
	preload.busy = false;
	(void)evtimer_del(preload.turn);
}

void
preload_start(const int root[LOOKUP_ROOTS_MAX])
{
	preload_stop();
	memcpy(preload.root, root, sizeof(preload.root));
	preload.number = UINT8_MAX; /* the next one is 0 */
	preload.files = preload.bad = 0;
	preload.said_ms = clock_mono_ms();
	log_info("verify-preload: checking all files");
	turn_in(0);
}
