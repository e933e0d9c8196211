/* SPDX-License-Identifier: ISC */
/* Keeping the roles alive: messages from them, their deaths, restarts. */
#include "priv/house.h"

#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "priv/bind.h"
#include "priv/broker.h"
#include "priv/neigh.h"
#include "priv/output.h"
#include "priv/spawn.h"

#define DEATHS_MAX 5 /* in a window; one more, and the role stays down */
#define DEATHS_WINDOW_MS 10000
#define RESTART_STEP_MS 100 /* the second death in a window waits this ... */
#define ROLE_FDS 256
#define HW_GROUP 1 /* in the first octet: a broadcast or multicast address */
#define TRANSFER_FDS 3 /* file, socket, and one under way */
#define REPLIES_MAX 128 /* that a role may leave unread */

/* Which roles talk to each other. */
static const struct {
	enum role a, b;
} edges[] = {
	{ ROLE_DHCPD, ROLE_LEASED },
	{ ROLE_TFTPD, ROLE_IMAGED },
};

struct house house;

/* The root of a role, and how many descriptors it may hold. */
static void
boot_fill(struct boot *boot, enum role r, const struct conf *conf)
{
	const struct spawn_user *user = spawn_user(r);
	char dir[RECORD_PATH_MAX];
	struct rlimit rl;

	memset(boot, 0, sizeof(*boot));
	boot->role = (uint8_t)r;
	boot->log_level = (uint8_t)log_level();
	boot->uid = user->uid;
	boot->gid = user->gid;
	boot->without = conf->daemon.without;
	boot->root = SANDBOX_ROOT_EMPTY;
	(void)snprintf(boot->root_path, sizeof(boot->root_path), "empty");
	boot->max_fds = ROLE_FDS;
	switch (r) {
	case ROLE_IMAGED:
		boot->root = SANDBOX_ROOT_READ;
		(void)snprintf(boot->root_path, sizeof(boot->root_path), "%s",
		    conf->tftp.root);
		break;
	case ROLE_LEASED:
		boot->root = SANDBOX_ROOT_WRITE;
		memcpy(dir, conf->store.path, sizeof(dir));
		(void)snprintf(boot->root_path, sizeof(boot->root_path), "%s",
		    dirname(dir));
		break;
	case ROLE_TFTPD:
		boot->max_fds += TRANSFER_FDS * conf->tftp.max;
		break;
	default:
		break;
	}
	boot->max_fds += (uint32_t)conf->nlisteners * 2;
	if (getrlimit(RLIMIT_NOFILE, &rl) == 0 && boot->max_fds > rl.rlim_max)
		boot->max_fds = (uint32_t)rl.rlim_max;
}

struct child *
supervise_start(enum role r, const struct conf *conf)
{
	struct boot boot;
	struct child *c;

	boot_fill(&boot, r, conf);
	if ((c = child_start(r, &boot)) != NULL) {
		c->offered = conf;
		log_debug("%s starts as process %d", role_name(r), c->pid);
	}
	return c;
}

bool
supervise_must_replace(const struct child *c, const struct conf *conf)
{
	struct boot boot;

	boot_fill(&boot, c->role, conf);
	/* leased refuses another path by itself, with a reason. */
	return c->role == ROLE_IMAGED &&
	       (boot.root != c->root ||
		   strcmp(boot.root_path, c->root_path) != 0);
}

static void
peer_send(struct child *to, enum role peer, int fd)
{
	uint8_t body[1];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)peer);
	(void)chan_send(to->chan, MSG_PEER, 0, &w, fd);
}

static bool
serves(const struct child *c)
{
	return c != NULL && c->chan != NULL && c->state == CHILD_RUN;
}

void
supervise_connect(void)
{
	enum role r;
	size_t i;

	for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		struct child *a = house.slot[edges[i].a].child;
		struct child *b = house.slot[edges[i].b].child;
		int fds[2];

		if (!serves(a) || !serves(b) || (!a->fresh && !b->fresh))
			continue;
		if (chan_pair(fds) == -1) {
			log_warn("no channel between %s and %s",
			    role_name(a->role), role_name(b->role));
			continue;
		}
		peer_send(a, b->role, fds[0]);
		peer_send(b, a->role, fds[1]);
	}
	for (r = ROLE_DHCPD; r < ROLE_MAX; r++)
		if (serves(house.slot[r].child))
			house.slot[r].child->fresh = false;
}

/* ------------------------------------------------ messages from a role */

static void
on_log(void *arg, int priority, const char *line)
{
	struct child *c = arg;
	uint64_t left_out;
	char text[64];

	if (priority > log_level() ||
	    !log_limit_ok(&c->lines, clock_mono_ms(), &left_out))
		return;
	if (left_out > 0) {
		(void)snprintf(text, sizeof(text),
		    "%llu lines before this were left out",
		    (unsigned long long)left_out);
		output_line(role_name(c->role), LOG_WARNING, text);
	}
	output_line(role_name(c->role), priority, line);
}

