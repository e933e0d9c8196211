/* SPDX-License-Identifier: ISC */
/* Encodes domain names for options. */
#ifndef CONFD_DOMAINS_H
#define CONFD_DOMAINS_H

#include "confd/option.h"

/*
 * Encodes comma-separated names by RFC 1035.  They are compressed by RFC 3397
 * if the writer contains nothing else.
 */
enum option_result domains_encode(struct tokens *, struct writer *);

#endif
