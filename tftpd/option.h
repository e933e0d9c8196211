/* SPDX-License-Identifier: ISC */
/*
 * Option negotiation of a read request: blksize (RFC 2348), timeout and
 * tsize (RFC 2349), windowsize (RFC 7440), and two that have no RFC: utimeout,
 * a timeout in microseconds, and rollover, the block number that follows
 * 65535.  What is unknown, malformed, or out of a range that its RFC does not
 * let a server correct is left out of the OACK, which tells the client that it
 * does not hold.
 */
#ifndef TFTPD_OPTION_H
#define TFTPD_OPTION_H

#include "daemon/event.h"
#include "daemon/tftp.h"
#include "tftpd/packet.h"

#define TFTP_OACK_MAX 128 /* bytes of an OACK that holds all options */
#define TFTP_WINDOW_MAX 64 /* blocks: what one send can carry */
#define TFTP_WINDOW_SINGLE 8 /* the same with tftp-single-port */
#define TFTP_ROLLOVER_MAX 32767 /* leaves half of all numbers */
#define TFTP_WINDOW_BYTES 131072 /* on the wire: what a socket takes */

enum tftp_option_kind {
	TFTP_OPTION_BLKSIZE,
	TFTP_OPTION_TIMEOUT,
	TFTP_OPTION_UTIMEOUT,
	TFTP_OPTION_TSIZE,
	TFTP_OPTION_WINDOWSIZE,
	TFTP_OPTION_ROLLOVER,
	TFTP_OPTION_KINDS
};

/* What this server is willing to do for this client. */
struct tftp_limits {
	uint32_t blksize; /* largest block; below 8: the option is refused */
	uint32_t windowsize; /* largest window; 0: the option is refused */
	uint8_t deny; /* enum record_tftp_deny bits: left out of the OACK */
	uint8_t rollover; /* unless the client names one: 0 or 1 */
	uint8_t blksize_by; /* enum event_limit: whose the limit is */
	uint8_t windowsize_by;
};

/* The outcome; without options, that of RFC 1350. */
struct tftp_terms {
	uint16_t blksize;
	uint16_t windowsize;
	uint16_t window_max; /* where blocks are small enough */
	uint8_t blksize_by; /* enum event_limit: who has made it so small */
	uint8_t windowsize_by;
	uint32_t timeout_us; /* 0: not negotiated */
	uint16_t rollover; /* what follows block 65535 */
	uint8_t naccepted;
	uint8_t accepted[TFTP_OPTION_KINDS]; /* in the client's order */
	uint16_t nignored; /* options left out, repetitions included */
};

/* The largest block that a path of this MTU carries in one piece. */
uint32_t tftp_blksize_for_mtu(uint32_t mtu, uint8_t family);

void tftp_options_negotiate(const struct tftp_request *,
    const struct tftp_limits *, struct tftp_terms *);

/*
 * Makes the terms fit a path that turns out to carry less: a negotiated
 * blksize goes down to max, and a window to what TFTP_WINDOW_BYTES hold.
 */
void tftp_terms_fit(struct tftp_terms *, uint32_t blksize_max);

/* The OACK for these terms; only where naccepted is not 0. */
void tftp_oack_build(struct writer *, const struct tftp_terms *, uint64_t size);

#endif
