/* SPDX-License-Identifier: ISC */
/* Checks that compare dhcp-range lines. */
#ifndef CONFD_CHECK_RANGES_H
#define CONFD_CHECK_RANGES_H

struct config;

/* Warns of ranges that overlap and test the same tags. */
void check_ranges(struct config *);

#endif
