/* SPDX-License-Identifier: ISC */
/* The table of client kinds, for each network that is served. */
#ifndef DHCPD_EXPLAIN_KINDS_H
#define DHCPD_EXPLAIN_KINDS_H

#include "dhcpd/explain_menu.h"
#include "dhcpd/explain_text.h"

void explain_kinds(struct explain *, struct text *);

#endif
