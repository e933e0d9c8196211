/* SPDX-License-Identifier: ISC */
/* Words that dnsmasq accepts and that say something else than was meant. */
#ifndef CONFD_SPELLING_H
#define CONFD_SPELLING_H

#include "confd/builder.h"

/*
 * A prefix in the wrong case, as in "TAG:efi", is warned of and changed into
 * lower case, as dnsmasq knows it.
 */
void spelling_prefix(struct config *, struct token *);

/*
 * Warns of quotes and backslashes that became part of a value, before it is
 * split into tokens.
 */
void spelling_quotes(struct config *, const struct token *value);

/*
 * Warns of text that is looked for in option 60 or 77 and that no client sends,
 * or that more clients send than were meant.
 */
void spelling_class(struct config *, const struct token *);

/* Warns of a hardware address that has not six octets. */
void
spelling_mac(struct config *, const struct token *, const struct record_mac *);

/* Warns of a host name that was meant as another item of dhcp-host. */
void spelling_host(struct config *, const struct token *);

#endif
