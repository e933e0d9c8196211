/* SPDX-License-Identifier: ISC */
/*
 * Decides whether to poll for the next packet instead of sleeping.  Going to
 * sleep and being woken costs more processor time than a packet does; a poll
 * that finds nothing costs BUSY_POLL_US.  tftpd therefore polls only while
 * polls find packets: with many transfers, or with a fast client nearby.  Pure:
 * the caller passes the time.
 */
#ifndef TFTPD_BUSY_POLL_H
#define TFTPD_BUSY_POLL_H

#include <stdint.h>

#include "daemon/role.h"

#define BUSY_POLL_US 30 /* after the last packet */
#define BUSY_POLL_TRIAL 64 /* if polls fail: one poll in 64 packets */

/* Zeroed before its first use. */
struct busy_poll {
	uint64_t packets; /* total at the last call */
	uint64_t since_us; /* when the last packet came; 0: not polling */
	uint64_t skipped; /* packets that were not followed by a poll */
	int gain; /* rises when a poll finds a packet, otherwise falls */
};

/*
 * What the event loop does next; `packets` is the total received so far.  It
 * may yield: the process that sends the next packet may need this processor.
 */
enum role_turn
busy_poll_next(struct busy_poll *, uint64_t packets, uint64_t now_us);

#endif
