/* SPDX-License-Identifier: ISC */
/* The lines that had no part in an answer, and why. */
#ifndef DHCPD_EXPLAIN_PASSED_H
#define DHCPD_EXPLAIN_PASSED_H

#include "dhcpd/explain_json.h"
#include "dhcpd/explain_run.h"

/*
 * As a table below a heading, or nothing if there is none; and as objects of a
 * list.
 */
void explain_passed(const struct explain *, struct text *, struct json *);

#endif
