/* SPDX-License-Identifier: ISC */
/*
 * The framework of a role: channels, configuration, messages.  The main() of a
 * role only calls role_main() (sandbox/role_main.h) with a table of callbacks.
 * Everything else happens in these callbacks, which the event loop calls.
 *
 * A configuration, at the start and at each reload, arrives as begin, any
 * number of record, iface and socket, end; then commit or abort.  The role
 * builds its new tables without using them until commit.  Until then, and after
 * an abort, it serves with the previous ones.
 */
#ifndef DAEMON_ROLE_H
#define DAEMON_ROLE_H

#include "daemon/chan.h"
#include "daemon/iface.h"
#include "daemon/record.h"

struct event_base;

#define ROLE_CHANNEL_FD 3 /* the channel to the parent */
#define ROLE_WHY_MAX 512

enum role_turn {
	ROLE_SLEEP, /* wait for events */
	ROLE_POLL, /* check for events once, without waiting */
	ROLE_YIELD /* the same, after a sched_yield(2) */
};

struct role_ops {
	enum role id;

	/* Called once, in the first stage of the sandbox.  May be NULL. */
	void (*start)(void);

	/*
	 * Each returns 0, or -1 with the reason in why[ROLE_WHY_MAX] for the
	 * administrator; the configuration is then rejected.  Each may be NULL.
	 * conf_socket() takes over fd.
	 */
	int (*conf_begin)(char *why);
	int (*conf_record)(const struct record *, char *why);
	int (*conf_iface)(const struct iface *, char *why);
	int (*conf_socket)(
	    enum socket_use, uint32_t ifindex, int fd, char *why);
	int (*conf_end)(char *why);
	void (*conf_commit)(void);
	void (*conf_abort)(void);

	/* A channel to a peer was opened, again after a restart, or closed. */
	void (*peer_up)(enum role, struct chan *);
	void (*peer_down)(enum role);

	/*
	 * Any other message, from the parent or a peer; -1 if its fields are
	 * malformed.  May be NULL: the channel it comes from is closed.
	 */
	int (*message)(struct chan *, struct msg *);

	/* Called after each turn of the event loop.  May be NULL. */
	enum role_turn (*next_turn)(void);

	/* The daemon stops: finish within RELOAD_STOP_MS.  May be NULL. */
	void (*stop)(void);
};

/* The parts of the BOOT message for the role, and the second filter. */
struct role_start {
	uint32_t uid;
	uint32_t gid;
	uint32_t max_fds; /* RLIMIT_NOFILE */
	uint8_t log_level;
	void (*narrow)(enum role); /* called once, before the first READY */
};

/*
 * For role_main(), in this order.  role_begin() is called before any message is
 * read, role_start() before the sandbox is entered.  role_run() serves until
 * STOP and returns the exit status.
 */
void role_begin(const struct role_ops *);
void role_start(const struct role_start *);
int role_run(void);

/* For callbacks. */
struct event_base *role_base(void);
struct chan *role_parent(void);
struct chan *role_peer(enum role); /* NULL if there is no channel */
/*
 * Closes the channel to a peer and reports the peer to the parent, which may
 * kill it.
 */
void role_peer_bad(enum role, const char *why);

/*
 * Installs the second filter now, instead of before the first READY: for a
 * process that reads hostile input without a configuration.
 */
void role_narrow(void);

uint32_t role_uid(void); /* of the user that this role runs as */
uint32_t role_gid(void);
uint32_t role_max_fds(void); /* RLIMIT_NOFILE */

/*
 * Tells the parent, at most once a second, that this role is busy but alive.
 * Work that blocks the event loop for seconds, such as checking a large
 * database, must call it regularly: a role that is silent for 10 s is killed.
 * Without a parent, as in tests, it does nothing.
 */
void role_alive(void);

#endif
