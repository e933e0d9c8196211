/* SPDX-License-Identifier: ISC */
/* The boot file, its server and the next server of a reply.  Pure. */
#ifndef DHCPD_REPLY_BOOT_H
#define DHCPD_REPLY_BOOT_H

#include "dhcpd/reply_work.h"

/*
 * Sets siaddr, and puts the names of file and server into the header, or as
 * options 66 and 67.
 */
void reply_boot_put(struct reply_work *);

/* Called last: copies such options into the header, too. */
void reply_boot_copy(struct reply_work *);

#endif
