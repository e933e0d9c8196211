/* SPDX-License-Identifier: ISC */
/* dhcpd: serves DHCP and BOOTP; leased stores its leases. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/plural.h"
#include "daemon/role.h"
#include "daemon/timeval.h"
#include "dhcpd/conf_build.h"
#include "dhcpd/engine.h"
#include "dhcpd/explain.h"
#include "dhcpd/report.h"
#include "dhcpd/sock.h"
#include "dhcpd/sock_error.h"
#include "dhcpd/tell.h"
#include "dhcpd/watch.h"
#include "sandbox/role_main.h"

#define TELL_PACKET 4 /* messages about clients before a reply is sent */
#define TELL_TURN 128 /* when the timer fires */
#define TELL_QUEUE 64 /* the most that wait to be read */
#define TELL_PAUSE_US 5000

static struct {
	struct engine *engine;
	struct event *tick; /* every second */
	struct event *tell; /* pending while messages about clients wait */
	struct event *due; /* pending while a reply is delayed */
	uint64_t due_ms; /* when it fires; 0: it is not pending */
	struct socks now; /* in use */
	struct socks next; /* of the configuration that is being built */
	struct dhcp_conf *conf; /* that configuration, or NULL */
	struct binding_queue *lists; /* its memory in the pool */
	bool loading; /* leased was asked for its leases */
	bool loaded; /* it has sent them all */
	uint32_t rows;
	uint64_t row_ms; /* when it was asked, or sent the last */
	struct watch watch;
} dhcpd;

static void
dhcpd_store(const struct action *a)
{
	uint8_t body[LEASE_ENCODED_MAX];
	struct writer w;

	/* Without leased the proposal stays pending. */
	if (role_peer(ROLE_LEASED) == NULL)
		return;
	writer_init(&w, body, sizeof(body));
	lease_encode(a->lease, &w);
	(void)chan_send(role_peer(ROLE_LEASED), MSG_LEASE_PUT, a->id, &w, -1);
}

static void
dhcpd_neigh(const struct action *a)
{
	struct addr addr = addr_from_ip4(a->dest->addr);
	uint8_t body[4 + ADDR_ENCODED_MIN + 1 + 2 + PACKET_HW_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, a->dest->ifindex);
	addr_encode(&addr, &w);
	writer_u8(&w, a->dest->hwtype);
	writer_blob(&w, a->dest->hw, a->dest->hwlen);
	(void)chan_send(role_parent(), MSG_NEIGH_ASK, a->id, &w, -1);
}

/* Left out while the receiver does not read: it serves a warning only. */
static void
dhcpd_booting(const struct action *act)
{
	struct addr addr = addr_from_ip4(act->addr);
	struct chan *c = role_peer(act->http ? ROLE_HTTPD : ROLE_TFTPD);
	uint8_t body[ADDR_ENCODED_MAX];
	struct writer w;

	if (c == NULL || chan_queued(c) >= TELL_QUEUE)
		return;
	writer_init(&w, body, sizeof(body));
	addr_encode(&addr, &w);
	(void)chan_send(c, MSG_BOOTING, 0, &w, -1);
}

/*
 * Whether tftpd and httpd, or the one that runs, read the messages that were
 * sent before.
 */
static bool
dhcpd_told(struct chan *tftpd, struct chan *httpd)
{
	if (tftpd == NULL && httpd == NULL)
		return false;
	return (tftpd == NULL || chan_queued(tftpd) < TELL_QUEUE) &&
	       (httpd == NULL || chan_queued(httpd) < TELL_QUEUE);
}

/*
 * Sends at most `limit` CLIENT messages to tftpd and httpd, the rest a little
 * later.
 */
