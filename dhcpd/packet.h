/* SPDX-License-Identifier: ISC */
/*
 * Parses a BOOTP or DHCP message from a client (RFC 951, RFC 2131, RFC 2132;
 * RFC 3396 for split options).  Pure.
 */
#ifndef DHCPD_PACKET_H
#define DHCPD_PACKET_H

#include "daemon/buf.h"
#include "daemon/dhcp_option.h"

#define PACKET_HEADER 236 /* without the magic cookie */
#define PACKET_COOKIE UINT32_C(0x63825363)
#define PACKET_IN_MAX 4096
#define PACKET_HW_MAX 16
#define PACKET_SNAME 64
#define PACKET_FILE 128
#define PACKET_BROADCAST 0x8000 /* in flags */

/* DHCP message types (RFC 2132 9.6); 0 is a BOOTP request. */
enum packet_type {
	PACKET_BOOTP,
	PACKET_DISCOVER,
	PACKET_OFFER,
	PACKET_REQUEST,
	PACKET_DECLINE,
	PACKET_ACK,
	PACKET_NAK,
	PACKET_RELEASE,
	PACKET_INFORM,
	PACKET_TYPE_MAX
};

/* Why a packet is rejected. */
enum packet_reason {
	PACKET_OK,
	PACKET_SHORT, /* less than the fixed header */
	PACKET_LONG, /* more than PACKET_IN_MAX */
	PACKET_OP, /* not a request */
	PACKET_HLEN, /* a hardware address of more than 16 bytes */
	PACKET_TRUNCATED, /* an option runs past the end of its field */
	PACKET_OVERLOADED, /* option 52 is not 1, 2 or 3 */
	PACKET_UNTYPED, /* option 53 is not a type of RFC 2131 */
	PACKET_REASON_MAX
};

#define PACKET_ABSENT UINT16_MAX

struct packet {
	uint8_t type; /* enum packet_type */
	uint8_t htype;
	uint8_t hlen;
	uint32_t xid;
	uint16_t flags;
	uint32_t ciaddr; /* addresses in host order */
	uint32_t yiaddr;
	uint32_t siaddr;
	uint32_t giaddr;
	uint8_t hw[PACKET_HW_MAX];
	uint8_t sname[PACKET_SNAME];
	uint8_t file[PACKET_FILE];
	/* Each option is contiguous in data[]; PACKET_ABSENT: not sent. */
	uint16_t off[256];
	uint16_t len[256];
	uint8_t data[PACKET_IN_MAX];
};

/* The packet is valid only after PACKET_OK. */
enum packet_reason packet_parse(struct packet *, const void *, size_t);

const char *packet_reason_text(enum packet_reason);

/* "DHCPDISCOVER"; "BOOTP" for type 0. */
const char *packet_type_name(uint8_t type);

bool packet_has(const struct packet *, uint8_t code);

/* The bytes of an option and their number; NULL when it was not sent. */
const uint8_t *packet_option(const struct packet *, uint8_t code, size_t *len);

/* The first octets of an option as a number; false when there are fewer. */
bool packet_u16(const struct packet *, uint8_t code, uint16_t *);
bool packet_u32(const struct packet *, uint8_t code, uint32_t *);

#endif
