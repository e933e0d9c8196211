/* SPDX-License-Identifier: ISC */
/*
 * Several encoded records in the body of one message, each with its 16-bit
 * length before it.  A system call for each of 100,000 records would take
 * longer than all other work on them.
 */
#ifndef DAEMON_RECORD_BATCH_H
#define DAEMON_RECORD_BATCH_H

#include "daemon/msg.h"
#include "daemon/record.h"

#define RECORD_BATCH_MIN 3 /* a length, and a record's kind */
#define RECORD_BATCH_MAX MSG_BODY_MAX

struct record_batch {
	struct writer w; /* of the body; len is 0 if it is empty */
	uint8_t body[RECORD_BATCH_MAX];
};

void record_batch_init(struct record_batch *);

/* Appends an encoded record; false if it does not fit. */
bool record_batch_add(struct record_batch *, const void *data, size_t len);

/*
 * Reads the next record of a received body; false at its end, or if it is
 * malformed, which also fails the body's reader.
 */
bool record_batch_next(struct reader *body, struct reader *record);

#endif
