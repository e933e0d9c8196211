/* SPDX-License-Identifier: ISC */
/* Link, IPv4 and UDP headers of captured frames. */
#include "capd/frame.h"

#include "daemon/buf.h"

/* Link types, https://www.tcpdump.org/linktypes.html */
#define LINK_ETHERNET 1
#define LINK_RAW 12
#define LINK_RAW_OF_FILES 101
#define LINK_LINUX 113
#define LINK_IPV4 228
#define LINK_LINUX2 276

#define TYPE_IPV4 0x0800
#define TYPE_VLAN 0x8100
#define TYPE_VLAN_OUTER 0x88a8
#define TYPE_VLAN_OLD 0x9100
#define VLANS_MAX 4

#define IP_HEADER 20
#define IP_FRAGMENT 0x3fff /* more fragments, and the offset */
#define PROTOCOL_UDP 17
#define UDP_HEADER 8
#define PORT_DHCP 67
#define PORT_ALTERNATE 1067 /* of dhcp-alternate-port without a value */
#define PORT_PXE 4011

/* The type of what follows the link header; 0: the link is not known. */
static uint16_t
frame_link(struct reader *r, int link)
{
	uint16_t type;
	int i;

	switch (link) {
	case LINK_RAW:
	case LINK_RAW_OF_FILES:
	case LINK_IPV4:
		return TYPE_IPV4;
	case LINK_ETHERNET:
		reader_skip(r, 12);
		type = reader_u16(r);
		break;
	case LINK_LINUX:
		reader_skip(r, 14);
		type = reader_u16(r);
		break;
	case LINK_LINUX2:
		type = reader_u16(r);
		reader_skip(r, 18);
		break;
	default:
		return 0;
	}
	for (i = 0;
	     i < VLANS_MAX && (type == TYPE_VLAN || type == TYPE_VLAN_OUTER ||
				  type == TYPE_VLAN_OLD);
	     i++) {
		reader_skip(r, 2);
		type = reader_u16(r);
	}
	return type;
}

/* The IPv4 header; what is left of the datagram is then in *r. */
static enum frame_kind
frame_ip(struct frame *f, struct reader *r)
{
	size_t header, total, all = r->left;
	uint8_t version, protocol;
	uint16_t fragment;

	version = reader_u8(r);
	header = (version & 15U) * 4U;
	reader_skip(r, 1);
	total = reader_u16(r);
	reader_skip(r, 2);
	fragment = reader_u16(r);
	reader_skip(r, 1);
	protocol = reader_u8(r);
	reader_skip(r, 2);
	f->from = reader_u32(r);
	f->to = reader_u32(r);
	if (!reader_ok(r))
		return FRAME_SHORT;
	if (version >> 4 != 4 || protocol != PROTOCOL_UDP)
		return FRAME_OTHER;
	if (header < IP_HEADER || total < header)
		return FRAME_SHORT;
	if ((fragment & IP_FRAGMENT) != 0)
		return FRAME_FRAGMENT;
	/* Ethernet pads short frames. */
	if (total > all)
		return FRAME_SHORT;
	reader_skip(r, header - IP_HEADER);
	*r = reader_sub(r, total - header);
	return reader_ok(r) ? FRAME_REQUEST : FRAME_SHORT;
}

enum frame_kind
frame_read(struct frame *f, int link, const uint8_t *data, size_t len)
{
	enum frame_kind kind;
	struct reader r;
	uint16_t type;
	size_t n;

	reader_init(&r, data, len);
	if ((type = frame_link(&r, link)) == 0 && reader_ok(&r))
		return FRAME_LINK;
	if (!reader_ok(&r))
		return FRAME_SHORT;
	if (type != TYPE_IPV4)
		return FRAME_OTHER;
	if ((kind = frame_ip(f, &r)) != FRAME_REQUEST)
		return kind;
	reader_skip(&r, 2);
	f->port = reader_u16(&r);
	n = reader_u16(&r);
	reader_skip(&r, 2);
	if (!reader_ok(&r))
		return FRAME_SHORT;
	if (f->port != PORT_DHCP && f->port != PORT_ALTERNATE &&
	    f->port != PORT_PXE)
		return FRAME_OTHER;
	if (n < UDP_HEADER || n - UDP_HEADER > r.left)
		return FRAME_SHORT;
	f->len = n - UDP_HEADER;
	f->data = reader_bytes(&r, f->len);
	return FRAME_REQUEST;
}
