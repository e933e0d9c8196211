/* SPDX-License-Identifier: ISC */
/*
 * The state of the parent: which roles run, with which configuration, and
 * the change of configuration that may be under way.  supervise.c keeps the
 * roles alive, handle.c does what they ask, parse.c has confd read the
 * configuration, change.c carries a new one to all roles or to none.
 */
#ifndef PRIV_HOUSE_H
#define PRIV_HOUSE_H

#include "priv/child.h"
#include "priv/conf.h"
#include "priv/options.h"

struct event;
struct event_base;

/* The place of a role that stays. */
struct slot {
	struct child *child; /* serves; NULL while it is down */
	struct child *next; /* takes its place when the change commits */
	uint32_t deaths; /* in the present window */
	uint64_t window_ms; /* when that began */
	bool down; /* died too often; a reload tries again */
	struct event *restart;
};

enum change_state {
	CHANGE_NONE,
	CHANGE_PARSING, /* confd reads */
	CHANGE_PREPARING, /* roles have the new one and have not all answered */
};

struct house {
	struct event_base *base;
	const struct options *options;
	struct slot slot[ROLE_MAX];
	struct conf *conf; /* in force; NULL before the first */
	uint32_t generation; /* of the newest configuration */

	enum change_state change;
	struct conf *next; /* the one that is coming */
	struct child *confd;
	bool parsed; /* confd has told the result */
	uint32_t parse_errors;
	uint32_t parse_warnings;
	struct event *change_timer;
	bool change_again; /* a reload was asked for during a change */
	bool interfaces_again; /* they may have changed during one */

	bool stopping;
	int exit_status;
	void (*started)(void); /* the first configuration is in force */
};

extern struct house house;

/* supervise.c */
void supervise_init(void);
/* Starts a role for a configuration; NULL after a log line. */
struct child *supervise_start(enum role, const struct conf *);
/* Whether the role must be replaced to serve this configuration. */
bool supervise_must_replace(const struct child *, const struct conf *);
/* Gives new channels to the pairs of roles of which one is fresh. */
void supervise_connect(void);
/*
 * Whether two roles have a channel to each other, and if so, whether the word
 * of one is believed against the other.
 */
bool supervise_talks(enum role, enum role, bool *believed);
void supervise_stop_all(int exit_status);

/* handle.c */
extern const struct dispatch_ops handle_ops;

/* parse.c */
/* Has confd read the configuration anew, into house.next. -1: could not. */
int parse_begin(void);
void parse_walls(struct child *confd);
void
parse_include(struct child *, uint32_t id, bool directory, const char *path);
int parse_record(struct child *, const uint8_t *data, size_t len);
void
parse_diag(int severity, const char *file, uint32_t line, const char *text);
/* confd has ended: how many of its messages were too many. */
void parse_tell_suppressed(void);

/* change.c */
/* A new configuration: at the start, for SIGHUP. */
void change_reload(void);
/* The same configuration, for interfaces that may have changed. */
void change_interfaces(void);
/* confd has ended. */
void change_parsed(void);
void change_ready(struct child *, uint32_t generation);
void change_rejected(struct child *, const char *why);
/* A role that takes part in the change has ended. */
void change_lost(struct child *, const char *how);

#endif
