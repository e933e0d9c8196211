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
	return file_conf_record(&p->server.files, rec, "tftp://", why);
}

static void
too_many(const char *what, char *why)
{
	(void)snprintf(why, ROLE_WHY_MAX,
	    "TFTP is enabled on more than %d %s; list the interfaces that need it: interface=NAME,... or enable-tftp=NAME,...",
	    TFTP_SOCKETS_MAX, what);
}

int
plan_iface(struct plan *p, const struct iface *ifc, char *why)
{
	if (!ifc->tftp)
		return 0;
	if (p->nifaces == TFTP_SOCKETS_MAX) {
		too_many("interfaces", why);
		return -1;
	}
	if (ifc->root >= FILE_CONF_ROOTS_MAX) {
		(void)snprintf(
		    why, ROLE_WHY_MAX, "%s has no tftp-root", ifc->name);
		return -1;
	}
	p->iface[p->nifaces].index = ifc->index;
	p->iface[p->nifaces].mtu = ifc->mtu;
	p->iface[p->nifaces++].root = ifc->root;
	return 0;
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
		too_many("sockets", why);
		return -1;
	}
	return 0;
}

int
plan_finish(struct plan *p, uint32_t max_fds, char *why)
{
	uint32_t i, j;

	for (i = 0; i < p->listen.n; i++) {
		struct listener *l = &p->listen.l[i];

		for (j = 0; j < p->nifaces; j++) {
			if (p->iface[j].index != l->ifindex)
				continue;
			l->mtu = p->iface[j].mtu;
			l->root = p->iface[j].root;
			if (p->server.mtu != 0 && p->server.mtu < l->mtu)
				l->mtu = p->server.mtu;
		}
		if (l->mtu == 0) {
			(void)snprintf(why, ROLE_WHY_MAX,
			    "no record of interface %u", l->ifindex);
			return -1;
		}
	}
	if (file_conf_finish(&p->server.files, why) == -1)
		return -1;
	fit_half_open(p, max_fds);
	return 0;
}