static void
dhcpd_tell(unsigned int limit)
{
	static const struct timeval pause = { 0, TELL_PAUSE_US };
	struct chan *tftpd = role_peer(ROLE_TFTPD);
	struct chan *httpd = role_peer(ROLE_HTTPD);
	uint8_t body[TELL_ENCODED_MAX];
	struct writer w;

	if (tftpd == NULL && httpd == NULL)
		return;
	while (limit-- > 0 && dhcpd_told(tftpd, httpd)) {
		writer_init(&w, body, sizeof(body));
		if (!tell_next(
			&dhcpd.engine->pool->telling, clock_wall_s(), &w))
			return;
		if (tftpd != NULL &&
		    chan_send(tftpd, MSG_CLIENT, 0, &w, -1) == -1)
			return;
		if (httpd != NULL &&
		    chan_send(httpd, MSG_CLIENT, 0, &w, -1) == -1)
			return;
	}
	if (tell_waiting(&dhcpd.engine->pool->telling) &&
	    !evtimer_pending(dhcpd.tell, NULL))
		(void)evtimer_add(dhcpd.tell, &pause);
}

static void
dhcpd_tell_more(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	dhcpd_tell(TELL_TURN);
}

/* Sets the timer for the next delayed reply, unless it is set already. */
static void
dhcpd_arm(uint64_t now_ms)
{
	uint64_t next_ms = engine_due_ms(dhcpd.engine);
	struct timeval left = timeval_until(next_ms, now_ms);

	if (next_ms == 0 || next_ms == dhcpd.due_ms)
		return;
	if (evtimer_add(dhcpd.due, &left) == -1)
		fatalx("no timer");
	dhcpd.due_ms = next_ms;
}

/*
 * Runs one step of the engine and carries out its actions.  tftpd is told of a
 * lease before the ACK is sent, since the client may then ask for a file at
 * once.
 */
static void
dhcpd_step(const struct engine_input *in)
{
	struct engine_time now = { clock_wall_s(), clock_mono_ms() };
	const struct actions *out = engine_step(dhcpd.engine, in, &now);
	size_t i;

	dhcpd_tell(TELL_PACKET);
	for (i = 0; i < out->n; i++) {
		const struct action *a = &out->v[i];

		switch (a->kind) {
		case ACTION_SEND:
			socks_send(
			    &dhcpd.now, a->dest, a->data, a->len, now.mono_ms);
			break;
		case ACTION_STORE:
			dhcpd_store(a);
			break;
		case ACTION_NEIGH:
			dhcpd_neigh(a);
			break;
		case ACTION_BOOTING:
			dhcpd_booting(a);
			break;
		case ACTION_NOTE:
			report_note(dhcpd.engine, a->note, now.mono_ms);
			break;
		}
	}
	dhcpd_arm(now.mono_ms);
}

/* Logs that leased does not answer, and reports it to the parent later. */
static void
dhcpd_watch(void)
{
	uint64_t now_ms = clock_mono_ms();
	uint64_t since_ms =
	    dhcpd.loading ? dhcpd.row_ms : engine_store_since(dhcpd.engine);

	switch (watch_step(&dhcpd.watch, since_ms, now_ms)) {
	case WATCH_SLOW:
		/* clang-format off */
		if (dhcpd.loading)
			log_warnx("leased has not answered for %u s; no client is served until all leases are loaded", WATCH_SLOW_MS / 1000);
		else
			log_warnx("leased has not answered for %u s; %zu lease%s pending", WATCH_SLOW_MS / 1000, dhcpd.engine->pending.nstore, plural(dhcpd.engine->pending.nstore));
		/* clang-format on */
		break;
	case WATCH_BACK:
		log_info("leased answers again after %llu s",
		    (unsigned long long)((now_ms - dhcpd.watch.since_ms) /
					 1000));
		break;
	case WATCH_HUNG:
		role_peer_bad(ROLE_LEASED, "it does not answer");
		break;
	case WATCH_NONE:
		break;
	}
}

static void
dhcpd_tick(evutil_socket_t fd, short what, void *arg)
{
	struct engine_input in = { .kind = ENGINE_TICK };

	(void)fd;
	(void)what;
	(void)arg;
	dhcpd_step(&in);
	dhcpd_watch();
}

static void
dhcpd_due(evutil_socket_t fd, short what, void *arg)
{
	struct engine_input in = { .kind = ENGINE_DUE };

	(void)fd;
	(void)what;
	(void)arg;
	dhcpd.due_ms = 0;
	dhcpd_step(&in);
}

