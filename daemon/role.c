/* SPDX-License-Identifier: ISC */
/* The part of a role's life that all roles share: its channels and messages. */
#include "daemon/role.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/event_log.h"
#include "daemon/log.h"
#include "daemon/record_batch.h"

#define ROLE_FLUSH_MS 500 /* for the last lines before an exit */
#define ROLE_ALIVE_MS 1000 /* between two signs of life while busy */

static struct {
	const struct role_ops *ops;
	struct event_base *base;
	struct chan *parent; /* NULL until the sandbox is entered */
	struct chan *peer[ROLE_MAX];
	uint32_t instance[ROLE_MAX]; /* which process of it the peer is */
	struct role_start start;
	uint64_t alive_ms; /* when the parent last heard that we are */
	bool narrowed;
	bool orphaned; /* the channel to the parent is closed */
	bool rejected; /* something of this configuration was refused */
	uint32_t nrecords; /* of this configuration, so far */
	uint32_t refused; /* the number of a record, from 1 on; 0: none */
	char why[ROLE_WHY_MAX];
} role;

struct event_base *
role_base(void)
{
	return role.base;
}

struct chan *
role_parent(void)
{
	return role.parent;
}

struct chan *
role_peer(enum role peer)
{
	return role.peer[peer];
}

uint32_t
role_uid(void)
{
	return role.start.uid;
}

uint32_t
role_gid(void)
{
	return role.start.gid;
}

uint32_t
role_max_fds(void)
{
	return role.start.max_fds;
}

/* Sends a log line to the parent, at once while there is no event loop. */
static void
role_log(int priority, const char *line, void *arg)
{
	uint8_t body[1 + 2 + LOG_LINE_MAX];
	struct writer w;

	(void)arg;
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)priority);
	writer_str(&w, line);
	if (role.parent == NULL) {
		(void)chan_send_now(ROLE_CHANNEL_FD, MSG_LOG, 0, &w);
		return;
	}
	if (role.orphaned) {
		(void)chan_send_once(ROLE_CHANNEL_FD, MSG_LOG, 0, &w);
		return;
	}
	(void)chan_send(role.parent, MSG_LOG, 0, &w, -1);
	if (priority <= LOG_CRIT)
		chan_flush(role.parent, ROLE_FLUSH_MS);
}

static void
role_send_u32(enum msg_type type, uint32_t v)
{
	uint8_t body[4];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, v);
	(void)chan_send(role.parent, type, 0, &w, -1);
}

void
role_alive(void)
{
	uint64_t now_ms;

	if (role.parent == NULL)
		return;
	now_ms = clock_mono_ms();
	if (now_ms - role.alive_ms < ROLE_ALIVE_MS)
		return;
	role.alive_ms = now_ms;
	role_send_u32(MSG_PONG, 0);
}

/*
 * Takes note of a refusal; the rest of this configuration is then skipped.  The
 * parent logs the reason, which REJECT contains.
 */
static void
role_conf_result(int r)
{
	if (r != 0)
		role.rejected = true;
}

static void
role_conf_begin(void)
{
	role.rejected = false;
	role.nrecords = role.refused = 0;
	role.why[0] = '\0';
	if (role.ops->conf_begin != NULL)
		role_conf_result(role.ops->conf_begin(role.why));
}

static int
role_conf_records(struct reader *r)
{
	struct reader one;
	struct record rec;

	role_alive();
	while (record_batch_next(r, &one)) {
		if (record_decode(&one, &rec) == -1)
			return -1;
		role.nrecords++;
		if (role.rejected || role.ops->conf_record == NULL)
			continue;
		role_conf_result(role.ops->conf_record(&rec, role.why));
		if (role.rejected)
			role.refused = role.nrecords;
	}
	return reader_done(r) ? 0 : -1;
}

static int
role_conf_iface(struct reader *r)
{
	struct iface iface;

	iface_decode(r, &iface);
	if (!reader_done(r))
		return -1;
	if (!role.rejected && role.ops->conf_iface != NULL)
		role_conf_result(role.ops->conf_iface(&iface, role.why));
	return 0;
}

