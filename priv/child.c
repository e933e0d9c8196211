/* SPDX-License-Identifier: ISC */
/* Starts, configures, stops and reaps the processes of roles. */
#include "priv/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/log.h"
#include "daemon/record_batch.h"
#include "priv/log_sink.h"
#include "priv/service.h"
#include "priv/spawn.h"
#include "sandbox/death.h"

#define LAST_MESSAGES 10000 /* that are read after a process has exited */
#define QUEUE_BYTES (4U << 20) /* for a role that does not read */
#define LINES_MAX 5000 /* log lines of one role in a second */
#define LINES_BYTES_MAX (1024 * 1024) /* bytes of these lines */
#define CONFIGURE_QUEUE 4 /* messages that may wait for a role to read */

static LIST_HEAD(, child) children = LIST_HEAD_INITIALIZER(children);
/* Of the processes of the service. */
static struct event_base *service_base;
static const struct child_ops *service_ops;

static void child_drained(struct chan *, void *);

void
child_init(struct event_base *b, const struct child_ops *o)
{
	service_base = b;
	service_ops = o;
}

struct child *
child_find(uint32_t id)
{
	struct child *c;

	LIST_FOREACH(c, &children, entry)
		if (id != 0 && c->id == id)
			return c;
	return NULL;
}

/* Calls ended() once the process has exited and all its messages were read. */
static void
child_check_end(struct child *c)
{
	if (!c->exited || c->chan != NULL || c->ended)
		return;
	c->ended = true;
	c->ops->ended(c);
	c->may_free = true;
}

void
child_free_ended(void)
{
	struct child *c, *next;

	for (c = LIST_FIRST(&children); c != NULL; c = next) {
		next = LIST_NEXT(c, entry);
		if (!c->may_free || c->ops != service_ops)
			continue;
		LIST_REMOVE(c, entry);
		free(c);
	}
}

static int
child_message(struct chan *chan, struct msg *m, void *arg)
{
	struct child *c = arg;

	(void)chan;
	/*
	 * A process in an endless loop may still log.  Before the first PING,
	 * log lines are the only sign of life.
	 */
	if (m->type != MSG_LOG || !c->booted)
		c->ops->heard(c);
	/* A process that was killed or stopped gets no more requests served. */
	if (c->stopping && m->type != MSG_LOG && m->type != MSG_DYING)
		return 0;
	return dispatch_message(c->ops->messages, c, m);
}

static void
child_closed(struct chan *chan, const char *why, void *arg)
{
	struct child *c = arg;
	char text[256];

	c->chan = NULL;
	chan_free(chan);
	if (why != NULL) {
		(void)snprintf(text, sizeof(text), "channel error: %s", why);
		child_blame(c, text);
		c->ops->broken(c);
	} else if (!c->exited) {
		/* It cannot be reached any more; usually it is exiting. */
		c->closed = true;
		(void)kill(c->pid, SIGKILL);
		if (c->ops->closed != NULL)
			c->ops->closed(c);
	}
	child_check_end(c);
}

static const struct chan_ops chan_ops = {
	.message = child_message,
	.closed = child_closed,
	.drained = child_drained,
};

_Static_assert(SANDBOX_BOOT_MAX <= MSG_BODY_MAX, "BOOT fits a message");

static struct child *
child_new(struct event_base *base, const struct child_ops *ops, enum role role,
    const struct boot *boot)
{
	uint8_t body[SANDBOX_BOOT_MAX];
	struct child *c = calloc(1, sizeof(*c));
	struct writer w;
	int fd;

	if (c == NULL || (c->pid = spawn_role(role, &fd)) == -1) {
		free(c);
		return NULL;
	}
	c->role = role;
	c->ops = ops;
	c->boot = *boot;
	log_quota_init(&c->lines, LINES_MAX, LINES_BYTES_MAX, 1000);
	c->chan = chan_new(base, fd, ROLE_PRIV, role, &chan_ops, c);
	if (c->chan == NULL) {
		(void)kill(c->pid, SIGKILL);
		free(c);
		return NULL;
	}
	chan_limit_queue(c->chan, QUEUE_BYTES);
	/* The child could not hold more of them. */
	chan_limit_fds(c->chan, boot->max_fds);
	LIST_INSERT_HEAD(&children, c, entry);
	writer_init(&w, body, sizeof(body));
	sandbox_boot_encode(boot, &w);
	(void)chan_send(c->chan, MSG_BOOT, 0, &w, -1);
	return c;
}

struct child *
child_start(enum role role, uint32_t id, const struct boot *boot)
{
	struct child *c = child_new(service_base, service_ops, role, boot);

	if (c == NULL)
		log_warn("cannot start %s", role_name(role));
	else
		c->id = id;
	return c;
}

