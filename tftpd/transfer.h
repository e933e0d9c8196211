/* SPDX-License-Identifier: ISC */
/*
 * One transfer as a state machine: an event and the time go in, actions come
 * out.  Pure: no socket, no file, no clock, no allocation.
 *
 * Blocks are counted from 1 in 64 bits; a file of n bytes has
 * n / blksize + 1 of them, the last one shorter than the others, perhaps
 * empty (RFC 1350).  Numbers on the wire are those up to 65535, which is
 * followed by `rollover`, again and again.
 */
#ifndef TFTPD_TRANSFER_H
#define TFTPD_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "tftpd/pace.h"

#define TRANSFER_RETRY_MS 1000 /* while the client has not answered */
#define TRANSFER_RETRY_MAX_MS 8000 /* where no time was negotiated */
#define TRANSFER_SILENCE_MS 60000 /* no progress for so long: give up */
#define TRANSFER_HELD_MS 600000 /* our own waiting that is not its silence */
#define TRANSFER_UNPROVEN_MAX 5 /* sends to an address that never answered */
#define TRANSFER_PARTIAL_MS 5 /* pause when the socket is full */
#define TRANSFER_DOUBT_MS 3 /* beyond two round trips, for a doubtful gap */

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
	TRANSFER_GAVE_WAY, /* it stood still, and another client had no place */
	TRANSFER_NO_PLACE, /* the client has answered, but all were in use */
	TRANSFER_END_MAX
};

struct transfer_terms {
	uint64_t size;
	uint16_t blksize; /* 8 to 65464 */
	uint16_t window; /* 1 to 65535, and less than 65536 - rollover */
	uint32_t timeout_ms; /* 0: not negotiated */
	bool oack; /* options were accepted: it starts with an OACK */
	/*
	 * The size is not known before the end has been read, which
	 * transfer_end_at() tells; the window is 1.
	 */
	bool open_end;
	uint16_t rollover; /* what follows block 65535; less than that */
};

struct transfer {
	struct transfer_terms terms;
	uint8_t state; /* enum transfer_state */
	bool proven; /* the client has answered */
	bool doubt; /* a gap was reported that may be closed already */
	bool resend_seen; /* since rtt_from_ms: no measure of the round trip */
	bool again; /* of what is under way, something for the second time */
	bool lossy; /* the client has told of a gap */
	uint8_t probed; /* how often the last block was sent again, to ask */
	bool slid; /* the window has moved on while it was under way */
	uint64_t last; /* number of the last block; UINT64_MAX: not known yet */
	uint32_t last_len; /* its bytes */
	uint64_t acked; /* the client has all blocks up to this */
	uint64_t next; /* the first one not sent, or to be sent again */
	uint64_t high; /* the highest one ever sent */
	uint64_t sent_first; /* of the last action */
	uint64_t high_before; /* what `high` was before it */
	uint8_t gaps_stayed; /* doubtful gaps that were real, in a row */
	uint64_t part_at_ms; /* when the next part of a window may leave */
	uint64_t doubt_at_ms; /* until when a doubtful gap may close */
	uint64_t echo; /* what `high` was when a window went out again */
	uint64_t asked; /* the block of the last probe; 0: none */
	uint64_t flight_from_ms; /* when the block after `acked` was sent */
	uint64_t rtt_from_ms; /* when the block rtt_block was sent */
	uint64_t rtt_block;
	struct pace pace;
	uint32_t retry_ms; /* current back-off */
	uint32_t sends; /* since the last progress */
	uint64_t progress_ms;
	uint64_t held_ms; /* since then: how long we had to wait ourselves */
	uint64_t held_to_ms; /* and until when that is counted */
	uint64_t retry_at_ms;
	uint64_t resent; /* blocks and OACKs sent more than once */
	uint64_t probes; /* times that no answer came in time */
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
	uint32_t wait_ms; /* of PARTIAL; 0: TRANSFER_PARTIAL_MS */
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

/*
 * This block is the last of an open_end transfer, and that long: shorter than
 * the others.  To be told before its ACK can come.
 */
void transfer_end_at(struct transfer *, uint64_t block, uint32_t len);

/* The number of a block on the wire. */
uint16_t transfer_wire(uint64_t block, uint16_t rollover);

/*
 * The block that an ACK means: the one from `acked` to `high` that has this
 * number on the wire.  False when there is none, for the ACK is older.
 */
bool transfer_ack_block(const struct transfer *, uint16_t wire, uint64_t *);

/*
 * Whether an ACK with this number would be the client's first: that proves
 * that it is there.
 */
bool transfer_proves(const struct transfer *, uint16_t wire);

/* Bytes in a block that exists. */
uint32_t transfer_block_len(const struct transfer *, uint64_t block);

/* Bytes of the file that the client has acknowledged. */
uint64_t transfer_bytes(const struct transfer *);

/* "no answer from client" */
const char *transfer_end_text(enum transfer_end);

/*
 * Between these files.  The time until something is sent again, first and
 * then longer; until the answer to a window is missed; whether the client has
 * been silent for too long; and that we had to wait ourselves meanwhile.
 */
uint32_t transfer_retry_ms(const struct transfer *);
void transfer_back_off(struct transfer *);
uint32_t transfer_answer_ms(const struct transfer *);
bool transfer_silent(const struct transfer *, uint64_t now_ms);
void transfer_held(struct transfer *, uint64_t from_ms, uint64_t to_ms);

#endif
