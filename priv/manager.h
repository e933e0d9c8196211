/* SPDX-License-Identifier: ISC */
/*
 * Tells the service manager, and `pxeguard --reload`, what the daemon does:
 * that it is ready, how a reload ended, its state in words, that it stops.
 * None of this is needed to serve.
 */
#ifndef PRIV_MANAGER_H
#define PRIV_MANAGER_H

#include <stdbool.h>

struct event_base;

/* For a daemon; without it, the other functions do nothing. */
void manager_init(struct event_base *);

/* The first configuration is in force. */
void manager_ready(void);

/* The configuration is being read again; that has ended. */
void manager_reload_begin(void);
void manager_reload_end(bool failed);

/* Called after each step of the state machine; sends what has changed. */
void manager_update(void);

void manager_stopping(void);

#endif
