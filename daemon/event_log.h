/* SPDX-License-Identifier: ISC */
/*
 * What libevent has to say, as log lines.
 *
 * By itself libevent writes warnings to standard error, such as the one of an
 * epoll_ctl() that failed because the system has no room for another watched
 * socket.  A role may not write, and was killed for it.
 */
#ifndef DAEMON_EVENT_LOG_H
#define DAEMON_EVENT_LOG_H

/* Once, before an event base is made. */
void event_log_init(void);

#endif
