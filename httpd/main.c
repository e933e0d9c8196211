/* SPDX-License-Identifier: ISC */
/* httpd: the messages of the HTTP server, and its configuration. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <event2/event.h>

#include <sodium.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>

#include "daemon/clock.h"
#include "daemon/library.h"
#include "daemon/role.h"
#include "httpd/asking.h"
#include "httpd/http.h"
#include "httpd/http_conf.h"
#include "httpd/log_http.h"
#include "httpd/signing.h"
#include "httpd/tls.h"
#include "sandbox/role_main.h"

#define TICK_S 1

static struct server server;
static struct accept_set listening;
static struct http_conf plan;
static struct event *tick;

/* Timeouts are checked every second while there is anything to wait for. */
static void
httpd_tick(evutil_socket_t fd, short what, void *arg)
{
	uint64_t now_ms = clock_mono_ms();
	const struct host *h;
	struct request *r;

	(void)fd;
	(void)what;
	(void)arg;
	while ((r = asking_expired(&server, now_ms)) != NULL)
		http_ready(r);
	while ((h = host_silent(&server.hosts, now_ms)) != NULL)
		log_http_silent(&server, h, now_ms);
	asking_warn_late(&server, now_ms);
	http_tick(now_ms);
	if (conns_room(&server.conns))
		accept_resume(&listening);
}

static void
httpd_accepted(
    const struct listener *l, int fd, const struct sockaddr *sa, socklen_t len)
{
	http_accept(l, fd, sa, len);
	/* Further connections wait in the queue of the socket. */
	if (!conns_room(&server.conns))
		accept_pause(&listening);
}

static void
httpd_start(void)
{
	const struct timeval tv = { .tv_sec = TICK_S };
	uint64_t seed;

	if (sodium_init() == -1)
		fatalx("cannot initialize libsodium");
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		fatal("getrandom");
	state_init(&server, seed);
	http_start(&server, role_base());
	if ((tick = event_new(role_base(), -1, EV_PERSIST, httpd_tick, NULL)) ==
		NULL ||
	    event_add(tick, &tv) == -1)
		fatalx("no memory for a timer");
}

static int
httpd_conf_begin(char *why)
{
	(void)why;
	http_conf_clear(&plan);
	return 0;
}

static int
httpd_conf_record(const struct record *rec, char *why)
{
	return http_conf_record(&plan, rec, why);
}

static int
httpd_conf_iface(const struct iface *ifc, char *why)
{
	return http_conf_iface(&plan, ifc, why);
}

static int
httpd_conf_socket(enum socket_use use, uint32_t ifindex, int fd, char *why)
{
	return http_conf_socket(&plan, use, ifindex, fd, why);
}

static int
httpd_conf_end(char *why)
{
	return http_conf_finish(&plan, role_max_fds(), why);
}

/*
 * Connections stay, with the root that their interface had.  Their requests are
 * answered by the new configuration.
 */
static void
httpd_conf_commit(void)
{
	accept_clear(&listening);
	listening = plan.listen;
	plan.listen.n = 0;
	state_commit(&server, &plan.server);
	tls_commit(&plan.identity);
	if (accept_start(&listening, role_base(), httpd_accepted) == -1)
		fatalx("no memory for the listening sockets");
	http_conf_clear(&plan);
	log_debug("serving on %u sockets, at most %u connections", listening.n,
	    server.conf.max);
}

static void
httpd_conf_abort(void)
{
	http_conf_clear(&plan);
}

static void
httpd_peer_up(enum role role, struct chan *c)
{
	(void)c;
	/* A restarted dhcpd reports all that it knows. */
	if (role == ROLE_DHCPD)
		host_table_clear(&server.hosts);
	if (role == ROLE_IMAGED)
		asking_imaged_up(&server, clock_mono_ms());
	if (role == ROLE_KEYD)
		signing_keyd_up();
}

static void
httpd_peer_down(enum role role)
{
	if (role == ROLE_IMAGED)
		asking_imaged_down(&server);
}

static int
httpd_on_file(struct msg *m, uint64_t now_ms)
{
	struct file_reply f;
	struct request *r;

	if (file_reply_decode(&m->body, m->fd != -1, &f) == -1)
		return -1;
	if ((r = asking_file(&server, m->id, &f, m->fd, now_ms)) == NULL)
		return 0;
	(void)msg_take_fd(m);
	http_ready(r);
	return 0;
}

/* The hashes of a file whose answer follows. */
static int
httpd_on_table(struct msg *m)
{
	if (file_reply_decode_table(&m->body) == -1)
		return -1;
	if (asking_table(&server, m->id, m->fd))
		(void)msg_take_fd(m);
	return 0;
}

static int
httpd_on_tls(struct msg *m)
{
	char path[RECORD_PATH_MAX];
	uint8_t what = reader_u8(&m->body);

	(void)reader_str(&m->body, path, sizeof(path));
	if (!reader_done(&m->body) || what >= TLS_FILE_MAX)
		return -1;
	return http_conf_tls(&plan, (enum tls_file)what, path, msg_take_fd(m));
}

static int
httpd_on_signature(struct msg *m)
{
	struct sign_give g;

	if (sign_give_decode(&m->body, &g) == -1)
		return -1;
	signing_given(m->id, &g);
	return 0;
}

static int
httpd_message(struct chan *c, struct msg *m)
{
	(void)c;
	switch (m->type) {
	case MSG_FILE_GIVE:
		return httpd_on_file(m, clock_mono_ms());
	case MSG_FILE_BLOCKS:
		return httpd_on_table(m);
	case MSG_CLIENT:
		return host_message(&server.hosts, &m->body);
	case MSG_BOOTING:
		return host_booting(&server.hosts, &m->body, clock_mono_ms());
	case MSG_CONF_TLS:
		return httpd_on_tls(m);
	case MSG_SIGN_GIVE:
		return httpd_on_signature(m);
	default:
		return -1;
	}
}

static void
httpd_stop(void)
{
	accept_clear(&listening);
	http_stop();
	log_http_stats(&server, LOG_DEBUG);
}

static const struct role_ops role = {
	.id = ROLE_HTTPD,
	.start = httpd_start,
	.conf_begin = httpd_conf_begin,
	.conf_record = httpd_conf_record,
	.conf_iface = httpd_conf_iface,
	.conf_socket = httpd_conf_socket,
	.conf_end = httpd_conf_end,
	.conf_commit = httpd_conf_commit,
	.conf_abort = httpd_conf_abort,
	.peer_up = httpd_peer_up,
	.peer_down = httpd_peer_down,
	.message = httpd_message,
	.next_turn = http_turn,
	.stop = httpd_stop,
};

static int
httpd_libraries(void)
{
	char compiled[32];
	const struct library list[] = {
		{ "libmicrohttpd", MHD_get_version(), compiled },
		{ "gnutls", gnutls_check_version(NULL), GNUTLS_VERSION },
	};

	/* 0x00097500: 0.9.75 */
	(void)snprintf(compiled, sizeof(compiled), "%x.%x.%x",
	    MHD_VERSION >> 24, MHD_VERSION >> 16 & 0xff,
	    MHD_VERSION >> 8 & 0xff);
	return library_print(list, sizeof(list) / sizeof(list[0]));
}

int
main(int argc, char **argv)
{
	if (library_asked(argc, argv))
		return httpd_libraries();
	return role_main(&role);
}
