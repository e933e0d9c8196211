/* SPDX-License-Identifier: ISC */
/* The values of DHCP options as the configuration writes them.  Pure. */
#ifndef CONFD_OPTION_H
#define CONFD_OPTION_H

#include "confd/lexer.h"
#include "daemon/record.h"

/* "one IPv4 address", of an enum dhcp_option_type. */
const char *option_type_text(uint8_t type);

enum option_result {
	OPTION_OK,
	OPTION_BAD_ADDRESS,
	OPTION_PREFIX, /* an address with a prefix length, where none may be */
	OPTION_BAD_NUMBER,
	OPTION_BAD_TIME,
	OPTION_BAD_LIST, /* several numbers, where dnsmasq takes none */
	OPTION_BAD_HEX,
	OPTION_BAD_DOMAIN,
	OPTION_BAD_ROUTES, /* 121: not pairs of NET/BITS,ROUTER */
	OPTION_NUMBER_LARGE, /* does not fit its width */
	OPTION_LONG, /* more than RECORD_OPT_MAX or RECORD_MATCH_MAX bytes */
	OPTION_RESULT_MAX
};

/* In place of the code of an option: nothing is known of its values. */
#define OPTION_NO_TYPE 0

/* An encoded value. */
struct option_value {
	uint16_t len;
	uint8_t data[RECORD_OPT_MAX];
	uint8_t wild[RECORD_MATCH_MAX]; /* hex: 1 for an octet given as '*' */
	bool self; /* 0.0.0.0, "this server", is among the addresses */
	bool number; /* decimal, of `width` bytes */
	bool hex;
	bool reread; /* a number with '+' or a unit of time: dnsmasq's text */
	uint8_t width;
	uint32_t value;
};

/*
 * Encodes the value of an option: the rest of the line, which is modified.
 * match: the value is to be compared with, not sent; octets may be '*'.
 */
enum option_result option_value_encode(
    uint8_t code, struct token *rest, bool match, struct option_value *out);

#endif
