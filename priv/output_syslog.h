/* SPDX-License-Identifier: ISC */
/* The socket of the system's log daemon. */
#ifndef PRIV_OUTPUT_SYSLOG_H
#define PRIV_OUTPUT_SYSLOG_H

#include "priv/log_writer.h"

/*
 * Sends a line with a priority of syslog(3), connecting anew where the log
 * daemon was restarted.  syslog(3) itself waits for a daemon that hangs.
 * 0, or -1 with errno.
 */
int output_syslog(struct log_writer *, int priority, const char *line);

#endif
