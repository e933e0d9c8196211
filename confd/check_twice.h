/* SPDX-License-Identifier: ISC */
/* Checks for lines that a later one always replaces. */
#ifndef CONFD_CHECK_TWICE_H
#define CONFD_CHECK_TWICE_H

struct config;

/*
 * Warns of dhcp-option, dhcp-boot, pxe-prompt and pxe-style lines that apply to
 * no client, as a later line of the same kind applies to all that they are for.
 */
void check_twice(struct config *);

#endif
