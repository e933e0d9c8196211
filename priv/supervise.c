/* SPDX-License-Identifier: ISC */
/* Keeping the roles alive: start, channels between them, deaths, the end. */
#include "priv/house.h"

#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "priv/limits.h"
#include "priv/spawn.h"

#define DEATHS_MAX 5 /* in a window; one more, and the role stays down */
#define DEATHS_WINDOW_MS 10000
#define RESTART_STEP_MS 100 /* the second death in a window waits this ... */

/*
 * Which roles talk to each other, and whether one dies when the other says
 * that it broke the message table.  That word is not proven: only where
 * neither is of use without the other it costs nothing to believe it.
 */
static const struct {
	enum role a, b;
	bool believed;
} edges[] = {
	{ ROLE_DHCPD, ROLE_LEASED, true },
	{ ROLE_TFTPD, ROLE_IMAGED, true },
	{ ROLE_DHCPD, ROLE_TFTPD, false },
};

struct house house;

/* All tftp-roots by their number; that of all interfaces may be absent. */
static void
boot_roots(struct boot *boot, const struct conf *conf)
{
	size_t n;

	for (n = 0; n <= conf->ntftp_roots; n++)
		(void)snprintf(boot->roots[n], sizeof(boot->roots[n]), "%s",
		    conf_tftp_root(conf, n));
	boot->nroots = (uint8_t)(1 + conf->ntftp_roots);
}

/* The root of a role, and how many descriptors it may hold. */
static void
boot_fill(struct boot *boot, enum role r, const struct conf *conf)
{
	const struct spawn_user *user = spawn_user(r);
	char dir[RECORD_PATH_MAX];

	memset(boot, 0, sizeof(*boot));
	boot->role = (uint8_t)r;
	boot->log_level = (uint8_t)log_level();
	boot->uid = user->uid;
	boot->gid = user->gid;
	boot->without = conf->daemon.without;
	boot->root = SANDBOX_ROOT_EMPTY;
	boot->max_fds = limits_role(r, conf);
	switch (r) {
	case ROLE_IMAGED:
		boot->root = SANDBOX_ROOT_READ;
		boot_roots(boot, conf);
		break;
	case ROLE_LEASED:
		boot->root = SANDBOX_ROOT_WRITE;
		memcpy(dir, conf->store.path, sizeof(dir));
		boot->nroots = 1;
		(void)snprintf(
		    boot->roots[0], sizeof(boot->roots[0]), "%s", dirname(dir));
		break;
	default:
		break;
	}
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

static bool
roots_differ(const struct boot *boot, const struct child *c)
{
	uint8_t n;

	for (n = 0; n < boot->nroots; n++)
		if (strcmp(boot->roots[n], c->roots[n]) != 0)
			return true;
	return false;
}

bool
supervise_must_replace(const struct child *c, const struct conf *conf)
{
	struct boot boot;

	boot_fill(&boot, c->role, conf);
	/* leased refuses another path by itself, with a reason. */
	return c->role == ROLE_IMAGED &&
	       (boot.max_fds > c->max_fds || boot.nroots != c->nroots ||
		   roots_differ(&boot, c));
}

bool
supervise_talks(enum role a, enum role b, bool *believed)
{
	size_t i;

	for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		if ((edges[i].a == a && edges[i].b == b) ||
		    (edges[i].a == b && edges[i].b == a)) {
			*believed = edges[i].believed;
			return true;
		}
	return false;
}

static void
peer_send(struct child *to, const struct child *peer, int fd)
{
	uint8_t body[5];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)peer->role);
	writer_u32(&w, peer->instance);
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
		peer_send(a, b, fds[0]);
		peer_send(b, a, fds[1]);
	}
	for (r = ROLE_DHCPD; r < ROLE_MAX; r++)
		if (serves(house.slot[r].child))
			house.slot[r].child->fresh = false;
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
	.messages = &handle_ops,
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
