/* SPDX-License-Identifier: ISC */
/* What the parent does about a message of a role. */
#include "priv/handle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/tftp.h"
#include "priv/bind.h"
#include "priv/broker.h"
#include "priv/neigh_ask.h"
#include "priv/output.h"
#include "priv/parent.h"
#include "priv/parse.h"
#include "priv/reload_run.h"

/* A role may have so many processes of its peer ended in that time. */
#define ACCUSATIONS_MAX 3
#define ACCUSATIONS_MS 60000
#define REPLIES_SPARE 128 /* beside one for each transfer */

static void
on_log(void *arg, int priority, const char *line)
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
		child_blame(c, "not all of its walls stand");
		reload_run_child(RELOAD_BROKEN, c, 0);
		return;
	}
	if (c->role == ROLE_CONFD) {
		parse_booted(c);
		return;
	}
	c->booted = true;
	chan_set_phase(c->chan, PHASE_CONF);
	reload_run_child(RELOAD_BOOTED, c, 0);
}

static void
on_dying(void *arg, uint32_t nr, uint32_t arch)
{
	struct child *c = arg;

	c->dying = true;
	c->dying_nr = nr;
	c->dying_arch = arch;
}

/* Whether a role accuses one process after the other: it may be at fault. */
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
on_peer_bad(void *arg, enum role accused, uint32_t instance, const char *why)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	struct child *c = arg;
	struct child *other = child_find(parent.reload.role[accused].proc);
	bool believed;
	char text[512];

	/*
	 * Only of a process that it has a channel to, and once: else it could
	 * end each new one that is asked for its answer to a configuration.
	 */
	if (!reload_peers(c->role, accused, &believed) || instance == 0 ||
	    c->peer[accused] != instance)
		return;
	c->peer[accused] = 0;
	/* It may have been replaced meanwhile. */
	if (other == NULL || other->id != instance)
		return;
	if (!believed) {
		if (log_limit_ok(&limit, clock_mono_ms(), NULL))
			log_warnx("%s says that %s broke the message table: "
				  "%s; both go on, without each other until "
				  "one is started again",
			    role_name(c->role), role_name(accused), why);
		return;
	}
	if (accuses_often(c)) {
		(void)snprintf(text, sizeof(text),
		    "it accuses one %s after the other", role_name(accused));
		child_blame(c, text);
		reload_run_child(RELOAD_BROKEN, c, 0);
		return;
	}
	(void)snprintf(
	    text, sizeof(text), "%s reported it: %s", role_name(c->role), why);
	child_blame(other, text);
	reload_run_child(RELOAD_BROKEN, other, 0);
}

/* That it was heard is known already. */
static void
on_pong(void *arg, uint32_t number)
{
	(void)arg;
	(void)number;
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
on_ready(void *arg, uint32_t generation)
{
	struct child *c = arg;

	if (!is_offered(c, generation) || c->configuring)
		return;
	log_debug(
	    "%s is ready for configuration %u", role_name(c->role), generation);
	chan_set_phase(c->chan, PHASE_RUN);
	reload_run_child(RELOAD_READY, c, generation);
}

static void
on_reject(void *arg, uint32_t generation, const char *why)
{
	struct child *c = arg;

	if (!is_offered(c, generation))
		return;
	log_err("%s refuses the configuration: %s", role_name(c->role), why);
	reload_run_child(RELOAD_REJECT, c, generation);
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
	/* Where a descriptor is refused, that at least is said. */
	if (!reply(c, MSG_SOCKET_GIVE, id, &w, fd))
		socket_give(c, id, ETOOMANYREFS, 0, -1);
}

/* What to know of a refused socket; empty where its errno says all. */
static const char *
socket_advice(const struct conf *c, int error)
{
	switch (error) {
	case EADDRINUSE:
		if (c->tftp.single_port)
			return "; another server has port 69: find it with "
			       "'ss -lunp' and stop it";
		return c->tftp.port_low != 0
			   ? "; no port of tftp-port-range is free; widen it"
			   : "; all ports are in use (ip_local_port_range)";
	case ENODEV:
		return "; TFTP is not served there";
	case EACCES:
		return "; no client can be there";
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
on_socket_ask(void *arg, uint32_t id, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *remote)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	struct child *c = arg;
	char from[ENDPOINT_TEXT], to[ENDPOINT_TEXT];
	const char *advice = NULL;
	int error, fd = -1;
	uint32_t mtu = 0;

	/*
	 * All transfers may begin at once; but one who asks and does not read
	 * must not use up our descriptors.
	 */
	if (c->chan != NULL &&
	    chan_queued(c->chan) > replies_max(parent.conf)) {
		error = ENOBUFS;
		advice = "; it does not read its answers";
	} else {
		error = broker_socket(parent.conf, ifindex, local, remote);
	}
	if (error == 0 &&
	    (fd = bind_transfer(&parent.conf->tftp, local, remote, &mtu)) == -1)
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
on_neigh_ask(void *arg, uint32_t id, uint32_t ifindex, uint32_t addr,
    uint8_t hwtype, const uint8_t *hw, size_t hwlen)
{
	struct child *c = arg;
	uint8_t body[4];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w,
	    (uint32_t)neigh_ask(parent.conf, ifindex, addr, hwtype, hw, hwlen));
	(void)reply(c, MSG_NEIGH_DONE, id, &w, -1);
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
	parse_done(arg, errors, warnings);
}

const struct dispatch_ops handle_ops = {
	.walls = on_walls,
	.log = on_log,
	.dying = on_dying,
	.peer_bad = on_peer_bad,
	.pong = on_pong,
	.ready = on_ready,
	.reject = on_reject,
	.socket_ask = on_socket_ask,
	.neigh_ask = on_neigh_ask,
	.include = on_include,
	.parse_record = on_parse_record,
	.diag = on_diag,
	.parsed = on_parsed,
};
