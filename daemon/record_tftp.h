/* SPDX-License-Identifier: ISC */
/* Encoders of the TFTP records, for the table of record kinds. */
#ifndef DAEMON_RECORD_TFTP_H
#define DAEMON_RECORD_TFTP_H

#include "daemon/record.h"

void record_tftp_encode(const struct record *, struct writer *);
void record_tftp_decode(struct reader *, struct record *);
void record_tftp_root_encode(const struct record *, struct writer *);
void record_tftp_root_decode(struct reader *, struct record *);
void record_tftp_client_encode(const struct record *, struct writer *);
void record_tftp_client_decode(struct reader *, struct record *);

#endif
