/* SPDX-License-Identifier: ISC */
/* Starting, feeding, stopping and burying of roles. */
#include "priv/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

#include <event2/event.h>

#include "daemon/log.h"
#include "daemon/record_batch.h"
#include "priv/output.h"
#include "priv/sandbox_death.h"
#include "priv/spawn.h"

#define STOP_MS 2000 /* for a role to stop by itself */
#define LINES_MAX 5000 /* log lines of one role in a second */
#define LINES_BYTES_MAX (1024 * 1024) /* ... and their length */

#define CONFIGURE_QUEUE 4 /* messages that may wait for a role to read */

static LIST_HEAD(, child) children = LIST_HEAD_INITIALIZER(children);
static struct event_base *base;
static const struct child_ops *ops;
static uint32_t instances;

static void child_drained(struct chan *, void *);

void
child_init(struct event_base *b, const struct child_ops *o)
{
	base = b;
	ops = o;
}

/* The process is gone, and so is the last of its messages. */
static void
child_check_end(struct child *c)
{
	if (!c->exited || c->chan != NULL)
		return;
	LIST_REMOVE(c, entry);
	ops->ended(c);
	free(c);
}

static int
child_message(struct chan *chan, struct msg *m, void *arg)
{
	struct child *c = arg;

	(void)chan;
	return dispatch_message(ops->messages, c, m);
}

static void
child_closed(struct chan *chan, const char *why, void *arg)
{
	struct child *c = arg;
	char text[256];

	c->chan = NULL;
	chan_free(chan);
	if (why != NULL) {
		(void)snprintf(
		    text, sizeof(text), "it broke the message table: %s", why);
		child_kill(c, text);
	} else if (!c->exited && c->state != CHILD_OVER) {
		/* Nothing can be asked of it any more. */
		(void)kill(c->pid, SIGKILL);
	}
	child_check_end(c);
}

static const struct chan_ops chan_ops = {
	.message = child_message,
	.closed = child_closed,
	.drained = child_drained,
};

_Static_assert(SANDBOX_BOOT_MAX <= MSG_BODY_MAX, "BOOT fits a message");

struct child *
child_start(enum role role, const struct boot *boot)
{
	uint8_t body[SANDBOX_BOOT_MAX];
	struct child *c = calloc(1, sizeof(*c));
	struct writer w;
	int fd;

	if (c == NULL || (c->pid = spawn_role(role, &fd)) == -1) {
		log_warn("cannot start %s", role_name(role));
		free(c);
		return NULL;
	}
	c->role = role;
	c->instance = ++instances;
	log_quota_init(&c->lines, LINES_MAX, LINES_BYTES_MAX, 1000);
	c->fresh = true;
	c->without = boot->without;
	c->max_fds = boot->max_fds;
	c->root = boot->root;
	c->nroots = boot->nroots;
	memcpy(c->roots, boot->roots, sizeof(c->roots));
	LIST_INSERT_HEAD(&children, c, entry);
	c->chan = chan_new(base, fd, ROLE_PRIV, role, &chan_ops, c);
	if (c->chan == NULL)
		fatal("channel to %s", role_name(role));
	writer_init(&w, body, sizeof(body));
	boot_encode(boot, &w);
	(void)chan_send(c->chan, MSG_BOOT, 0, &w, -1);
	return c;
}

void
child_send_u32(struct child *c, enum msg_type type, uint32_t v)
{
	uint8_t body[4];
	struct writer w;

	if (c->chan == NULL)
		return;
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, v);
	(void)chan_send(c->chan, type, 0, &w, -1);
}

static void
child_send_socket(struct child *c, const struct conf_listener *l)
{
	uint8_t body[5];
	struct writer w;
	int fd = fcntl(l->fd, F_DUPFD_CLOEXEC, 0);

	if (fd == -1) {
		child_kill(c, "no descriptor left to give it its socket");
		return;
	}
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)l->use);
	writer_u32(&w, l->ifindex);
	(void)chan_send(c->chan, MSG_CONF_SOCKET, 0, &w, fd);
}

/* Interfaces and sockets, for the two roles that have any. */
static void
child_send_net(struct child *c, const struct conf *conf)
{
	uint8_t body[IFACE_ENCODED_MAX];
	struct writer w;
	size_t i;

	if (c->role != ROLE_DHCPD && c->role != ROLE_TFTPD)
		return;
	for (i = 0; i < conf->nifaces; i++) {
		writer_init(&w, body, sizeof(body));
		iface_encode(&conf->ifaces[i], &w);
		(void)chan_send(c->chan, MSG_CONF_IFACE, 0, &w, -1);
	}
	for (i = 0; i < conf->nlisteners; i++) {
		bool tftp = conf->listeners[i].use == SOCKET_TFTP;

		if (tftp == (c->role == ROLE_TFTPD))
			child_send_socket(c, &conf->listeners[i]);
	}
}

