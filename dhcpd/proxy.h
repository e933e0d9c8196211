/* SPDX-License-Identifier: ISC */
/*
 * Boot requests: the DHCP proxy, which tells clients what to boot while another
 * server gives them their addresses, and port 4011 (PXE 2.1).
 */
#ifndef DHCPD_PROXY_H
#define DHCPD_PROXY_H

#include "dhcpd/state.h"

/*
 * Serves the message in e->packet, classified in e->rq, if it is a boot
 * request.  False: it is for the handlers of DHCP.
 */
bool proxy_serve(struct engine *);

#endif