struct child *
child_start_alone(struct event_base *base, const struct child_ops *ops,
    enum role role, const struct boot *boot, void *arg)
{
	struct child *c = child_new(base, ops, role, boot);

	if (c != NULL)
		c->arg = arg;
	return c;
}

void
child_forget(struct child *c)
{
	if (c->chan != NULL)
		chan_free(c->chan);
	LIST_REMOVE(c, entry);
	free(c);
}

int
child_send(struct child *c, enum msg_type type, const struct writer *w, int fd)
{
	if (c->chan != NULL)
		return chan_send(c->chan, type, 0, w, fd);
	if (fd != -1)
		(void)close(fd);
	return -1;
}

int
child_send_u32(struct child *c, enum msg_type type, uint32_t v)
{
	uint8_t body[4];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, v);
	return child_send(c, type, &w, -1);
}

/* Whether the message table lets the role have such a message. */
static bool
child_takes(const struct child *c, enum msg_type type)
{
	return (msg_spec(type)->to & ROLE_BIT(c->role)) != 0;
}

/*
 * Sends a copy of a descriptor.  Each process of a role gets the same open
 * file, so they read it at a position of their own (pread).
 */
static int
child_send_copy(
    struct child *c, enum msg_type type, const struct writer *w, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy == -1 ? -1 : child_send(c, type, w, copy);
}

static int
child_send_socket(struct child *c, const struct conf_listener *l)
{
	uint8_t body[5];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)l->service->use);
	writer_u32(&w, l->ifindex);
	return child_send_copy(c, MSG_CONF_SOCKET, &w, l->fd);
}

/* The lease file to import, for leased. */
static int
child_send_import(struct child *c, const struct conf *conf)
{
	uint8_t body[2 + RECORD_PATH_MAX];
	struct writer w;

	if (!child_takes(c, MSG_CONF_IMPORT) || conf->import_fd == -1)
		return 0;
	writer_init(&w, body, sizeof(body));
	writer_str(&w, conf->import_path);
	return child_send_copy(c, MSG_CONF_IMPORT, &w, conf->import_fd);
}

/* The public keys, for imaged. */
static int
child_send_keys(struct child *c, const struct conf *conf)
{
	uint8_t body[2 + RECORD_PATH_MAX];
	struct writer w;
	size_t i;

	if (!child_takes(c, MSG_CONF_KEY))
		return 0;
	for (i = 0; i < conf->nkeys; i++) {
		writer_init(&w, body, sizeof(body));
		writer_str(&w, conf->keys[i].path);
		if (child_send_copy(c, MSG_CONF_KEY, &w, conf->keys[i].fd) ==
		    -1)
			return -1;
	}
	return 0;
}

/* Certificate and key, for httpd and keyd.  Only keyd gets the key. */
static int
child_send_tls(struct child *c, const struct conf *conf)
{
	uint8_t body[1 + 2 + RECORD_PATH_MAX];
	struct writer w;
	int what;

	if (!child_takes(c, MSG_CONF_TLS))
		return 0;
	for (what = 0; what < TLS_FILE_MAX; what++) {
		if (conf->tls_fd[what] == -1 ||
		    (what == TLS_FILE_KEY && c->role != ROLE_KEYD))
			continue;
		writer_init(&w, body, sizeof(body));
		writer_u8(&w, (uint8_t)what);
		writer_str(&w,
		    what == TLS_FILE_KEY ? conf->http.key : conf->http.cert);
		if (child_send_copy(c, MSG_CONF_TLS, &w, conf->tls_fd[what]) ==
		    -1)
			return -1;
	}
	return 0;
}

/* With --test leased must not change its database. */
static int
child_send_test(struct child *c, const struct conf *conf)
{
	uint8_t body[1];
	struct writer w;

	if (!conf->test || !child_takes(c, MSG_CONF_TEST))
		return 0;
	writer_init(&w, body, sizeof(body));
	writer_bool(&w, conf->no_store_folder);
	return child_send(c, MSG_CONF_TEST, &w, -1);
}

