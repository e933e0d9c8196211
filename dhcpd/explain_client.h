/* SPDX-License-Identifier: ISC */
/*
 * What one client gets, and why: tags, address, boot file, options, and the
 * lines that are not for it.
 */
#ifndef DHCPD_EXPLAIN_CLIENT_H
#define DHCPD_EXPLAIN_CLIENT_H

#include "dhcpd/explain_menu.h"
#include "dhcpd/explain_text.h"

/*
 * Prints the answer to the client.  -1 with a sentence in
 * why[EXPLAIN_WHY_MAX] if it is not known where the client is.
 */
int explain_client(
    struct explain *, const struct explain_client *, struct text *, char *why);

/*
 * The interface on which the client's packet comes; -1 with a sentence in why,
 * as above.
 */
int explain_find_net(const struct explain *, const struct explain_client *,
    struct explain_net *, char *why);

#endif
