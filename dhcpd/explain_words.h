/* SPDX-License-Identifier: ISC */
/*
 * The client that pxeguard --explain is asked about, from words such as
 * arch=x64-uefi, mac=52:54:00:12:34:56 or ipxe.  Pure.
 */
#ifndef DHCPD_EXPLAIN_WORDS_H
#define DHCPD_EXPLAIN_WORDS_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/explain.h"

#define EXPLAIN_MAC 6
#define EXPLAIN_CLASS 255

struct explain_client {
	const char *title; /* "UEFI x64"; NULL: only a number is known */
	bool boots; /* it has an architecture */
	bool http; /* by HTTP, so option 60 is HTTPClient */
	bool ipxe;
	bool bootp;
	bool port; /* it asks port 4011 */
	bool pi; /* a Raspberry Pi, which requests fixed names */
	uint16_t arch;
	uint8_t mac[EXPLAIN_MAC];
	uint32_t via; /* giaddr; 0: no relay */
	uint32_t requested; /* option 50; 0: none */
	char iface[IFNAMSIZ]; /* "": not given */
	/* Options by their length; 0: not sent. */
	uint8_t namelen; /* 12 */
	uint8_t name[EXPLAIN_CLASS];
	uint8_t vendorlen; /* 60 */
	uint8_t vendor[EXPLAIN_CLASS];
	uint8_t userlen; /* 77 */
	uint8_t user[EXPLAIN_CLASS];
	uint8_t idlen; /* 61 */
	uint8_t id[EXPLAIN_CLASS];
	uint8_t nlist; /* 55 */
	uint8_t list[EXPLAIN_CLASS];
};

/*
 * Reads n words, in any order.  -1 with a sentence in why[EXPLAIN_WHY_MAX]
 * that names the word and what is allowed.
 */
int explain_words(
    struct explain_client *, const char *const *words, size_t n, char *why);

#endif
