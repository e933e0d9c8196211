/* SPDX-License-Identifier: ISC */
/* Words of the configuration for values of records.  Pure. */
#ifndef DAEMON_RECORD_NAME_H
#define DAEMON_RECORD_NAME_H

#include "daemon/record.h"

/* "bypass", as pxe-style has it; of an enum record_pxe_how, "?" for others. */
const char *record_pxe_how_name(uint32_t how);

/* "dhcp-mac": the directive of an enum record_match_how, "?" for others. */
const char *record_match_directive(uint32_t how);

/* "dhcp-broadcast": the directive of an enum record_choose, "?" for others. */
const char *record_choice_directive(uint32_t of);

/* "require", as verify-images has it; "?" for others. */
const char *record_verify_name(uint32_t mode);

/* "landlock": a word of sandbox-disable, whose bit is 1 << n. */
const char *record_layer_name(unsigned int n);

#endif
