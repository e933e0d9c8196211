/* SPDX-License-Identifier: ISC */
/* Handlers of directives: TFTP: what is served, and from where. */
#ifndef CONFD_DIRECTIVES_TFTP_H
#define CONFD_DIRECTIVES_TFTP_H

#include "confd/directive.h"

directive_fn directive_tftp_root;
directive_fn directive_tftp_unique_root;
directive_fn directive_tftp_max;
directive_fn directive_tftp_cache;
directive_fn directive_tftp_mtu;
directive_fn directive_tftp_port_range;

#endif
