/* SPDX-License-Identifier: ISC */
/* Handles the messages of roles. */
#include "priv/child_events.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/tftp.h"
#include "priv/bind_transfer.h"
#include "priv/broker.h"
#include "priv/neigh_ask.h"
#include "priv/log_sink.h"
#include "priv/parent.h"
#include "priv/confd_run.h"
#include "priv/reload_proc.h"
#include "priv/reload_run.h"
#include "priv/role_spec.h"

/* A role may report this many processes of its peer in this time. */
#define ACCUSATIONS_MAX 3
#define ACCUSATIONS_MS 60000
#define REPLIES_SPARE 128 /* beside one for each transfer */

static void
child_on_log(void *arg, int priority, const char *line)
{
	struct child *c = arg;
	uint64_t suppressed;
	char text[64];

	if (priority > log_level() ||
	    !log_quota_take(
		&c->lines, clock_mono_ms(), strlen(line), &suppressed))
		return;
	if (suppressed > 0) {
		(void)snprintf(text, sizeof(text),
		    "%llu similar messages suppressed",
		    (unsigned long long)suppressed);
		log_sink_line(role_name(c->role), LOG_WARNING, text);
	}
	log_sink_line(role_name(c->role), priority, line);
}

static void
child_on_layers(void *arg, uint32_t layers)
{
	struct child *c = arg;

	if (layers != sandbox_layers_wanted(c->boot.layers_disabled)) {
		reload_run_broken(c, "sandbox layers are missing");
		return;
	}
	if (c->role == ROLE_CONFD) {
		confd_run_booted(c);
		return;
	}
	c->booted = true;
	chan_set_phase(c->chan, PHASE_CONF);
	reload_run_child(RELOAD_BOOTED, c, 0);
}

static void
child_on_dying(void *arg, uint32_t nr, uint32_t arch)
{
	struct child *c = arg;

	c->dying = true;
	c->dying_nr = nr;
	c->dying_arch = arch;
}

/* Whether a role reports so many processes that it may be at fault itself. */
static bool
accuses_often(struct child *c)
{
	uint64_t now_ms = clock_mono_ms();

	if (now_ms - c->accusing_ms > ACCUSATIONS_MS) {
		c->accusing_ms = now_ms;
		c->accusations = 0;
	}
	return ++c->accusations > ACCUSATIONS_MAX;
}

static void
child_on_peer_bad(
    void *arg, enum role accused, uint32_t instance, const char *why)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	struct child *c = arg;
	struct child *other = child_find(parent.reload.role[accused].proc);
	char text[512];

	/*
	 * A role may report a process only once, and only if it has a channel
	 * to it.  Otherwise it could have each new process killed that is
	 * asked for its answer to a configuration.
	 */
	if (!reload_has(role_spec(c->role)->peers, accused) || instance == 0 ||
	    c->peer[accused] != instance)
		return;
	c->peer[accused] = 0;
	/* It may have been replaced meanwhile. */
	if (other == NULL || other->id != instance)
		return;
	if (!reload_has(role_spec(c->role)->kill_on_report, accused)) {
		if (log_limit_ok(&limit, clock_mono_ms(), NULL))
			log_warnx(
			    "%s reported a channel error of %s: %s; their channel stays closed until one of them is restarted",
			    role_name(c->role), role_name(accused), why);
		return;
	}
	if (accuses_often(c)) {
		(void)snprintf(text, sizeof(text),
		    "reported too many %s processes", role_name(accused));
		reload_run_broken(c, text);
		return;
	}
	(void)snprintf(
	    text, sizeof(text), "reported by %s: %s", role_name(c->role), why);
	reload_run_broken(other, text);
}

/* 0: the role is busy; child_message() has recorded the sign of life. */
static void
child_on_pong(void *arg, uint32_t number)
{
	if (number != 0)
		reload_run_child(RELOAD_PONG, arg, 0);
}

/* Whether a process was offered a configuration and has not answered. */
static bool
is_offered(const struct child *c, uint32_t generation)
{
	const struct reload_proc *p = reload_proc_find(&parent.reload, c->id);

	return c->booted && p != NULL && generation != 0 &&
	       p->offered == generation && !p->ready;
}

static void
child_on_ready(void *arg, uint32_t generation)
{
	struct child *c = arg;

	if (!is_offered(c, generation) || c->configuring)
		return;
	log_debug(
	    "%s is ready for configuration %u", role_name(c->role), generation);
	chan_set_phase(c->chan, PHASE_RUN);
	reload_run_child(RELOAD_READY, c, generation);
}

/* A new process confirms what the one that serves has found. */
static void
log_rejection(
    enum role role, uint32_t generation, const char *why, struct log_place at)
{
	static struct {
		uint32_t generation;
		char why[ROLE_WHY_MAX];
	} last[ROLE_MAX];

	if (last[role].generation == generation &&
	    strcmp(last[role].why, why) == 0) {
		log_err("%s rejected the configuration for the same reason",
		    role_name(role));
		return;
	}
	last[role].generation = generation;
	(void)snprintf(last[role].why, sizeof(last[role].why), "%s", why);
	log_at(LOG_ERR, at, "%s rejected the configuration: %s",
	    role_name(role), why);
}

