/* SPDX-License-Identifier: ISC */
/*
 * Builds the configuration of the server from records, interfaces and sockets.
 */
#include "httpd/http_conf.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/role.h"

static const struct file_service service = { "HTTP", "enable-http", "http://" };

void
http_conf_clear(struct http_conf *p)
{
	accept_clear(&p->listen);
	file_conf_free(&p->server.files);
	identity_free(&p->identity);
	memset(p, 0, sizeof(*p));
}

static void
add_http(struct http_conf *p, const struct record_http *h)
{
	p->server.quiet = h->quiet;
	p->server.port = h->port;
	p->server.max = h->max;
	p->server.rate_client = h->rate_client;
	p->server.rate_all = h->rate_all;
}

int
http_conf_record(struct http_conf *p, const struct record *rec, char *why)
{
	if (rec->kind == RECORD_HTTP)
		add_http(p, &rec->u.http);
	return file_conf_record(&p->server.files, rec, &service, why);
}

int
http_conf_tls(struct http_conf *p, enum tls_file what, const char *path, int fd)
{
	/* The parent never sends the key. */
	if (what != TLS_FILE_CERT) {
		(void)close(fd);
		return -1;
	}
	identity_free(&p->identity);
	p->refused = identity_load(&p->identity, fd, path, p->why) == -1;
	(void)close(fd);
	return 0;
}

int
http_conf_iface(struct http_conf *p, const struct iface *ifc, char *why)
{
	return ifc->http ? file_conf_iface(&p->server.files, ifc, &service, why)
			 : 0;
}

int
http_conf_socket(struct http_conf *p, enum socket_use use, uint32_t ifindex,
    int fd, char *why)
{
	if (use != SOCKET_HTTP && use != SOCKET_HTTPS) {
		(void)close(fd);
		return 0;
	}
	if (accept_add(&p->listen, fd, ifindex) == -1) {
		file_conf_too_many(&service, "sockets", why);
		return -1;
	}
	p->listen.l[p->listen.n - 1].tls = use == SOCKET_HTTPS;
	return 0;
}

/* How many connections there are descriptors for, without spare ones. */
static uint32_t
connections_fit(uint32_t max, uint32_t max_fds)
{
	uint64_t fit = max_fds > HTTP_OTHER_FDS
			   ? (max_fds - HTTP_OTHER_FDS) / HTTP_CONNECTION_FDS
			   : 0;

	while (max > 1 && (uint64_t)max + http_spare(max) > fit)
		max -= max / 16 + 1;
	return max;
}

int
http_conf_finish(struct http_conf *p, uint32_t max_fds, char *why)
{
	const struct file_iface *ifc;
	uint32_t i, max;

	if (p->refused) {
		memcpy(why, p->why, ROLE_WHY_MAX);
		return -1;
	}
	for (i = 0; i < p->listen.n; i++) {
		struct listener *l = &p->listen.l[i];

		ifc = file_conf_find(&p->server.files, l->ifindex, why);
		if (ifc == NULL)
			return -1;
		l->root = ifc->root;
	}
	if (file_conf_finish(&p->server.files, why) == -1)
		return -1;
	max = connections_fit(p->server.max, max_fds);
	if (max < p->server.max)
		log_warnx(
		    "http-max %u: the descriptor limit of %u allows only %u connections; raise the limit (LimitNOFILE, ulimit -Hn) and restart pxeguard, or lower http-max",
		    p->server.max, max_fds, max);
	p->server.max = max;
	return 0;
}