static void
dhcpd_start(void)
{
	const struct timeval second = { 1, 0 };
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		fatal("no random numbers");
	if ((dhcpd.engine = engine_new(seed)) == NULL)
		fatalx("no memory for the engine");
	dhcpd.tick = event_new(role_base(), -1, EV_PERSIST, dhcpd_tick, NULL);
	if (dhcpd.tick == NULL || event_add(dhcpd.tick, &second) == -1)
		fatalx("no timer");
	dhcpd.tell = evtimer_new(role_base(), dhcpd_tell_more, NULL);
	dhcpd.due = evtimer_new(role_base(), dhcpd_due, NULL);
	if (dhcpd.tell == NULL || dhcpd.due == NULL)
		fatalx("no timer");
}

/* Starts to serve once a configuration and all leases are there. */
static void
dhcpd_serve(void)
{
	if (dhcpd.loaded && dhcpd.engine->conf != NULL)
		socks_enable(&dhcpd.now);
}

static void
dhcpd_conf_abort(void)
{
	dhcp_conf_free(dhcpd.conf);
	dhcpd.conf = NULL;
	free(dhcpd.lists);
	dhcpd.lists = NULL;
	socks_close(&dhcpd.next);
}

static int
dhcpd_conf_begin(char *why)
{
	dhcpd_conf_abort();
	if ((dhcpd.conf = dhcp_conf_new()) != NULL)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX, "dhcpd: no memory");
	return -1;
}

static int
dhcpd_conf_record(const struct record *rec, char *why)
{
	return dhcp_conf_record(dhcpd.conf, rec, why);
}

static int
dhcpd_conf_iface(const struct iface *i, char *why)
{
	return dhcp_conf_iface(dhcpd.conf, i, why);
}

static int
dhcpd_conf_socket(enum socket_use use, uint32_t ifindex, int fd, char *why)
{
	if (use != SOCKET_DHCP && use != SOCKET_PXE) {
		(void)close(fd);
		return 0;
	}
	if (socks_add(&dhcpd.next, role_base(), fd, ifindex, use == SOCKET_PXE,
		dhcpd_step) == 0)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX, "dhcpd: no memory for a socket");
	return -1;
}

static int
dhcpd_conf_end(char *why)
{
	if (dhcp_conf_finish(dhcpd.conf, why) == -1)
		return -1;
	if (engine_prepare(dhcpd.engine, dhcpd.conf, &dhcpd.lists) == 0)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX,
	    "dhcpd: no memory for dhcp-lease-max=%u leases",
	    dhcpd.conf->dhcp.lease_max);
	return -1;
}

static void
dhcpd_conf_commit(void)
{
	if (dhcpd.conf == NULL || dhcpd.lists == NULL)
		return;
	engine_use(dhcpd.engine, dhcpd.conf, dhcpd.lists);
	dhcpd.conf = NULL;
	dhcpd.lists = NULL;
	socks_close(&dhcpd.now);
	dhcpd.now = dhcpd.next;
	dhcpd.now.server_port = dhcpd.engine->conf->dhcp.server_port;
	memset(&dhcpd.next, 0, sizeof(dhcpd.next));
	report_conf(dhcpd.engine->conf);
	dhcpd_serve();
}

/*
 * leased is asked for its leases once, at the start.  After a restart of
 * leased the memory here is still right: only committed leases were
 * acknowledged, and undecided proposals are sent again.
 */
static void
dhcpd_peer_up(enum role peer, struct chan *c)
{
	struct engine_input in = { .kind = ENGINE_STORE_UP };

	if (peer == ROLE_TFTPD || peer == ROLE_HTTPD) {
		tell_all(
		    &dhcpd.engine->pool->telling, &dhcpd.engine->pool->slab);
		dhcpd_tell(TELL_TURN);
	}
	if (peer != ROLE_LEASED)
		return;
	if (dhcpd.loaded) {
		dhcpd_step(&in);
		return;
	}
	dhcpd.rows = 0;
	dhcpd.row_ms = clock_mono_ms();
	dhcpd.loading = chan_send(c, MSG_LEASE_LOAD, 0, NULL, -1) == 0;
}

