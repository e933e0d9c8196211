/* SPDX-License-Identifier: ISC */
/* What happened, as facts: for the log, and for who draws conclusions. */
#ifndef DAEMON_EVENT_H
#define DAEMON_EVENT_H

#include "daemon/endpoint.h"
#include "daemon/file.h"
#include "daemon/record.h"

#define EVENT_HOST_MAX 64 /* bytes of a host name, with its NUL */
#define EVENT_SLOW_MAX 256 /* for all reasons at once */
#define EVENT_TRANSFER_ENCODED_MAX                                           \
	(2 * ENDPOINT_ENCODED + 1 + 2 + RECORD_HW_MAX + 2 + EVENT_HOST_MAX + \
	    2 + FILE_NAME_MAX + 1 + 3 * 8 + 2 + 2 + 2 + 4 + 3 * 8 + 2 + 1 + 2)

/* Who has made the blocks, or the window, as small as they were. */
enum event_limit {
	EVENT_LIMIT_CLIENT, /* it has asked for no more */
	EVENT_LIMIT_PATH, /* it carries no more in one piece */
	EVENT_LIMIT_MTU, /* tftp-mtu */
	EVENT_LIMIT_NO_BLKSIZE, /* tftp-no-blocksize */
	EVENT_LIMIT_RULE, /* tftp-client */
	EVENT_LIMIT_NETASCII,
	EVENT_LIMIT_SINGLE_PORT, /* tftp-single-port */
	EVENT_LIMIT_MAX
};

/* A TFTP transfer has ended. */
struct event_transfer {
	struct endpoint client;
	struct endpoint local; /* the address that was asked */
	uint8_t hwtype;
	uint8_t hwlen; /* 0: dhcpd knows of nobody at that address */
	uint8_t hw[RECORD_HW_MAX];
	char host[EVENT_HOST_MAX]; /* "": none */
	uint16_t namelen;
	char name[FILE_NAME_MAX]; /* below tftp-root; no NUL */
	uint8_t way; /* enum file_way bits */
	uint64_t bytes; /* that the client has acknowledged */
	uint64_t size; /* of the file, before any translation */
	uint64_t duration_ms; /* from the request */
	uint16_t blksize;
	uint16_t windowsize;
	uint8_t blksize_by; /* enum event_limit */
	uint8_t windowsize_by;
	uint32_t timeout_ms; /* 0: not negotiated */
	uint64_t sent; /* blocks, each sending counted */
	uint64_t resent; /* of those, not for the first time */
	uint64_t probes; /* times that nothing came back in time */
	bool netascii;
	bool limited; /* tftp-max-rate has held it back */
	uint8_t end; /* enum transfer_end of tftpd */
	uint16_t code; /* of the client's ERROR */
};

void event_transfer_encode(const struct event_transfer *, struct writer *);

/* Fails on anything over its limit. */
void event_transfer_decode(struct reader *, struct event_transfer *);

/*
 * Why a transfer of a mebibyte or more was slower than 25 MB/s, in a few
 * words: what was lost, what the client asked for or was not given; "" when
 * it was not slow or nothing tells why.  dst has EVENT_SLOW_MAX bytes; returns
 * it.
 */
const char *
event_transfer_slow(const struct event_transfer *, char dst[EVENT_SLOW_MAX]);

#endif