/* The line that a role has refused. */
static struct log_place
refused_at(enum role role, uint32_t generation, uint32_t record)
{
	const struct conf *c =
	    parent.next != NULL && parent.next->generation == generation
		? parent.next
		: parent.conf;

	if (c == NULL || c->generation != generation)
		return (struct log_place){ NULL, 0 };
	return conf_refused_at(c, role, record);
}

static void
child_on_reject(
    void *arg, uint32_t generation, uint32_t record, const char *why)
{
	struct child *c = arg;

	if (!is_offered(c, generation))
		return;
	log_rejection(
	    c->role, generation, why, refused_at(c->role, generation, record));
	if (parent.command == NULL || parent.command->rejected == NULL) {
		reload_run_child(RELOAD_REJECT, c, generation);
		return;
	}
	/* The other roles are still to say what they find. */
	parent.command->rejected();
	c->unfit = true;
	reload_run_child(RELOAD_READY, c, generation);
}

/* Sends an answer; false when the kernel did not take the descriptor. */
static bool
reply(struct child *c, enum msg_type type, uint32_t id, const struct writer *w,
    int fd)
{
	if (c->chan != NULL)
		return chan_send(c->chan, type, id, w, fd) == 0 || fd == -1;
	if (fd != -1)
		(void)close(fd);
	return true;
}

static void
socket_give(struct child *c, uint32_t id, int error, uint32_t mtu, int fd)
{
	uint8_t body[8];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, (uint32_t)error);
	writer_u32(&w, mtu);
	/* The kernel did not take the descriptor: report that. */
	if (!reply(c, MSG_SOCKET_GIVE, id, &w, fd))
		socket_give(c, id, ETOOMANYREFS, 0, -1);
}

/* Advice for the log line about a refused socket; empty where errno says
 * enough. */
static const char *
socket_advice(const struct conf *c, int error)
{
	switch (error) {
	case EADDRINUSE:
		if (c->tftp.single_port)
			return "; another server uses port 69: find it with 'ss -lunp' and stop it";
		return c->tftp.port_low != 0
			   ? "; no free port of tftp-port-range was found; widen it"
			   : "; all ports are in use (ip_local_port_range)";
	case ENODEV:
		return "; TFTP is not served on this interface";
	case EACCES:
		return "; not an address and port of a client";
	default:
		return "";
	}
}

static size_t
replies_max(const struct conf *c)
{
	if (c == NULL)
		return REPLIES_SPARE;
	return REPLIES_SPARE + c->tftp.max + tftp_half_open(c->tftp.max);
}

static void
child_on_socket_ask(void *arg, uint32_t id, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *remote)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	struct child *c = arg;
	char from[ENDPOINT_TEXT], to[ENDPOINT_TEXT];
	const char *advice = NULL;
	int error, fd = -1;
	uint32_t mtu = 0;

	/*
	 * All transfers may begin at once.  But a role that sends requests and
	 * does not read the replies must not exhaust our descriptors.
	 */
	if (c->chan != NULL &&
	    chan_queued(c->chan) > replies_max(parent.conf)) {
		error = ENOBUFS;
		advice = "; it does not read the replies";
	} else {
		error = broker_socket(parent.conf, ifindex, local, remote);
	}
	if (error == 0 && (fd = bind_transfer(&parent.conf->tftp,
			       &parent.conf->dhcp, local, remote, &mtu)) == -1)
		error = errno;
	if (error != 0 && log_limit_ok(&limit, clock_mono_ms(), NULL))
		log_warnx("no socket for %s from %s to %s: %s%s",
		    role_name(c->role), endpoint_text(local, from),
		    endpoint_text(remote, to), strerror(error),
		    advice != NULL ? advice
				   : socket_advice(parent.conf, error));
	socket_give(c, id, error, mtu, fd);
}

static void
child_on_neigh_ask(void *arg, uint32_t id, uint32_t ifindex,
    const struct addr *a, uint8_t hwtype, const uint8_t *hw, size_t hwlen)
{
	struct child *c = arg;
	uint32_t addr;
	int error = EAFNOSUPPORT; /* neighbours of IPv6 are found by ND */
	uint8_t body[4];
	struct writer w;

	if (addr_to_ip4(a, &addr))
		error =
		    neigh_ask(parent.conf, ifindex, addr, hwtype, hw, hwlen);
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, (uint32_t)error);
	(void)reply(c, MSG_NEIGH_DONE, id, &w, -1);
}

static int
child_on_explain_text(void *arg, const uint8_t *text, size_t len)
{
	if (parent.command == NULL || parent.command->explain_text == NULL)
		return -1;
	return parent.command->explain_text(arg, text, len);
}

static int
child_on_explained(void *arg, const char *why)
{
	if (parent.command == NULL || parent.command->explained == NULL)
		return -1;
	return parent.command->explained(arg, why);
}

/* Without those of processes that command/one_shot.c runs. */
const struct dispatch_ops child_events = {
	.layers = child_on_layers,
	.log = child_on_log,
	.dying = child_on_dying,
	.peer_bad = child_on_peer_bad,
	.pong = child_on_pong,
	.ready = child_on_ready,
	.reject = child_on_reject,
	.socket_ask = child_on_socket_ask,
	.neigh_ask = child_on_neigh_ask,
	.include = confd_run_on_include,
	.parse_record = confd_run_on_record,
	.diag = confd_run_on_diag,
	.parse_line = confd_run_on_line,
	.parsed = confd_run_on_parsed,
	.explain_text = child_on_explain_text,
	.explained = child_on_explained,
};
