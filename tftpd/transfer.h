/* SPDX-License-Identifier: ISC */
/*
 * One transfer as a state machine: transfer_step() takes an event and the time,
 * and returns actions.  Pure: no socket, no file, no clock, no allocation.
 */
#ifndef TFTPD_TRANSFER_H
#define TFTPD_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "tftpd/pace.h"

#define TRANSFER_RETRY_MS 1000 /* while the client has not answered */
#define TRANSFER_RETRY_MAX_MS 8000 /* if no timeout was negotiated */
#define TRANSFER_SILENCE_MS 60000 /* without progress: the transfer ends */
#define TRANSFER_HELD_MS 600000 /* limit of our own pauses */
/* Packets to an address that has never answered. */
#define TRANSFER_UNPROVEN_MAX 5
#define TRANSFER_PARTIAL_MS 5 /* pause when the socket is full */
#define TRANSFER_GAP_MS 3 /* to close a gap, beyond two round trips */

enum transfer_state {
	TRANSFER_NEW,
	TRANSFER_OACK, /* waits for the ACK of the OACK */
	TRANSFER_DATA,
	TRANSFER_DONE,
};

enum transfer_end {
	TRANSFER_RUNNING, /* not ended */
	TRANSFER_SENT,
	TRANSFER_UNCONFIRMED, /* all sent; client unreachable before last ACK */
	TRANSFER_QUERY, /* the client only queried options */
	TRANSFER_ABORTED, /* by an ERROR of the client */
	TRANSFER_NO_ANSWER, /* no ACK was received */
	TRANSFER_SILENT, /* the client stopped answering */
	TRANSFER_UNREACHABLE, /* ICMP */
	TRANSFER_TRUNCATED, /* the file is shorter than it was */
	TRANSFER_CHANGED, /* the file is not what was checked */
	TRANSFER_READ_FAILED,
	TRANSFER_SEND_FAILED,
	TRANSFER_STOPPED, /* the server stops */
	TRANSFER_REPLACED, /* by a new request from the same port */
	TRANSFER_GAVE_WAY, /* replaced by another client's transfer */
	TRANSFER_NO_PLACE, /* the client answered, but no place was free */
	TRANSFER_END_MAX
};

struct transfer_terms {
	uint64_t size;
	uint16_t blksize; /* 8 to 65464 */
	uint16_t window; /* 1 to 65535, and less than 65536 - rollover */
	uint32_t timeout_ms; /* 0: not negotiated */
	bool oack; /* options were accepted: it starts with an OACK */
	/* netascii: transfer_end_at() tells the size; the window is 1. */
	bool open_end;
	uint16_t rollover; /* the number after block 65535 */
};

struct transfer {
	struct transfer_terms terms;
	uint8_t state; /* enum transfer_state */
	bool proven; /* the client has answered */
	bool gap_pending; /* a doubtful gap was reported; waits to confirm it */
	bool resend_seen; /* since rtt_from_ms: no round trip to measure */
	bool again; /* the window contains retransmitted blocks */
	bool lossy; /* the client has reported a gap */
	uint8_t probes_sent; /* since the last progress */
	bool extended; /* the window was extended while in flight */
	uint64_t last; /* number of the last block; UINT64_MAX: unknown */
	uint32_t last_len; /* its bytes */
	uint64_t acked; /* the client has received all blocks up to this */
	uint64_t next; /* the next block to send */
	uint64_t high; /* the highest block ever sent */
	uint64_t sent_first; /* the first block of the last action */
	uint64_t high_before; /* `high` before the last action */
	uint8_t gaps_confirmed; /* doubtful gaps that were real, in a row */
	uint64_t part_at_ms; /* when the next part of a window is due */
	uint64_t gap_until_ms; /* when a pending gap is confirmed */
	uint64_t retransmit_high; /* `high` at the last retransmission */
	uint64_t probe_block; /* the block of the last probe; 0: none */
	uint64_t flight_from_ms; /* when the block after `acked` was sent */
	uint64_t rtt_from_ms; /* when the block rtt_block was sent */
	uint64_t rtt_block;
	struct pace pace;
	uint32_t retry_ms; /* current back-off */
	uint32_t sends; /* since the last progress */
	uint64_t progress_ms;
	uint64_t held_ms; /* our own pauses since progress_ms */
	uint64_t held_to_ms; /* the end of the last counted pause */
	uint64_t retry_at_ms;
	uint64_t resent; /* blocks and OACKs sent more than once */
	uint64_t timeouts; /* how often no answer came in time */
};

enum transfer_event_kind {
	TRANSFER_EV_START,
	TRANSFER_EV_ACK, /* block */
	TRANSFER_EV_ERROR, /* code: the client's ERROR */
	TRANSFER_EV_TIMER, /* the timer has expired */
	TRANSFER_EV_REPEAT, /* the client has retransmitted its request */
	TRANSFER_EV_PARTIAL, /* not all blocks could be sent: see unsent */
	TRANSFER_EV_FAIL, /* the transfer fails; end: why */
};

struct transfer_event {
	uint8_t kind; /* enum transfer_event_kind */
	uint8_t end; /* FAIL: enum transfer_end */
	uint16_t block; /* ACK: the number on the wire */
	uint16_t code; /* of ERROR */
	uint64_t unsent; /* PARTIAL: the first block that was not sent */
	uint32_t wait_ms; /* PARTIAL: pause; 0: TRANSFER_PARTIAL_MS */
};

/* What the caller has to do, in this order. */
struct transfer_actions {
	bool oack; /* send the OACK */
	uint64_t first; /* send blocks [first, first + count) */
	uint32_t count;
	uint64_t timer_ms; /* set the timer to this time; 0: keep it */
	uint8_t end; /* enum transfer_end; not RUNNING: it has ended */
};

/* Initializes a transfer; the terms must be within their ranges. */
void transfer_init(struct transfer *, const struct transfer_terms *);

struct transfer_actions transfer_step(
    struct transfer *, const struct transfer_event *, uint64_t now_ms);

#endif
