/* SPDX-License-Identifier: ISC */
/* The options that the server sends on its own.  Pure. */
#ifndef DHCPD_REPLY_DEFAULT_H
#define DHCPD_REPLY_DEFAULT_H

#include "dhcpd/reply_work.h"

/* Puts the value of an option that no dhcp-option line sets, if it has one. */
void reply_default_put(struct reply_work *, uint8_t code);

#endif