/* Interfaces and sockets, for roles that get any. */
static int
child_send_net(struct child *c, const struct conf *conf)
{
	uint8_t body[IFACE_ENCODED_MAX];
	struct writer w;
	size_t i;

	if (!child_takes(c, MSG_CONF_IFACE))
		return 0;
	for (i = 0; i < conf->nifaces; i++) {
		writer_init(&w, body, sizeof(body));
		iface_encode(&conf->ifaces[i], &w);
		if (child_send(c, MSG_CONF_IFACE, &w, -1) == -1)
			return -1;
	}
	for (i = 0; i < conf->nlisteners; i++)
		if (conf->listeners[i].service->role == c->role &&
		    child_send_socket(c, &conf->listeners[i]) == -1)
			return -1;
	return 0;
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

/* What follows the records. */
static int
child_configure_end(struct child *c)
{
	c->configuring = false;
	if (child_send_net(c, c->offered) == -1 ||
	    child_send_import(c, c->offered) == -1 ||
	    child_send_keys(c, c->offered) == -1 ||
	    child_send_tls(c, c->offered) == -1 ||
	    child_send_test(c, c->offered) == -1)
		return -1;
	return child_send_u32(c, MSG_CONF_END, c->offered->generation);
}

/*
 * Sends as much of the configuration as the role reads now; the rest follows
 * as it reads, so that only a few messages are queued.
 */
static int
child_configure_more(struct child *c)
{
	struct record_batch batch;

	while (c->configuring && c->chan != NULL &&
	       chan_queued(c->chan) < CONFIGURE_QUEUE) {
		child_next_records(c, &batch);
		if (batch.w.len == 0)
			return child_configure_end(c);
		if (child_send(c, MSG_CONF_RECORDS, &batch.w, -1) == -1)
			return -1;
	}
	return 0;
}

static void
child_drained(struct chan *chan, void *arg)
{
	struct child *c = arg;

	(void)chan;
	if (child_configure_more(c) == 0)
		return;
	child_blame(c, "its configuration could not be sent");
	c->ops->broken(c);
}

int
child_configure(struct child *c, const struct conf *conf)
{
	c->offered = conf;
	c->configuring = true;
	c->configured = 0;
	if (child_send_u32(c, MSG_CONF_BEGIN, conf->generation) == -1)
		return -1;
	return child_configure_more(c);
}

void
child_settle(struct child *c)
{
	c->offered = NULL;
	c->configuring = false;
}

void
child_forget_conf(const struct conf *conf)
{
	struct child *c;

	LIST_FOREACH(c, &children, entry)
		if (c->offered == conf)
			child_settle(c);
}

void
child_blame(struct child *c, const char *why)
{
	if (c->killed_for[0] == '\0')
		(void)snprintf(c->killed_for, sizeof(c->killed_for), "%s", why);
}

void
child_kill(struct child *c, const char *why)
{
	child_blame(c, why);
	c->stopping = true;
	c->configuring = false;
	if (!c->exited)
		(void)kill(c->pid, SIGKILL);
}

void
child_stop(struct child *c)
{
	c->stopping = true;
	c->configuring = false;
	(void)child_send(c, MSG_STOP, NULL, -1);
}

void
child_reap(void)
{
	struct child *c;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		LIST_FOREACH(c, &children, entry)
			if (c->pid == pid && !c->exited)
				break;
		if (c == NULL)
			continue;
		c->exited = true;
		c->status = status;
		/*
		 * Its last messages can still be read.  Another process may
		 * hold its end of the channel, so the exit of the process
		 * closes the channel.
		 */
		if (c->chan != NULL)
			chan_finish(c->chan, LAST_MESSAGES);
		child_check_end(c);
	}
}

/* How it ended, apart from killed_for; returns dst. */
static const char *
exit_status_text(const struct child *c, char *dst, size_t size)
{
	char call[256];

	if (!WIFSIGNALED(c->status)) {
		(void)snprintf(
		    dst, size, "exited with status %d", WEXITSTATUS(c->status));
	} else if (WTERMSIG(c->status) == SIGKILL && c->closed) {
		/* Whatever ends a process closes its channel first. */
		(void)snprintf(dst, size,
		    "was killed by signal %d (%s): it closed its channel, or the kernel (out of memory) or another process killed it",
		    SIGKILL, strsignal(SIGKILL));
	} else if (WTERMSIG(c->status) != SIGSYS) {
		(void)snprintf(dst, size, "was killed by signal %d (%s)",
		    WTERMSIG(c->status), strsignal(WTERMSIG(c->status)));
	} else if (c->dying) {
		(void)snprintf(dst, size, "was killed by seccomp: %s",
		    sandbox_death_text(c->role, c->dying_nr, c->dying_arch,
			call, sizeof(call)));
	} else {
		(void)snprintf(dst, size,
		    "was killed by seccomp (SIGSYS): it did not report the system call");
	}
	return dst;
}

const char *
child_exit_reason(const struct child *c, char *dst, size_t size)
{
	char how[256];

	if (c->killed_for[0] == '\0')
		return exit_status_text(c, dst, size);
	if (WIFSIGNALED(c->status) && WTERMSIG(c->status) == SIGKILL)
		(void)snprintf(dst, size, "was killed: %s", c->killed_for);
	else
		(void)snprintf(dst, size, "%s; before that: %s",
		    exit_status_text(c, how, sizeof(how)), c->killed_for);
	return dst;
}
