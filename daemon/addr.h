/* SPDX-License-Identifier: ISC */
/* An IPv4 or IPv6 address, with its family. */
#ifndef DAEMON_ADDR_H
#define DAEMON_ADDR_H

#include "daemon/buf.h"

#define ADDR_BYTES 16
#define ADDR_ENCODED_MIN (1 + 4)
#define ADDR_ENCODED_MAX (1 + ADDR_BYTES)
#define ADDR_TEXT 46 /* the longest text of an IPv6 address, with its NUL */

/*
 * The family is the version number of the protocol, 4 or 6, not AF_INET or
 * AF_INET6, because it is stored in files and sent in messages, and the
 * constants of the C library differ between systems.  0: no address.
 */
struct addr {
	uint8_t family; /* 4, 6, or 0 for none */
	uint8_t bytes[ADDR_BYTES]; /* network order; unused bytes are zero */
};

/* Bytes of an address of this family: 4, 16, or 0 for any other family. */
size_t addr_family_len(uint8_t family);

/* The address of these bytes; family 0 if n does not match the family. */
struct addr addr_from_bytes(uint8_t family, const void *bytes, size_t n);

/* host: in host order. */
struct addr addr_from_ip4(uint32_t host);

/* Sets *host in host order; if it is no IPv4 address, to 0: returns false. */
bool addr_to_ip4(const struct addr *, uint32_t *host);

/* Compares like memcmp(3): by family first, then by the bytes. */
int addr_compare(const struct addr *, const struct addr *);

/*
 * Clears all bits after the first `prefix` bits; returns whether any of them
 * was set.  A prefix longer than the address clears nothing.
 */
bool addr_clear_host(struct addr *, size_t prefix);

/* Whether the first `prefix` bits are those of the network. */
bool addr_in_net(const struct addr *, const struct addr *net, size_t prefix);

/* Whether it is IPv4-mapped, such as ::ffff:192.0.2.1. */
bool addr_is_mapped(const struct addr *);

/* Whether an interface can have it: it is no multicast or broadcast one. */
bool addr_is_unicast(const struct addr *);

/* Whether it is 0.0.0.0, "::" or none. */
bool addr_is_any(const struct addr *);

/* Parses "192.168.1.50" or "2001:db8::50"; -1 for any other text. */
int addr_parse(struct addr *, const char *text);

/* The text of an address, "?" for family 0; returns dst. */
const char *addr_text(const struct addr *, char dst[ADDR_TEXT]);

/* The text of an IPv4 address in host order; returns dst. */
const char *ip4_text(uint32_t host, char dst[16]);

/* Writes the family and 4 or 16 bytes.  Family 0 fails the writer. */
void addr_encode(const struct addr *, struct writer *);

/* A family other than 4 and 6 fails the reader. */
void addr_decode(struct reader *, struct addr *);

/* The same for an optional field; no address is a single 0. */
void addr_encode_optional(const struct addr *, struct writer *);
void addr_decode_optional(struct reader *, struct addr *);

#endif
