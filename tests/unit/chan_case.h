/* SPDX-License-Identifier: ISC */
/* A channel whose other end is a bare descriptor of the test. */
#ifndef TESTS_UNIT_CHAN_CASE_H
#define TESTS_UNIT_CHAN_CASE_H

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/chan.h"
#include "tests/unit/unit.h"

static inline int
fds_open(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static inline int
chan_case_message(struct chan *c, struct msg *m, void *arg)
{
	(void)c;
	(void)m;
	(void)arg;
	return 0;
}

static inline void
chan_case_closed(struct chan *c, const char *why, void *arg)
{
	(void)c;
	(void)why;
	(void)arg;
}

/* An owner that ignores what it gets. */
static const struct chan_ops chan_case_deaf = { .message = chan_case_message,
	.closed = chan_case_closed };

/* The channel is `self` and hears from `peer`, whose end is *bare. */
static inline struct chan *
chan_case_open(struct event_base *base, enum role self, enum role peer,
    const struct chan_ops *ops, void *arg, int *bare)
{
	struct chan *c;
	int fds[2], i;

	ck_assert_ptr_nonnull(base);
	ck_assert_int_eq(chan_pair(fds), 0);
	for (i = 0; i < 2; i++) {
		ck_assert(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
		ck_assert(fcntl(fds[i], F_GETFL) & O_NONBLOCK);
	}
	c = chan_new(base, fds[0], self, peer, ops, arg);
	ck_assert_ptr_nonnull(c);
	chan_set_phase(c, PHASE_RUN);
	*bare = fds[1];
	return c;
}

/* bare: -1 when the test has closed it. */
static inline void
chan_case_close(struct chan *c, int bare)
{
	chan_free(c);
	if (bare != -1)
		(void)close(bare);
}

#endif