static int
role_conf_socket(struct msg *m)
{
	uint8_t use = reader_u8(&m->body);
	uint32_t ifindex = reader_u32(&m->body);

	if (!reader_done(&m->body) || use >= SOCKET_USE_MAX)
		return -1;
	if (!role.rejected && role.ops->conf_socket != NULL)
		role_conf_result(role.ops->conf_socket(
		    (enum socket_use)use, ifindex, msg_take_fd(m), role.why));
	return 0;
}

void
role_narrow(void)
{
	if (role.narrowed)
		return;
	role.start.narrow(role.ops->id);
	role.narrowed = true;
}

/* The end of a configuration: the narrower filter, and the answer. */
static int
role_conf_end(struct reader *r)
{
	uint32_t generation = reader_u32(r);
	uint8_t body[8 + 2 + ROLE_WHY_MAX];
	struct writer w;

	if (!reader_done(r))
		return -1;
	if (!role.rejected && role.ops->conf_end != NULL)
		role_conf_result(role.ops->conf_end(role.why));
	if (role.rejected) {
		writer_init(&w, body, sizeof(body));
		writer_u32(&w, generation);
		writer_u32(&w, role.refused);
		writer_str(&w, role.why);
		(void)chan_send(role.parent, MSG_REJECT, 0, &w, -1);
		return 0;
	}
	role_narrow();
	chan_set_phase(role.parent, PHASE_RUN);
	role_send_u32(MSG_READY, generation);
	return 0;
}

/* A peer that breaks the table: the parent decides what becomes of it. */
static void
role_accuse(enum role peer, const char *why)
{
	uint8_t body[1 + 4 + 2 + 255];
	struct writer w;

	log_warnx("channel to %s: %s; closing it", role_name(peer), why);
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)peer);
	writer_u32(&w, role.instance[peer]);
	writer_str(&w, why);
	(void)chan_send(role.parent, MSG_PEER_BAD, 0, &w, -1);
}

static void
role_peer_drop(enum role peer)
{
	struct chan *c = role.peer[peer];

	if (c == NULL)
		return;
	role.peer[peer] = NULL;
	chan_free(c);
	if (role.ops->peer_down != NULL)
		role.ops->peer_down(peer);
}

void
role_peer_bad(enum role peer, const char *why)
{
	if (role.peer[peer] == NULL)
		return;
	role_accuse(peer, why);
	role_peer_drop(peer);
}

/* A message that is the role's own. */
static int
role_own_message(struct chan *c, struct msg *m)
{
	return role.ops->message == NULL ? -1 : role.ops->message(c, m);
}

static int
role_peer_message(struct chan *c, struct msg *m, void *arg)
{
	(void)arg;
	return role_own_message(c, m);
}

static void
role_peer_closed(struct chan *c, const char *why, void *arg)
{
	enum role peer = chan_peer(c);

	(void)arg;
	if (why != NULL)
		role_accuse(peer, why);
	role_peer_drop(peer);
}

static const struct chan_ops peer_ops = {
	.message = role_peer_message,
	.closed = role_peer_closed,
};

static int
role_peer_new(struct msg *m)
{
	uint8_t peer = reader_u8(&m->body);
	uint32_t instance = reader_u32(&m->body);

	if (!reader_done(&m->body) || peer == ROLE_PRIV || peer >= ROLE_MAX)
		return -1;
	role_peer_drop((enum role)peer);
	role.instance[peer] = instance;
	role.peer[peer] = chan_new(role.base, msg_take_fd(m), role.ops->id,
	    (enum role)peer, &peer_ops, NULL);
	if (role.peer[peer] == NULL) {
		log_warn("cannot open the channel to %s",
		    role_name((enum role)peer));
		return 0;
	}
	chan_set_phase(role.peer[peer], PHASE_RUN);
	if (role.ops->peer_up != NULL)
		role.ops->peer_up((enum role)peer, role.peer[peer]);
	return 0;
}

static int
role_stop(void)
{
	if (role.ops->stop != NULL)
		role.ops->stop();
	event_base_loopexit(role.base, NULL);
	return 0;
}

static int
role_ping(struct reader *r)
{
	uint32_t number = reader_u32(r);

	if (!reader_done(r))
		return -1;
	role_send_u32(MSG_PONG, number);
	return 0;
}

