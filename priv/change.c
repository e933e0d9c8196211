/* SPDX-License-Identifier: ISC */
/*
 * A change of configuration as a transaction: parse, check, bind, hand to
 * every role, wait for READY from all, commit; one refusal, and nothing
 * changes.  The first configuration goes the same way, except that its
 * failure ends the daemon.
 */
#include "priv/house.h"

#include <stdio.h>
#include <string.h>

#include <event2/event.h>

#include "daemon/log.h"
#include "priv/bind.h"
#include "priv/folders.h"
#include "priv/limits.h"
#include "priv/net.h"
#include "priv/pid_file.h"
#include "priv/tell.h"

#define CHANGE_LIMIT_S 60 /* a large lease store takes a while to load */
#define CHANGE_RETRY_MS 200 /* while a role is just being restarted */

static void change_prepare(void);

/* ----------------------------------------------------------- the end */

/* The role goes on with what is in force; a new one has yet to get that. */
static void
child_abort(struct child *c)
{
	if (c->fresh) {
		c->offered = house.conf;
		if (c->state == CHILD_BOOT)
			return; /* it is told when its walls stand */
	}
	child_send_u32(c, MSG_ABORT, house.next->generation);
	if (c->fresh)
		child_configure(c, house.conf);
	else
		c->offered = NULL;
}

static void
slot_abort(struct slot *s)
{
	const struct timeval now = { 0, 0 };
	struct child *c = s->child;

	if (c != NULL && c->offered == house.next)
		child_abort(c);
	if (s->next != NULL) {
		s->next->state = CHILD_OVER;
		s->next->offered = NULL;
		child_kill(s->next, "the change it was started for failed");
		s->next = NULL;
	}
	/* A restart that the change had taken over. */
	if (c == NULL && !s->down && house.conf != NULL &&
	    conf_needs(house.conf, (enum role)(s - house.slot)))
		event_add(s->restart, &now);
}

static void
change_next(void)
{
	if (house.change_again) {
		house.change_again = false;
		change_reload();
	} else if (house.interfaces_again) {
		house.interfaces_again = false;
		change_interfaces();
	}
}

/* Nothing changes; at the start, nothing begins. */
static void
change_abort(void)
{
	enum role r;

	house.change = CHANGE_NONE;
	event_del(house.change_timer);
	for (r = ROLE_DHCPD; r < ROLE_MAX; r++)
		slot_abort(&house.slot[r]);
	conf_free(house.next);
	house.next = NULL;
	if (house.conf == NULL) {
		supervise_stop_all(1);
		return;
	}
	log_err("the configuration was not changed; the daemon goes on with "
		"the one it has");
	change_next();
}

static void
slot_commit(struct slot *s, enum role r)
{
	struct child *old = s->child;

	if (s->next != NULL) {
		s->child = s->next;
		s->next = NULL;
		s->down = false;
		s->deaths = 0;
	} else if (conf_needs(house.next, r)) {
		old = NULL;
	} else {
		s->child = NULL;
	}
	if (old != NULL) {
		old->offered = NULL;
		child_stop(old);
	}
	if (s->child != NULL) {
		s->child->offered = NULL;
		child_send_u32(s->child, MSG_COMMIT, house.next->generation);
	}
}

static void
change_commit(void)
{
	struct conf *old = house.conf;
	enum role r;

	event_del(house.change_timer);
	house.change = CHANGE_NONE;
	for (r = ROLE_DHCPD; r < ROLE_MAX; r++)
		slot_commit(&house.slot[r], r);
	if (old != NULL)
		bind_hand_over(old, house.next);
	house.conf = house.next;
	house.next = NULL;
	bind_apply(house.conf);
	supervise_connect();
	tell_services(house.conf, house.conf->copied ? old : NULL);
	conf_free(old);
	log_info("ready, configuration %u", house.conf->generation);
	if (old == NULL && house.started != NULL)
		house.started();
	change_next();
}

/* ------------------------------------------------------- preparation */

static void
change_late(evutil_socket_t fd, short what, void *arg)
{
	enum role r;

	(void)fd;
	(void)what;
	(void)arg;
	if (house.change == CHANGE_NONE) {
		change_next();
		return;
	}
	for (r = ROLE_DHCPD; r < ROLE_MAX; r++) {
		const struct slot *s = &house.slot[r];
		const struct child *c = s->next != NULL ? s->next : s->child;

		if (c != NULL && c->offered == house.next && !c->ready)
			log_err("%s did not answer within %d s", role_name(r),
			    CHANGE_LIMIT_S);
	}
	if (house.confd != NULL)
		child_kill(house.confd, "it took too long");
	change_abort();
}

/* Whether a role is in the middle of its start. */
static bool
roles_unsettled(void)
{
	enum role r;

	for (r = ROLE_DHCPD; r < ROLE_MAX; r++)
		if (house.slot[r].child != NULL &&
		    house.slot[r].child->state != CHILD_RUN)
			return true;
	return false;
}

