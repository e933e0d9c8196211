/* SPDX-License-Identifier: ISC */
/*
 * Sends libevent's warnings and errors to the log.  Otherwise libevent would
 * write them to standard error, for example if epoll_ctl(2) fails for lack of
 * watches, and seccomp would kill a role for calling write(2).
 */
#ifndef DAEMON_EVENT_LOG_H
#define DAEMON_EVENT_LOG_H

/* Must be called once, before an event base is created. */
void event_log_init(void);

#endif
