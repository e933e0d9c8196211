/* SPDX-License-Identifier: ISC */
/* Checks of dhcp-ignore: lines that ignore every client, or none. */
#ifndef CONFD_CHECK_IGNORE_H
#define CONFD_CHECK_IGNORE_H

#include "confd/tag_uses.h"

struct config;

/*
 * Warns of a dhcp-ignore line, the entry with this index, that ignores every
 * client, every client of an interface, or none because of the tag of a range.
 * named: there are interface= lines.  Returns whether it has warned.
 */
bool check_ignore(struct config *, struct tag_uses *, size_t entry, bool named);

#endif
