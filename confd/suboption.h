/* SPDX-License-Identifier: ISC */
/* Options within options: encap:, vi-encap: and vendor: in dhcp-option. */
#ifndef CONFD_SUBOPTION_H
#define CONFD_SUBOPTION_H

#include "confd/builder.h"

enum suboption_result { SUBOPTION_NONE, SUBOPTION_OK, SUBOPTION_BAD };

/*
 * Whether a token is one of these words; then fills in how, outer and class.
 * Reports errors itself.
 */
enum suboption_result suboption_prefix(
    struct config *, const struct token *, struct record_suboption *);

/* "encap:175", as it is written; of an enum record_suboption_how. */
const char *suboption_form(uint8_t how);

#endif
