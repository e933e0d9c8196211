/* SPDX-License-Identifier: ISC */
/* Carries out the actions of the reload state machine. */
#include "priv/reload_run.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/timeval.h"
#include "priv/bind.h"
#include "priv/boot_look.h"
#include "priv/child_events.h"
#include "priv/net.h"
#include "priv/net_select.h"
#include "priv/parent.h"
#include "priv/conf_diff.h"
#include "priv/confd_run.h"
#include "priv/manager.h"
#include "priv/prepare.h"
#include "priv/reload_say.h"
#include "priv/role_boot.h"
#include "priv/spawn.h"
#include "priv/watch.h"
#include "priv/log_ifaces.h"
#include "priv/log_reserved.h"

#define INPUTS_MAX 256 /* queued inputs; a power of two */

struct parent parent;

static struct event *timer;
static struct reload_input inputs[INPUTS_MAX];
static uint32_t input_head, input_tail;
static bool running;

static struct conf *
conf_of(uint32_t generation)
{
	if (parent.next != NULL && parent.next->generation == generation)
		return parent.next;
	if (parent.conf != NULL && parent.conf->generation == generation)
		return parent.conf;
	return NULL;
}

/* ---------------------------------------------------------- processes */

static void
run_start_failed(const struct reload_action *a)
{
	const struct reload_input in = { .kind = RELOAD_START_FAILED,
		.proc = a->proc };

	reload_run(&in);
}

static void
run_start(const struct reload_action *a)
{
	const struct conf *conf = conf_of(a->generation);
	struct child *c = NULL;
	struct boot boot;

	if (conf != NULL) {
		role_boot_fill(&boot, a->role, conf);
		c = child_start(a->role, a->proc, &boot);
	}
	if (c == NULL) {
		run_start_failed(a);
		return;
	}
	role_boot_note_roots(c, conf);
	log_debug("%s started as process %d", role_name(a->role), c->pid);
}

static void
run_parse(const struct reload_action *a)
{
	manager_reload_begin();
	if (confd_run_begin(a->proc, a->generation) == -1)
		run_start_failed(a);
}

static void
run_configure(struct child *c, uint32_t generation)
{
	struct conf *conf = conf_of(generation);

	if (conf != NULL && child_configure(c, conf) == 0)
		return;
	reload_run_broken(c, "its configuration could not be sent");
}

static int
peer_send(struct child *to, const struct child *peer, int fd)
{
	uint8_t body[5];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)peer->role);
	writer_u32(&w, peer->id);
	return child_send(to, MSG_PEER, &w, fd);
}

static void
run_connect(struct child *a, struct child *b)
{
	int fds[2];

	if (chan_pair_roles(a->role, b->role, fds) == -1) {
		log_warn("cannot create a channel between %s and %s",
		    role_name(a->role), role_name(b->role));
		reload_run_broken(
		    a, "the channel to its peer could not be created");
		return;
	}
	a->peer[b->role] = b->id;
	b->peer[a->role] = a->id;
	if (peer_send(a, b, fds[0]) == -1) {
		reload_run_broken(
		    a, "the channel to its peer could not be sent");
	}
	if (peer_send(b, a, fds[1]) == -1) {
		reload_run_broken(
		    b, "the channel to its peer could not be sent");
	}
}

/* ------------------------------------------------------ configurations */

/* Copies the records for the present interfaces. */
static void
run_copy(uint32_t generation)
{
	struct reload_input in = { .kind = RELOAD_PARSE_FAILED,
		.generation = generation };
	struct conf *next = conf_copy(parent.conf, generation);

	if (next == NULL) {
		log_warnx("out of memory for the changed interfaces");
	} else if (net_find(next) == -1) {
		conf_free(next);
	} else if (net_same(next, parent.conf)) {
		net_take_found(parent.conf, next);
		conf_free(next);
		in.kind = RELOAD_UNCHANGED;
	} else {
		parent.next = next;
		log_info("interfaces changed");
		log_unserved(next, parent.conf);
		if (prepare_host(next, parent.conf) == 0) {
			in.kind = RELOAD_PARSED;
			prepare_roles(&in, next, parent.conf);
		}
	}
	reload_run(&in);
}

/* Logs faults that do not prevent that clients are served. */
static void
run_check(const struct conf *c)
{
	const struct spawn_user *imaged = spawn_user(ROLE_IMAGED);

	if (c->dhcp.enabled)
		log_reserved(c);
	/* With --test it was done while the parent could change its user. */
	if (!c->test)
		boot_look_start(parent.base, c, imaged->uid, imaged->gid);
}

static void
run_enforce(uint32_t generation)
{
	struct conf *old = parent.conf;
	char text[CONF_DIFF_TEXT];

	if (parent.next == NULL || parent.next->generation != generation)
		fatalx("configuration %u does not exist", generation);
	if (old != NULL)
		bind_hand_over(old, parent.next);
	parent.conf = parent.next;
	parent.next = NULL;
	bind_apply(parent.conf);
	log_served(parent.conf, parent.conf->copied ? old : NULL);
	if (!parent.conf->copied)
		run_check(parent.conf);
	if (old != NULL && !parent.conf->copied)
		log_info("configuration: %s",
		    conf_diff_text(old, parent.conf, text));
	if (!parent.conf->copied)
		watch_commit();
	child_forget_conf(old);
	conf_free(old);
	log_info("ready, configuration %u", generation);
	if (!parent.conf->copied)
		manager_reload_end(false);
	if (old != NULL)
		return;
	manager_ready();
	if (parent.started != NULL)
		parent.started();
}

