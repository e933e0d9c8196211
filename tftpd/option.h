/* SPDX-License-Identifier: ISC */
/*
 * Option negotiation of a read request: blksize (RFC 2348), timeout and tsize
 * (RFC 2349), windowsize (RFC 7440), and two without an RFC: utimeout, a
 * timeout in microseconds, and rollover, the block number that follows 65535.
 * An option that is unknown, malformed, or outside a range that its RFC does
 * not let the server adjust is omitted from the OACK, and so has no effect.
 */
#ifndef TFTPD_OPTION_H
#define TFTPD_OPTION_H

#include "daemon/event.h"
#include "daemon/tftp.h"
#include "tftpd/packet.h"

#define TFTP_OACK_MAX 128 /* bytes of an OACK that holds all options */
#define TFTP_WINDOW_MAX 64 /* blocks: one segmented send */
#define TFTP_WINDOW_SINGLE 8 /* blocks, with tftp-single-port */
#define TFTP_ROLLOVER_MAX 32767 /* at least half of the numbers remain */
#define TFTP_WINDOW_BYTES 131072 /* on the wire: fits a socket buffer */

enum tftp_option_kind {
	TFTP_OPTION_BLKSIZE,
	TFTP_OPTION_TIMEOUT,
	TFTP_OPTION_UTIMEOUT,
	TFTP_OPTION_TSIZE,
	TFTP_OPTION_WINDOWSIZE,
	TFTP_OPTION_ROLLOVER,
	TFTP_OPTION_KINDS
};

/* The largest values that the server grants this client. */
struct tftp_limits {
	uint32_t blksize; /* largest block; below 8: the option is ignored */
	uint32_t windowsize; /* largest window; 0: the option is ignored */
	uint8_t deny; /* enum record_tftp_deny bits: options to ignore */
	uint8_t rollover; /* unless the client requests one: 0 or 1 */
	uint8_t blksize_by; /* enum event_limit: the cause of the limit */
	uint8_t windowsize_by;
};

/* The result of a negotiation; without options, the values of RFC 1350. */
struct tftp_terms {
	uint16_t blksize;
	uint16_t windowsize;
	uint16_t window_max; /* before TFTP_WINDOW_BYTES is applied */
	uint8_t blksize_by; /* enum event_limit: the cause of a reduction */
	uint8_t windowsize_by;
	uint32_t timeout_us; /* 0: not negotiated */
	uint16_t rollover; /* the number after block 65535 */
	uint8_t naccepted;
	uint8_t accepted[TFTP_OPTION_KINDS]; /* in the client's order */
	uint16_t nignored; /* ignored options, repetitions included */
};

/* The largest blksize that avoids fragmentation on a path with this MTU. */
uint32_t tftp_blksize_for_mtu(uint32_t mtu, uint8_t family);

void tftp_options_negotiate(const struct tftp_request *,
    const struct tftp_limits *, struct tftp_terms *);

/* Reduces a negotiated blksize to blksize_max, and the window accordingly. */
void tftp_terms_fit(struct tftp_terms *, uint32_t blksize_max);

/* Builds the OACK; naccepted must not be 0. */
void tftp_oack_build(struct writer *, const struct tftp_terms *, uint64_t size);

#endif
