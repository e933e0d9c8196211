/* SPDX-License-Identifier: ISC */
/* Pieces of the codec of records, for record.c and record_tftp.c. */
#ifndef DAEMON_RECORD_CODEC_H
#define DAEMON_RECORD_CODEC_H

#include "daemon/record.h"

void record_mac_encode(const struct record_mac *, struct writer *);
void record_mac_decode(struct reader *, struct record_mac *);

/* An enumeration value below `limit`; another one is a failure. */
uint8_t record_enum_decode(struct reader *, uint8_t limit);

void record_tftp_encode(const struct record *, struct writer *);
void record_tftp_decode(struct reader *, struct record *);
void record_tftp_root_encode(const struct record *, struct writer *);
void record_tftp_root_decode(struct reader *, struct record *);
void record_tftp_client_encode(const struct record *, struct writer *);
void record_tftp_client_decode(struct reader *, struct record *);

#endif