static void
on_walls(void *arg, uint32_t walls)
{
	struct child *c = arg;
	uint32_t want = SANDBOX_ALL;

	if (c->without & RECORD_WALL_NAMESPACES)
		want &= ~(uint32_t)(SANDBOX_NAMESPACES | SANDBOX_ROOT);
	if (c->without & RECORD_WALL_LANDLOCK)
		want &= ~(uint32_t)SANDBOX_LANDLOCK;
	if (c->without & RECORD_WALL_SECCOMP)
		want &= ~(uint32_t)SANDBOX_SECCOMP;
	if (walls != want) {
		child_kill(c, "not all of its walls stand");
		return;
	}
	if (c->state == CHILD_OVER || house.stopping)
		return;
	if (c->role == ROLE_CONFD) {
		parse_walls(c);
		return;
	}
	c->state = CHILD_CONF;
	chan_set_phase(c->chan, PHASE_CONF);
	if (c->offered != NULL)
		child_configure(c, c->offered);
}

static void
on_dying(void *arg, uint32_t nr, uint32_t arch)
{
	struct child *c = arg;

	c->dying = true;
	c->dying_nr = nr;
	c->dying_arch = arch;
}

static void
on_peer_bad(void *arg, enum role accused, const char *why)
{
	const struct child *c = arg;
	char text[512];
	size_t i;

	for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		bool pair = (edges[i].a == c->role && edges[i].b == accused) ||
			    (edges[i].b == c->role && edges[i].a == accused);

		if (!pair || house.slot[accused].child == NULL)
			continue;
		(void)snprintf(text, sizeof(text),
		    "it broke the message table towards %s: %s",
		    role_name(c->role), why);
		child_kill(house.slot[accused].child, text);
	}
}

static void
on_ready(void *arg, uint32_t generation)
{
	struct child *c = arg;

	if (c->state == CHILD_OVER || c->offered == NULL ||
	    c->offered->generation != generation)
		return;
	c->ready = true;
	c->state = CHILD_RUN;
	chan_set_phase(c->chan, PHASE_RUN);
	if (c->offered != house.conf) {
		change_ready(c, generation);
		return;
	}
	/* Back after a death, with what was in force. */
	c->offered = NULL;
	child_send_u32(c, MSG_COMMIT, generation);
	supervise_connect();
	log_info("%s is back as process %d", role_name(c->role), c->pid);
}

static void
on_reject(void *arg, uint32_t generation, const char *why)
{
	struct child *c = arg;

	if (c->offered == NULL || c->offered->generation != generation)
		return;
	if (c->offered != house.conf)
		change_rejected(c, why);
	else
		child_kill(c, why);
}

static void
reply_errno(struct child *c, enum msg_type type, uint32_t id, int error, int fd)
{
	uint8_t body[4];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, (uint32_t)error);
	if (c->chan == NULL) {
		if (fd != -1)
			(void)close(fd);
		return;
	}
	if (chan_send(c->chan, type, id, &w, fd) == 0 || fd == -1)
		return;
	/* The kernel would not take the descriptor: say at least that. */
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, ETOOMANYREFS);
	(void)chan_send(c->chan, type, id, &w, -1);
}

static void
on_socket_ask(void *arg, uint32_t id, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *remote)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	struct child *c = arg;
	char from[ENDPOINT_TEXT], to[ENDPOINT_TEXT];
	int error, fd = -1;

	/* One who asks and does not read must not use up our descriptors. */
	if (c->chan != NULL && chan_queued(c->chan) > REPLIES_MAX)
		error = ENOBUFS;
	else
		error = broker_socket(house.conf, ifindex, local, remote);
	if (error == 0 && (fd = bind_transfer(local, remote)) == -1)
		error = errno;
	if (error != 0 && log_limit_ok(&limit, clock_mono_ms(), NULL))
		log_warnx("no socket for %s from %s to %s: %s",
		    role_name(c->role), endpoint_text(local, from),
		    endpoint_text(remote, to), strerror(error));
	reply_errno(c, MSG_SOCKET_GIVE, id, error, fd);
}

static void
on_neigh_ask(void *arg, uint32_t id, uint32_t ifindex, uint32_t addr,
    uint8_t hwtype, const uint8_t *hw, size_t hwlen)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	struct child *c = arg;
	char ip[16];
	int error;

	error = broker_neigh(house.conf, ifindex, addr, hwtype, hwlen);
	if (error == 0 && (hw[0] & HW_GROUP) != 0)
		error = EINVAL;
	if (error == 0 && neigh_set(ifindex, addr, hw, hwlen) == -1)
		error = errno;
	if (error != 0 && log_limit_ok(&limit, clock_mono_ms(), NULL))
		log_warnx("no neighbour entry for %s: %s; the reply is "
			  "broadcast",
		    ip4_text(addr, ip), strerror(error));
	reply_errno(c, MSG_NEIGH_DONE, id, error, -1);
}

