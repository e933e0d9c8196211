/* SPDX-License-Identifier: ISC */
/* Handlers of directives: TFTP: what is served, and from where. */
#ifndef CONFD_DIRECTIVES_TFTP_H
#define CONFD_DIRECTIVES_TFTP_H

#include "confd/directive.h"

/*
 * Adds an interface record for each name in the value of a directive that
 * enables a service; use: of struct record_interface.
 */
void directive_service_interfaces(struct config *, const struct token *value,
    uint8_t use, const char *directive, const char *service);

directive_fn directive_enable_tftp;
directive_fn directive_tftp_root;
directive_fn directive_tftp_unique_root;
directive_fn directive_tftp_secure;
directive_fn directive_tftp_lowercase;
directive_fn directive_tftp_max;
directive_fn directive_tftp_cache;
directive_fn directive_tftp_mtu;
directive_fn directive_tftp_no_blocksize;
directive_fn directive_tftp_port_range;
directive_fn directive_tftp_single_port;
directive_fn directive_tftp_no_fail;
directive_fn directive_quiet_tftp;

#endif
