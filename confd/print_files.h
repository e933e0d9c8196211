/* SPDX-License-Identifier: ISC */
/* Prints records of TFTP, HTTP and signed boot files.  Pure. */
#ifndef CONFD_PRINT_FILES_H
#define CONFD_PRINT_FILES_H

#include "confd/print_out.h"

void print_tftp(struct out *, const struct record *);
void print_http(struct out *, const struct record *);
void print_tftp_root(struct out *, const struct record *);
void print_tftp_client(struct out *, const struct record *);
void print_verify(struct out *, const struct record *);
void print_verify_key(struct out *, const struct record *);
void print_verify_exempt(struct out *, const struct record *);

#endif