static int
role_message(struct chan *c, struct msg *m, void *arg)
{
	(void)arg;
	switch (m->type) {
	case MSG_STOP:
		return role_stop();
	case MSG_PEER:
		return role_peer_new(m);
	case MSG_PING:
		return role_ping(&m->body);
	case MSG_CONF_BEGIN:
		role_conf_begin();
		return 0;
	case MSG_CONF_RECORDS:
		return role_conf_records(&m->body);
	case MSG_CONF_IFACE:
		return role_conf_iface(&m->body);
	case MSG_CONF_SOCKET:
		return role_conf_socket(m);
	case MSG_CONF_END:
		return role_conf_end(&m->body);
	case MSG_COMMIT:
		if (role.ops->conf_commit != NULL)
			role.ops->conf_commit();
		return 0;
	case MSG_ABORT:
		if (role.ops->conf_abort != NULL)
			role.ops->conf_abort();
		return 0;
	default:
		return role_own_message(c, m);
	}
}

/* Without its parent a role has nobody to serve for. */
static void
role_orphaned(struct chan *c, const char *why, void *arg)
{
	(void)c;
	(void)arg;
	if (why == NULL)
		_exit(0);
	/* The channel takes no message any more, but its socket may. */
	role.orphaned = true;
	log_err("channel to the parent: %s", why);
	_exit(1);
}

static const struct chan_ops parent_ops = {
	.message = role_message,
	.closed = role_orphaned,
};

/* A base without anything that a role does not need. */
static struct event_base *
role_base_new(void)
{
	struct event_config *cfg;
	struct event_base *base;

	event_log_init();
	cfg = event_config_new();
	if (cfg == NULL ||
	    event_config_set_flag(cfg,
		EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV) == -1 ||
	    (base = event_base_new_with_config(cfg)) == NULL)
		fatalx("no event loop");
	event_config_free(cfg);
	/* 0 before and 2 after the rest, for roles that want an order. */
	if (event_base_priority_init(base, 3) == -1)
		fatalx("no event priorities");
	return base;
}

/* Waits for events, or looks for them at once where the role expects some. */
static void
role_loop(void)
{
	enum role_turn turn = ROLE_SLEEP;

	do {
		if (role.ops->next_turn != NULL)
			turn = role.ops->next_turn();
		if (turn == ROLE_YIELD)
			(void)sched_yield();
		/* Without ONCE it would stay while there are events. */
		if (event_base_loop(
			role.base, turn == ROLE_SLEEP
				       ? EVLOOP_ONCE
				       : EVLOOP_ONCE | EVLOOP_NONBLOCK) == -1)
			fatalx("the event loop failed");
	} while (!event_base_got_exit(role.base));
}

void
role_begin(const struct role_ops *ops)
{
	char name[16]; /* the kernel takes no more */

	role.ops = ops;
	log_init(role_name(ops->id), LOG_DEBUG);
	(void)signal(SIGPIPE, SIG_IGN);
	/* Where files have a limit of size, it is an error like any other. */
	(void)signal(SIGXFSZ, SIG_IGN);
	/* A terminal sends these to all; only the parent stops roles. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGUSR1, SIG_IGN);
	(void)signal(SIGUSR2, SIG_IGN);
	/* execveat(2) names the process after the descriptor. */
	(void)snprintf(name, sizeof(name), "pxeguard: %s", role_name(ops->id));
	(void)prctl(PR_SET_NAME, name, 0, 0, 0);
}

void
role_start(const struct role_start *start)
{
	role.start = *start;
	log_init(role_name(role.ops->id), start->log_level);
	log_set_sink(role_log, NULL);
	/* Closes descriptors that were inherited by mistake. */
	(void)close_range(ROLE_CHANNEL_FD + 1, ~0U, 0);
	role.base = role_base_new();
}

int
role_run(void)
{
	role.parent = chan_new(role.base, ROLE_CHANNEL_FD, role.ops->id,
	    ROLE_PRIV, &parent_ops, NULL);
	if (role.parent == NULL)
		fatal("channel to the parent");
	chan_set_phase(role.parent, PHASE_CONF);
	if (role.ops->start != NULL)
		role.ops->start();
	role_loop();
	chan_flush(role.parent, ROLE_FLUSH_MS);
	return 0;
}
