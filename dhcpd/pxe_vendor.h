/* SPDX-License-Identifier: ISC */
/* The option 43 of replies to PXE clients (PXE 2.1, table 2-1).  Pure. */
#ifndef DHCPD_PXE_VENDOR_H
#define DHCPD_PXE_VENDOR_H

#include "dhcpd/pxe_client.h"
#include "dhcpd/reply.h"

/* Sub-options of option 43 (PXE 2.1, table 2-1). */
#define PXE_SUB_DISCOVERY 6
#define PXE_SUB_SERVERS 8
#define PXE_SUB_MENU 9
#define PXE_SUB_PROMPT 10
#define PXE_SUB_ITEM 71 /* the entry of the menu that the client chose */
#define PXE_SUB_END 255

/* Bits of PXE_SUB_DISCOVERY. */
#define PXE_NO_BROADCAST 1
#define PXE_NO_MULTICAST 2
#define PXE_USE_FILE 8 /* of this reply; ask no boot server */

/* A sub-option must fit into one option, with the end of the list. */
#define PXE_LIST_MAX 252
#define PXE_PIECES_MAX 6
#define PXE_PIECE_MAX 255
#define PXE_VENDOR_MAX (PXE_PIECES_MAX * (2 + RECORD_SUB_MAX + 1))

/* The PXE part of a reply. */
struct pxe_answer {
	bool boot; /* file, sname and siaddr are set here */
	char file[RECORD_FILE_MAX]; /* "": none */
	char sname[PACKET_SNAME];
	uint32_t siaddr; /* 0: none */
	/* Option 43, in pieces that are options of their own (RFC 3396). */
	uint8_t npieces;
	uint16_t piece[PXE_PIECES_MAX]; /* bytes of each */
	uint8_t vendor[PXE_VENDOR_MAX];
	bool bypass; /* option 43 only says to use the file */
	uint32_t omitted; /* services without room in the menu */
	uint8_t via; /* enum reply_via */
};

/* The menu of all services for the client, complete. */
void pxe_vendor_menu(const struct pxe *, struct pxe_answer *);

/* Says that the client is to use the file of this reply; complete. */
void pxe_vendor_bypass(const struct pxe *, struct pxe_answer *);

/* Repeats the entry that the client chose; complete. */
void pxe_vendor_item(
    const struct pxe *, uint16_t type, uint16_t layer, struct pxe_answer *);

/* Puts options 60 and, as the client sent it, 97 into a reply. */
void pxe_put_class(struct reply *, const struct request *);

/* Puts option 43 into a reply, and says in rp->via what it is for. */
void pxe_put(struct reply *, const struct pxe_answer *);

#endif
