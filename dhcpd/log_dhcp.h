/* SPDX-License-Identifier: ISC */
/* The additional log lines of log-dhcp about a request and its reply. */
#ifndef DHCPD_LOG_DHCP_H
#define DHCPD_LOG_DHCP_H

#include "dhcpd/state.h"

/* Log the request and the reply of the running step. */
void log_dhcp_request(const struct engine *);
void log_dhcp_reply(const struct engine *);

#endif
