/* SPDX-License-Identifier: ISC */
/* What log-dhcp adds to the log: everything about a request and its reply. */
#ifndef DHCPD_DETAIL_H
#define DHCPD_DETAIL_H

#include "dhcpd/engine.h"

/* Of the request and the reply of the engine's last step. */
void detail_request(const struct engine *);
void detail_reply(const struct engine *);

/* "netmask"; "" for an option that has no name here. */
const char *detail_option_name(uint8_t code);

#endif
