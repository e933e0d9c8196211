/* SPDX-License-Identifier: ISC */
/* Sets up the server, runs its timers, stops it. */
#include "tftpd/server.h"

#include <stddef.h>
#include <string.h>

#include "tftpd/opening.h"
#include "tftpd/report.h"
#include "tftpd/session.h"

#define SESSION_OF(t)                                     \
	((struct session *)(void *)((char *)(t)-offsetof( \
	    struct session, timer)))

void
server_init(struct server *srv, const struct server_ops *ops, uint64_t seed)
{
	memset(srv, 0, sizeof(*srv));
	srv->ops = ops;
	srv->refusals = (struct log_limit)LOG_LIMIT(50, 1000);
	srv->unknown.window_ms = SERVER_HALF_OPEN_MS;
	session_table_init(&srv->table, seed);
	places_init(&srv->places);
	host_table_init(&srv->hosts, seed);
	queries_init(&srv->queries, seed);
	source_table_init(&srv->sources, seed);
}

int
server_prepare(struct server *srv, const struct server_conf *conf)
{
	return source_table_resize(&srv->sources, conf->total_max) == 0
		   ? session_table_grow(&srv->table, conf->total_max)
		   : -1;
}

void
server_commit(struct server *srv, struct server_conf *conf)
{
	policy_free(&srv->conf.policy);
	file_conf_free(&srv->conf.files);
	srv->conf = *conf;
	memset(conf, 0, sizeof(*conf));
	places_limit(&srv->places, srv->conf.max, srv->conf.half_open,
	    srv->conf.total_max);
	srv->unknown.burst = srv->conf.half_open > TFTP_HALF_OPEN_MIN
				 ? srv->conf.half_open
				 : TFTP_HALF_OPEN_MIN;
}

static void
server_arm_boot(struct server *srv, uint64_t now_ms)
{
	uint64_t at_ms = host_silent_at(&srv->hosts);

	if (at_ms != 0 && !srv->boot_timer.armed)
		timer_set(&srv->timers, &srv->boot_timer, now_ms, at_ms);
}

int
server_booting(struct server *srv, struct reader *r, uint64_t now_ms)
{
	if (host_booting(&srv->hosts, r, now_ms) == -1)
		return -1;
	server_arm_boot(srv, now_ms);
	return 0;
}

static void
server_fire_boot(struct server *srv, uint64_t now_ms)
{
	const struct host *h;

	while ((h = host_silent(&srv->hosts, now_ms)) != NULL)
		report_silent(h, now_ms);
	server_arm_boot(srv, now_ms);
}

static void
server_fire(struct timer *t, uint64_t now_ms, void *arg)
{
	struct server *srv = arg;

	if (t == &srv->late_timer)
		opening_warn_late(srv, now_ms);
	else if (t == &srv->boot_timer)
		server_fire_boot(srv, now_ms);
	else
		session_expire(srv, SESSION_OF(t), now_ms);
}

void
server_tick(struct server *srv, uint64_t now_ms)
{
	timer_run(&srv->timers, now_ms, server_fire, srv);
}

void
server_stop(struct server *srv, uint64_t now_ms)
{
	uint32_t i;

	for (i = 0; i < srv->table.npool; i++)
		session_stop(srv, srv->table.pool[i], now_ms);
	timer_clear(&srv->timers, &srv->late_timer);
	timer_clear(&srv->timers, &srv->boot_timer);
}

void
server_free(struct server *srv)
{
	policy_free(&srv->conf.policy);
	file_conf_free(&srv->conf.files);
	host_table_free(&srv->hosts);
	source_table_free(&srv->sources);
	session_table_free(&srv->table);
}
