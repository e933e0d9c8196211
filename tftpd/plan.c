/* SPDX-License-Identifier: ISC */
/*
 * Builds the configuration of the server from records, interfaces and sockets.
 */
#include "tftpd/plan.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/role.h"
#include "daemon/tftp.h"

static const struct file_service service = { "TFTP", "enable-tftp", "tftp://" };

void
plan_clear(struct plan *p)
{
	listen_clear(&p->listen);
	policy_free(&p->server.policy);
	file_conf_free(&p->server.files);
	memset(p, 0, sizeof(*p));
}

/* How many ports of tftp-port-range transfers can use: all but port 69. */
static uint32_t
ports_of(const struct record_tftp *t)
{
	uint32_t n = (uint32_t)t->port_high - t->port_low + 1;

	if (t->single_port || t->port_low == 0 || t->port_high < t->port_low)
		return 0;
	if (t->port_low <= TFTP_PORT && t->port_high >= TFTP_PORT)
		n--;
	return n;
}

/*
 * Half-open transfers come in addition to tftp-max, as far as ids, descriptors
 * and ports allow.  An eighth of the ports is kept for transfers that were just
 * replaced, whose sockets are not closed yet.
 */
static void
fit_half_open(struct plan *p, uint32_t max_fds)
{
	struct server_conf *s = &p->server;
	uint64_t fit = tftp_fds_fit(max_fds);

	s->half_open = tftp_half_open(s->max);
	if (fit > SESSION_TABLE_MAX)
		fit = SESSION_TABLE_MAX;
	if (p->ports != 0 && p->ports - p->ports / 8 < fit)
		fit = p->ports - p->ports / 8;
	if (fit < s->max)
		fit = s->max;
	s->total_max = s->max + s->half_open;
	if (s->total_max > fit)
		s->total_max = (uint32_t)fit;
}

static void
add_tftp(struct plan *p, const struct record_tftp *t)
{
	struct server_conf *s = &p->server;

	s->single_port = t->single_port;
	p->ports = ports_of(t);
	s->mtu = t->mtu;
	s->quiet = t->quiet;
	s->no_blksize = t->no_blksize;
	s->rollover = t->rollover;
	s->max = t->max < SESSION_TABLE_MAX ? t->max : SESSION_TABLE_MAX;
	s->rate_client = t->rate_client;
	s->rate_all = t->rate_all;
}

static int
add_client(struct plan *p, const struct record_tftp_client *rule, char *why)
{
	if (policy_add(&p->server.policy, rule) == 0)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX,
	    "not enough memory for %u tftp-client lines",
	    p->server.policy.nrules + 1);
	return -1;
}

int
plan_record(struct plan *p, const struct record *rec, char *why)
{
	switch (rec->kind) {
	case RECORD_TFTP:
		add_tftp(p, &rec->u.tftp);
		break;
	case RECORD_TFTP_CLIENT:
		return add_client(p, &rec->u.tftp_client, why);
	default:
		break;
	}
	return file_conf_record(&p->server.files, rec, &service, why);
}

int
plan_iface(struct plan *p, const struct iface *ifc, char *why)
{
	return ifc->tftp ? file_conf_iface(&p->server.files, ifc, &service, why)
			 : 0;
}

int
plan_socket(
    struct plan *p, enum socket_use use, uint32_t ifindex, int fd, char *why)
{
	if (use != SOCKET_TFTP) {
		(void)close(fd);
		return 0;
	}
	if (listen_add(&p->listen, fd, ifindex) == -1) {
		file_conf_too_many(&service, "sockets", why);
		return -1;
	}
	return 0;
}

int
plan_finish(struct plan *p, uint32_t max_fds, char *why)
{
	const struct file_iface *ifc;
	uint32_t i;

	for (i = 0; i < p->listen.n; i++) {
		struct listener *l = &p->listen.l[i];

		ifc = file_conf_find(&p->server.files, l->ifindex, why);
		if (ifc == NULL)
			return -1;
		l->root = ifc->root;
		l->mtu = ifc->mtu;
		if (p->server.mtu != 0 && p->server.mtu < l->mtu)
			l->mtu = p->server.mtu;
	}
	if (file_conf_finish(&p->server.files, why) == -1)
		return -1;
	fit_half_open(p, max_fds);
	return 0;
}
