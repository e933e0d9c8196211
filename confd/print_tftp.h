/* SPDX-License-Identifier: ISC */
/* Records of TFTP as lines of the configuration language.  Pure. */
#ifndef CONFD_PRINT_TFTP_H
#define CONFD_PRINT_TFTP_H

#include "confd/print_out.h"

void print_tftp(struct out *, const struct record *);
void print_http(struct out *, const struct record *);
void print_tftp_root(struct out *, const struct record *);
void print_tftp_client(struct out *, const struct record *);

#endif
