/* SPDX-License-Identifier: ISC */
/* Checks of dhcp-ignore: lines that ignore every client, or none. */
#ifndef CONFD_CHECK_IGNORE_H
#define CONFD_CHECK_IGNORE_H

#include "confd/tag_uses.h"

struct config;

/*
 * Warns of dhcp-ignore lines that ignore every client, alone or together, or
 * none, and marks those that it has warned of alone as told.  named: there are
 * interface= lines.
 */
void check_ignore(struct config *, struct tag_uses *, bool named);

#endif