static void
on_include(void *arg, uint32_t id, bool directory, const char *path)
{
	parse_include(arg, id, directory, path);
}

static int
on_parse_record(void *arg, const uint8_t *data, size_t len)
{
	return parse_record(arg, data, len);
}

static void
on_diag(
    void *arg, int severity, const char *file, uint32_t line, const char *text)
{
	(void)arg;
	parse_diag(severity, file, line, text);
}

static void
on_parsed(void *arg, uint32_t errors, uint32_t warnings)
{
	struct child *c = arg;

	if (c != house.confd)
		return;
	house.parsed = true;
	house.parse_errors = errors;
	house.parse_warnings = warnings;
	child_stop(c);
}

/* ------------------------------------------------------------- deaths */

static void
restart_due(evutil_socket_t fd, short what, void *arg)
{
	struct slot *s = arg;
	enum role r = (enum role)(s - house.slot);

	(void)fd;
	(void)what;
	if (house.stopping || s->down || s->child != NULL || s->next != NULL ||
	    house.conf == NULL || !conf_needs(house.conf, r))
		return;
	s->child = supervise_start(r, house.conf);
}

/* Restarts a role that died; one that dies again and again stays down. */
static void
slot_lost(struct slot *s, enum role r)
{
	uint64_t now_ms = clock_mono_ms();
	struct timeval tv = { 0, 0 };

	if (now_ms - s->window_ms > DEATHS_WINDOW_MS) {
		s->window_ms = now_ms;
		s->deaths = 0;
	}
	if (++s->deaths > DEATHS_MAX) {
		s->down = true;
		log_err("%s died %u times within %d s and stays down; the "
			"other roles go on; mend the cause, then reload "
			"(SIGHUP)",
		    role_name(r), s->deaths, DEATHS_WINDOW_MS / 1000);
		return;
	}
	if (s->deaths > 1)
		tv.tv_usec = (RESTART_STEP_MS << (s->deaths - 2)) * 1000;
	tv.tv_sec = tv.tv_usec / 1000000;
	tv.tv_usec %= 1000000;
	event_add(s->restart, &tv);
}

/* From the loop, when the last role has left the list of children. */
static void
stop_check(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	if (!child_any())
		event_base_loopexit(house.base, NULL);
}

static void
on_ended(struct child *c)
{
	struct slot *s = &house.slot[c->role];
	bool expected = c->state == CHILD_OVER || house.stopping;
	char how[400];

	child_obituary(c, how, sizeof(how));
	if (expected)
		log_debug(
		    "%s (process %d) %s", role_name(c->role), c->pid, how);
	else
		log_warnx(
		    "%s (process %d) %s", role_name(c->role), c->pid, how);
	if (c == house.confd) {
		house.confd = NULL;
		if (!house.stopping)
			change_parsed();
	} else if (c == s->next) {
		s->next = NULL;
		if (!house.stopping)
			change_lost(c, how);
	} else if (c == s->child) {
		s->child = NULL;
		if (!house.stopping) {
			if (house.change == CHANGE_PREPARING)
				change_lost(c, how);
			slot_lost(s, c->role);
		}
	}
	if (house.stopping)
		(void)event_base_once(
		    house.base, -1, EV_TIMEOUT, stop_check, NULL, NULL);
}

static const struct child_ops child_ops = {
	.messages = {
	    .walls = on_walls,
	    .log = on_log,
	    .dying = on_dying,
	    .peer_bad = on_peer_bad,
	    .ready = on_ready,
	    .reject = on_reject,
	    .socket_ask = on_socket_ask,
	    .neigh_ask = on_neigh_ask,
	    .include = on_include,
	    .parse_record = on_parse_record,
	    .diag = on_diag,
	    .parsed = on_parsed,
	},
	.ended = on_ended,
};

void
supervise_init(void)
{
	enum role r;

	child_init(house.base, &child_ops);
	for (r = ROLE_CONFD; r < ROLE_MAX; r++) {
		house.slot[r].restart =
		    evtimer_new(house.base, restart_due, &house.slot[r]);
		if (house.slot[r].restart == NULL)
			fatalx("no memory");
	}
}

/* -------------------------------------------------------------- stop */

void
supervise_stop_all(int exit_status)
{
	if (house.stopping)
		return;
	house.stopping = true;
	house.exit_status = exit_status;
	child_each(child_stop);
	if (!child_any())
		event_base_loopexit(house.base, NULL);
}
