/* SPDX-License-Identifier: ISC */
/*
 * The host name that a client sends, in option 81 (RFC 4702) or 12, and the
 * option 81 of the reply.  Pure.
 */
#ifndef DHCPD_CLIENT_NAME_H
#define DHCPD_CLIENT_NAME_H

#include "dhcpd/packet.h"

#define CLIENT_NAME_LABEL 64 /* RFC 1035 2.3.4, with a NUL */

/* Flags of option 81 (RFC 4702 2.1). */
#define FQDN_S 0x01 /* the server updates the A record */
#define FQDN_O 0x02 /* the server has overridden S */
#define FQDN_E 0x04 /* the name is in the form of RFC 1035 */
#define FQDN_N 0x08 /* the server updates no record */

struct client_name {
	char label[CLIENT_NAME_LABEL]; /* the first label; "": none */
	bool dotted; /* a dot follows the label */
	bool fqdn; /* it sent option 81 */
	bool nul; /* its text ended with a NUL, and it expects the same */
	uint8_t flags; /* of that */
};

/*
 * Reads the name.  Option 81 has precedence (RFC 4702 3.1).  A name counts if
 * its first label has only letters, digits, '-' and '_', and begins with a
 * letter or digit.
 */
void client_name_read(struct client_name *, const struct packet *);

/*
 * Writes the option 81 of a reply: label and domain ("": none) in the form
 * that the client used.  pxeguard updates no DNS record, and says so (RFC 4702
 * 4).  Returns its length, or 0 if size is too small.
 */
size_t client_name_fqdn(const struct client_name *, const char *label,
    const char *domain, uint8_t *dst, size_t size);

#endif
