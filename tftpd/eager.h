/* SPDX-License-Identifier: ISC */
/*
 * Whether to look for the next packet at once, instead of going to sleep and
 * being woken for it.  Sleeping costs this processor and the one that wakes it
 * more than a packet does; looking in vain costs EAGER_US.  So it is done
 * where it has paid of late: many transfers, or a client that is near and
 * quick.  Pure; the caller brings the time.
 */
#ifndef TFTPD_EAGER_H
#define TFTPD_EAGER_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/role.h"

#define EAGER_US 30 /* after the last packet */
#define EAGER_AWAKE 256 /* packets without sleep */
#define EAGER_TRIAL 64 /* where it does not pay, one of so many packets */

/* Zeroed before its first use. */
struct eager {
	uint64_t packets; /* that had come when this was asked last */
	uint64_t since_us; /* of the last one; 0: looks no more than once */
	uint64_t passed; /* packets after which it was not tried */
	int gain; /* goes up when it paid, down when it did not */
	uint64_t awake; /* packets since this was answered with "sleep" */
};

/*
 * What the event loop does next, when so many packets have come in all.  A
 * look in vain is followed by another one, but not before others had their
 * turn: one who is to send the next packet may need this processor for it.
 * `keen`: sleep costs more than usual, so it is done in any case.
 */
enum role_turn
eager_turn(struct eager *, uint64_t packets, bool keen, uint64_t now_us);

/* Whether it has paid for so long that it will for some time to come. */
bool eager_awake(const struct eager *);

#endif
