/* SPDX-License-Identifier: ISC */
/* Encoders of the records of signed boot files, for the table of kinds. */
#ifndef DAEMON_RECORD_VERIFY_H
#define DAEMON_RECORD_VERIFY_H

#include "daemon/record.h"

void record_verify_encode(const struct record *, struct writer *);
void record_verify_decode(struct reader *, struct record *);
void record_verify_key_encode(const struct record *, struct writer *);
void record_verify_key_decode(struct reader *, struct record *);
void record_verify_exempt_encode(const struct record *, struct writer *);
void record_verify_exempt_decode(struct reader *, struct record *);

#endif
