/* SPDX-License-Identifier: ISC */
/* DHCP options as the configuration names and writes them.  Pure. */
#ifndef CONFD_OPTION_H
#define CONFD_OPTION_H

#include "confd/lexer.h"
#include "daemon/record.h"

enum option_type {
	OPTION_ANY, /* by the look of the value */
	OPTION_ADDRS, /* one or more IPv4 addresses */
	OPTION_NUMBER, /* of `width` bytes */
	OPTION_TIME, /* seconds, 4 bytes, with an optional unit */
	OPTION_TEXT,
	OPTION_DOMAINS, /* RFC 3397 */
};

struct option_info {
	uint8_t code;
	const char *name;
	uint8_t type; /* enum option_type */
	uint8_t width;
	bool internal; /* the server's own; known by number only */
};

/* NULL when it is not known; a name is compared without case. */
const struct option_info *option_by_name(const char *);
const struct option_info *option_by_code(uint8_t);

/* "option router", or "option 224"; returns dst. */
const char *option_text(uint8_t code, char dst[48]);

enum option_result {
	OPTION_OK,
	OPTION_BAD_ADDRESS,
	OPTION_BAD_NUMBER,
	OPTION_BAD_TIME,
	OPTION_BAD_HEX,
	OPTION_BAD_DOMAIN,
	OPTION_BAD_ROUTES, /* 121: not pairs of NET/BITS,ROUTER */
	OPTION_NUMBER_LARGE, /* does not fit its width */
	OPTION_LONG, /* more than RECORD_OPT_MAX bytes */
};

/* What a value became. */
struct option_value {
	uint16_t len;
	uint8_t data[RECORD_OPT_MAX];
	uint8_t wild[RECORD_OPT_MAX]; /* hex: 1 where a '*' stood */
	bool self; /* among the addresses is 0.0.0.0, "this server" */
	bool number; /* decimal, of `width` bytes */
	bool hex;
	uint8_t width;
	uint32_t value;
};

/*
 * Encodes the value of an option: all of the rest of the line, which it
 * takes to pieces.  match tells that it is to be compared with, not sent:
 * octets may be '*' then.
 */
enum option_result option_encode(
    uint8_t code, struct piece *rest, bool match, struct option_value *out);

/* In domains.c: comma-separated names by RFC 1035, compressed. */
enum option_result option_encode_domains(struct args *, struct writer *);

#endif
