/* SPDX-License-Identifier: ISC */
/* pxeguard --explain: the messages by which the parent asks for it. */
#ifndef DHCPD_EXPLAIN_H
#define DHCPD_EXPLAIN_H

#include "daemon/chan.h"
#include "dhcpd/engine.h"

/*
 * Takes EXPLAIN_FILE, EXPLAIN, and the packets that may follow it, and answers
 * with text and EXPLAINED.  The engine has its configuration.  -1 if the fields
 * are malformed.
 */
int explain_message(struct engine *, struct msg *);

#endif
