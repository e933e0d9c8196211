/* SPDX-License-Identifier: ISC */
/*
 * The fields of the records of how boot files are served: by TFTP, by HTTP, and
 * with signatures.  For the table of record kinds.
 */
#ifndef DAEMON_RECORD_SERVE_H
#define DAEMON_RECORD_SERVE_H

#include "daemon/record_field.h"

void record_tftp_fields(struct field_io *, struct record *);
void record_tftp_root_fields(struct field_io *, struct record *);
void record_tftp_client_fields(struct field_io *, struct record *);
void record_http_fields(struct field_io *, struct record *);
void record_verify_fields(struct field_io *, struct record *);
void record_verify_key_fields(struct field_io *, struct record *);
void record_verify_exempt_fields(struct field_io *, struct record *);

#endif
