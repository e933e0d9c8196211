/* SPDX-License-Identifier: ISC */
/*
 * The error queue of a DHCP socket (IP_RECVERR): what the kernel and ICMP say
 * of replies that were sent without an error.
 */
#ifndef DHCPD_SOCK_ERROR_H
#define DHCPD_SOCK_ERROR_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads and counts all errors that wait in the queue, and logs those that a
 * person can do something about.  A port that is closed is no such error:
 * clients that read packets themselves have no socket.
 */
void sock_error_drain(int fd, uint64_t now_ms);

/* Whether a call can have failed because of an earlier packet. */
bool sock_error_is_earlier(int error);

/* Logs the counters that are not 0, at debug level. */
void sock_error_report(void);

#endif
