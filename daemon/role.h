/* SPDX-License-Identifier: ISC */
/*
 * The start and the life of a role: walls, configuration, messages.  A role
 * is a main() of one line that calls role_main() with a table of callbacks;
 * everything else happens in those, one at a time, from the event loop.
 *
 * A configuration, at the start as at each reload, arrives as begin, any
 * number of record, iface and socket, end; then commit or abort.  The role
 * builds it aside and takes it into use at commit; until then, and after an
 * abort, it serves with the one it has.
 */
#ifndef DAEMON_ROLE_H
#define DAEMON_ROLE_H

#include "daemon/chan.h"
#include "daemon/iface.h"
#include "daemon/record.h"

struct event_base;

#define ROLE_WHY_MAX 512

enum role_turn {
	ROLE_SLEEP, /* until there are events */
	ROLE_LOOK, /* for events, once, at once */
	ROLE_YIELD /* the same, after others who want this processor */
};

struct role_ops {
	enum role id;

	/* Once, when the walls of the first stage stand.  May be NULL. */
	void (*start)(void);

	/*
	 * Each returns 0, or -1 with a sentence in why[ROLE_WHY_MAX] for the
	 * person who wrote the configuration; the reload is then rejected.
	 * Those that a role does not use may be NULL.  socket() takes over
	 * fd.
	 */
	int (*conf_begin)(char *why);
	int (*conf_record)(const struct record *, char *why);
	int (*conf_iface)(const struct iface *, char *why);
	int (*conf_socket)(
	    enum socket_use, uint32_t ifindex, int fd, char *why);
	int (*conf_end)(char *why);
	void (*conf_commit)(void);
	void (*conf_abort)(void);

	/* A channel to another role has come (again), or has gone. */
	void (*peer_up)(enum role, struct chan *);
	void (*peer_down)(enum role);

	/*
	 * Any other message, from the parent or a peer; -1 when its fields
	 * are wrong.
	 */
	int (*message)(struct chan *, struct msg *);

	/* After each turn of the event loop: what to do next.  May be NULL. */
	enum role_turn (*eager)(void);

	/* The daemon stops: finish in a moment.  May be NULL. */
	void (*stop)(void);
};

/* What main() returns. */
int role_main(const struct role_ops *);

/* For callbacks. */
struct event_base *role_base(void);
struct chan *role_parent(void);
struct chan *role_peer(enum role); /* NULL while it is away */
/*
 * A peer is of no more use, for this reason: the channel to it is closed, and
 * the parent is told, which may kill it.
 */
void role_peer_bad(enum role, const char *why);

uint32_t role_uid(void); /* of the user that this role runs as */
uint32_t role_gid(void);
uint32_t role_max_fds(void); /* RLIMIT_NOFILE */

/*
 * Tells the parent, at most once a second, that this role is busy and not
 * hung.  Work that keeps the event loop waiting for seconds, such as checking
 * a large database, calls it now and then: a role that is silent for 10 s is
 * killed.  Without a parent, as in tests, it does nothing.
 */
void role_alive(void);

#endif