static void
dhcpd_peer_down(enum role peer)
{
	struct engine_input in = { .kind = ENGINE_STORE_DOWN };

	if (peer != ROLE_LEASED)
		return;
	dhcpd.loading = false;
	watch_reset(&dhcpd.watch);
	dhcpd_step(&in);
}

static int
dhcpd_row(struct msg *m)
{
	struct lease l;

	if (!dhcpd.loading)
		return -1;
	dhcpd.row_ms = clock_mono_ms();
	while (m->body.left > 0) {
		lease_decode(&m->body, &l);
		if (!reader_ok(&m->body) || ++dhcpd.rows > LEASES_MAX)
			return -1;
		/* Those of DHCPv6 are not for this role. */
		if (l.addr.family != 4)
			continue;
		if (pool_load(dhcpd.engine->pool, &l) == -1)
			fatalx("no memory for the leases in the store");
	}
	return 0;
}

static int
dhcpd_loaded(struct msg *m)
{
	struct engine_input in = { .kind = ENGINE_STORE_UP };
	uint32_t rows = reader_u32(&m->body);

	if (!reader_done(&m->body) || !dhcpd.loading || rows != dhcpd.rows)
		return -1;
	role_alive();
	if (pool_loaded(dhcpd.engine->pool, clock_wall_s()) == -1)
		fatalx("no memory for the leases in the store");
	role_alive();
	/* Some of them may have expired. */
	tell_all(&dhcpd.engine->pool->telling, &dhcpd.engine->pool->slab);
	dhcpd.loading = false;
	dhcpd.loaded = true;
	log_info("%u lease%s read from the store", rows, plural(rows));
	dhcpd_step(&in);
	dhcpd_serve();
	return 0;
}

static int
dhcpd_outcome(struct msg *m)
{
	char reason[256] = "";
	struct engine_input in = { .id = m->id, .reason = reason };

	if (m->type == MSG_LEASE_REFUSED) {
		in.kind = ENGINE_REFUSED;
		(void)reader_str(&m->body, reason, sizeof(reason));
	} else if (m->type == MSG_LEASE_DURABLE) {
		in.kind = ENGINE_DURABLE;
	} else {
		in.kind = ENGINE_NEIGH_DONE;
		in.error = reader_u32(&m->body);
	}
	if (!reader_done(&m->body))
		return -1;
	dhcpd_step(&in);
	return 0;
}

static int
dhcpd_message(struct chan *c, struct msg *m)
{
	(void)c;
	switch (m->type) {
	case MSG_LEASE_ROW:
		return dhcpd_row(m);
	case MSG_LEASE_LOADED:
		return dhcpd_loaded(m);
	case MSG_LEASE_DURABLE:
	case MSG_LEASE_REFUSED:
	case MSG_NEIGH_DONE:
		return dhcpd_outcome(m);
	case MSG_EXPLAIN_FILE:
	case MSG_EXPLAIN:
	case MSG_EXPLAIN_PACKET:
	case MSG_EXPLAIN_END:
		return explain_message(dhcpd.engine, m);
	default:
		return -1;
	}
}

static void
dhcpd_stop(void)
{
	report_counters(dhcpd.engine);
	sock_error_report();
	socks_close(&dhcpd.now);
}

static const struct role_ops ops = {
	.id = ROLE_DHCPD,
	.start = dhcpd_start,
	.conf_begin = dhcpd_conf_begin,
	.conf_record = dhcpd_conf_record,
	.conf_iface = dhcpd_conf_iface,
	.conf_socket = dhcpd_conf_socket,
	.conf_end = dhcpd_conf_end,
	.conf_commit = dhcpd_conf_commit,
	.conf_abort = dhcpd_conf_abort,
	.peer_up = dhcpd_peer_up,
	.peer_down = dhcpd_peer_down,
	.message = dhcpd_message,
	.stop = dhcpd_stop,
};

int
main(void)
{
	return role_main(&ops);
}
