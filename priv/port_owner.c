/* SPDX-License-Identifier: ISC */
/* Finds the process that uses a port: sock_diag(7), and then /proc. */
#include "priv/port_owner.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "priv/netlink.h"

#define SOCKETS_MAX 64 /* of one port, which are looked for in a process */
#define SEARCH_MS 2000 /* any user can have a great many descriptors */

struct search {
	uint16_t port;
	uint32_t ifindex;
	uint32_t inode; /* found; 0: none */
	uid_t uid; /* of its creator */
};

static void
socket_take(const struct netlink_msg *m, void *arg)
{
	struct reader body = m->body;
	struct inet_diag_msg s;
	struct search *f = arg;

	reader_copy(&body, &s, sizeof(s));
	if (!reader_ok(&body) || f->inode != 0 ||
	    ntohs(s.id.idiag_sport) != f->port ||
	    (s.id.idiag_if != 0 && s.id.idiag_if != f->ifindex))
		return;
	f->inode = s.idiag_inode;
	f->uid = s.idiag_uid;
}

/* Has the kernel list the sockets of a port. */
static void
sockets_ask(int family, int type, uint16_t port,
    void (*take)(const struct netlink_msg *, void *), void *arg)
{
	struct inet_diag_req_v2 head = { .sdiag_family = (uint8_t)family,
		.sdiag_protocol =
		    type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP,
		.idiag_states =
		    type == SOCK_STREAM ? 1U << TCP_LISTEN : UINT32_MAX,
		.id.idiag_sport = htons(port) };
	struct netlink_request req;

	netlink_begin(
	    &req, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &head, sizeof(head));
	(void)netlink_ask_diag(&req, take, arg);
}

/* The inode of a socket that has the port, or 0; *uid: of its creator. */
static uint32_t
socket_find(int family, int type, uint16_t port, uint32_t ifindex, uid_t *uid)
{
	struct search f = { port, ifindex, 0, 0 };

	sockets_ask(family, type, port, socket_take, &f);
	*uid = f.uid;
	return f.inode;
}

/* Whether a process has the socket open, as far as it is seen until end_ms. */
static bool
process_has(pid_t pid, const char *wanted, uint64_t end_ms)
{
	char path[64], target[64];
	struct dirent *e;
	bool has = false;
	ssize_t n;
	DIR *d;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	if ((d = opendir(path)) == NULL)
		return false;
	while (!has && clock_mono_ms() < end_ms && (e = readdir(d)) != NULL) {
		(void)snprintf(
		    path, sizeof(path), "/proc/%d/fd/%.16s", pid, e->d_name);
		if ((n = readlink(path, target, sizeof(target) - 1)) <= 0)
			continue;
		target[n] = '\0';
		has = strcmp(target, wanted) == 0;
	}
	(void)closedir(d);
	return has;
}

/* 0 if no process is seen to have the socket. */
static pid_t
process_find(uint32_t inode)
{
	uint64_t end_ms = clock_mono_ms() + SEARCH_MS;
	char wanted[32];
	pid_t pid;
	DIR *d;

	(void)snprintf(wanted, sizeof(wanted), "socket:[%u]", inode);
	if (!proc_is_ours() || (d = opendir("/proc")) == NULL)
		return 0;
	do {
		pid = clock_mono_ms() < end_ms ? proc_next(d) : 0;
	} while (pid != 0 && !process_has(pid, wanted, end_ms));
	(void)closedir(d);
	return pid;
}

/* A role of pxeguard: its parent is the one to name. */
static void
owner_of_role(struct port_owner *o)
{
	char name[PROC_NAME_MAX];
	pid_t parent;

	if (strchr(o->name, ':') == NULL || !proc_name_is_pxeguard(o->name))
		return;
	parent = (pid_t)proc_stat(o->pid, PROC_STAT_PARENT);
	if (parent <= 1 || !proc_name_is_pxeguard(proc_name(parent, name)))
		return;
	o->pid = parent;
	memcpy(o->name, name, sizeof(o->name));
}

/* A search for a socket of one process. */
struct check {
	uint16_t port;
	pid_t pid;
	uint64_t end_ms; /* of the search in all its sockets */
	int looked_at;
	bool found;
};

static void
socket_check(const struct netlink_msg *m, void *arg)
{
	struct reader body = m->body;
	struct inet_diag_msg s;
	struct check *f = arg;
	char wanted[32];

	reader_copy(&body, &s, sizeof(s));
	if (!reader_ok(&body) || f->found ||
	    ntohs(s.id.idiag_sport) != f->port || f->looked_at++ == SOCKETS_MAX)
		return;
	(void)snprintf(wanted, sizeof(wanted), "socket:[%u]", s.idiag_inode);
	f->found = process_has(f->pid, wanted, f->end_ms);
}

bool
port_owner_is(pid_t pid, uint16_t port)
{
	struct check f = {
		.port = port, .pid = pid, .end_ms = clock_mono_ms() + SEARCH_MS
	};

	sockets_ask(AF_INET, SOCK_DGRAM, port, socket_check, &f);
	sockets_ask(AF_INET6, SOCK_DGRAM, port, socket_check, &f);
	return f.found;
}

bool
port_owner_find(
    int family, int type, uint16_t port, uint32_t ifindex, struct port_owner *o)
{
	uint32_t inode = socket_find(family, type, port, ifindex, &o->uid);

	/* A socket of IPv6 may have the port of IPv4, too. */
	if (inode == 0 && family == AF_INET)
		inode = socket_find(AF_INET6, type, port, ifindex, &o->uid);
	if (inode == 0 || (o->pid = process_find(inode)) == 0)
		return false;
	(void)proc_name(o->pid, o->name);
	owner_of_role(o);
	return true;
}
