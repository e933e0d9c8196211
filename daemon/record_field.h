/* SPDX-License-Identifier: ISC */
/*
 * The fields of records.  A function for a kind of record calls these in the
 * order of its fields, once for both directions: each writes its field, or
 * reads it into its place.
 */
#ifndef DAEMON_RECORD_FIELD_H
#define DAEMON_RECORD_FIELD_H

#include "daemon/record.h"

/* One of them is NULL.  A record that is written is not changed. */
struct field_io {
	struct reader *in;
	struct writer *out;
};

void field_bool(struct field_io *, bool *);
void field_u8(struct field_io *, uint8_t *);
void field_u16(struct field_io *, uint16_t *);
void field_u32(struct field_io *, uint32_t *);
void field_u64(struct field_io *, uint64_t *);

/* An enumeration value; one that is not below `limit` fails the reader. */
void field_enum(struct field_io *, uint8_t *, uint8_t limit);

/* A string with its NUL; size: of its place. */
void field_str(struct field_io *, char *, size_t size);

/* Bytes and their number; size: of their place. */
void field_blob8(struct field_io *, void *, uint8_t *len, size_t size);
void field_blob16(struct field_io *, void *, uint16_t *len, size_t size);

void field_addr(struct field_io *, struct addr *); /* may be none */
void field_mac(struct field_io *, struct record_mac *);
void field_tags(struct field_io *, struct record_tags *);

/* Fails the reader unless the fields that were read are valid. */
void field_check(struct field_io *, bool valid);

#endif
