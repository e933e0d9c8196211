/* SPDX-License-Identifier: ISC */
/*
 * Reading leases in dnsmasq's text format: one a line, with expiry (seconds
 * since 1970, 0 for never), hardware address ("TYPE-" before it when it is not
 * Ethernet's), IPv4 address, name or "*", client identifier or "*".  A line
 * "duid ..." and the IPv6 leases after it are passed over.
 */
#ifndef LEASED_IMPORT_H
#define LEASED_IMPORT_H

#include "daemon/lease.h"
#include "leased/store.h"

#define IMPORT_LINE_MAX 2048 /* dnsmasq itself writes less than 1300 */

enum lease_line {
	LEASE_LINE_OK,
	LEASE_LINE_UNNAMED, /* a lease, but its name is none and is left out */
	LEASE_LINE_EMPTY,
	LEASE_LINE_OTHER, /* IPv6, or a record that is no lease */
	/* From here on it is a bad line. */
	LEASE_LINE_FIELDS, /* not five fields */
	LEASE_LINE_EXPIRY,
	LEASE_LINE_HW,
	LEASE_LINE_ADDR,
	LEASE_LINE_ID,
	LEASE_LINE_LONG, /* more than IMPORT_LINE_MAX bytes; see import_feed */
	LEASE_LINE_DOUBLE, /* its address is another client's; see import_file
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
 * Cuts a stream into lines and parses each.  line() gets every line's result
 * and its bytes, of which there are none for LONG; l is of use for OK and
 * UNNAMED alone.  All zero at the beginning but for line and arg.
 */
struct import {
	void (*line)(enum lease_line, const struct lease *l, const void *bytes,
	    size_t n, void *arg);
	void *arg;
	size_t len;
	bool over; /* the line does not fit, and is passed over */
	uint8_t buf[IMPORT_LINE_MAX];
};

void import_feed(struct import *, const void *, size_t);
void import_end(struct import *); /* a last line without a newline */

struct import_count {
	uint64_t line[LEASE_LINE_MAX]; /* by result */
	uint64_t leases; /* stored */
};

/*
 * Puts the leases of a text file into a store, within its transaction.  file:
 * its path; shown: what its owner calls it.  -1 with a sentence in why when
 * the file cannot be read, has no lease in it but other text, or the store
 * fails; bad lines are counted, logged and passed over.
 */
int import_file(struct store *, const char *file, const char *shown,
    uint64_t now_s, struct import_count *, char *why, size_t whysz);

#endif