/* Gives the new configuration to a role, or to a new process of it. */
static int
slot_prepare(struct slot *s, enum role r)
{
	if (!conf_needs(house.next, r))
		return 0;
	if (s->child != NULL && !supervise_must_replace(s->child, house.next)) {
		/* One that was just restarted gets it when its walls stand. */
		if (s->child->state == CHILD_BOOT)
			s->child->offered = house.next;
		else
			child_configure(s->child, house.next);
		return 0;
	}
	s->next = supervise_start(r, house.next);
	return s->next == NULL ? -1 : 0;
}

static void
change_check_done(void)
{
	enum role r;

	if (house.change != CHANGE_PREPARING)
		return;
	for (r = ROLE_DHCPD; r < ROLE_MAX; r++) {
		const struct slot *s = &house.slot[r];
		const struct child *c = s->next != NULL ? s->next : s->child;

		if (conf_needs(house.next, r) &&
		    (c == NULL || c->offered != house.next || !c->ready))
			return;
	}
	change_commit();
}

/* house.next holds the records; what follows is the host's and the roles'. */
static void
change_prepare(void)
{
	const struct timeval tv = { CHANGE_LIMIT_S, 0 };
	const struct child *tftpd = house.slot[ROLE_TFTPD].child;
	enum role r;

	house.change = CHANGE_PREPARING;
	event_add(house.change_timer, &tv);
	if (folders_check(house.next, house.conf == NULL) == -1 ||
	    bind_listeners(house.next, house.conf) == -1 ||
	    limits_fit(house.next, tftpd == NULL ? 0 : tftpd->max_fds) == -1 ||
	    (!house.next->copied && pid_file_apply(house.next->daemon.pid_file,
					house.conf == NULL) == -1)) {
		change_abort();
		return;
	}
	/* All that takes more rights is done; no role runs yet. */
	if (house.conf == NULL)
		sandbox_parent(house.next->daemon.without);
	for (r = ROLE_DHCPD; r < ROLE_MAX; r++)
		if (slot_prepare(&house.slot[r], r) == -1) {
			change_abort();
			return;
		}
	change_check_done();
}

/*
 * Puts a change off until the roles have settled, and sets `again`; true when
 * it did.
 */
static bool
change_postpone(bool *again)
{
	const struct timeval tv = { 0, CHANGE_RETRY_MS * 1000 };

	if (house.change_timer == NULL) {
		house.change_timer = evtimer_new(house.base, change_late, NULL);
		if (house.change_timer == NULL)
			fatalx("no memory");
	}
	if (house.change != CHANGE_NONE) {
		*again = true;
		return true;
	}
	if (!roles_unsettled())
		return false;
	*again = true;
	event_add(house.change_timer, &tv);
	return true;
}

/* ------------------------------------------------------------ events */

void
change_reload(void)
{
	const struct timeval tv = { CHANGE_LIMIT_S, 0 };

	if (house.stopping || change_postpone(&house.change_again))
		return;
	house.change = CHANGE_PARSING;
	event_add(house.change_timer, &tv);
	if (parse_begin() == -1)
		change_abort();
}

void
change_interfaces(void)
{
	struct conf *next;

	if (house.stopping || house.conf == NULL ||
	    change_postpone(&house.interfaces_again))
		return;
	next = conf_copy(house.conf, house.generation + 1);
	if (next == NULL || net_find(next) == -1 ||
	    net_same(next, house.conf)) {
		conf_free(next);
		return;
	}
	house.generation++;
	house.next = next;
	log_info("interfaces have changed");
	tell_missing(next, house.conf);
	change_prepare();
}

/* --test: the verdict, and what the host adds to it. */
static void
change_tested(void)
{
	house.parse_warnings += folders_test(house.next);
	log_notice("the configuration is correct (%u warning%s)",
	    house.parse_warnings, house.parse_warnings == 1 ? "" : "s");
	house.change = CHANGE_NONE;
	supervise_stop_all(0);
}

void
change_parsed(void)
{
	parse_tell_suppressed();
	if (house.change != CHANGE_PARSING)
		return;
	if (!house.parsed) {
		log_err("the configuration could not be read");
		change_abort();
		return;
	}
	if (house.parse_errors > 0) {
		log_err("the configuration has %u error%s", house.parse_errors,
		    house.parse_errors == 1 ? "" : "s");
		change_abort();
		return;
	}
	if (house.options->test) {
		change_tested();
		return;
	}
	if (net_find(house.next) == -1) {
		change_abort();
		return;
	}
	tell_missing(house.next, NULL);
	change_prepare();
}

void
change_ready(struct child *c, uint32_t generation)
{
	log_debug(
	    "%s is ready for configuration %u", role_name(c->role), generation);
	change_check_done();
}

void
change_rejected(struct child *c, const char *why)
{
	log_err("%s refuses the configuration: %s", role_name(c->role), why);
	change_abort();
}

void
change_lost(struct child *c, const char *how)
{
	if (house.change != CHANGE_PREPARING)
		return;
	log_err("%s %s; it is needed for the configuration", role_name(c->role),
	    how);
	change_abort();
}
