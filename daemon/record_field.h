/* SPDX-License-Identifier: ISC */
/* Encoders of fields that several kinds of records have. */
#ifndef DAEMON_RECORD_FIELD_H
#define DAEMON_RECORD_FIELD_H

#include "daemon/record.h"

void record_mac_encode(const struct record_mac *, struct writer *);
void record_mac_decode(struct reader *, struct record_mac *);

void record_tags_encode(const struct record_tags *, struct writer *);
void record_tags_decode(struct reader *, struct record_tags *);

/* An enumeration value; one that is not below `limit` fails the reader. */
uint8_t record_enum_decode(struct reader *, uint8_t limit);

#endif
