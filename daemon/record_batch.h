/* SPDX-License-Identifier: ISC */
/*
 * Encoded records, several in the body of one message: before each its
 * length in 16 bits.  A system call for each of 100,000 records would take
 * longer than everything else that is done with them.
 */
#ifndef DAEMON_RECORD_BATCH_H
#define DAEMON_RECORD_BATCH_H

#include "daemon/msg.h"
#include "daemon/record.h"

#define RECORD_BATCH_MIN 3 /* a length, and a record's kind */
#define RECORD_BATCH_MAX MSG_BODY_MAX

struct record_batch {
	struct writer w; /* the body so far; empty: len is 0 */
	uint8_t body[RECORD_BATCH_MAX];
};

void record_batch_init(struct record_batch *);

/* Appends an encoded record; false when it does not fit any more. */
bool record_batch_add(struct record_batch *, const void *data, size_t len);

/*
 * The next record of a received body; false at its end.  What is malformed
 * ends it too, and fails the body's reader.
 */
bool record_batch_next(struct reader *body, struct reader *record);

#endif
