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

/* Bytes of a proxy's reply besides option 43, 82 and the text of 60. */
#define PXE_OVERHEAD (PACKET_HEADER + 4 + 3 + 6 + 2 + 19 + 1)

/*
 * The OFFER of a DHCP proxy in a given style.  room, here and below: the bytes
 * that option 43 may take of the message, with its codes and lengths.
 */
void pxe_offer(const struct dhcp_conf *, const struct request *,
    enum record_pxe_how, uint32_t local, size_t room, struct pxe_answer *);

/* The ACK on port 4011 to a client that asks for no entry. */
void pxe_port_ack(const struct dhcp_conf *, const struct request *,
    uint32_t local, size_t room, struct pxe_answer *);

/*
 * What is added to a reply with an address.  False: nothing, as no pxe-service
 * and no pxe-prompt is for the client.
 */
bool pxe_with_address(const struct dhcp_conf *, const struct request *,
    uint32_t local, size_t room, struct pxe_answer *);

/* The entry that a client asks for (sub-option 71); false: for none. */
bool pxe_item(const struct packet *, uint16_t *type, uint16_t *layer);

/*
 * The ACK to such a request; false: there is no such entry with a file.
 * room: for option 43, with its code and length.
 */
bool
pxe_item_ack(const struct dhcp_conf *, const struct request *, uint16_t type,
    uint16_t layer, uint32_t local, size_t room, struct pxe_answer *);

#endif
