/* SPDX-License-Identifier: ISC */
/* Records of signed boot files as lines of the configuration language. */
#ifndef CONFD_PRINT_VERIFY_H
#define CONFD_PRINT_VERIFY_H

#include "confd/print_out.h"
#include "daemon/record.h"

void print_verify(struct out *, const struct record *);
void print_verify_key(struct out *, const struct record *);
void print_verify_exempt(struct out *, const struct record *);

#endif