/* Fills a message with the next records that are for the role. */
static void
child_next_records(struct child *c, struct record_batch *batch)
{
	size_t at = c->configured;
	struct conf_record r;

	record_batch_init(batch);
	for (; conf_next_record(c->offered, &at, &r); c->configured = at)
		if ((record_kind_roles(r.kind) & ROLE_BIT(c->role)) != 0 &&
		    !record_batch_add(batch, r.data, r.len))
			return;
}

/*
 * Sends of a configuration what the role takes now; the rest follows as it
 * reads, so that no more than a few messages lie here.
 */
static void
child_configure_more(struct child *c)
{
	struct record_batch batch;

	while (c->configuring && c->offered != NULL && c->chan != NULL &&
	       chan_queued(c->chan) < CONFIGURE_QUEUE) {
		child_next_records(c, &batch);
		if (batch.w.len > 0) {
			(void)chan_send(
			    c->chan, MSG_CONF_RECORDS, 0, &batch.w, -1);
			continue;
		}
		c->configuring = false;
		child_send_net(c, c->offered);
		child_send_u32(c, MSG_CONF_END, c->offered->generation);
	}
}

static void
child_drained(struct chan *chan, void *arg)
{
	(void)chan;
	child_configure_more(arg);
}

void
child_configure(struct child *c, const struct conf *conf)
{
	c->offered = conf;
	c->ready = false;
	if (c->chan == NULL)
		return;
	c->configuring = true;
	c->configured = 0;
	child_send_u32(c, MSG_CONF_BEGIN, conf->generation);
	child_configure_more(c);
}

void
child_kill(struct child *c, const char *why)
{
	if (c->killed_for[0] == '\0')
		(void)snprintf(c->killed_for, sizeof(c->killed_for), "%s", why);
	if (!c->exited)
		(void)kill(c->pid, SIGKILL);
}

static struct child *
child_find(pid_t pid)
{
	struct child *c;

	LIST_FOREACH(c, &children, entry)
		if (c->pid == pid && !c->exited)
			return c;
	return NULL;
}

static void
child_stop_late(evutil_socket_t fd, short what, void *arg)
{
	struct child *c = child_find((pid_t)(intptr_t)arg);

	(void)fd;
	(void)what;
	if (c != NULL && c->state == CHILD_OVER)
		child_kill(c, "it did not stop when asked");
}

void
child_stop(struct child *c)
{
	static const struct timeval late = { STOP_MS / 1000,
		STOP_MS % 1000 * 1000 };

	c->state = CHILD_OVER;
	if (c->chan != NULL)
		(void)chan_send(c->chan, MSG_STOP, 0, NULL, -1);
	(void)event_base_once(base, -1, EV_TIMEOUT, child_stop_late,
	    (void *)(intptr_t)c->pid, &late);
}

void
child_reap(void)
{
	struct child *c;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if ((c = child_find(pid)) == NULL)
			continue;
		c->exited = true;
		c->status = status;
		child_check_end(c);
	}
}

const char *
child_obituary(const struct child *c, char *dst, size_t size)
{
	char call[256];

	if (c->killed_for[0] != '\0') {
		(void)snprintf(dst, size, "was killed: %s", c->killed_for);
	} else if (c->dying) {
		(void)snprintf(dst, size,
		    "was killed by its seccomp filter (SIGSYS): %s",
		    sandbox_death_text(c->role, c->dying_nr, c->dying_arch,
			call, sizeof(call)));
	} else if (WIFSIGNALED(c->status) && WTERMSIG(c->status) == SIGSYS) {
		(void)snprintf(dst, size,
		    "was killed by its seccomp filter (SIGSYS) for a call "
		    "that it did not report");
	} else if (WIFSIGNALED(c->status)) {
		(void)snprintf(dst, size, "was killed by signal %d (%s)",
		    WTERMSIG(c->status), strsignal(WTERMSIG(c->status)));
	} else {
		(void)snprintf(
		    dst, size, "exited with status %d", WEXITSTATUS(c->status));
	}
	return dst;
}

void
child_each(void (*f)(struct child *))
{
	struct child *c, *next;

	for (c = LIST_FIRST(&children); c != NULL; c = next) {
		next = LIST_NEXT(c, entry);
		f(c);
	}
}

bool
child_any(void)
{
	return !LIST_EMPTY(&children);
}
