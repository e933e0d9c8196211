/* SPDX-License-Identifier: ISC */
/* Check of dhcp-ignore lines that ignore every client only together. */
#ifndef CONFD_CHECK_IGNORE_ALL_H
#define CONFD_CHECK_IGNORE_ALL_H

#include "confd/tag_uses.h"

struct config;

/*
 * Warns of dhcp-ignore lines of which each client matches one, such as tag:x
 * and tag:!x.  Lines that check_ignore() has warned of do not count.
 */
void check_ignore_all(struct config *, struct tag_uses *);

#endif
