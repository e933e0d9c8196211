/* SPDX-License-Identifier: ISC */
/*
 * Finds the DHCP request in a captured frame: Ethernet with VLAN tags, Linux
 * cooked captures, or raw IP; IPv4 (RFC 791) and UDP (RFC 768).  Pure.
 */
#ifndef CAPD_FRAME_H
#define CAPD_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum frame_kind {
	FRAME_REQUEST, /* a datagram to port 67, 1067 or 4011 */
	FRAME_OTHER, /* something else */
	FRAME_FRAGMENT, /* a part of a datagram */
	FRAME_SHORT, /* cut off, or malformed */
	FRAME_LINK /* the link type is not known */
};

struct frame {
	uint32_t from; /* addresses in host order */
	uint32_t to;
	uint16_t port; /* 67, 1067 or 4011 */
	const uint8_t *data; /* the payload, in the memory of the frame */
	size_t len;
};

/* link: its DLT_ number.  The frame is valid after FRAME_REQUEST only. */
enum frame_kind
frame_read(struct frame *, int link, const uint8_t *, size_t len);

#endif
