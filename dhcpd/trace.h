/* SPDX-License-Identifier: ISC */
/*
 * What decided about a reply, for pxeguard --explain: the handlers of a request
 * say which line set a tag, an option, the boot file, or chose the address.
 * While clients are served there is no trace.
 */
#ifndef DHCPD_TRACE_H
#define DHCPD_TRACE_H

#include "dhcpd/conf.h"

/* A line of the configuration: its kind, and its number in that list. */
struct trace_line {
	uint8_t kind; /* enum record_kind; 0: none */
	uint32_t index;
};

/* By which rule an address was chosen. */
enum trace_address {
	TRACE_ADDRESS_NONE,
	TRACE_ADDRESS_RESERVED, /* by dhcp-host */
	TRACE_ADDRESS_BEFORE, /* the client has or had it */
	TRACE_ADDRESS_REQUESTED, /* by option 50 */
	TRACE_ADDRESS_FREE /* of a range */
};

struct trace {
	struct trace_line *tag; /* by tag: what set it first */
	size_t ntags;
	struct trace_line option[256]; /* what gave the value */
	struct trace_line boot; /* what named the boot file */
	struct trace_line style; /* pxe-style */
	uint8_t address; /* enum trace_address */
	bool classified; /* the tags are those of this request */
};

/* Room for the tags of a configuration; -1 without memory. */
int trace_init(struct trace *, const struct dhcp_conf *);

/* Forgets all, for another request. */
void trace_clear(struct trace *);

/* Each does nothing without a trace. */
void trace_tag(struct trace *, uint32_t tag, enum record_kind, size_t index);
void trace_option(struct trace *, uint8_t code, enum record_kind, size_t index);
void trace_boot(struct trace *, enum record_kind, size_t index);
void trace_style(struct trace *, size_t index);
void trace_address(struct trace *, enum trace_address);

/* Where a line is; NULL if that is not known. */
const struct conf_place *
trace_place(const struct dhcp_conf *, const struct trace_line *);

#endif
