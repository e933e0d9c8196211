/* SPDX-License-Identifier: ISC */
/* Accepts connections. */
#include "httpd/accept.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"

#define ACCEPT_TURN 64 /* connections of one socket in a turn */

static accept_fn *accepted;
static struct accept_set *listening; /* that accept_start() was called for */
static bool paused;

int
accept_add(struct accept_set *set, int fd, uint32_t ifindex)
{
	if (set->n == HTTP_SOCKETS_MAX) {
		(void)close(fd);
		return -1;
	}
	set->l[set->n++] = (struct listener){ .fd = fd, .ifindex = ifindex };
	return 0;
}

/* The connection is gone, or the network failed (accept(2)). */
static bool
is_passing(int error)
{
	switch (error) {
	case ENETDOWN:
	case EPROTO:
	case ENOPROTOOPT:
	case EHOSTDOWN:
	case ENONET:
	case EHOSTUNREACH:
	case EOPNOTSUPP:
	case ENETUNREACH:
	case ECONNABORTED:
	case EINTR:
		return true;
	default:
		return false;
	}
}

static void
accept_failed(int error)
{
	static struct log_limit limit = LOG_LIMIT(1, 10000);

	if (log_limit_ok(&limit, clock_mono_ms(), NULL))
		log_warnx(
		    "cannot accept connections: %s; trying again in a second",
		    strerror(error));
	accept_pause(listening);
}

static void
accept_readable(evutil_socket_t fd, short what, void *arg)
{
	const struct listener *l = arg;
	struct sockaddr_storage ss;
	socklen_t len;
	int i, conn;

	(void)what;
	for (i = 0; i < ACCEPT_TURN && !paused; i++) {
		len = sizeof(ss);
		conn = accept4(fd, (struct sockaddr *)&ss, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (conn != -1) {
			accepted(l, conn, (struct sockaddr *)&ss, len);
			continue;
		}
		if (errno == EAGAIN)
			return;
		if (!is_passing(errno)) {
			accept_failed(errno);
			return;
		}
	}
}

int
accept_start(struct accept_set *set, struct event_base *base, accept_fn *fn)
{
	uint32_t i;

	accepted = fn;
	listening = set;
	paused = false;
	for (i = 0; i < set->n; i++) {
		struct listener *l = &set->l[i];

		l->readable = event_new(
		    base, l->fd, EV_READ | EV_PERSIST, accept_readable, l);
		if (l->readable == NULL || event_add(l->readable, NULL) == -1)
			return -1;
	}
	return 0;
}

void
accept_pause(struct accept_set *set)
{
	uint32_t i;

	paused = true;
	for (i = 0; i < set->n; i++)
		(void)event_del(set->l[i].readable);
}

void
accept_resume(struct accept_set *set)
{
	uint32_t i;

	if (!paused)
		return;
	paused = false;
	for (i = 0; i < set->n; i++)
		(void)event_add(set->l[i].readable, NULL);
}

void
accept_clear(struct accept_set *set)
{
	uint32_t i;

	for (i = 0; i < set->n; i++) {
		if (set->l[i].readable != NULL)
			event_free(set->l[i].readable);
		(void)close(set->l[i].fd);
	}
	set->n = 0;
}
