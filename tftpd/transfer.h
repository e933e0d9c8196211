/* SPDX-License-Identifier: ISC */
/*
 * One transfer as a state machine: an event and the time go in, actions come
 * out.  Pure: no socket, no file, no clock, no allocation.
 *
 * Blocks are counted from 1 in 64 bits; a file of n bytes has
 * n / blksize + 1 of them, the last one shorter than the others, perhaps
 * empty (RFC 1350).  Numbers on the wire are those, wrapped at 16 bits to 0
 * or, where rollover is 1, to 1.
 */
#ifndef TFTPD_TRANSFER_H
#define TFTPD_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#define TRANSFER_RETRY_MS 1000 /* first retransmission, if not negotiated */
#define TRANSFER_RETRY_MAX_MS 8000 /* unless a longer time was negotiated */
#define TRANSFER_SILENCE_MS 60000 /* no progress for so long: give up */
#define TRANSFER_UNPROVEN_MAX 5 /* sends to an address that never answered */
#define TRANSFER_PARTIAL_MS 5 /* pause when the socket is full */
#define TRANSFER_DOUBT_MS 10 /* beyond two round trips, for a doubtful gap */
#define TRANSFER_RTT_MS 100 /* until it was measured */

enum transfer_state {
	TRANSFER_NEW,
	TRANSFER_OACK, /* the OACK waits for its ACK */
	TRANSFER_DATA,
	TRANSFER_DONE,
};

enum transfer_end {
	TRANSFER_RUNNING, /* not ended */
	TRANSFER_SENT,
	TRANSFER_UNCONFIRMED, /* all sent; unreachable before the last ACK */
	TRANSFER_PROBE, /* the client only wanted to know options */
	TRANSFER_ABORTED, /* by an ERROR of the client */
	TRANSFER_NO_ANSWER, /* not one ACK came */
	TRANSFER_SILENT, /* it stopped in between */
	TRANSFER_UNREACHABLE, /* ICMP */
	TRANSFER_TRUNCATED, /* the file is shorter than it was */
	TRANSFER_READ_FAILED,
	TRANSFER_SEND_FAILED,
	TRANSFER_STOPPED, /* the server goes down */
	TRANSFER_REPLACED, /* by a new request from the same port */
	TRANSFER_END_MAX
};

struct transfer_terms {
	uint64_t size;
	uint16_t blksize; /* 8 to 65464 */
	uint16_t window; /* 1 to 65535; with rollover 1, to 65534 */
	uint16_t timeout_s; /* 0: not negotiated */
	bool oack; /* options were accepted: it starts with an OACK */
	uint8_t rollover; /* what follows block 65535: 0 or 1 */
};

struct transfer {
	struct transfer_terms terms;
	uint8_t state; /* enum transfer_state */
	bool proven; /* the client has answered */
	bool doubt; /* a gap was reported that may be closed already */
	bool resend_seen; /* since rtt_from_ms: no measure of the round trip */
	uint64_t last; /* number of the last block */
	uint64_t acked; /* the client has all blocks up to this */
	uint64_t next; /* the first one not sent, or to be sent again */
	uint64_t high; /* the highest one ever sent */
	uint64_t sent_first; /* of the last action */
	uint64_t high_before; /* what `high` was before it */
	uint64_t recover; /* sent again up to this; 0: nothing was */
	uint64_t rtt_from_ms; /* when the block rtt_block was sent */
	uint64_t rtt_block;
	uint32_t rtt_ms; /* smoothed */
	uint32_t retry_ms; /* current back-off */
	uint32_t sends; /* since the last progress */
	uint64_t progress_ms;
	uint64_t retry_at_ms;
	uint64_t resent; /* blocks and OACKs sent more than once */
};

enum transfer_event_kind {
	TRANSFER_EV_START,
	TRANSFER_EV_ACK, /* block */
	TRANSFER_EV_ERROR, /* code: the client's ERROR */
	TRANSFER_EV_TIMER, /* the time that was asked for has come */
	TRANSFER_EV_REPEAT, /* the client has sent its request again */
	TRANSFER_EV_PARTIAL, /* unsent: the socket took the blocks before it */
	TRANSFER_EV_FAIL, /* end: it cannot go on, for this reason */
};

struct transfer_event {
	uint8_t kind; /* enum transfer_event_kind */
	uint8_t end; /* enum transfer_end, of FAIL */
	uint16_t block; /* of ACK, as on the wire */
	uint16_t code; /* of ERROR */
	uint64_t unsent; /* of PARTIAL: the first block that did not leave */
};

/* What to do, in this order. */
struct transfer_actions {
	bool oack; /* send the OACK */
	uint64_t first; /* send blocks [first, first + count) */
	uint32_t count;
	uint64_t timer_ms; /* 0: leave the timer; else set it to this time */
	uint8_t end; /* enum transfer_end; not RUNNING: it is over */
};

/* Takes a new transfer; the terms must be in their ranges. */
void transfer_init(struct transfer *, const struct transfer_terms *);

struct transfer_actions transfer_step(
    struct transfer *, const struct transfer_event *, uint64_t now_ms);

/* The number of a block on the wire. */
uint16_t transfer_wire(uint64_t block, uint8_t rollover);

/* Bytes in a block that exists. */
uint32_t transfer_block_len(const struct transfer *, uint64_t block);

/* Bytes of the file that the client has acknowledged. */
uint64_t transfer_bytes(const struct transfer *);

/* "no answer from client" */
const char *transfer_end_text(enum transfer_end);

#endif
