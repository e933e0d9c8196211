/* SPDX-License-Identifier: ISC */
/* The lines that had no part in an answer, and why. */
#ifndef DHCPD_EXPLAIN_PASSED_H
#define DHCPD_EXPLAIN_PASSED_H

#include "dhcpd/explain_line.h"
#include "dhcpd/explain_text.h"

/* Prints them as a table below a heading; nothing if there is none. */
void explain_passed(const struct explain *, struct text *);

#endif
