/* SPDX-License-Identifier: ISC */
/*
 * Option negotiation of a read request: blksize (RFC 2348), timeout and
 * tsize (RFC 2349), windowsize (RFC 7440).  What is unknown, malformed, or
 * out of a range that its RFC does not let a server correct is left out of
 * the OACK, which tells the client that it does not hold.
 */
#ifndef TFTPD_OPTION_H
#define TFTPD_OPTION_H

#include "tftpd/packet.h"

#define TFTP_BLKSIZE_DEFAULT 512
#define TFTP_BLKSIZE_MIN 8
#define TFTP_BLKSIZE_MAX 65464
#define TFTP_OACK_MAX 128 /* bytes of an OACK that holds all four options */

enum tftp_option_kind {
	TFTP_OPTION_BLKSIZE,
	TFTP_OPTION_TIMEOUT,
	TFTP_OPTION_TSIZE,
	TFTP_OPTION_WINDOWSIZE,
	TFTP_OPTION_KINDS
};

/* What this server is willing to do for this client. */
struct tftp_limits {
	uint32_t blksize; /* largest block; below 8: the option is refused */
	uint32_t windowsize; /* largest window; 0: the option is refused */
};

/* The outcome; without options, that of RFC 1350. */
struct tftp_terms {
	uint16_t blksize;
	uint16_t windowsize;
	uint16_t timeout_s; /* 0: not negotiated */
	uint8_t naccepted;
	uint8_t accepted[TFTP_OPTION_KINDS]; /* in the client's order */
	uint16_t nignored; /* options left out, repetitions included */
};

/* The largest block that a path of this MTU carries in one piece. */
uint32_t tftp_blksize_for_mtu(uint32_t mtu, uint8_t family);

void tftp_options_negotiate(const struct tftp_request *,
    const struct tftp_limits *, struct tftp_terms *);

/* The OACK for these terms; only where naccepted is not 0. */
void tftp_oack_build(struct writer *, const struct tftp_terms *, uint64_t size);

#endif
