/* SPDX-License-Identifier: ISC */
/* The lines that had no part in an answer, and why. */
#ifndef DHCPD_EXPLAIN_PASSED_H
#define DHCPD_EXPLAIN_PASSED_H

#include "dhcpd/explain_json.h"

/* Prints them as a table below a heading; nothing if there is none. */
void explain_passed(const struct explain *, struct text *);

/* The same as objects of a list. */
void explain_passed_json(const struct explain *, struct json *);

#endif
