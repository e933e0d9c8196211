/* SPDX-License-Identifier: ISC */
/*
 * What libevent has to say, as log lines.
 *
 * Sends libevent's warnings to the log.  Without this libevent writes them to
 * standard error, for example when epoll_ctl(2) fails for lack of watches, and
 * seccomp kills a role that calls write(2).
 */
#ifndef DAEMON_EVENT_LOG_H
#define DAEMON_EVENT_LOG_H

/* Once, before an event base is made. */
void event_log_init(void);

#endif
