/* SPDX-License-Identifier: ISC */
/* The socket of the system's log daemon. */
#ifndef PRIV_LOG_SINK_SYSLOG_H
#define PRIV_LOG_SINK_SYSLOG_H

#include "priv/log_writer.h"

/*
 * Sends a line with a priority of syslog(3), and reconnects if the log daemon
 * was restarted.  syslog(3) itself is not used because it blocks if the log
 * daemon hangs.  Returns 0, or -1 with errno.
 */
int log_sink_syslog(struct log_writer *, int priority, const char *line);

#endif
