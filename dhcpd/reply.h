/* SPDX-License-Identifier: ISC */
/*
 * A reply under construction.  Options are sent in the order in which they are
 * put.  Those that do not fit go into the file and sname fields if that is
 * allowed (RFC 2132 9.3); else they are omitted.  Pure.
 */
#ifndef DHCPD_REPLY_H
#define DHCPD_REPLY_H

#include "daemon/record.h"
#include "dhcpd/packet.h"

#define REPLY_MIN 300 /* the least that BOOTP clients and relays accept */
#define REPLY_DEFAULT 548 /* RFC 2131 section 2: 576 less IP and UDP */
#define REPLY_MAX 1472
#define REPLY_IP_UDP 28
#define REPLY_BOOTP_VEND 64 /* RFC 951: the vendor field, cookie included */
#define REPLY_OPTIONS_MAX (REPLY_MAX - PACKET_HEADER - 4)
#define REPLY_OMITTED_MAX 8

/* How a client that gets no boot file learns it. */
enum reply_via {
	REPLY_VIA_NONE,
	REPLY_VIA_MENU, /* from a boot menu */
	REPLY_VIA_PORT /* from port 4011 */
};

struct reply_area {
	uint8_t data[REPLY_OPTIONS_MAX];
	size_t len;
	size_t cap;
};

struct reply {
	uint8_t htype;
	uint8_t hlen;
	uint8_t hw[PACKET_HW_MAX];
	uint32_t xid;
	uint16_t flags;
	uint32_t ciaddr;
	uint32_t yiaddr;
	uint32_t siaddr;
	uint32_t giaddr;
	char sname[PACKET_SNAME];
	char file[PACKET_FILE];
	char boot[RECORD_FILE_MAX]; /* for the log: the boot file; "": none */
	uint8_t via; /* for the log: enum reply_via */
	bool overload; /* options may go into empty name fields */
	struct reply_area main;
	struct reply_area in_file;
	struct reply_area in_sname;
	const uint8_t *agent; /* option 82 of the request, in its memory */
	size_t agentlen;
	unsigned int nomitted; /* options without room */
	uint8_t omitted[REPLY_OMITTED_MAX]; /* the first of them */
};

/*
 * Starts a reply to a request.  max is the number of bytes of the whole
 * message; overload: whether option 52 may be used.  Option 82 of the request
 * comes back at the end (RFC 3046 2.2) if options 53, 54 and 51 fit beside it.
 */
void
reply_init(struct reply *, const struct packet *req, size_t max, bool overload);

/* Bytes that options may still take of the main area. */
size_t reply_room(const struct reply *);

/* The size that the client accepts (option 57), within our limits. */
size_t reply_size(const struct packet *req, uint32_t mtu);

/* Notes that an option is left out for want of room. */
void reply_omit(struct reply *, uint8_t code);

/* False when there was no room.  More than 255 bytes are split (RFC 3396). */
bool reply_put(struct reply *, uint8_t code, const void *, size_t);
bool reply_put_u8(struct reply *, uint8_t code, uint8_t);
bool reply_put_u32(struct reply *, uint8_t code, uint32_t);

/*
 * Puts the name of a boot file into the header.  If it is too long, it goes
 * into option 67, with a NUL, which some clients need.
 */
void reply_put_file(struct reply *, const char *file);

/* Writes the message to out[REPLY_MAX]; returns its length. */
size_t reply_finish(struct reply *, uint8_t *out);

#endif