static void
run_drop(uint32_t generation)
{
	watch_drop();
	if (parent.next == NULL || parent.next->generation != generation)
		return;
	child_forget_conf(parent.next);
	conf_free(parent.next);
	parent.next = NULL;
}

/* -------------------------------------------------------------- actions */

static void
run_arm(uint64_t at_ms)
{
	const struct timeval tv = timeval_until(at_ms, clock_mono_ms());

	event_add(timer, &tv);
}

/* Carries out an action on a process, which may have exited. */
static void
act_child(const struct reload_action *a, struct child *c)
{
	struct child *other = child_find(a->other);

	if (c == NULL)
		return;
	switch (a->kind) {
	case RELOAD_DO_CONFIGURE:
		run_configure(c, a->generation);
		break;
	case RELOAD_DO_COMMIT:
		child_settle(c);
		if (!c->unfit)
			(void)child_send_u32(c, MSG_COMMIT, a->generation);
		break;
	case RELOAD_DO_ABORT:
		child_settle(c);
		(void)child_send_u32(c, MSG_ABORT, a->generation);
		break;
	case RELOAD_DO_CONNECT:
		if (other != NULL && parent.command == NULL)
			run_connect(c, other);
		break;
	case RELOAD_DO_PING:
		(void)child_send_u32(c, MSG_PING, 1);
		break;
	case RELOAD_DO_STOP:
		child_stop(c);
		break;
	case RELOAD_DO_KILL:
		child_kill(c, reload_say_reason(a->say));
		break;
	default:
		break;
	}
}

static void
act(const struct reload_action *a)
{
	switch (a->kind) {
	case RELOAD_DO_PARSE:
		run_parse(a);
		break;
	case RELOAD_DO_COPY:
		run_copy(a->generation);
		break;
	case RELOAD_DO_START:
		run_start(a);
		break;
	case RELOAD_DO_ENFORCE:
		run_enforce(a->generation);
		break;
	case RELOAD_DO_DROP:
		run_drop(a->generation);
		break;
	case RELOAD_DO_SAY:
		if (a->say == RELOAD_SAY_KEPT)
			manager_reload_end(true);
		reload_say_log(a, child_find(a->proc));
		break;
	case RELOAD_DO_ARM:
		run_arm(a->at_ms);
		break;
	case RELOAD_DO_EXIT:
		parent.exit_status = a->status;
		event_base_loopexit(parent.base, NULL);
		break;
	default:
		act_child(a, child_find(a->proc));
		break;
	}
}

void
reload_run(const struct reload_input *in)
{
	/* Not reentrant: a nested call would overwrite the actions. */
	const struct reload_actions *out;
	size_t i;

	if (input_tail - input_head == INPUTS_MAX)
		fatalx("reload: more than %d queued inputs", INPUTS_MAX);
	inputs[input_tail++ % INPUTS_MAX] = *in;
	if (running)
		return;
	running = true;
	while (input_head != input_tail) {
		struct reload_input next = inputs[input_head++ % INPUTS_MAX];

		out = reload_step(&parent.reload, &next, clock_mono_ms());
		for (i = 0; i < out->n; i++)
			act(&out->v[i]);
	}
	manager_update();
	running = false;
	child_free_ended();
}

void
reload_run_event(enum reload_input_kind kind)
{
	struct reload_input in = { .kind = kind };

	reload_run(&in);
}

void
reload_run_child(
    enum reload_input_kind kind, const struct child *c, uint32_t generation)
{
	struct reload_input in = {
		.kind = kind, .proc = c->id, .generation = generation
	};

	reload_run(&in);
}

void
reload_run_broken(struct child *c, const char *why)
{
	child_blame(c, why);
	reload_run_child(RELOAD_BROKEN, c, 0);
}

void
reload_run_quit(int exit_status)
{
	struct reload_input in = { .kind = RELOAD_QUIT, .status = exit_status };

	reload_run(&in);
}

/* ---------------------------------------------------------------- set-up */

static void
on_heard(struct child *c)
{
	reload_run_child(RELOAD_HEARD, c, 0);
}

static void
on_broken(struct child *c)
{
	reload_run_child(RELOAD_BROKEN, c, 0);
}

static void
on_ended(struct child *c)
{
	confd_run_ended(c);
	if (parent.command != NULL && parent.command->ended != NULL)
		parent.command->ended(c);
	bind_repair(parent.conf, c->role);
	bind_repair(parent.next, c->role);
	reload_run_child(RELOAD_EXIT, c, 0);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	reload_run_event(RELOAD_TIMER);
}

void
reload_run_init(void)
{
	static const struct child_ops ops = {
		.messages = &child_events,
		.heard = on_heard,
		.broken = on_broken,
		.ended = on_ended,
	};

	reload_init(&parent.reload);
	child_init(parent.base, &ops);
	if ((timer = evtimer_new(parent.base, on_timer, NULL)) == NULL)
		fatalx("no memory for a timer");
}
