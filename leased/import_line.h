/* SPDX-License-Identifier: ISC */
/*
 * Parses leases in dnsmasq's text format: one a line, with expiry (seconds
 * since 1970, 0 for never), hardware address ("TYPE-" before it when it is not
 * Ethernet's), IPv4 address, name or "*", client identifier or "*".  A line
 * "duid ..." and the IPv6 leases after it are ignored.
 */
#ifndef LEASED_IMPORT_LINE_H
#define LEASED_IMPORT_LINE_H

#include "daemon/lease.h"

#define IMPORT_LINE_MAX 2048 /* dnsmasq itself writes less than 1300 */

enum lease_line {
	LEASE_LINE_OK,
	LEASE_LINE_UNNAMED, /* a lease, whose host name is invalid and ignored
			     */
	LEASE_LINE_EMPTY,
	LEASE_LINE_OTHER, /* IPv6, or a record that is no lease */
	/* Those below are invalid lines. */
	LEASE_LINE_FIELDS, /* not five fields */
	LEASE_LINE_EXPIRY,
	LEASE_LINE_HW,
	LEASE_LINE_ADDR,
	LEASE_LINE_ID,
	LEASE_LINE_LONG, /* more than IMPORT_LINE_MAX bytes; see import_feed()
			  */
	LEASE_LINE_DUPLICATE, /* its address is another client's; see
			       * import_file
			       */
	LEASE_LINE_MAX
};

/*
 * One line of n bytes, without its newline.  Fills *l for OK and UNNAMED, all
 * but start_s, which the format does not have.  Pure.
 */
enum lease_line lease_line_parse(const void *line, size_t n, struct lease *l);
const char *lease_line_text(enum lease_line);

/*
 * Cuts a stream into lines and parses each.  line() gets the result of
 * every line and its bytes, none for LONG; l is valid only for OK and UNNAMED.
 * At the beginning all fields but line and arg are zero.
 */
struct import {
	void (*line)(enum lease_line, const struct lease *l, const void *bytes,
	    size_t n, void *arg);
	void *arg;
	size_t len;
	bool over; /* the line is too long, and is ignored */
	uint8_t buf[IMPORT_LINE_MAX];
};

void import_feed(struct import *, const void *, size_t);
void import_end(struct import *); /* a last line without a newline */

#endif
