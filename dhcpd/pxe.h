/* SPDX-License-Identifier: ISC */
/*
 * What PXE clients are told: boot files of services, boot menus in option 43,
 * and answers to requests for an entry of the menu (PXE 2.1).  Pure.
 *
 * A client learns its boot file in one of three ways (enum record_pxe_how):
 *
 * bypass: file and server are in the OFFER; option 43 says to use them.
 * binl: the OFFER has option 60 without option 43, so that the client asks port
 *     4011 and finds file and server in that ACK.
 * menu: option 43 of the OFFER has a menu; the client asks port 4011 for the
 *     entry that is chosen.
 */
#ifndef DHCPD_PXE_H
#define DHCPD_PXE_H

#include "dhcpd/pxe_client.h"
#include "dhcpd/pxe_vendor.h"

#define PXE_PORT 4011 /* PXE 2.1, 2.2.5 */

/* The OFFER of a DHCP proxy in a given style. */
void pxe_offer(const struct pxe *, enum record_pxe_how, struct pxe_answer *);

/* The ACK on port 4011 to a client that asks for no entry. */
void pxe_port_ack(const struct pxe *, struct pxe_answer *);

/*
 * What is added to a reply with an address.  False: nothing, as there is no
 * pxe-service and no pxe-prompt line, or a loader has its own dhcp-boot line.
 */
bool pxe_with_address(const struct pxe *, struct pxe_answer *);

/* The entry that a client asks for (sub-option 71); false: for none. */
bool pxe_item(const struct packet *, uint16_t *type, uint16_t *layer);

/* The ACK to such a request; false: there is no such entry with a file. */
bool pxe_item_ack(
    const struct pxe *, uint16_t type, uint16_t layer, struct pxe_answer *);

#endif
